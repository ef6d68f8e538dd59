"""The workbook of a release: read back as a spreadsheet reads it."""

from __future__ import annotations

import csv
import zipfile
from datetime import date, timedelta
from pathlib import Path
from xml.etree import ElementTree

from include.publish.spreadsheet import Cell, write_workbook

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"


def read_workbook(path: Path) -> list[list[Cell]]:
    """Return the cells of the first sheet; those in the style of days as days."""
    with zipfile.ZipFile(path) as file:
        assert file.testzip() is None
        parts = {
            name: ElementTree.fromstring(file.read(name))  # noqa: S314 - our own file, which must be well-formed
            for name in file.namelist()
        }
    rows = parts["xl/worksheets/sheet1.xml"].iter(f"{MAIN}row")
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
    write_workbook(tmp_path / "x.xlsx", "x", ["name", "n", "share", "day", "maybe"], rows)
    assert read_workbook(tmp_path / "x.xlsx") == [["name", "n", "share", "day", "maybe"], *rows]


def test_the_same_rows_give_the_same_bytes(tmp_path: Path) -> None:
    for name in ("one.xlsx", "two.xlsx"):
        write_workbook(tmp_path / name, "x", ["n"], [[1], [None]])
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
