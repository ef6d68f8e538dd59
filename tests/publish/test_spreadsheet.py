"""The workbook of a release: read back as a spreadsheet reads it."""

from __future__ import annotations

import csv
import shutil
import zipfile
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

import duckdb

from include.publish.spreadsheet import Cell, write_workbook
from include.publish.wide import WIDE_SQL, wide_card
from tests.publish.measured import MONDAY

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_workbook(path: Path, sheet: int = 1) -> list[list[Cell]]:
    """Return the cells of a sheet; those in the style of days as days."""
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        parts = {
            name: ElementTree.fromstring(file.read(name))  # noqa: S314 - our own file, which must be well-formed
            for name in file.namelist()
        }
    rows = parts[f"xl/worksheets/sheet{sheet}.xml"].iter(f"{MAIN}row")
    return [[_value(cell) for cell in row] for row in rows]


def _value(cell: ElementTree.Element) -> Cell:
    if cell.get("t") == "inlineStr":
        return cell.findtext(f"{MAIN}is/{MAIN}t")
    number = cell.findtext(f"{MAIN}v")
    if number is None:
        return None
    if cell.get("s") == "1":
        return date(1899, 12, 30) + timedelta(days=int(number))
    return float(number)


def test_cells_keep_their_kind(tmp_path: Path) -> None:
    rows: list[list[Cell]] = [
        ["2026-W47", 5, 9.514, date(2026, 11, 16), None],
        ["a < b & c", 0, -0.5, date(2000, 3, 1), 1e-7],
    ]
    write_workbook(tmp_path / "x.xlsx", {"x": [["name", "n", "share", "day", "maybe"], *rows]})
    assert read_workbook(tmp_path / "x.xlsx") == [["name", "n", "share", "day", "maybe"], *rows]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(tmp_path / name, {"x": [["n"], [1], [None]]})
    assert (tmp_path / "one.xlsx").read_bytes() == (tmp_path / "two.xlsx").read_bytes()


def test_workbook_and_wide_csv_hold_the_same(published: Path) -> None:
    with (published / "headline_wide.csv").open(encoding="utf-8", newline="") as file:
        names, *lines = csv.reader(file)
    found_names, *found = read_workbook(published / "headline_wide.xlsx")
    assert found_names == names
    assert len(found) == len(lines) > 0
    for cells, texts in zip(found, lines, strict=True):
        for cell, text in zip(cells, texts, strict=True):
            assert cell == float(text) if isinstance(cell, float) else str(cell or "") == text


def test_a_week_has_a_row_for_each_series_and_weight_and_each_figure_its_own_status(
    market_file: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        con.execute("UPDATE out_weekly_metrics_v1 SET obs_status = 'U' WHERE metric_id = 'M5'")
        con.execute(
            "INSERT INTO out_weekly_metrics_v1 SELECT * REPLACE ('archived' AS series_kind, "
            "'B' AS obs_status) FROM out_weekly_metrics_v1"
        )
        for other in ("'stock' AS basis", "'panel' AS weight_scheme", "'seniority' AS stratum_dim"):
            con.execute(
                f"INSERT INTO out_weekly_metrics_v1 SELECT * REPLACE ({other}, n_postings + 1 AS n_postings) "
                "FROM out_weekly_metrics_v1 WHERE metric_id = 'M1'"
            )
        rows = con.execute(
            f"SELECT week_start, series_kind, weight_scheme, M1_status, M5_status FROM ({WIDE_SQL})"
        ).fetchall()
        key = ", ".join(wide_card().key)  # which the data package says is unique
        assert con.execute(f"SELECT count(DISTINCT ({key})) FROM ({WIDE_SQL})").fetchone() == (len(rows),)
    keys = [
        (MONDAY - timedelta(weeks=back), kind, weight)
        for back in (1, 0)
        for kind in ("archived", "observed")
        for weight in ("employer", "posting")
    ]
    assert [row[:3] for row in rows] == keys == sorted(keys)
    assert {(kind, *statuses) for _, kind, _, *statuses in rows} == {
        ("archived", "B", "B"),
        ("observed", "P", "U"),
    }


def test_a_sheet_begins_with_the_first_week_that_has_a_figure(market_file: Path, tmp_path: Path) -> None:
    """Ads dated back by years give a series hundreds of weeks with an ad or none, all of them withheld."""
    old, later = MONDAY - timedelta(weeks=200), MONDAY - timedelta(weeks=3)
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        for week, kind, status in (
            (old, "observed", "Q"), (later, "observed", "U"),
            (old, "archived", "Q"), (later, "archived", "Q"),
        ):  # fmt: skip
            con.execute(
                "INSERT INTO out_weekly_metrics_v1 SELECT * REPLACE "
                "(?::DATE AS week_start, ? AS series_kind, ? AS obs_status) "
                "FROM out_weekly_metrics_v1 WHERE week_start = ? AND series_kind = 'observed'",
                [week, kind, status, MONDAY],
            )
        weeks = con.execute(
            f"SELECT DISTINCT series_kind, week_start FROM ({WIDE_SQL}) ORDER BY ALL"
        ).fetchall()
    assert weeks == [
        ("archived", later),  # no figure at all: its last week says so
        *(("observed", week) for week in (later, MONDAY - timedelta(weeks=1), MONDAY)),
    ]


def test_the_second_sheet_says_what_every_column_of_the_first_is(published: Path) -> None:
    names, *_ = read_workbook(published / "headline_wide.xlsx")
    _, *about = read_workbook(published / "headline_wide.xlsx", sheet=2)
    assert [row[0] for row in about][: len(names)] == names
    assert all(row[2] for row in about)
    units = {row[0]: row[1] for row in about}
    assert [units[name] for name in ("M1_pct", "M6_ci_low_pct", "window_weeks")] == [
        "percent", "percentage points", "weeks",
    ]  # fmt: skip
    [status] = [str(row[2]) for row in about if row[0] == "M1_status"]
    assert all(f"{code} " in status or f"{code}," in status for code in "APUBQ")
    assert "CC BY 4.0" in str(about[-1][2])
