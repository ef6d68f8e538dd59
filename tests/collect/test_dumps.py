"""Dumps of every kind into listings: nothing lost, nothing guessed wrong, damage said aloud."""

from __future__ import annotations

import csv
import gzip
import io
import json
import zipfile
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.collect.dumps.column_map import (
    ColumnMap,
    find_column_map,
    guess_column_map,
    read_column_map,
    shipped_maps,
)
from include.collect.dumps.reading import ColumnMapError, Dump, DumpError, DumpRow, open_dump
from include.collect.protocol import Pay, Place, Reject
from tests.collect.evaluation_data import CORPUS, needs_corpus

ROWS: list[dict[str, Any]] = [
    {
        "id": "a1",
        "title": "Product Manager",
        "company": "Acme",
        "location": "Berlin; Vienna",
        "posted_at": "2026-03-02",
        "scraped_at": "2026-03-05T10:00:00Z",
        "description": "<p>Own the <b>roadmap</b>.</p>",
        "url": "https://acme.example/1",
        "lang": "en",
    },
    {
        "id": "a2",
        "title": "Product Owner",
        "company": "Bravo",
        "location": "",
        "posted_at": "",
        "scraped_at": "2026-03-06T10:00:00Z",
        "description": "Plain text.\nTwo lines, and a , comma",
        "url": "",
        "lang": "de",
    },
]


def write_jsonl(path: Path, rows: list[dict[str, Any]] = ROWS) -> Path:
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), encoding="utf-8")
    return path


def csv_text(delimiter: str = ",") -> str:
    out = io.StringIO()
    writer = csv.DictWriter(out, list(ROWS[0]), delimiter=delimiter)
    writer.writeheader()
    writer.writerows(ROWS)
    return out.getvalue()


def read_all(dump: Dump, size: int = 5_000) -> tuple[list[DumpRow], list[Reject]]:
    rows: list[DumpRow] = []
    rejects: list[Reject] = []
    n_records = 0
    for batch in dump.batches(size):
        rows += batch.rows
        rejects += batch.rejects
        n_records += batch.n_records
        assert batch.n_records == len(batch.rows) + len(batch.rejects) + batch.n_skipped <= size
    assert n_records >= len(rows) + len(rejects)
    return rows, rejects


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
    assert (second.listing.language, second.listing.url, second.listing.places) == ("de", None, ())


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
    assert dump.columns[:2] == ["id", "title"]
    if encoding == "cp1252":
        assert read_all(dump)[0][1].listing.employer == "Bråvo"
    else:
        check_two_rows(dump)


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
    column_map = ColumnMap(columns=open_dump(path).guess.columns, undated="keep")
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


def test_missing_column_error_lists_columns_and_shows_a_map(tmp_path: Path) -> None:
    path = write_jsonl(
        tmp_path / "ads.jsonl", [{"ref": "1", "role": "Product Manager", "when": "2026-01-02"}]
    )
    with pytest.raises(ColumnMapError) as caught:
        open_dump(path)
    message = str(caught.value)
    assert "ref, role, when" in message
    assert "nothing is mapped to title, a date" in message
    shown = message.split("\n\n", 1)[1]
    mended = tmp_path / "ads.jsonl.columns.yaml"
    mended.write_text(
        shown.replace("native_id: COLUMN", "native_id: ref")
        .replace("title: COLUMN", "title: role")
        .replace("posted_on: COLUMN", "posted_on: when")
        .replace("  employer: COLUMN\n", "")
        .replace("  description: COLUMN\n", "")
    )
    rows, _ = read_all(open_dump(path))  # the map beside the dump is used
    assert (rows[0].listing.native_id, rows[0].listing.posted_on) == ("1", date(2026, 1, 2))


@pytest.mark.parametrize(
    ("name", "content"), [("ads.csv", b"\n\n"), ("ads.jsonl", b""), ("ads.json", b"<html>404</html>")]
)
def test_a_file_without_records_is_said_to_be_one(tmp_path: Path, name: str, content: bytes) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    with pytest.raises(ColumnMapError, match="has no record that can be read"):
        open_dump(path)


