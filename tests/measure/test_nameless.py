"""Ads that name no employer: openings like others, one cluster in the variance, no employer's."""

from datetime import timedelta

import numpy as np
import pytest

from include.measure.estimators import ClusterSums, employer_weighted, posting_weighted
from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, Warehouse

REQUIRED = {"cert_status": "required", "cert_timing": "at_hire"}


def market_of(n_named, n_nameless, **labels_of_nameless):
    """One week: named employers with one ad each, of which 4 require, and ads that name none."""
    market = Warehouse()
    for number in range(n_named):
        market.add(f"employer {number}", MONDAY, **(REQUIRED if number < 4 else {}))
    market.add("", MONDAY, copies=n_nameless, **labels_of_nameless)
    return market


@pytest.fixture(scope="module")
def market():
    found = market_of(40, 8, **REQUIRED)
    measure_week(found.con, MONDAY, STAMP)
    return found


def test_by_opening_they_count_and_are_one_cluster(market):
    row = market.metric("M1")
    sizes, required = [8.0] + 40 * [1.0], [8.0] + 4 * [1.0] + 36 * [0.0]
    expected = posting_weighted(ClusterSums.of_clusters(np.array([sizes]), np.array([required])))
    assert (row["n_postings"], row["n_employers"], row["x_raw"]) == (48, 40, 12)
    assert [row["est_raw"], row["ci_low"], row["ci_high"], row["n_eff"]] == pytest.approx(
        [float(getattr(expected, name)[0]) for name in ("value", "low", "high", "n_eff")]
    )
    assert row["n_eff"] < 40  # less than the named ads alone would be worth


def test_by_employer_they_are_left_out(market):
    row = market.metric("M1", weight_scheme="employer")
    expected = employer_weighted(ClusterSums.of_clusters(np.ones((1, 40)), np.array([4 * [1.0] + 36 * [0]])))
    assert (row["n_postings"], row["n_employers"], row["x_raw"]) == (40, 40, 4)
    assert [row["est_raw"], row["ci_low"], row["ci_high"]] == pytest.approx(
        [float(getattr(expected, name)[0]) for name in ("value", "low", "high")]
    )
    pooled = market.metric("M1", weight_scheme="employer", stratum_dim="pooled", stratum_value="26 weeks")
    assert (pooled["n_postings"], pooled["est_raw"]) == (40, pytest.approx(0.1))
    assert market.metric("M1", stratum_dim="pooled", stratum_value="26 weeks")["n_postings"] == 48


def test_kind_and_size_of_their_employer_are_unknown(market):
    for dimension in ("employer_type", "employer_size"):
        rows = market.rows(
            "SELECT stratum_value AS v, n_postings AS n FROM out_weekly_metrics_v1 WHERE metric_id = 'M1' "
            f"AND stratum_dim = '{dimension}' AND weight_scheme = 'posting' AND basis = 'flow'"
        )
        assert {row["v"]: row["n"] for row in rows}["unknown"] == 8
        assert sum(row["n"] for row in rows) == 48


def test_they_are_counted_openly(market):
    [row] = market.rows("SELECT n_openings, n_without_employer FROM out_coverage_v1")
    assert row == {"n_openings": 48, "n_without_employer": 8}


def test_tables_beside_the_weekly_one_count_employers_alike():
    market = market_of(40, 8)
    for employer in ("", "", "employer 7"):
        market.add(employer, MONDAY, mentions=[{}])
    measure_week(market.con, MONDAY, STAMP)
    tables = "out_cert_by_criteria_v1", "out_certifications_v1"
    counts = "DISTINCT n_postings, n_employers", "n_openings, n_employers"
    found = [
        market.rows(f"SELECT {columns} FROM {table} WHERE window_weeks = 13")
        for table, columns in zip(tables, counts, strict=True)
    ]
    assert found == [[{"n_postings": 51, "n_employers": 40}], [{"n_openings": 3, "n_employers": 1}]]


@pytest.mark.parametrize(("n_nameless", "status"), [(13, "P"), (14, "Q")])
def test_a_share_is_withheld_where_over_a_quarter_name_none(n_nameless, status):
    market = market_of(39, n_nameless)
    measure_week(market.con, MONDAY, STAMP)
    assert market.metric("M1")["obs_status"] in {status, "U" if status == "P" else status}
    assert market.metric("M1", weight_scheme="employer")["est_raw"] == pytest.approx(4 / 39)


def test_they_do_not_help_to_the_fifteen_employers():
    market = Warehouse()
    market.add_market(MONDAY, 14, 3)
    market.add("", MONDAY, copies=10)
    measure_week(market.con, MONDAY, STAMP)
    assert (market.metric("M1")["n_employers"], market.metric("M1")["obs_status"]) == (14, "Q")


def test_a_market_without_any_name_is_withheld_whole():
    market = market_of(0, 60)
    measure_week(market.con, MONDAY, STAMP)
    row = market.metric("M1")
    assert (row["n_postings"], row["n_employers"], row["obs_status"]) == (60, 0, "Q")
    assert market.metric("M1", weight_scheme="employer")["n_postings"] == 0
    assert market.rows("SELECT count(*) AS n FROM out_weekly_metrics_v1 WHERE est_raw IS NOT NULL") == [
        {"n": 0}
    ]


def test_panel_and_mix_of_roles_compare_employers_only():
    """The same figures with and without them, though they alone would change and be mixed."""
    figures = []
    for n_nameless in (0, 5):
        market = Warehouse()
        for back in range(26):
            opened = MONDAY - timedelta(weeks=back)
            for number in range(20):
                market.add(
                    f"employer {number}",
                    opened,
                    archetype="technical" if number % 2 else "catch_all",
                    **(REQUIRED if number == back % 20 else {}),
                )
            market.add(
                "",
                opened,
                copies=n_nameless,
                archetype="marketing_gtm" if back % 2 else "technical",
                **(REQUIRED if back < 13 else {}),
            )
        measure_week(market.con, MONDAY, STAMP)
        figures.append(
            {
                name: market.metric(name, weight_scheme=weight)["est_raw"]
                for name, weight in (
                    ("M10p", "panel"),
                    ("M10w", "panel"),
                    ("M10b", "panel"),
                    ("M10x", "panel"),
                    ("M14", "employer"),
                    ("M14r", "employer"),
                )
            }
        )
    assert None not in figures[0].values()
    assert figures[1] == figures[0]
