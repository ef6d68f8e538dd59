"""Dumps of every kind into listings: nothing lost, nothing guessed wrong, damage said aloud."""

from __future__ import annotations

import gzip
import json
import zipfile
from datetime import date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.collect.dumps.column_map import (
    ColumnMap,
    ColumnMapError,
)
from include.collect.dumps.files import DumpError
from include.collect.dumps.reading import Dump, open_dump
from include.collect.protocol import Place
from tests.collect.dump_files import ROWS, csv_text, read_all, write_jsonl
from tests.collect.evaluation_data import CORPUS, needs_corpus


def check_two_rows(dump: Dump) -> None:
    rows, rejects = read_all(dump)
    assert rejects == []
    first, second = rows
    assert first.listing.native_id == "a1"
    assert first.listing.employer == "Acme"
    assert first.listing.description_html == "<p>Own the <b>roadmap</b>.</p>"
    assert first.listing.description_text is None
    assert first.listing.places == (Place(text="Berlin"), Place(text="Vienna"))
    assert first.listing.posted_on == first.day == date(2026, 3, 2)
    assert first.last_seen == date(2026, 3, 5)
    assert first.listing.url == "https://acme.example/1"
    assert second.listing.description_text == "Plain text.\nTwo lines, and a , comma"
    assert second.listing.posted_on is None
    assert second.day == date(2026, 3, 6)
    assert (second.listing.url, second.listing.places) == (None, ())


def test_jsonl_plain_gzip_zip_and_array(tmp_path: Path) -> None:
    plain = write_jsonl(tmp_path / "ads.jsonl")
    packed = tmp_path / "ads.jsonl.gz"
    packed.write_bytes(gzip.compress(b"\xef\xbb\xbf" + plain.read_bytes()))
    zipped = tmp_path / "ads.jsonl.zip"
    with zipfile.ZipFile(zipped, "w") as archive:
        archive.write(plain, "2026.jsonl")
    array = tmp_path / "ads.json"
    array.write_text(json.dumps(ROWS))
    for path in (plain, packed, zipped, array):
        check_two_rows(open_dump(path))


@pytest.mark.parametrize(
    ("encoding", "delimiter"),
    [
        ("utf-8", ","),
        ("utf-8-sig", ";"),
        ("utf-16", "\t"),
        ("utf-16-le", "\t"),
        ("utf-16-be", "|"),
        ("utf-32", ","),
        ("cp1252", ","),
    ],
)
def test_csv_of_every_encoding_and_delimiter(tmp_path: Path, encoding: str, delimiter: str) -> None:
    path = tmp_path / "ads.csv"
    text = csv_text(delimiter).replace("Bravo", "Bråvo") if encoding == "cp1252" else csv_text(delimiter)
    path.write_bytes(text.encode(encoding))
    dump = open_dump(path)
    assert [dump.column_map.columns[field] for field in ("native_id", "title")] == ["id", "title"]
    if encoding == "cp1252":
        assert read_all(dump)[0][1].listing.employer == "Bråvo"
    else:
        check_two_rows(dump)


def test_a_value_that_python_cannot_hold_costs_its_row(tmp_path: Path) -> None:
    """Sentinel dates such as the year 10000 are in Arrow's range and not in Python's."""
    path = tmp_path / "ads.parquet"
    table = pa.table(
        {
            "id": ["1", "2", "3"],
            "title": ["Product Manager"] * 3,
            "posted_at": pa.array([1_790_000_000, 253_402_300_800, 1_790_000_000], pa.timestamp("s")),
        }
    )
    pq.write_table(table, path)
    (batch,) = open_dump(path).batches()
    assert [row.listing.native_id for row in batch.rows] == ["1", "3"]
    assert [(one.raw_pointer, one.reason) for one in batch.rejects] == [("record 2", "unreadable_value")]


def test_parquet_text_that_is_not_marked_as_text_and_ids_with_gaps(tmp_path: Path) -> None:
    path = tmp_path / "ads.parquet"
    table = pa.table(
        {
            "id": pa.array([7.0, 8.0, None, 9.0]),  # whole numbers as data frames write them beside a gap
            "title": pa.array(["Produktägare".encode()] * 3 + [b"PM \xff"], pa.binary()),
            "posted_at": ["2026-03-02"] * 4,
        }
    )
    pq.write_table(table, path)
    (batch,) = open_dump(path).batches()
    assert [(row.listing.native_id, row.listing.title) for row in batch.rows] == [
        ("7", "Produktägare"),
        ("8", "Produktägare"),
    ]
    assert [one.reason for one in batch.rejects] == ["missing_id", "bad_encoding"]


