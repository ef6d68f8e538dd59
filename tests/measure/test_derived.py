"""Derived rows in the weekly table, on a real DuckDB."""

from datetime import timedelta

import pytest

from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, WHOLE_MARKET, Warehouse

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
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    return market


def test_trend_prints_what_it_could_have_found(warehouse):
    row = warehouse.metric("M10")
    assert row["unit"] == "logit_per_week"
    assert row["ci_low"] < row["est_raw"] < row["ci_high"]
    assert row["window_weeks"] == 30
    assert 0.01 < row["mde_change"] < 0.5


def test_no_change_is_measured_on_reconstructed_dates(warehouse):
    """Of past weeks they have only the ads that stayed open: weeks differ where nothing has changed."""
    warehouse.con.execute("BEGIN")
    warehouse.con.execute("UPDATE core_openings SET series_kind = 'reconstructed'")
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = warehouse.rows(
        "SELECT DISTINCT metric_id, panel_est FROM out_weekly_metrics_v1 WHERE series_kind = 'reconstructed' "
        "AND (starts_with(metric_id, 'M10') OR panel_est IS NOT NULL)"
    )
    shown = warehouse.metric("M1", series_kind="reconstructed", week_start=MONDAY - timedelta(weeks=3))
    warehouse.con.execute("ROLLBACK")
    assert rows == []
    assert shown["est_raw"] is not None


@pytest.fixture(scope="module")
def rising():
    market = Warehouse()
    for back in range(28):
        for number in range(30):
            requires = {"cert_status": "required", "cert_timing": "at_hire"} if number < 28 - back else {}
            market.add(f"employer {number}", MONDAY - timedelta(weeks=back), **requires)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    return market


def test_rank_trend_stands_beside_the_slope(rising):
    row = rising.metric("M10k")
    assert (row["unit"], row["window_weeks"], row["n_postings"], row["n_employers"]) == ("tau", 28, 840, 30)
    assert row["est_raw"] == pytest.approx(1.0)
    assert 0 < row["ci_low"] < row["ci_high"] <= 1
    assert row["n_eff"] == pytest.approx(28 / row["deff"])


def test_no_rank_trend_before_26_weeks_nor_of_a_share_that_never_moves(rising, warehouse):
    before = rising.metric("M10k", week_start=MONDAY - timedelta(weeks=3))
    assert (before["est_raw"], before["obs_status"]) == (None, "Q")
    assert (warehouse.metric("M10k")["est_raw"], warehouse.metric("M10")["obs_status"]) == (None, "P")


def test_rank_trend_of_an_earlier_week_is_what_its_release_said(rising):
    earlier = MONDAY - timedelta(weeks=1)
    now = rising.metric("M10k", week_start=earlier)
    rising.con.execute("BEGIN")
    measure_week(rising.con, earlier, STAMP, WHOLE_MARKET)
    then = rising.metric("M10k", week_start=earlier)
    rising.con.execute("ROLLBACK")
    assert now["window_weeks"] == 27
    assert now == then


def test_the_trend_of_an_import_speaks_of_the_weeks_that_it_had():
    market = Warehouse()
    for back in range(2, 30):
        for number in range(30):
            requires = {"cert_status": "required", "cert_timing": "at_hire"} if number < 30 - back else {}
            opened = MONDAY - timedelta(weeks=back)
            market.add(f"employer {number}", opened, series_kind="archived", **requires)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    now, at_its_end = (
        market.metric("M10", series_kind="archived", week_start=MONDAY - timedelta(weeks=back))
        for back in (0, 2)
    )
    assert (now["window_weeks"], now["mde_change"]) == (28, at_its_end["mde_change"])


def test_where_an_import_ended_the_panel_compares_its_last_whole_windows():
    """Not its last eleven weeks with thirteen; and nothing once the window of now lies behind its end."""
    market = Warehouse()
    for back in range(2, 30):
        for number in range(20):
            requires = {"cert_status": "required", "cert_timing": "at_hire"} if number < back % 7 else {}
            opened = MONDAY - timedelta(weeks=back)
            market.add(f"employer {number}", opened, series_kind="archived", **requires)
    market.add_market(MONDAY, 20)
    measure_week(market.con, MONDAY + timedelta(weeks=11), STAMP, WHOLE_MARKET)

    def panel(metric, back):
        week = MONDAY - timedelta(weeks=back)
        row = market.metric(metric, weight_scheme="panel", series_kind="archived", week_start=week)
        return [row[name] for name in ("est_raw", "ci_low", "ci_high", "n_postings", "window_weeks")]

    assert panel("M10p", 2)[3:] == [260, 13]
    for metric in ("M10p", "M10w", "M10b", "M10x"):
        assert panel(metric, 2)[0] is not None
        assert panel(metric, 2) == panel(metric, 0) == panel(metric, -10)
    assert panel("M10p", -11)[0] is None


def test_windows_count_the_weeks_that_the_series_has():
    market = Warehouse()
    for back in range(2, 23):
        for number in range(15):
            opened = MONDAY - timedelta(weeks=back)
            market.add(f"employer {number}", opened, series_kind="archived", archetype=KINDS[number % 3])
    market.add_market(MONDAY, 20)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    of_import = {"weight_scheme": "employer", "series_kind": "archived"}
    weeks = [
        market.metric("M14", **of_import, week_start=MONDAY - timedelta(weeks=back))["window_weeks"]
        for back in (22, 2, 0)
    ]
    assert weeks == [1, 21, 21]


