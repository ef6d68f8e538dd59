"""Derived rows in the weekly table, on a real DuckDB."""

from datetime import timedelta

import pytest

from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, Warehouse

KINDS = ["technical", "marketing_gtm", "catch_all"]


@pytest.fixture(scope="module")
def warehouse():
    market = Warehouse()
    for back in range(30):
        for number in range(8):
            requires = {"cert_status": "required", "cert_timing": "at_hire"} if number == back % 8 else {}
            market.add(
                f"employer {(number * 5 + back) % 20}", MONDAY - timedelta(weeks=back),
                archetype=KINDS[(number + back) % 3], **requires,
            )  # fmt: skip
    measure_week(market.con, MONDAY, STAMP)
    return market


def test_trend_prints_what_it_could_have_found(warehouse):
    row = warehouse.metric("M10")
    assert row["unit"] == "logit_per_week"
    assert row["ci_low"] < row["est_raw"] < row["ci_high"]
    assert row["window_weeks"] == 30
    assert 0.01 < row["mde_change"] < 0.5


def test_parts_of_the_change_add_up(warehouse):
    parts = [warehouse.metric(name, weight_scheme="panel")["est_raw"] for name in ("M10w", "M10b", "M10x")]
    rows = warehouse.rows(
        f"""
        SELECT count(*) FILTER (cert_status = 'required' AND week_start > '{MONDAY - timedelta(weeks=13)}')
            / count(*) FILTER (week_start > '{MONDAY - timedelta(weeks=13)}')
            - count(*) FILTER (cert_status = 'required' AND week_start <= '{MONDAY - timedelta(weeks=13)}')
            / count(*) FILTER (week_start <= '{MONDAY - timedelta(weeks=13)}') AS change
        FROM core_openings JOIN core_signals USING (content_hash)
        WHERE week_start > '{MONDAY - timedelta(weeks=26)}'
        """
    )
    assert sum(parts) == pytest.approx(rows[0]["change"])


def test_panel_share_stands_beside_the_headline(warehouse):
    assert warehouse.metric("M1")["panel_est"] == pytest.approx(1 / 8)
    assert warehouse.metric("M10p", weight_scheme="panel")["n_employers"] == 20


def test_heterogeneity_is_given_with_its_chance_range(warehouse):
    ratio = warehouse.metric("M14r", weight_scheme="employer")
    chance = warehouse.metric("M14n", weight_scheme="employer")
    assert (ratio["n_employers"], ratio["window_weeks"]) == (20, 26)
    assert chance["ci_low"] < 1 < chance["ci_high"]


def test_short_series_claims_nothing():
    market = Warehouse()
    market.add_market(MONDAY, 40)
    measure_week(market.con, MONDAY, STAMP)
    for name, weight in (("M10", "posting"), ("M10p", "panel"), ("M14", "employer")):
        row = market.metric(name, weight_scheme=weight)
        assert (row["est_raw"], row["obs_status"]) == (None, "Q")


def test_panel_share_appears_when_the_week_is_published():
    market = Warehouse()
    for back in range(26):
        market.add_market(MONDAY - timedelta(weeks=back), 32, cert_status="listed" if back < 13 else "none")
    measure_week(market.con, MONDAY, STAMP)
    assert market.metric("M1b")["panel_est"] == 1.0
    assert market.metric("M1b", weight_scheme="employer")["panel_est"] == 1.0
    assert market.metric("M1b", week_start=MONDAY - timedelta(weeks=1))["panel_est"] is None
