"""Imports that have to be made again: a mended column map, an archived dump that is damaged."""

from __future__ import annotations

import gzip
import json
import os
import re
import shutil
import signal
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.archive.manifest import object_path
from include.archive.objects import CorruptObjectError
from include.archive.store import Archive
from include.collect.dumps.column_map import ColumnMapError
from include.collect.dumps.files import DumpError
from include.maintain.retention import LEFTOVER_SECONDS, apply_retention
from include.pipeline.importing import (
    ImportNameError,
    Refusal,
    SameFileError,
    archive_dump,
    refusals,
    stage_import,
)
from include.pipeline.loading import NotStagedError, load_partition
from include.settings import Settings
from include.warehouse.staging import Staging
from tests.faults.doomed import Doom, End, run_doomed, settings_json
from tests.pipeline.installation import bring_in, rows

DAY = date(2026, 2, 1)
DUMP = """id,title,headline,posted_at,company,body
1,4711,Product Owner,2026-01-05,Acme,You own the backlog.
2,4712,Product Manager,2026-01-06,Acme,You own the roadmap.
"""
MAP = """source: canada_job_bank
series_kind: archived
columns: {native_id: id, title: headline, posted_on: posted_at, employer: company, description: body}
"""


def imported_titles(settings: Settings, dump: Path, column_map: Path | None, day: date = DAY) -> list[str]:
    """Import the dump and return the titles in the warehouse."""
    bring_in(settings, dump, day, column_map)
    return [title for (title,) in rows(settings, "SELECT title FROM core_postings ORDER BY ALL")]


