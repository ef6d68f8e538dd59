"""The workbook of a release: read back as a spreadsheet reads it."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

from include.publish.spreadsheet import Cell, write_workbook

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


def test_the_second_sheet_says_what_every_column_of_the_first_is(published: Path) -> None:
    names, *_ = read_workbook(published / "headline_wide.xlsx")
    _, *about = read_workbook(published / "headline_wide.xlsx", sheet=2)
    assert [row[0] for row in about][: len(names)] == names
    assert all(row[2] for row in about)
    [status] = [str(row[2]) for row in about if row[0] == "M1_status"]
    assert all(f"{code} " in status or f"{code}," in status for code in "APUBQ")
    assert "CC BY 4.0" in str(about[-1][2])
