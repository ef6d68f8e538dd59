"""Sources that come and go mark the week."""

from datetime import timedelta

from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, Warehouse


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
    measure_week(warehouse.con, MONDAY, STAMP)
    return warehouse


def test_source_added_and_source_lost_mark_one_week_each():
    assert statuses(market(range(0, 5))) == "PPPPBPPPAAAA"
    assert statuses(market(range(5, 12))) == "PPPPBPPPAAAA"


def test_one_week_without_a_source_is_no_break():
    assert "B" not in statuses(market(set(range(12)) - {4}))


def test_source_missing_only_this_week_is_not_yet_a_break():
    assert "B" not in statuses(market(range(1, 12)))


def test_steady_sources_have_no_break():
    assert statuses(market(range(12))) == "PPPPPPPPAAAA"