def test_trend_of_few_employers_is_withheld():
    market = Warehouse()
    for back in range(30):
        for number in range(10):
            requires = {"cert_status": "required", "cert_timing": "at_hire"} if number == back % 10 else {}
            market.add(f"employer {(number * 3 + back) % 14}", MONDAY - timedelta(weeks=back), **requires)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    for name in ("M10", "M10k"):
        assert (market.metric(name)["est_raw"], market.metric(name)["obs_status"]) == (None, "Q")


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
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    for name, weight in (("M10", "posting"), ("M10k", "posting"), ("M10p", "panel"), ("M14", "employer")):
        row = market.metric(name, weight_scheme=weight)
        assert (row["est_raw"], row["obs_status"]) == (None, "Q")


def test_panel_share_appears_when_the_week_is_published():
    market = Warehouse()
    for back in range(26):
        market.add_market(MONDAY - timedelta(weeks=back), 32, cert_status="listed" if back < 13 else "none")
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    assert market.metric("M1b")["panel_est"] == 1.0
    assert market.metric("M1b", weight_scheme="employer")["panel_est"] == 1.0
    assert market.metric("M1b", week_start=MONDAY - timedelta(weeks=1))["panel_est"] is None


DERIVED = [
    ("M10", "posting"),
    ("M10p", "panel"),
    ("M10w", "panel"),
    ("M14", "employer"),
    ("M14n", "employer"),
]
EARLIER = MONDAY - timedelta(weeks=2)


@pytest.fixture(scope="module")
def said_earlier(warehouse):
    """What the release of the week of `EARLIER` said of that week."""
    warehouse.con.execute("BEGIN")
    measure_week(warehouse.con, EARLIER, STAMP, WHOLE_MARKET)
    rows = {
        (metric, weight): warehouse.metric(metric, weight_scheme=weight, week_start=EARLIER)
        for metric, weight in DERIVED
    }
    warehouse.con.execute("ROLLBACK")
    return rows


@pytest.mark.parametrize(("metric", "weight"), DERIVED)
def test_every_week_has_its_row_and_it_is_what_that_week_s_release_said(
    warehouse, said_earlier, metric, weight
):
    now = warehouse.metric(metric, weight_scheme=weight, week_start=EARLIER)
    then = said_earlier[metric, weight]
    columns = ("est_raw", "ci_low", "ci_high", "n_postings", "n_employers", "window_weeks", "mde_change")
    assert now["est_raw"] is not None
    assert {name: now[name] for name in columns} == {name: then[name] for name in columns}
    first = MONDAY - timedelta(weeks=29)
    assert warehouse.metric(metric, weight_scheme=weight, week_start=first)["obs_status"] == "Q"


def test_old_weeks_are_final_and_recent_ones_provisional():
    market = Warehouse()
    for back in range(36):
        market.add_market(MONDAY - timedelta(weeks=back), 40)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    weeks = {back: market.metric("M10p", weight_scheme="panel", week_start=MONDAY - timedelta(weeks=back))
             for back in (7, 8)}  # fmt: skip
    assert (weeks[7]["obs_status"], weeks[8]["obs_status"]) == ("P", "A")


def test_network_engineers_are_the_positive_control():
    market = Warehouse()
    ccna = {"cert_key": "cisco_ccna", "cert_class": "technical_vendor"}
    for number in range(40):
        market.add(
            f"employer {number}", MONDAY - timedelta(weeks=number % 26), role_family="not_product",
            title=("Senior Network Engineer", "NETWORK SECURITY ADMINISTRATOR")[number % 2],
            mentions=[ccna | {"status": "required" if number < 12 else "preferred"}],
        )  # fmt: skip
        market.add(f"employer {number}", MONDAY, role_family="not_product", title="Neural Network Scientist",
                   mentions=[ccna])  # fmt: skip
    market.add_market(MONDAY, 40)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    row = market.metric("M17n")
    assert (row["est_raw"], row["n_postings"], row["window_weeks"]) == (pytest.approx(12 / 40), 40, 26)
    assert row["ci_low"] < 0.3 < row["ci_high"]
    assert row["n_eff"] >= 30
    assert row["obs_status"] == "P"
    assert market.metric("M17")["est_raw"] == 0.0


def test_a_control_of_few_effective_openings_is_marked():
    market = Warehouse()
    ccna = {"cert_key": "cisco_ccna", "cert_class": "technical_vendor", "status": "required"}
    for number in range(16):
        ads = {"role_family": "not_product", "title": "Network Engineer", "copies": 2}
        market.add(f"employer {number}", MONDAY, mentions=[ccna] if number % 2 else [], **ads)
    market.add_market(MONDAY, 40)
    measure_week(market.con, MONDAY, STAMP)
    row = market.metric("M17n")
    assert row["n_eff"] < 30 <= row["n_postings"]
    assert (row["est_raw"], row["obs_status"]) == (0.5, "U")


def test_length_standardised_share_stands_in_the_series():
    market = Warehouse()
    for number, (words, explicit) in enumerate([(400, 3), (700, 6), (1000, 12)]):
        for ad in range(30 * (number + 1)):
            status = "explicit" if ad < explicit else "none"
            market.add(f"{words} {ad}", MONDAY, n_words=words, criteria_status=status)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    assert market.metric("M5z")["est_raw"] == pytest.approx((3 / 30 + 6 / 60 + 12 / 90) / 3)
