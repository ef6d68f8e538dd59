"""Where a series begins whose weeks come from the dates that ads carry."""

from datetime import timedelta

import pytest

from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, WHOLE_MARKET, Warehouse

STRAY = MONDAY - timedelta(weeks=100)


def weeks_ago(count):
    return MONDAY - timedelta(weeks=count)


@pytest.fixture
def warehouse():
    return Warehouse()


def weeks_with_rows(warehouse, kind, condition="stratum_dim = 'all'"):
    rows = warehouse.rows(
        "SELECT DISTINCT week_start FROM out_weekly_metrics_v1 "
        f"WHERE series_kind = '{kind}' AND {condition} ORDER BY week_start"
    )
    return [row["week_start"] for row in rows]


@pytest.mark.parametrize("kind", ["archived", "reconstructed"])
def test_a_stray_ad_of_long_ago_does_not_begin_a_series(warehouse, kind):
    warehouse.add("stray", STRAY, series_kind=kind)
    for back in range(6):
        warehouse.add_market(weeks_ago(back), 16, series_kind=kind)
    measure_week(warehouse.con, MONDAY, STAMP)
    assert weeks_with_rows(warehouse, kind) == [weeks_ago(back) for back in range(5, -1, -1)]
    assert min(weeks_with_rows(warehouse, kind, "stratum_dim = 'region'")) == weeks_ago(5)
    assert warehouse.metric("M1", series_kind=kind, week_start=weeks_ago(2))["n_postings"] == 64


def test_stray_ads_do_not_make_a_young_series_old_enough_for_a_trend(warehouse):
    for back in range(25, 49, 4):
        warehouse.add("stray", weeks_ago(back), series_kind="archived")
    for back in range(20):
        for number in range(60):
            asks = {"cert_status": "required", "cert_timing": "at_hire"} if number % 5 == back % 4 else {}
            warehouse.add(f"employer {number}", weeks_ago(back), series_kind="archived", **asks)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    trend = warehouse.metric("M10", series_kind="archived")
    assert (trend["est_raw"], trend["obs_status"], trend["window_weeks"]) == (None, "Q", 20)


def test_a_series_of_which_nothing_can_be_shown_begins_with_its_newest_ad(warehouse):
    warehouse.add("stray", STRAY, series_kind="archived")
    warehouse.add("other", weeks_ago(3), series_kind="archived")
    warehouse.add_market(MONDAY, 40)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    assert weeks_with_rows(warehouse, "archived") == [weeks_ago(back) for back in (3, 2, 1, 0)]
    assert warehouse.metric("M1", series_kind="archived", week_start=weeks_ago(3))["n_postings"] == 1


def test_what_we_saw_ourselves_is_counted_from_the_first_day(warehouse):
    warehouse.add("first", weeks_ago(9))
    warehouse.add_market(MONDAY, 40)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    assert weeks_with_rows(warehouse, "observed")[0] == weeks_ago(9)
