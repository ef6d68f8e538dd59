"""Sources that come and go mark the week."""

from datetime import timedelta

import pytest

from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, WHOLE_MARKET, Warehouse


def statuses(warehouse):
    rows = warehouse.rows(
        "SELECT week_start, obs_status FROM out_weekly_metrics_v1 WHERE metric_id = 'M1' AND basis = 'flow' "
        "AND stratum_dim = 'all' AND weight_scheme = 'posting' ORDER BY week_start DESC"
    )
    return "".join(row["obs_status"] for row in rows)


def market(weeks_of_second_source):
    warehouse = Warehouse()
    for back in range(12):
        week = MONDAY - timedelta(weeks=back)
        warehouse.add_market(week, 40)
        if back in weeks_of_second_source:
            warehouse.add_market(week, 10, source="lever")
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    return warehouse


def test_source_added_and_source_lost_mark_one_week_each():
    assert statuses(market(range(0, 5))) == "PPPPBPPPAAAA"
    assert statuses(market(range(5, 12))) == "PPPPBPPPAAAA"


def test_one_week_without_a_source_is_no_break():
    assert "B" not in statuses(market(set(range(12)) - {4}))


def test_source_without_ads_only_this_week_is_not_yet_a_break():
    assert "B" not in statuses(market(range(1, 12)))


@pytest.mark.parametrize(
    ("last_read", "expected"), [(-1, "BPPPPPPPAAAA"), (0, "PPPPPPPPAAAA"), (6, "PPPPPPPPAAAA")]
)
def test_source_that_died_last_week_marks_this_one_at_once(last_read, expected):
    """Read until Sunday of the week before, or still on this Monday, or all week without an ad."""
    warehouse = market(range(1, 12))
    for day in range(-77, 7):
        warehouse.read(MONDAY + timedelta(days=day))
        status = "complete" if day <= last_read else "failed"
        warehouse.read(MONDAY + timedelta(days=day), source="lever", status=status)
    measure_week(warehouse.con, MONDAY, STAMP)
    assert statuses(warehouse) == expected


def test_mark_of_a_source_that_came_back_goes():
    warehouse = market(set(range(12)) - {1})
    for day in range(-77, 7):
        if not -7 <= day < 0:
            warehouse.read(MONDAY + timedelta(days=day), source="lever")
    measure_week(warehouse.con, MONDAY - timedelta(weeks=1), STAMP)
    assert statuses(warehouse)[0] == "B"
    measure_week(warehouse.con, MONDAY, STAMP)
    assert "B" not in statuses(warehouse)


def test_steady_sources_have_no_break():
    assert statuses(market(range(12))) == "PPPPPPPPAAAA"


def chained_series(weeks_of_second_source, last=MONDAY, metric="M1"):
    """A steady source where 4 of 40 require, and one of 10 ads where all do: 10 against 28 percent."""
    warehouse = Warehouse()
    for back in range(14):
        week = MONDAY - timedelta(weeks=back)
        for number in range(40):
            asks = {"cert_status": "required", "cert_timing": "at_hire"} if number < 4 else {}
            warehouse.add(f"steady {number}", week, **asks)
        if back in weeks_of_second_source:
            for number in range(10):
                warehouse.add(
                    f"second {number}", week, source="lever", cert_status="required", cert_timing="at_hire"
                )
    measure_week(warehouse.con, last, STAMP, WHOLE_MARKET)
    rows = warehouse.rows(
        f"SELECT est_raw, est_chained FROM out_weekly_metrics_v1 WHERE metric_id = '{metric}' "
        "AND basis = 'flow' AND stratum_dim = 'all' AND weight_scheme = 'posting' ORDER BY week_start DESC"
    )
    return [row["est_raw"] for row in rows], [row["est_chained"] for row in rows]


@pytest.mark.parametrize("metric", ["M1", "M6"])
def test_an_added_source_lifts_the_past_to_its_level(metric):
    raw, chained = chained_series(range(5), metric=metric)
    assert raw == pytest.approx([14 / 50] * 5 + [4 / 40] * 9)
    assert chained == pytest.approx([14 / 50] * 14)


def test_a_lost_source_takes_its_part_out_of_the_past():
    raw, chained = chained_series(range(5, 14))
    assert raw == pytest.approx([4 / 40] * 5 + [14 / 50] * 9)
    assert chained == pytest.approx([4 / 40] * 14)


def test_a_source_that_came_and_went_leaves_no_trace():
    _, chained = chained_series(range(3, 9))
    assert chained[:3] + chained[9:] == pytest.approx([4 / 40] * 8)


def test_without_four_weeks_of_overlap_the_past_is_not_linked():
    raw, chained = chained_series(range(3))
    assert chained[:3] == raw[:3]
    assert chained[3:] == [None] * 11


def test_without_a_break_the_chained_series_is_the_raw_one():
    raw, chained = chained_series(range(14))
    assert chained == raw
