"""The pooled 2x2 tables on a real DuckDB."""

from datetime import timedelta

import pytest

from include.measure.weekly import measure_week
from tests.measure.warehouse import MONDAY, STAMP, Warehouse

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