def test_a_map_that_names_an_absent_column_is_refused(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "ads.jsonl")
    with pytest.raises(ColumnMapError, match="mapped but not there: headline"):
        open_dump(path, ColumnMap(columns={"title": "headline", "posted_on": "posted_at"}))


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("columns: {titel: x}", "columns.titel"),
        ("columns: {title: x}\nzone: Mars/Olympus", "time zone"),
        ("columns: {title: x}\nsurprise: 1", "surprise"),
        ("columns: [", "not YAML"),
    ],
)
def test_wrong_maps_say_what_is_wrong(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(text)
    with pytest.raises(ColumnMapError, match=complaint):
        read_column_map(path)


def test_nested_columns_zone_formats_and_ids_from_content(tmp_path: Path) -> None:
    record = {
        "headline": "Produktägare",
        "employer": {"name": "Bolaget"},
        "workplace_address": [{"municipality": "Umeå", "country": "Sverige"}],
        "description": {"text": "Vi söker."},
        "publication_date": "2026-03-02T00:30:00",
        "gone": "31/03/2026",
        "pay": [{"min": "30 000"}, {"min": 1}],
    }
    path = write_jsonl(tmp_path / "ads.jsonl", [record, record | {"headline": "Produktchef"}])
    column_map = ColumnMap(
        source="jobtech",
        zone="Europe/Stockholm",
        formats={"closed_on": ["%d/%m/%Y"]},
        language="sv",
        columns={
            "title": "headline",
            "employer": "employer.name",
            "location": ["workplace_address.municipality", "workplace_address.country"],
            "description": "description.text",
            "posted_on": "publication_date",
            "closed_on": "gone",
        },
    )
    dump = open_dump(path, column_map)
    (first, second), rejects = read_all(dump)
    assert rejects == []
    assert (dump.source, dump.series_kind) == ("jobtech", "archived")
    assert first.listing.employer == "Bolaget"
    assert first.listing.places == (Place(text="Umeå, Sverige"),)
    assert first.listing.posted_on == date(2026, 3, 1)  # half past midnight in Stockholm
    assert first.listing.closed_on == date(2026, 3, 31)
    assert first.listing.language == "sv"
    assert first.listing.native_id.startswith("sha-")
    assert first.listing.native_id != second.listing.native_id
    assert read_all(open_dump(path, column_map))[0][0] == first


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
    column_map = ColumnMap(columns=open_dump(path).guess.columns, only_product_titles=True)
    (batch,) = open_dump(path, column_map).batches()
    assert (batch.n_records, len(batch.listings), batch.n_skipped) == (3, 2, 1)


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
    with pytest.raises(DumpError, match="not one of"):
        open_dump(tmp_path / "ads.xlsx")
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
    monkeypatch.setattr("include.collect.dumps.formats.MAX_RECORD_BYTES", 1000)
    path = tmp_path / "ads.jsonl"
    path.write_text(json.dumps(ROWS[0]) + "\n" + "x" * 5000 + "\n" + json.dumps(ROWS[1]) + "\n")
    rows, rejects = read_all(open_dump(path))
    assert [row.listing.native_id for row in rows] == ["a1", "a2"]
    assert [(reject.raw_pointer, reject.reason) for reject in rejects] == [("record 2", "too_large")]


def test_guess_knows_usual_names_and_takes_each_column_once() -> None:
    guess = guess_column_map(
        ["Job Title", "Company", "City", "Date Posted", "Job Description", "Salary Min", "x"]
    )
    assert guess.columns == {
        "title": "Job Title",
        "employer": "Company",
        "location": "City",
        "description": "Job Description",
        "posted_on": "Date Posted",
        "pay_minimum": "Salary Min",
    }
    assert guess.kind == "reconstructed"
    assert guess_column_map(["title", "position_open_date", "position_close_date"]).kind == "archived"


def test_canada_job_bank_by_its_shipped_map(tmp_path: Path) -> None:
    columns = [
        "WIC Job Location Snapshot ID",
        "Job Title",
        "Original Job Title",
        "City",
        "Province/Territory",
    ]
    columns += ["First Posting Date", "Salary Minimum", "Salary Maximum", "Salary Per", "Employment Type"]
    first = [
        "771",
        "NA",
        "product manager - software",
        "NA",
        "Ontario",
        "2024/02/05",
        "48.00",
        "NA",
        "Hour",
        "NA",
    ]
    second = ["772", "cook", "cook", "Banff", "Alberta", "2024/02/06", "18", "18", "Hour", "Full time"]
    path = tmp_path / "job-bank-open-data-all-job-postings-en-feb2024.csv"
    path.write_bytes("\r\n".join("\t".join(row) for row in (columns, first, second)).encode("utf-16"))
    dump = open_dump(path, "canada_job_bank")
    (batch,) = dump.batches()
    assert (batch.n_records, batch.n_skipped) == (2, 1)
    listing = batch.listings[0]
    assert dump.series_kind == "archived"
    assert (listing.native_id, listing.posted_on) == ("771", date(2024, 2, 5))
    assert listing.places == (Place(text="Ontario", country_code="CA"),)
    assert listing.pay == (Pay(minimum=48.0, maximum=None, currency="CAD", period="hour"),)
    assert (listing.employment_type, listing.is_text_complete) == (None, False)


def test_jobtech_yearly_file_in_a_zip_with_objects_and_arrays(tmp_path: Path) -> None:
    ad = {
        "id": "h1",
        "original_id": "23174210",
        "headline": "Produktägare",
        "employer": {"name": None, "workplace": "Exempel AB", "email": "x@exempel.invalid"},
        "description": {"text": "Vi söker.", "text_formatted": "<p>Vi söker.</p>"},
        "workplace_address": {"municipality": "Umeå", "region": "Västerbotten", "country": "Sverige"},
        "occupation": [{"label": "Produktägare"}],
        "publication_date": "2019-03-13T00:00:00",
        "last_publication_date": "2019-05-12T23:59:59",
        "application_contacts": [{"name": "Ingen Alls"}],
    }
    removed = ad | {
        "original_id": None,
        "workplace_address": [ad["workplace_address"]],
        "removed_date": "2019-04-01T09:00:00",
    }
    path = tmp_path / "2019.jsonl.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(
            "2019.jsonl", "".join(json.dumps(row) + "\n" for row in (ad, removed, ad | {"headline": "Kock"}))
        )
    dump = open_dump(path, "jobtech_history")
    (batch,) = dump.batches()
    first, second = batch.listings
    assert (dump.source, dump.series_kind, batch.n_skipped) == ("jobtech_history", "archived", 1)
    assert (first.native_id, second.native_id) == ("23174210", "h1")
    assert (first.posted_on, first.closed_on) == (date(2019, 3, 13), date(2019, 5, 12))
    assert second.closed_on == date(2019, 4, 1)
    assert first.employer == "Exempel AB"
    assert first.description_html == "<p>Vi söker.</p>"
    assert first.places == second.places == (Place(text="Umeå, Västerbotten, Sverige"),)
    assert first.department == "Produktägare"
    assert "invalid" not in str(first)
    assert "Ingen" not in str(first)


def test_every_shipped_map_is_valid() -> None:
    assert {"canada_job_bank", "jobtech_history", "webdatacommons"} <= set(shipped_maps())
    for name, path in shipped_maps().items():
        assert read_column_map(path).source == name
        assert find_column_map(name) == path
    assert find_column_map("my/own.yaml") == Path("my/own.yaml")


@needs_corpus
@pytest.mark.corpus
@pytest.mark.parametrize(
    ("name", "records"),
    [("postings.jsonl.gz", 2_045), ("all_jobs.parquet", 62_591), ("greenhouse_listings.parquet", 179_551)],
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
