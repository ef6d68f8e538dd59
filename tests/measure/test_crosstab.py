"""The pooled 2x2 tables on a real DuckDB."""

from datetime import timedelta

import pytest

from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, WHOLE_MARKET, Warehouse

REQUIRED = {"cert_status": "required", "cert_timing": "at_hire"}
EXPLICIT = {"criteria_status": "explicit", "criteria_tiers": ["E2"]}


@pytest.fixture(scope="module")
def rows():
    warehouse = Warehouse()
    for number in range(60):
        labels = (REQUIRED if number < 20 else {}) | (EXPLICIT if number % 4 == 0 else {})
        warehouse.add(f"employer {number}", MONDAY - timedelta(weeks=number % 20), **labels)
    measure_week(warehouse.con, MONDAY, STAMP)
    return warehouse.rows(f"SELECT * FROM out_cert_by_criteria_v1 WHERE week_start = '{MONDAY}'")


def pick(rows, exposure, weeks):
    [row] = [row for row in rows if (row["exposure"], row["window_weeks"]) == (exposure, weeks)]
    return row


def test_cells_of_the_26_weeks(rows):
    row = pick(rows, "cert_required", 26)
    assert [row[f"n_{c}"] for c in ("both", "exposure_only", "criteria_only", "neither")] == [5, 15, 10, 30]
    assert row["rd"] == pytest.approx(0.0)
    assert row["instead_share"] == row["otherwise_share"] == pytest.approx(0.75)
    assert row["rd_low"] < 0 < row["rd_high"]
    assert row["rd_mde"] > 0.2  # sixty ads cannot show much, and the table says so


def test_window_longer_than_the_series_is_marked_unreliable(rows):
    row = pick(rows, "cert_required", 26)
    assert (row["weeks_observed"], row["obs_status"]) == (20, "U")


def test_adjusted_ratio_only_over_26_weeks(rows):
    assert pick(rows, "cert_required", 13)["mh_odds_ratio"] is None
    assert pick(rows, "cert_required", 26)["mh_odds_ratio"] is not None


def test_negative_controls_stand_beside_and_may_be_empty(rows):
    row = pick(rows, "clearance_required", 26)
    assert (row["n_both"], row["n_exposure_only"], row["rd"], row["obs_status"]) == (0, 0, None, "U")


def test_thin_table_is_suppressed():
    warehouse = Warehouse()
    warehouse.add_market(MONDAY, 10)
    measure_week(warehouse.con, MONDAY, STAMP)
    rows = warehouse.rows("SELECT DISTINCT obs_status, conf_status, n_both, rd FROM out_cert_by_criteria_v1")
    assert rows == [{"obs_status": "Q", "conf_status": "C", "n_both": None, "rd": None}]


def test_a_table_settles_after_eight_weeks_and_needs_fifteen_employers_that_ask():
    warehouse = Warehouse()
    for back in range(24):
        for number in range(20):
            labels = (REQUIRED if number < 15 else {}) | (EXPLICIT if number % 4 == 0 else {})
            labels |= {"degree_status": "required"} if number < 14 else {}
            warehouse.add(f"employer {number}", MONDAY - timedelta(weeks=back), **labels)
    measure_week(warehouse.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = warehouse.rows(
        "SELECT exposure, obs_status AS s, min(age) AS first, max(age) AS last FROM ("
        f"SELECT *, date_diff('week', week_start, DATE '{MONDAY}') AS age FROM out_cert_by_criteria_v1 "
        "WHERE window_weeks = 13 AND exposure IN ('cert_required', 'degree_required') "
        "AND weeks_observed = 13) GROUP BY ALL ORDER BY 1, 3"
    )
    assert [tuple(row.values()) for row in rows] == [
        ("cert_required", "P", 0, 7), ("cert_required", "A", 8, 11), ("degree_required", "U", 0, 11),
    ]  # fmt: skip
