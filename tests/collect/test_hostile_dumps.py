"""Dumps that were made to hurt: what packs small and unpacks large, and what no reader of ours can open."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.collect.dumps import csv_rows, json_rows, parquet_rows, reading
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


def test_what_macos_packs_beside_a_file_is_no_second_one(tmp_path: Path) -> None:
    path = zipped(tmp_path / "ads.jsonl.zip")
    with zipfile.ZipFile(path, "a") as archive:
        for name in ("__MACOSX/", "__MACOSX/._ads.jsonl", ".DS_Store"):
            archive.writestr(name, "x")
    rows, _ = read_all(open_dump(path))
    assert len(rows) == 50


@pytest.mark.parametrize("name", ["ads.xlsx", "ads.csv", "ads.csv.zip", "ads.jsonl"])
@pytest.mark.parametrize("is_old", [True, False])
def test_a_workbook_is_told_whatever_its_name(tmp_path: Path, name: str, is_old: bool) -> None:
    path = tmp_path / name
    if is_old:
        path.write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(1_000))
    else:
        with zipfile.ZipFile(path, "w") as archive:
            for member in ("[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml"):
                archive.writestr(member, "<a/>")
    with pytest.raises(DumpError, match="is an Excel workbook: save its sheet as CSV UTF-8"):
        open_dump(path)


@pytest.mark.parametrize("indent", [None, 2])
@pytest.mark.parametrize("name", ["answer.json", "answer.jsonl"])
def test_records_within_an_object_are_found_and_said(tmp_path: Path, indent: int | None, name: str) -> None:
    answer = {"meta": {"pages": [{"n": 1}]}, "data": {"jobs": [json.loads(AD)] * 3}}
    path = tmp_path / name
    path.write_text(json.dumps(answer, indent=indent))
    said = r"""its records seem to be in `data\.jobs`.*jq -c '\."data"\."jobs"\[\]' answer"""
    with pytest.raises(DumpError, match=said):
        open_dump(path)


def test_a_name_that_tells_no_format_is_said(tmp_path: Path) -> None:
    path = zipped(tmp_path / "ads.zip")
    with pytest.raises(DumpError, match=r"does not tell what is in the file.*\.csv.*before \.gz or \.zip"):
        open_dump(path)


@pytest.mark.parametrize("compression", [zipfile.ZIP_LZMA, zipfile.ZIP_BZIP2])
def test_a_damaged_zip_is_told_whatever_it_is_packed_with(tmp_path: Path, compression: int) -> None:
    path = zipped(tmp_path / "ads.jsonl.zip", compression)
    overwrite(path, b"PK\x03\x04", 50, b"\xff" * 20)
    with pytest.raises(DumpError, match=r"ads\.jsonl\.zip"):
        read_all(open_dump(path))


def test_a_json_array_is_read_whole_up_to_a_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(json_rows, "MAX_ARRAY_BYTES", 1_000)
    path = tmp_path / "ads.json.gz"
    path.write_bytes(gzip.compress(f"[{AD}{' ' * 2_000}]".encode()))
    with pytest.raises(DumpError, match=r"more than 1,000 bytes.*JSON Lines"):
        open_dump(path)


def test_a_row_of_csv_has_a_limit_and_costs_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(csv_rows, "MAX_RECORD_BYTES", 1_000)
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
    monkeypatch.setattr(csv_rows, "MAX_RECORD_BYTES", 1_000)
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


@pytest.mark.parametrize("field", ["description", "title", "employer", "id", "board"])
def test_a_batch_ends_where_its_texts_are_long(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, field: str
) -> None:
    monkeypatch.setattr(reading, "MAX_BATCH_CHARACTERS", 1_000)
    ads = [
        {"id": str(number), "title": "PM", "posted_at": "2026-03-02"} | {field: f"{number}" + "x" * 400}
        for number in range(7)
    ]
    path = write_jsonl(tmp_path / "ads.jsonl", ads)
    columns = COLUMNS | {key: key for key in ("description", "employer", "board") if key == field}
    dump = open_dump(path, ColumnMap(columns=columns))
    assert [batch.n_records for batch in dump.batches()] == [3, 3, 1]


def write_parquet(path: Path, n_rows: int, description: pa.Array) -> Path:
    """Write ads that share one description, given with its dictionary; the file says `string`."""
    columns = {
        "id": pa.array([str(number) for number in range(n_rows)]),
        "title": pa.array(["Product Manager"] * n_rows),
        "posted_at": pa.array(["2026-03-02"] * n_rows),
        "description": description,
    }
    pq.write_table(pa.table(columns), path, store_schema=False)
    return path


def shared(text: str, n_values: int) -> pa.DictionaryArray:
    return pa.DictionaryArray.from_arrays(pa.array([0] * n_values, pa.int32()), pa.array([text]))


def test_a_text_that_all_rows_share_is_not_unpacked_for_many(tmp_path: Path) -> None:
    path = write_parquet(tmp_path / "ads.parquet", 400, shared("Own the roadmap. " * 60_000, 400))
    assert path.stat().st_size < 100_000
    usual, counted = pa.default_memory_pool(), pa.proxy_memory_pool(pa.default_memory_pool())
    pa.set_memory_pool(counted)
    try:
        rows = sum(1 for _ in parquet_rows.read_parquet(path, None))
    finally:
        pa.set_memory_pool(usual)
    assert rows == 400
    assert counted.max_memory() < 100_000_000  # of 400 MB


def test_the_longer_a_value_can_be_the_fewer_rows_are_read_at_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = write_parquet(tmp_path / "ads.parquet", 10, shared("Own the roadmap.", 10))
    assert parquet_rows._rows_at_once(pq.read_metadata(path)) == 16
    longest = max(pq.read_metadata(path).row_group(0).column(n).total_uncompressed_size for n in range(4))
    for limit, rows in ((3 * longest, 3), (longest, 1), (longest // 2, 1)):
        monkeypatch.setattr(parquet_rows, "MAX_PARQUET_BYTES", limit)
        assert parquet_rows._rows_at_once(pq.read_metadata(path)) == rows
        assert len(read_all(open_dump(path))[0]) == 10


def test_a_row_of_parquet_has_a_limit_and_costs_itself(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet_rows, "MAX_RECORD_BYTES", 1_000)
    path = write_parquet(tmp_path / "ads.parquet", 3, pa.array(["Own the roadmap.", "x" * 3_000, b"y" * 900]))
    rows, rejects = read_all(open_dump(path))
    assert [row.listing.native_id for row in rows] == ["0", "2"]
    assert [(reject.raw_pointer, reject.reason) for reject in rejects] == [("record 2", "too_large")]


def test_a_row_that_takes_more_memory_than_there_is_is_told_with_the_mend(tmp_path: Path) -> None:
    """One row whose list holds one long text thousands of times: no fewer rows can be read than one."""
    texts = shared("x" * 1_000_000, 500)
    path = write_parquet(tmp_path / "ads.parquet", 1, pa.ListArray.from_arrays([0, 500], texts))
    script = f"""