def test_a_mended_column_map_replaces_what_was_read_with_the_former_one(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump, column_map = tmp_path / "ads.csv", tmp_path / "mended.yaml"
    dump.write_text(DUMP)
    column_map.write_text(MAP)
    assert imported_titles(settings, dump, None) == ["4711", "4712"]
    mended = ["Product Manager", "Product Owner"]
    assert imported_titles(settings, dump, column_map) == mended
    assert rows(settings, "SELECT title FROM core_openings ORDER BY ALL") == [(title,) for title in mended]
    assert imported_titles(settings, dump, column_map, date(2026, 2, 2)) == mended
    assert len(list((settings.paths.archive / "imports").iterdir())) == 2
    reads = rows(settings, "SELECT source, employer FROM core_board_reads")
    assert reads == [("import/ads", "canada_job_bank")], "whom a release has to credit"


@pytest.mark.parametrize(
    ("file", "name"),
    [
        ("Ads 2026 (final).JSONL.gz", "ads-2026-final"),
        ("__ads__.csv", "ads"),
        ("ads.v2.parquet", "ads"),
        ("Stellenanzeigen für Köln.csv", "stellenanzeigen-f-r-k-ln"),
        ("求人.csv", "dump"),
        (f"{'long' * 20}.csv", "long" * 16),
    ],
)
def test_an_import_is_named_after_its_file(tmp_path: Path, file: str, name: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / file
    if dump.suffix == ".parquet":
        pq.write_table(pa.table({"id": ["1"], "title": ["Owner"], "posted_at": ["2026-01-05"]}), dump)
    elif dump.suffix == ".gz":
        dump.write_bytes(gzip.compress(b'{"id": 1, "title": "Owner", "posted_at": "2026-01-05"}'))
    else:
        dump.write_text(DUMP)
    assert archive_dump(settings, dump, DAY).name == name


@pytest.mark.parametrize("name", ["Ads", "ads/2026", "ads.csv", "../ads", "-ads", "ads 1", "ads\n", "a" * 65])
def test_a_name_that_is_no_key_is_refused_before_anything_is_kept(tmp_path: Path, name: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / "ads.csv"
    dump.write_text(DUMP)
    with pytest.raises(ImportNameError, match=f"{re.escape(repr(name))} is not a name of lower-case letters"):
        archive_dump(settings, dump, DAY, name=name)
    assert not settings.paths.archive.exists()


def test_an_import_that_is_not_there_is_named(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / "ads.csv"
    dump.write_text(DUMP)
    archive_dump(settings, dump, DAY)
    for use in (stage_import, lambda settings, name: load_partition(settings, f"import/{name}")):
        with pytest.raises(KeyError, match=f"no import 'other' in {settings.paths.archive}"):
            use(settings, "other")


def test_an_import_that_cannot_be_staged_again_leaves_nothing_of_the_former_run(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / "ads.csv"
    dump.write_text(DUMP)
    bring_in(settings, dump, DAY)
    object_path(settings.paths.archive, archive_dump(settings, dump, DAY).sha256).unlink()
    with pytest.raises(CorruptObjectError):
        stage_import(settings, "ads")
    assert [path for path in (settings.paths.staging / "import/ads").rglob("*") if path.is_file()] == []


def test_refusals_are_told_by_reason_the_most_frequent_first_each_with_its_first_record(
    tmp_path: Path,
) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / "ads.csv"
    titles = ["", "Owner", "Owner", "", "Owner", "Owner"]
    days = ["2026-01-05", "2026-03-02", "2026-03-03", "2026-01-05", "2026-03-04", "2026-01-05"]
    lines = [f"{n},{title},{day}" for n, (title, day) in enumerate(zip(titles, days, strict=True), 1)]
    dump.write_text("\n".join(["id,title,posted_at", *lines]))
    bring_in(settings, dump, DAY)
    (record,) = Archive(settings.paths.archive).imports()
    assert refusals(settings, "ads") == [
        Refusal(
            reason="posted_in_future",
            n_records=3,
            example="record 2: posting date 2026-03-02 is after 2026-02-01; mend the date at the source",
        ),
        Refusal(reason="missing_title", n_records=2, example="record 1: `title` is absent or blank"),
    ]
    assert rows(settings, "SELECT day, manifest FROM core_board_reads") == [(DAY, record.sha256)]
    pointers = rows(settings, "SELECT raw_pointer FROM core_rejected_records")
    assert {pointer.partition("#")[0] for (pointer,) in pointers} == {record.sha256}


def test_one_file_is_not_imported_under_two_names(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump, copy = tmp_path / "ads.csv", tmp_path / "ads (1).csv"
    for path in (dump, copy):
        path.write_text(DUMP)
    first = archive_dump(settings, dump, DAY)
    with pytest.raises(SameFileError, match=r"imported on 2026-02-01 as 'ads'.* count twice.* the name ads"):
        archive_dump(settings, copy, DAY)
    assert archive_dump(settings, copy, DAY, name="ads").sha256 == first.sha256
    copy.write_text(DUMP.replace("4711", "4713"))
    assert archive_dump(settings, copy, DAY).name == "ads-1"


@pytest.mark.parametrize("lost", ["import/ads", "import/ads/import=ads/core_signals.parquet"])
def test_an_import_of_which_nothing_is_staged_any_more_keeps_what_was_loaded(
    tmp_path: Path, lost: str
) -> None:
    """Loading again, by clearing the task alone, would replace the import by nothing."""
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / "ads.csv"
    dump.write_text(DUMP)
    bring_in(settings, dump, DAY)
    path = settings.paths.staging / lost
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink()
    with pytest.raises(NotStagedError, match=r"import/ads is not staged whole .* task `stage`"):
        load_partition(settings, "import/ads")
    assert rows(settings, "SELECT count(*) FROM core_postings") == [(2,)]
    assert rows(settings, "SELECT count(*) FROM core_board_reads") == [(1,)]


def test_a_dump_that_was_cut_off_in_the_archive_is_not_half_imported(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / "ads.csv"
    rows = "".join(f"{n},Product Owner,2026-01-05,{n * 7919}\n" for n in range(20_000))
    dump.write_text("id,title,posted_at,company\n" + rows)
    record = archive_dump(settings, dump, DAY)
    path = object_path(settings.paths.archive, record.sha256)
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CorruptObjectError, match=record.sha256):
        stage_import(settings, "ads")
    assert Staging(settings.paths.staging, "import/ads").files("*") == []


@pytest.mark.parametrize("ending", [".jsonl.gz", ".jsonl.zip"])
def test_a_dump_that_was_cut_off_on_its_way_does_not_take_its_name(tmp_path: Path, ending: str) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    ad = {"title": "Product Owner", "posted_at": "2026-01-05"}
    ads = [ad | {"id": n, "company": os.urandom(90).hex()} for n in range(3_000)]
    rows = "".join(json.dumps(one) + "\n" for one in ads).encode()
    dump = tmp_path / f"ads{ending}"
    if ending.endswith("gz"):
        dump.write_bytes(gzip.compress(rows))
    else:
        with zipfile.ZipFile(dump, "w", zipfile.ZIP_DEFLATED) as file:
            file.writestr("ads.jsonl", rows)
    whole = dump.read_bytes()
    middle = len(whole) // 2
    for damaged in (whole[:middle], whole[:middle] + bytes(50) + whole[middle + 50 :]):
        dump.write_bytes(damaged)
        with pytest.raises(DumpError, match="is damaged or cut off"):
            archive_dump(settings, dump, DAY)
    dump.write_bytes(whole)
    archive_dump(settings, dump, DAY)
    assert stage_import(settings, "ads").n_listed == 3_000


@pytest.mark.parametrize(
    ("dump", "said"),
    [(DUMP.splitlines()[0], "has no record"), (DUMP, "'yyyy-mm-dd' of formats.posted_on is no pattern")],
)
def test_a_dump_that_would_import_nothing_does_not_take_its_name(
    tmp_path: Path, dump: str, said: str
) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    file, column_map = tmp_path / "ads.csv", tmp_path / "map.yaml"
    file.write_text(dump)
    column_map.write_text(MAP + "formats: {posted_on: [yyyy-mm-dd]}\n")
    with pytest.raises((ColumnMapError, DumpError), match=said):
        archive_dump(settings, file, DAY, column_map=column_map if dump == DUMP else None)
    assert list(Archive(settings.paths.archive).imports()) == []


def test_a_dump_with_two_columns_of_one_name_does_not_take_its_name(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / "ads.csv"
    dump.write_text(DUMP.replace("headline", "title", 1))
    with pytest.raises(ColumnMapError, match=r"ads\.csv: 2 columns are named 'title' \(number 2 and 3\)"):
        archive_dump(settings, dump, DAY)
    dump.write_text(DUMP)
    archive_dump(settings, dump, DAY)
    assert stage_import(settings, "ads").n_listed == 2


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "is empty. Fetch it again"),
        (gzip.compress(b"", mtime=0), "is empty. Fetch it again"),
        (gzip.compress(b"id,title\n", mtime=0) + b"<html>", r"goes on after .* import what comes out"),
    ],
)
def test_a_file_that_was_fetched_badly_does_not_take_the_name_of_the_import(
    tmp_path: Path, content: bytes, said: str
) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / "crawl.nq.gz"
    dump.write_bytes(content)
    with pytest.raises(DumpError, match=said):
        archive_dump(settings, dump, DAY)
    dump.write_bytes(gzip.compress(b"# no posting\n"))
    assert archive_dump(settings, dump, DAY).name == "crawl"


def test_a_long_import_says_how_far_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("include.pipeline.importing.BATCH_SIZE", 2)
    monkeypatch.setattr("include.normalize.stage_dump.PROGRESS_RECORDS", 3)
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / "ads.csv"
    lines = [f"{number},Product Manager,2026-01-05" for number in range(7)]
    dump.write_text("\n".join(["id,title,posted_date", *lines]), encoding="utf-8")
    archive_dump(settings, dump, DAY)
    with caplog.at_level("INFO"):
        stage_import(settings, "ads")
    told = [line for line in caplog.messages if "records read" in line]
    assert told == [
        "import/ads: 4 records read, 4 postings kept",
        "import/ads: 7 records read, 7 postings kept",
    ]


def test_what_a_killed_import_unpacked_is_removed_by_upkeep(tmp_path: Path) -> None:
    """An unpacked dump may have gigabytes."""
    settings = Settings(data_dir=tmp_path / "data")
    path = tmp_path / "ads.csv"
    path.write_text("id,title,posted_at,description\n1,Product Manager,2026-11-02,You own the roadmap.\n")
    archive_dump(settings, path, DAY)
    killing = Doom(
        settings=settings_json(settings),
        step="stage_import",
        day=DAY,
        source="ads",
        kill_at="include.pipeline.importing:stage_dump",
    )
    assert run_doomed([killing]) == [End(killed_by=signal.SIGKILL, error="")]
    unpacked = [file.parent for file in settings.paths.staging.rglob("ads.csv")]
    assert len(unpacked) == 1
    later = DAY + timedelta(days=settings.keep_days + 1)
    report = apply_retention(settings, later)  # for all it knows, the import is under way
    assert (report.n_leftovers, report.staged_partitions) == (0, ())
    os.utime(unpacked[0], (time.time() - LEFTOVER_SECONDS - 1,) * 2)
    assert apply_retention(settings, DAY).n_leftovers == 1
    assert list(settings.paths.staging.rglob("ads.csv")) == []
    assert apply_retention(settings, later).staged_partitions == ("import/ads",)
