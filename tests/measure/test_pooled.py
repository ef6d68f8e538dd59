"""Half a year in one row: what a rare event needs, also when it never happened."""

from datetime import timedelta

import pytest

from include.measure.kinds import kinds_by_size
from include.measure.registry import load_registry
from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, WHOLE_MARKET, Warehouse

REQUIRED = {"cert_status": "required", "cert_timing": "at_hire"}
POOLED = {"stratum_dim": "pooled", "stratum_value": "26 weeks"}


def half_years(n_required: int) -> Warehouse:
    """30 weeks of 10 ads by 10 of 40 employers; the first `n_required` in the window require a certificate.

    Every second ad names a framework. An imported series holds two weeks.
    """
    market = Warehouse()
    left = n_required
    for week in range(30):
        for number in range(10):
            labels = {"framework_use": "scrum" if number % 2 else "none"}
            if left and week < 26:
                labels, left = labels | REQUIRED, left - 1
            market.add(f"employer {(10 * week + number) % 40}", MONDAY - timedelta(weeks=week), **labels)
    for number in range(40):
        market.add(f"other {number}", MONDAY - timedelta(weeks=number % 2), series_kind="archived")
    measure_week(market.con, MONDAY, STAMP)
    return market


@pytest.fixture(scope="module")
def market():
    return half_years(13)


def test_the_window_ends_with_the_week_and_has_26(market):
    row = market.metric("M1", **POOLED)
    assert (row["n_postings"], row["x_raw"], row["window_weeks"]) == (260, 13, 26)
    assert row["est_raw"] == pytest.approx(13 / 260)
    assert row["ci_low"] < 0.05 < row["ci_high"]
    assert row["obs_status"] == "P"


def test_a_young_series_says_how_many_weeks_it_has(market):
    row = market.metric("M1", **POOLED, series_kind="archived")
    assert (row["n_postings"], row["window_weeks"], row["x_raw"]) == (40, 2, 0)
    assert row["ci_method"] == "rule_of_three"


def test_a_series_that_ended_says_how_many_weeks_of_the_window_it_has():
    market = Warehouse()
    for back in range(22, 30):
        market.add_market(MONDAY - timedelta(weeks=back), 40, series_kind="archived")
    market.add_market(MONDAY - timedelta(weeks=1), 40)
    measure_week(market.con, MONDAY, STAMP)
    row = market.metric("M1", **POOLED, series_kind="archived")
    assert (row["n_postings"], row["window_weeks"]) == (160, 4)
    # Boards are read on; that they showed nothing new is a finding.
    assert market.metric("M1", **POOLED)["window_weeks"] == 2


def test_every_counted_flow_metric_is_pooled_and_only_for_the_week(market):
    weeks = market.rows(
        "SELECT week_start, count(DISTINCT metric_id) AS n FROM out_weekly_metrics_v1 "
        "WHERE stratum_dim = 'pooled' GROUP BY ALL"
    )
    flow = [metric for metric in load_registry().counted if "flow" in metric.bases]
    assert [row["week_start"] for row in weeks] == [MONDAY]
    assert weeks[0]["n"] == len(flow) + 1  # and the ratio M12r


@pytest.mark.parametrize(("n_employers", "copies", "status"), [(16, 3, "U"), (60, 1, "P")])
def test_a_ratio_on_few_independent_ads_is_of_low_reliability(n_employers, copies, status):
    market = Warehouse()
    for number in range(n_employers):
        labels = REQUIRED if number % 3 == 0 else {}
        for framework in ("scrum", "none"):
            market.add(f"employer {number}", MONDAY, copies=copies, framework_use=framework, **labels)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    ratio = market.metric("M12r", **POOLED)
    assert (ratio["obs_status"], ratio["n_eff"] < 30) == (status, status == "U")


def test_ratio_is_that_of_the_two_shares(market):
    users, others, ratio = (market.metric(name, **POOLED) for name in ("M12f", "M12o", "M12r"))
    assert ratio["est_raw"] == pytest.approx(users["est_raw"] / others["est_raw"])
    assert ratio["ci_low"] < ratio["est_raw"] < ratio["ci_high"]
    assert ratio["n_postings"] == 130


def test_without_a_case_there_is_a_bound_and_no_ratio():
    market = half_years(0)
    row = market.metric("M1", **POOLED)
    assert (row["x_raw"], row["est_raw"], row["ci_low"]) == (0, 0.0, 0.0)
    assert row["ci_high"] == pytest.approx(3 / row["n_eff"])
    ratio = market.metric("M12r", **POOLED)
    assert (ratio["obs_status"], ratio["est_raw"]) == ("Q", None)
    change = market.metric("M10p", weight_scheme="panel")
    assert (change["est_raw"], change["obs_status"]) == (0.0, "P")
    assert change["ci_low"] < -0.01
    assert change["ci_high"] > 0.01
    assert change["mde_change"] > 0.01
    assert market.metric("M10w", weight_scheme="panel")["obs_status"] == "Q"


def test_the_larger_series_comes_first_and_reconstructed_last(market):
    assert kinds_by_size(market.con, MONDAY) == ["observed", "archived"]
    market.con.execute("UPDATE out_cert_by_criteria_v1 SET series_kind = 'reconstructed' "
                       "WHERE series_kind = 'observed'")  # fmt: skip
    assert kinds_by_size(market.con, MONDAY) == ["archived", "reconstructed"]
