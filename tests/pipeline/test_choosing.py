"""Which week of an import is published."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from include.pipeline.choosing import choose_week
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
        ([(LONG_BEFORE, 3, 20), (MONDAY, 20, 1)], LONG_BEFORE, "2026-W42 with 60 product openings"),
        ([(LONG_BEFORE, 10, 1), (MONDAY, 1, 1)], MONDAY, "the newest week, 2026-W47 with 1 product opening"),
        (
            [(LONG_BEFORE, 40, 1), (MONDAY, 40, 1)],
            MONDAY,
            "the newest week, 2026-W47 with 40",
        ),
    ],
    ids=["publishable", "thirty of few employers", "nothing enough", "newest is enough"],
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


def test_nothing_dated_is_no_week(tmp_path: Path) -> None:
    warehouse = Warehouse()
    warehouse.add("undated", None)
    assert choose_week(settings_with(tmp_path, warehouse)) is None
