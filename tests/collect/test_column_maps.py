"""Which column is which: guessed, written down by the user, or shipped."""

from __future__ import annotations

import json
import zipfile
from datetime import date
from pathlib import Path

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
from include.collect.dumps.reading import ColumnMapError, open_dump
from include.collect.protocol import Pay, Place
from tests.collect.dump_files import read_all, write_jsonl


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


def test_a_map_that_names_an_absent_column_is_refused(tmp_path: Path) -> None:
    path = write_jsonl(tmp_path / "ads.jsonl")
    with pytest.raises(ColumnMapError, match="mapped but not there: headline"):
        open_dump(path, ColumnMap(columns={"title": "headline", "posted_on": "posted_at"}))


def test_two_columns_of_one_name_are_refused_where_the_name_is_used(tmp_path: Path) -> None:
    """Without that the last of them would win in silence."""
    path = tmp_path / "ads.csv"
    path.write_text("id,title,posted_at, title ,company\n1,Product Owner,2026-03-02,4711,Acme\n")
    complaint = r"ads\.csv: 2 columns are named 'title' \(number 2 and 4\)"
    with pytest.raises(ColumnMapError, match=complaint):
        open_dump(path)
    nested = ColumnMap(columns={"title": "title.name", "posted_on": "posted_at"})
    with pytest.raises(ColumnMapError, match=complaint):
        open_dump(path, nested)
    rows, _ = read_all(open_dump(path, ColumnMap(columns={"title": "company", "posted_on": "posted_at"})))
    assert [row.listing.title for row in rows] == ["Acme"]


def test_two_columns_of_one_name_in_parquet(tmp_path: Path) -> None:
    path = tmp_path / "ads.parquet"
    columns = [pa.array([value]) for value in ("Product Owner", "2026-03-02", "4711")]
    pq.write_table(pa.Table.from_arrays(columns, names=["title", "posted_at", "title"]), path)
    with pytest.raises(ColumnMapError, match="2 columns are named 'title'"):
        open_dump(path)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("columns: {titel: x}", r"is wrong: columns has titel, .* field \(title\?\)\. Fields: native_id, "),
        ("columns: {title: x}\nformats: {posted_at: ['%d']}", r"formats has posted_at, .* \(posted_on\?\)"),
        ("columns: {title: x}\nformats: {url: '%d'}", r"formats\.url is '%d': .* a list in \[ \]$"),
        ("columns: {title: x}\nzone: Mars/Olympus", "time zone"),
        ("columns: {title: x}\nsurprise: 1", "surprise is no option of a map. Options: columns, source, "),
        ("columns: [title]", "columns is .*: Input should be `name: value` lines$"),
        ("", "has no `columns:`"),
        ("columns: [", "not YAML"),
    ],
)
def test_wrong_maps_say_what_is_wrong(tmp_path: Path, text: str, complaint: str) -> None:
    path = tmp_path / "map.yaml"
    path.write_text(text)
    with pytest.raises(ColumnMapError, match=complaint):
        read_column_map(path)


def test_a_name_that_no_map_has_is_answered_with_those_there_are(tmp_path: Path) -> None:
    with pytest.raises(ColumnMapError, match=r"No such file.*: canada_job_bank, jobtech_history"):
        read_column_map(find_column_map("canada"))


def test_a_map_of_an_earlier_version_may_name_the_language(tmp_path: Path) -> None:
    """Such maps lie in archives, which are rebuilt from: nothing ever read the language that they name."""
    path = tmp_path / "map.yaml"
    path.write_text("language: sv\ncolumns: {title: role, posted_on: when, language: lang}\n")
    assert read_column_map(path) == ColumnMap(columns={"title": "role", "posted_on": "when"})


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
    assert first.listing.native_id.startswith("sha-")
    assert first.listing.native_id != second.listing.native_id
    assert read_all(open_dump(path, column_map))[0][0] == first


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
    listing = batch.rows[0].listing
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
    first, second = (row.listing for row in batch.rows)
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