def test_parquet_with_real_dates(tmp_path: Path) -> None:
    path = tmp_path / "ads.parquet"
    rows = [dict(row, posted_at=None, scraped_at=None) for row in ROWS]
    rows[0]["posted_at"] = date(2026, 3, 2)
    rows[0]["scraped_at"] = datetime(2026, 3, 5, 23)
    rows[1]["scraped_at"] = datetime(2026, 3, 6)
    for row in rows:
        row["unused"] = "x"
    pq.write_table(pa.Table.from_pylist(rows), path)
    check_two_rows(open_dump(path))


def test_batches_hold_at_most_size_records_and_can_be_read_again(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "ads.jsonl", [dict(ROWS[0], id=str(n)) for n in range(25)])
    dump = open_dump(path)
    assert [batch.n_records for batch in dump.batches(10)] == [10, 10, 5]
    assert [row.listing.native_id for row in read_all(dump, 7)[0]] == [str(n) for n in range(25)]


def test_every_bad_record_is_a_reject_with_its_number(tmp_path: Path) -> None:
    path = tmp_path / "ads.jsonl"
    good = json.dumps(ROWS[0])
    lines = [
        good,
        "{not json",
        "",
        '["a list"]',
        json.dumps(dict(ROWS[0], title="  ")),
        json.dumps(dict(ROWS[0], posted_at="", scraped_at=None)),
        json.dumps(dict(ROWS[0], posted_at="the day after")),
        "[" * 100_000,
        good,
    ]
    path.write_text("\n".join(lines))
    rows, rejects = read_all(open_dump(path))
    assert [row.listing.raw_pointer for row in rows] == ["record 1", "record 8"]
    assert [(reject.raw_pointer, reject.reason) for reject in rejects] == [
        ("record 2", "not_json"),
        ("record 3", "not_an_object"),
        ("record 4", "missing_title"),
        ("record 5", "missing_date"),
        ("record 6", "unreadable_date"),
        ("record 7", rejects[-1].reason),
    ]
    assert rejects[-1].reason in ("too_deep", "not_json")
    assert "formats" in rejects[4].detail
    assert rejects[2].native_id == "a1"


def test_undated_rows_can_be_kept(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "ads.jsonl", [dict(ROWS[0], posted_at=None, scraped_at=None)])
    column_map = ColumnMap(columns=open_dump(path).column_map.columns, undated="keep")
    rows, rejects = read_all(open_dump(path, column_map))
    assert (rows[0].day, rejects) == (None, [])


def test_csv_rows_of_wrong_length_and_undecodable_bytes_are_rejects(tmp_path: Path) -> None:
    path = tmp_path / "ads.csv"
    filler = "".join(f"f{n},Product Manager,2026-01-02,é\n" for n in range(20_000)).encode()
    path.write_bytes(b"id,title,posted_at,text\n" + filler + b"b1,PM,2026-01-02\nb2,PM,2026-01-02,\xff\xfe\n")
    rows, rejects = read_all(open_dump(path))
    assert len(rows) == 20_000
    assert [(reject.raw_pointer, reject.reason) for reject in rejects] == [
        ("record 20001", "wrong_field_count"),
        ("record 20002", "bad_encoding"),
    ]


@pytest.mark.parametrize(("name", "content"), [("ads.csv", b"\n\n"), ("ads.jsonl", b""), ("ads.json", b"\n")])
def test_a_file_without_records_is_said_to_be_one(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ColumnMapError, match="has no record that can be read"):
        open_dump(path)


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ('{"title": "Müller", "posted_at": "2026-03-02"}\n'.encode("latin-1") * 3, "JSON is UTF-8; convert"),
        (b"<html>404</html>", "not JSON"),
    ],
)
def test_a_file_of_which_nothing_can_be_read_says_why(tmp_path: Path, content: bytes, why: str) -> None:
    path = tmp_path / "ads.jsonl"
    path.write_bytes(content)
    with pytest.raises(DumpError, match=f"no record that can be read among the first .* Record 1: .*{why}"):
        open_dump(path)


def test_one_line_that_is_not_utf_8_costs_itself(tmp_path: Path) -> None:
    path = tmp_path / "ads.jsonl"
    good = b'{"id": 1, "title": "PM", "posted_at": "2026-03-02"}\n'
    path.write_bytes(good + '{"id": 2, "title": "Müller", "posted_at": "2026-03-02"}\n'.encode("latin-1"))
    rows, rejects = read_all(open_dump(path))
    assert len(rows) == 1
    assert [(reject.raw_pointer, reject.reason) for reject in rejects] == [("record 2", "bad_encoding")]


@pytest.mark.parametrize("name", ["ads.jsonl", "ads.json"])
def test_half_an_emoji_costs_no_record(tmp_path: Path, name: str) -> None:
    record = (
        r'{"id": 1, "title": "PM \ud83d", "description": "\ud83d\ude00 \\ud83d", "posted_at": "2026-03-02"}'
    )
    path = tmp_path / name
    path.write_text(f"[{record}]" if name == "ads.json" else record, encoding="utf-8")
    rows, rejects = read_all(open_dump(path))
    assert not rejects
    assert rows[0].listing.title == "PM \ufffd"
    # A whole one stays, and so does a backslash before a word that looks like a half.
    assert rows[0].listing.description_text == "\U0001f600 \\ud83d"