import resource
from pathlib import Path
from include.collect.dumps.files import DumpError
from include.collect.dumps.parquet_rows import read_parquet
taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + 200_000_000,) * 2)
try:
    list(read_parquet(Path({str(path)!r}), None))
except DumpError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert said.startswith(f"{path} takes more memory than there is after record 0")
    assert "row groups of a few thousand rows" in said
    assert "Fetch it again" not in said


def test_names_of_columns_do_not_reach_a_terminal_as_they_are(tmp_path: Path) -> None:
    path = tmp_path / "ads.csv"
    path.write_text("id\x1b[2J,name \u202eof it\n1,x\n")
    with pytest.raises(ColumnMapError, match=r"Columns found: id\\x1b\[2J, name \\u202eof it\."):
        open_dump(path)


def test_aliases_of_a_map_are_not_written_out(tmp_path: Path) -> None:
    path = tmp_path / "map.yaml"
    lines = [f"  - &a{level} [{', '.join([f'*a{level - 1}'] * 9)}]" for level in range(1, 9)]
    path.write_text("x:\n  - &a0 [x, x]\n" + "\n".join(lines) + "\ncolumns: {title: *a8}\n")
    script = f"""
import resource
from pathlib import Path
from include.collect.dumps.column_map import ColumnMapError, read_column_map
taken = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (taken + 200_000_000,) * 2)
try:
    read_column_map(Path({str(path)!r}))
except ColumnMapError as error:
    print(error)
"""
    said = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True).stdout
    assert f"the column map {path} is wrong: " in said
    assert len(said) < 5_000
