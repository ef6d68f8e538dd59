"""Vintages on real Parquet files: lags, first estimates, and frozen values that moved."""

from dataclasses import replace
from datetime import timedelta

import pytest

from include.measure.revisions import MissingVintageError, mean_absolute_revision, measure_revisions
from include.measure.weekly import measure_week
from include.partitions import published_at, week_name
from tests.measure.warehouse import MONDAY, STAMP, Warehouse


def stamp(week, methodology="1.0.0"):
    return replace(
        STAMP, release_id=week_name(week), published_at=published_at(week), methodology_version=methodology
    )


def publish(warehouse, week, folder, methodology="1.0.0", earlier=None):
    measure_week(warehouse.con, week, stamp(week, methodology), earlier=earlier)
    path = folder / f"{week_name(week)}.parquet"
    warehouse.con.execute(f"COPY out_weekly_metrics_v1 TO '{path}' (FORMAT parquet)")
    return path


@pytest.fixture
def history(tmp_path):
    """Twelve weeks of forty ads; a release nine weeks after the first week, and one ten weeks after."""
    warehouse = Warehouse()
    first_week = MONDAY - timedelta(weeks=11)
    for week in range(12):
        warehouse.add_market(first_week + timedelta(weeks=week), 40)
    before = MONDAY - timedelta(weeks=1)
    return warehouse, first_week, {week_name(before): publish(warehouse, before, tmp_path)}, tmp_path


def late_ads(warehouse, week):
    for number in range(10):
        warehouse.add(f"late {number}", week, cert_status="required", cert_timing="at_hire")


def violations(warehouse):
    return warehouse.rows("SELECT DISTINCT week_start, vintage FROM out_revisions_v1 WHERE is_violation")


def test_quiet_history_revises_nothing(history):
    warehouse, _, earlier, folder = history
    publish(warehouse, MONDAY, folder, earlier=earlier)
    assert violations(warehouse) == []
    assert set(mean_absolute_revision(warehouse.con).values()) == {0.0}
    [row] = warehouse.rows("SELECT max(lag_weeks) AS l, count(DISTINCT vintage) AS v FROM out_revisions_v1")
    assert row == {"l": 11, "v": 2}


def test_late_ads_revise_an_open_week_without_alarm(history):
    warehouse, _, earlier, folder = history
    week = MONDAY - timedelta(weeks=3)
    late_ads(warehouse, week)
    publish(warehouse, MONDAY, folder, earlier=earlier)
    assert violations(warehouse) == []
    rows = warehouse.rows(
        "SELECT vintage, lag_weeks, revision FROM out_revisions_v1 WHERE metric_id = 'M1' AND "
        f"week_start = '{week}' AND weight_scheme = 'posting' AND basis = 'flow' ORDER BY vintage"
    )
    assert [row["lag_weeks"] for row in rows] == [2, 3]
    assert [row["revision"] for row in rows] == [0.0, pytest.approx(10 / 50)]
    assert mean_absolute_revision(warehouse.con)[3] == pytest.approx(
        0.1
    )  # one of the two weeks seen at lag 3


def test_frozen_value_that_moves_is_an_alarm(history):
    warehouse, first_week, earlier, folder = history
    late_ads(warehouse, first_week)
    publish(warehouse, MONDAY, folder, earlier=earlier)
    assert {"week_start": first_week, "vintage": week_name(MONDAY)} in violations(warehouse)
    assert measure_revisions(warehouse.con, stamp(MONDAY), earlier) > 0


def test_new_methodology_may_move_the_past(history):
    warehouse, first_week, earlier, folder = history
    late_ads(warehouse, first_week)
    publish(warehouse, MONDAY, folder, methodology="2.0.0", earlier=earlier)
    assert violations(warehouse) == []


def test_publishing_a_week_again_compares_with_earlier_weeks_only(history):
    warehouse, _, earlier, folder = history
    own = publish(warehouse, MONDAY, folder, earlier=earlier)
    publish(warehouse, MONDAY, folder, earlier={**earlier, week_name(MONDAY): own})
    [row] = warehouse.rows("SELECT count(DISTINCT vintage) AS v FROM out_revisions_v1")
    assert row == {"v": 2}


def test_missing_vintage_is_named(history):
    warehouse, _, earlier, folder = history
    with pytest.raises(MissingVintageError, match=r"2026-W40.*is missing. Restore"):
        measure_revisions(warehouse.con, stamp(MONDAY), {**earlier, "2026-W40": folder / "gone.parquet"})
