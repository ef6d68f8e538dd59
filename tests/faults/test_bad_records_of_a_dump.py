"""Bad records of an imported dump, from the file to the warehouse: a reject row each, or a clear refusal."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from include.collect.dumps.column_map import ColumnMapError
from include.normalize.text import MAX_CHARACTERS
from include.pipeline.importing import archive_dump
from include.settings import Settings
from tests.pipeline.installation import bring_in, rows

DAY = date(2026, 11, 22)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(data_dir=tmp_path / "data", data_origin="archive")


def record(**changes: object) -> dict[str, object]:
    return {
        "id": "1",
        "title": "Product Manager",
        "company": "Acme",
        "description": "<p>You own the roadmap.</p>",
        "posted_date": "2026-11-03",
    } | changes


def test_every_bad_record_is_a_reject_row_and_the_rest_is_loaded(settings: Settings, tmp_path: Path) -> None:
    lines = [
        json.dumps(record()).encode(),
        json.dumps(record(id=None)).encode(),
        json.dumps(record(id="3", posted_date="2027-03-01")).encode(),
        json.dumps(record(id="4", description="<p>" + "x" * 50_000_000)).encode(),
        json.dumps(record(id="5", title="Gerente de Produto é"), ensure_ascii=False).encode("latin-1"),
        b'{"id": "6", "title": "Product Ma',
        json.dumps(record(id="7")).encode(),
        json.dumps(record(id="7", title="Product Owner")).encode(),
        json.dumps(record(id="9", posted_date="1970-01-01T00:00:00Z")).encode(),
    ]
    dump = tmp_path / "ads.jsonl"
    dump.write_bytes(b"\n".join(lines) + b"\n")
    bring_in(settings, dump, DAY)
    loaded = rows(settings, "SELECT native_id, title FROM core_postings ORDER BY 1")
    assert loaded == [("1", "Product Manager"), ("7", "Product Manager")]
    rejects = rows(
        settings, "SELECT raw_pointer, native_id, reason, detail FROM core_rejected_records ORDER BY 1"
    )
    found = {pointer.partition("#")[2]: (native_id, reason) for pointer, native_id, reason, _ in rejects}
    assert found == {
        "record 2": (None, "missing_id"),
        "record 3": ("3", "posted_in_future"),
        "record 4": (None, "too_large"),
        "record 5": (None, "bad_encoding"),
        "record 6": (None, "not_json"),
        "record 8": ("7", "duplicate_id"),
        "record 9": ("9", "posted_too_early"),
    }
    assert all(len(detail) <= 250 for *_, detail in rejects)
    assert rows(settings, "SELECT n_promised, n_listed, n_rejected FROM core_board_reads") == [(9, 2, 7)]
    assert MAX_CHARACTERS < 50_000_000


def test_rows_of_a_dump_without_ids_are_told_apart_by_their_content(
    settings: Settings, tmp_path: Path
) -> None:
    lines = [record(), record(), record(title="Product Owner")]
    dump = tmp_path / "ads.jsonl"
    dump.write_text(
        "".join(json.dumps(line | {"id": None}) + "\n" for line in lines).replace('"id": null, ', "")
    )
    bring_in(settings, dump, DAY)
    loaded = rows(settings, "SELECT native_id, title FROM core_postings ORDER BY 2")
    assert [title for _, title in loaded] == ["Product Manager", "Product Owner"]
    assert all(native_id.startswith("sha-") for native_id, _ in loaded)
    assert rows(settings, "SELECT reason FROM core_rejected_records") == [("duplicate_id",)]


def test_a_dump_with_a_missing_column_shows_a_map_and_leaves_nothing(
    settings: Settings, tmp_path: Path
) -> None:
    dump = tmp_path / "ads.csv"
    dump.write_text("id,role,company\n1,Product Manager,Acme\n", encoding="utf-8")
    with pytest.raises(
        ColumnMapError, match=r"(?s)ads\.csv.*nothing is mapped to title, a date.*columns:\n.*title: COLUMN"
    ):
        archive_dump(settings, dump, DAY)
    assert not settings.paths.archive.exists()

    dump.write_text(
        "id,title,company,description,posted_date\n1,Product Manager,Acme,Own it.,2026-11-03\n",
        encoding="utf-8",
    )
    bring_in(settings, dump, DAY)
    assert rows(settings, "SELECT count(*) FROM core_postings") == [(1,)]
