"""Which week of an import is published."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from include.pipeline.choosing import choose_week, openings_of_import
from include.settings import Settings
from include.warehouse.connection import open_warehouse
from tests.measure.warehouse import MONDAY, Warehouse


def settings_with(tmp_path: Path, openings: Warehouse) -> Settings:
    settings = Settings(data_dir=tmp_path, data_origin="simulated")
    rows = openings.con.execute("FROM core_openings").to_arrow_table()
    with open_warehouse(settings) as connection:
        connection.register("rows", rows)
        connection.execute("INSERT INTO core_openings BY NAME FROM rows")
    return settings


def market(*weeks: tuple[date, int, int]) -> Warehouse:
    """Return openings as (Monday, employers, ads of each)."""
    warehouse = Warehouse()
    for monday, employers, each in weeks:
        warehouse.add_market(monday, employers, each, series_kind="archived")
    return warehouse


BEFORE, LONG_BEFORE = MONDAY - timedelta(weeks=1), MONDAY - timedelta(weeks=5)


@pytest.mark.parametrize(
    ("weeks", "chosen", "reason"),
    [
        (
            [(LONG_BEFORE, 20, 2), (BEFORE, 3, 20), (MONDAY, 1, 1)],
            LONG_BEFORE,
            "2026-W42 with 40 product openings, the newest week with enough for a figure; the newest of all, "
            "2026-W47, has 1",
        ),
        (
            [(LONG_BEFORE, 20, 2), (MONDAY, 2, 20)],
            LONG_BEFORE,
            "2026-W42 with 40 product openings, the newest week with enough for a figure; the newest of all, "
            "2026-W47, has 40",
        ),
        ([(LONG_BEFORE, 3, 20), (MONDAY, 20, 1)], LONG_BEFORE, "2026-W42 with 60 product openings"),
        ([(LONG_BEFORE, 3, 10), (MONDAY, 29, 1)], LONG_BEFORE, "2026-W42 with 30 product openings"),
        ([(LONG_BEFORE, 10, 1), (MONDAY, 1, 1)], MONDAY, "the newest week, 2026-W47 with 1 product opening"),
        (
            [(LONG_BEFORE, 40, 1), (MONDAY, 40, 1)],
            MONDAY,
            "the newest week, 2026-W47 with 40",
        ),
    ],
    ids=[
        "publishable",
        "as many of few employers",
        "sixty of few employers",
        "thirty of few employers",
        "nothing enough",
        "newest is enough",
    ],
)
def test_the_newest_week_with_enough_is_published(
    tmp_path: Path, weeks: list[tuple[date, int, int]], chosen: date, reason: str
) -> None:
    choice = choose_week(settings_with(tmp_path, market(*weeks)))
    assert choice is not None
    assert choice.monday == chosen
    assert choice.reason.startswith(reason)


def test_two_series_do_not_make_up_one_week(tmp_path: Path) -> None:
    warehouse = market((BEFORE, 30, 1), (MONDAY, 20, 1))
    warehouse.add_market(MONDAY, 20, 1, series_kind="reconstructed")
    choice = choose_week(settings_with(tmp_path, warehouse))
    assert choice is not None
    assert choice.monday == BEFORE


@pytest.mark.parametrize(("archived", "reconstructed"), [(45, 35), (35, 45)])
def test_a_week_is_told_with_the_openings_of_its_larger_series(
    tmp_path: Path, archived: int, reconstructed: int
) -> None:
    warehouse = market((MONDAY, archived, 1), (MONDAY + timedelta(weeks=1), archived - 30, 1))
    warehouse.add_market(MONDAY, reconstructed, 1, series_kind="reconstructed")
    warehouse.add_market(MONDAY + timedelta(weeks=1), reconstructed - 30, 1, series_kind="reconstructed")
    choice = choose_week(settings_with(tmp_path, warehouse))
    assert choice is not None
    assert (choice.monday, choice.n_openings, choice.n_newest) == (MONDAY, 45, 15)


@pytest.mark.parametrize(
    "uncounted", [{"language": "de"}, {"is_text_complete": False}, {"role_family": "pmm"}]
)
def test_what_is_not_measured_makes_up_no_week(tmp_path: Path, uncounted: dict[str, Any]) -> None:
    warehouse = market((BEFORE, 30, 1))
    warehouse.add_market(MONDAY, 40, 1, series_kind="archived", **uncounted)
    choice = choose_week(settings_with(tmp_path, warehouse))
    assert choice is not None
    assert (choice.monday, choice.newest) == (BEFORE, BEFORE)


def test_nothing_dated_is_no_week(tmp_path: Path) -> None:
    warehouse = Warehouse()
    warehouse.add("undated", None)
    assert choose_week(settings_with(tmp_path, warehouse)) is None


@pytest.mark.parametrize(
    ("ads", "told"),
    [
        ([], "no product opening of this dump is counted: the week is one of earlier imports"),
        (
            [("acme", LONG_BEFORE), ("", BEFORE)],
            "of this dump 2 product openings of 2026-W42 to 2026-W46 are counted, 0 in the published week, "
            "which is one of earlier imports: all that were imported are measured together; "
            "1 without an employer's name count by opening only",
        ),
        (
            [("acme", MONDAY)],
            "of this dump 1 product opening of 2026-W47 is counted, 1 in the published week",
        ),
    ],
)
def test_who_imports_is_told_what_of_the_dump_is_published(
    tmp_path: Path, ads: list[tuple[str, date]], told: str
) -> None:
    warehouse = Warehouse()
    warehouse.add_market(MONDAY, 40, series_kind="archived")
    for employer, monday in ads:
        warehouse.add(employer, monday, series_kind="archived", region="middle_east_africa")
        warehouse.add(employer, monday, series_kind="archived", region="middle_east_africa", language="de")
    settings = settings_with(tmp_path, warehouse)
    with open_warehouse(settings) as connection:
        # An opening may be led by the posting of another import.
        connection.execute(
            "INSERT INTO core_opening_members BY NAME SELECT opening_key, 'first' AS link_rule, "
            "CASE WHEN region = 'middle_east_africa' THEN 'import/small:small:' ELSE 'import/smaller:x:' END "
            "|| opening_key AS posting_key FROM core_openings"
        )
    assert openings_of_import(settings, "small", MONDAY).told == told