@pytest.mark.parametrize("option", [{"encoding": "utf-8"}, {"delimiter": ";"}])
def test_an_option_that_would_do_nothing_is_refused(tmp_path: Path, option: dict[str, str]) -> None:
    path = write_jsonl(tmp_path / "ads.jsonl", [{"id": "1", "title": "PM", "posted_at": "2026-03-02"}])
    columns = {"native_id": "id", "title": "title", "posted_on": "posted_at"}
    with pytest.raises(ColumnMapError, match="are for CSV, and would do nothing here"):
        open_dump(path, ColumnMap(columns=columns, **option))


def test_double_encoding_is_undone_in_what_people_wrote_only(tmp_path: Path) -> None:
    meant = {
        "title": "Gerente de Produto – São Paulo",
        "company": "Café Exemplo",
        "location": "São Paulo",
        "description": "You’ll own the roadmap • and it’s yours.",
    }
    twice = {name: text.encode().decode("latin-1") for name, text in meant.items()}
    twice_id = "réf-1".encode().decode("latin-1")
    path = write_jsonl(tmp_path / "ads.jsonl", [twice | {"id": twice_id, "posted_at": "2026-03-02"}])
    (row,), rejects = read_all(open_dump(path))
    assert rejects == []
    assert (row.listing.title, row.listing.employer) == (meant["title"], meant["company"])
    assert row.listing.description_text == meant["description"]
    assert row.listing.places == (Place(text="São Paulo"),)
    assert row.listing.native_id == twice_id


def test_skipped_titles_are_counted(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "ads.jsonl", [ROWS[0], dict(ROWS[0], title="Nurse"), ROWS[1]])
    column_map = ColumnMap(columns=open_dump(path).column_map.columns, only_product_titles=True)
    (batch,) = open_dump(path, column_map).batches()
    assert (batch.n_records, len(batch.rows), batch.n_skipped) == (3, 2, 1)


@pytest.mark.parametrize("name", ["ads.jsonl.gz", "ads.parquet", "ads.jsonl.zip"])
def test_a_file_cut_off_is_an_error_that_names_it(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    rows = [dict(ROWS[0], id=f"{n}-{hash(n)}") for n in range(500)]
    if name.endswith(".parquet"):
        pq.write_table(pa.Table.from_pylist(rows), path)
    elif name.endswith(".zip"):
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("ads.jsonl", json.dumps(rows[0]))
    else:
        path.write_bytes(gzip.compress(write_jsonl(tmp_path / "x.jsonl", rows).read_bytes()))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 2 // 3])
    with pytest.raises(DumpError, match=name):
        read_all(open_dump(path))


def test_unknown_kinds_missing_files_and_zips_of_many_are_errors(tmp_path: Path) -> None:
    with pytest.raises(DumpError, match=r"\.pdf is not read here\. Let it end in"):
        open_dump(tmp_path / "ads.pdf")
    with pytest.raises(DumpError, match="is not there"):
        open_dump(tmp_path / "ads.jsonl")
    with pytest.raises(DumpError, match="is not there"):
        open_dump(tmp_path / "ads.parquet")
    path = tmp_path / "two.jsonl.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a", "{}")
        archive.writestr("b", "{}")
    with pytest.raises(DumpError, match="2 files"):
        open_dump(path)


def test_a_line_without_end_does_not_fill_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("include.collect.dumps.json_rows.MAX_RECORD_BYTES", 1000)
    path = tmp_path / "ads.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n" + "x" * 5000 + "\n" + json.dumps(ROWS[1]) + "\n")
    rows, rejects = read_all(open_dump(path))
    assert [row.listing.native_id for row in rows] == ["a1", "a2"]
    assert [(reject.raw_pointer, reject.reason) for reject in rejects] == [("record 2", "too_large")]


@needs_corpus
@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "records"),
    [
        ("postings.jsonl.gz", 2_045),
        pytest.param("all_jobs.parquet", 62_591, marks=pytest.mark.slow),
        pytest.param("greenhouse_listings.parquet", 179_551, marks=pytest.mark.slow),
    ],
)
def test_real_dumps_lose_no_record(name: str, records: int) -> None:
    dump = open_dump(CORPUS / name)
    seen = rows = rejects = 0
    reasons = set()
    for batch in dump.batches(20_000):
        seen += batch.n_records
        rows += len(batch.rows)
        rejects += len(batch.rejects)
        reasons |= {reject.reason for reject in batch.rejects}
        assert all(row.day for row in batch.rows)
        if seen >= 60_000:  # enough of the largest
            break
    assert seen == rows + rejects
    assert seen == records or seen >= 60_000
    assert reasons <= {"missing_date", "missing_title"}
