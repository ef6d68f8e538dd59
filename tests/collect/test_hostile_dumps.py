"""Dumps that were made to hurt: what packs small and unpacks large, and what no reader of ours can open."""

from __future__ import annotations

import gzip
import zipfile
from pathlib import Path

import pytest

from include.collect.dumps import formats, reading
from include.collect.dumps.column_map import ColumnMap, ColumnMapError, read_column_map
from include.collect.dumps.reading import DumpError, open_dump
from tests.collect.dump_files import read_all, write_jsonl

COLUMNS = {"native_id": "id", "title": "title", "posted_on": "posted_at"}
AD = '{"id": "1", "title": "Product Manager", "posted_at": "2026-03-02"}'


def zipped(path: Path, compression: int = zipfile.ZIP_DEFLATED) -> Path:
    with zipfile.ZipFile(path, "w", compression) as archive:
        archive.writestr("ads.jsonl", f"{AD}\n" * 50)
    return path


def overwrite(path: Path, marker: bytes, offset: int, data: bytes) -> None:
    content = bytearray(path.read_bytes())
    place = content.find(marker) + offset
    content[place : place + len(data)] = data
    path.write_bytes(content)


def test_a_zip_with_a_password_is_refused_in_words(tmp_path: Path) -> None:
    path = zipped(tmp_path / "ads.jsonl.zip")
    overwrite(path, b"PK\x01\x02", 8, b"\x01")
    with pytest.raises(DumpError, match="locked with a password; unpack it"):
        open_dump(path)


def test_a_zip_of_another_packer_is_refused_in_words(tmp_path: Path) -> None:
    path = zipped(tmp_path / "ads.jsonl.zip")
    overwrite(path, b"PK\x01\x02", 10, b"\x63\x00")
    with pytest.raises(DumpError, match="packed in a way that is not read here; unpack it"):
        open_dump(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_zip_is_told_whatever_it_is_packed_with(tmp_path: Path, compression: int) -> None:
    path = zipped(tmp_path / "ads.jsonl.zip", compression)
    overwrite(path, b"PK\x03\x04", 50, b"\xff" * 20)
    with pytest.raises(DumpError, match=r"ads\.jsonl\.zip"):
        read_all(open_dump(path))


def test_a_json_array_is_read_whole_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_ARRAY_BYTES", 1_000)
    path = tmp_path / "ads.json.gz"
    path.write_bytes(gzip.compress(f"[{AD}{' ' * 2_000}]".encode()))
    with pytest.raises(DumpError, match=r"more than 1,000 bytes.*JSON Lines"):
        open_dump(path)


def test_a_row_of_csv_has_a_limit_and_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_RECORD_BYTES", 1_000)
    path = tmp_path / "ads.csv"
    never_closed = '4,"' + ",\n" * 600
    lines = ["id,title,posted_at", "1,PM,2026-03-02", "," * 3_000, "3,PM,2026-03-02", never_closed]
    path.write_text("\n".join(lines))
    rows, rejects = read_all(open_dump(path))
    assert [row.listing.native_id for row in rows] == ["1", "3"]
    too_long = "the row is not CSV: it is longer than 1000 characters"
    assert [reject.detail for reject in rejects[:2]] == [too_long, too_long]


@pytest.mark.parametrize("names", ["," * 3_000, "x" * 3_000])
def test_a_first_row_of_csv_that_is_too_long_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, names: str
) -> None:
    monkeypatch.setattr(formats, "MAX_RECORD_BYTES", 1_000)
    path = tmp_path / "ads.csv"
    path.write_text(f"title,posted_at,{names}\nPM,2026-03-02,x\n")
    with pytest.raises(DumpError, match=r"ads\.csv: its first row, which names the columns, is not CSV"):
        open_dump(path)


@pytest.mark.parametrize("encoding", ["hex", "idna", "undefined", "utf\0", "klingon"])
def test_an_encoding_that_is_none_of_text_is_told(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "ads.csv"
    path.write_text("id,title,posted_at\n1,PM,2026-03-02\n")
    with pytest.raises(DumpError, match="is not an encoding of text"):
        open_dump(path, ColumnMap(columns=COLUMNS, encoding=encoding))


@pytest.mark.parametrize("delimiter", ["ab", r"\t", "\\n", '"'])
def test_a_delimiter_that_no_csv_can_have_is_told(tmp_path: Path, delimiter: str) -> None:
    path = tmp_path / "map.yaml"
    quoted = delimiter.replace("'", "''")
    path.write_text(f"columns: {{title: title, posted_on: posted_at}}\ndelimiter: '{quoted}'\n")
    with pytest.raises(ColumnMapError, match="delimiter is one character"):
        read_column_map(path)


def test_a_batch_ends_where_its_texts_are_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MAX_BATCH_CHARACTERS", 1_000)
    ads = [
        {"id": str(number), "title": "PM", "posted_at": "2026-03-02", "description": "x" * 400}
        for number in range(7)
    ]
    path = write_jsonl(tmp_path / "ads.jsonl", ads)
    assert [batch.n_records for batch in open_dump(path).batches()] == [3, 3, 1]
