"""Audit labels change the published estimate, and only where they may."""

from datetime import timedelta

import pytest

from include.measure.weekly import measure_week
from include.partitions import week_name
from tests.measure.warehouse import MONDAY, STAMP, Warehouse


def label(warehouse, week, content_hash, stratum, probability, **values):
    for name, value in values.items():
        row = {
            "audit_week": week_name(week),
            "content_hash": content_hash,
            "stratum": stratum,
            "inclusion_probability": probability,
            "annotator": "adjudicated",
            "label": name,
            "value": value,
        }
        warehouse.insert("core_audit_labels", row)


@pytest.fixture(scope="module")
def warehouse():
    """400 ads; the classifier says 40 require, people say that 30 of these do and 10 others too."""
    market = Warehouse()
    for number in range(400):
        status = {"cert_status": "required", "cert_timing": "at_hire"} if number < 40 else {}
        market.add(f"employer {number}", MONDAY, **status)
    for number in range(400):
        if number >= 40 and number % 2:
            continue  # half of the predicted negatives are labelled
        truth = number < 30 or 40 <= number < 60
        label(
            market, MONDAY, f"{number:064x}", "cert_asked" if number < 40 else "neither",
            1.0 if number < 40 else 0.5, cert_status="required" if truth else "none", criteria_status="none",
        )  # fmt: skip
    measure_week(market.con, MONDAY, STAMP)
    return market


def test_corrected_estimate_stands_beside_the_raw_one(warehouse):
    row = warehouse.metric("M1")
    assert row["est_raw"] == pytest.approx(0.1)
    assert row["est_ppi"] == pytest.approx((30 + 20) / 400)
    assert row["ci_low"] < row["est_ppi"] < row["ci_high"]
    assert (row["audit_n"], row["audit_window"]) == (220, "2026-W35/2026-W47")
    assert row["ci_method"] == "ppi_cluster_t"


def test_inner_band_has_the_errors_of_the_classifier_only(warehouse):
    row = warehouse.metric("M1")
    assert row["ci_low"] < row["inner_low"] < row["est_ppi"] < row["inner_high"] < row["ci_high"]
    gap = warehouse.metric("M6")
    assert gap["ci_low"] < gap["inner_low"] < gap["est_ppi"] < gap["inner_high"] < gap["ci_high"]


def test_inner_band_narrows_to_nothing_but_the_labels_when_ads_are_many(warehouse):
    """Ten times the ads with the same labels: the sampling part shrinks, the inner band stays."""
    market = Warehouse()
    for number in range(4000):
        status = {"cert_status": "required", "cert_timing": "at_hire"} if number < 400 else {}
        market.add(f"employer {number}", MONDAY, **status)
    for number in [*range(40), *range(400, 760, 2)]:
        truth = number < 30 or 400 <= number < 420
        label(
            market, MONDAY, f"{number:064x}", "cert_asked" if number < 40 else "neither",
            1.0 if number < 40 else 0.5, cert_status="required" if truth else "none", criteria_status="none",
        )  # fmt: skip
    measure_week(market.con, MONDAY, STAMP)
    many, few = market.metric("M1"), warehouse.metric("M1")
    assert many["est_ppi"] == pytest.approx(few["est_ppi"])
    assert many["inner_high"] - many["inner_low"] == pytest.approx(few["inner_high"] - few["inner_low"])
    spare = [(row["ci_high"] - row["ci_low"]) / (row["inner_high"] - row["inner_low"]) for row in (few, many)]
    assert spare[0] > 1.2 > spare[1] > 1


def test_rogan_gladen_stands_beside_it_as_a_cross_check(warehouse):
    # Weighted, 30 of 50 true ones are found and 340 of 350 others left alone: the same as the correction.
    assert warehouse.metric("M1")["est_rogan_gladen"] == pytest.approx(0.125)
    assert warehouse.metric("M6")["est_rogan_gladen"] is None
    assert warehouse.metric("M1", weight_scheme="employer")["est_rogan_gladen"] is None


def test_gap_is_corrected_as_a_pair(warehouse):
    assert warehouse.metric("M6")["est_ppi"] == pytest.approx(50 / 400)


def test_metrics_on_labels_nobody_gave_stay_raw(warehouse):
    for metric in ("M13", "M15", "M5g", "M1c"):
        row = warehouse.metric(metric)
        assert (row["est_ppi"], row["audit_n"], row["audit_window"]) == (None, 0, None)
        assert (row["inner_low"], row["inner_high"]) == (None, None)


def test_table_of_four_is_corrected(warehouse):
    [row] = warehouse.rows(
        f"SELECT * FROM out_cert_by_criteria_v1 WHERE week_start = '{MONDAY}' AND window_weeks = 13 "
        "AND exposure = 'cert_required'"
    )
    assert row["p_exposure_only_ppi"] == pytest.approx(50 / 400)
    assert row["p_neither_ppi"] == pytest.approx(350 / 400)
    assert row["audit_n"] == 220


def test_labels_of_a_later_week_do_not_leak_into_an_earlier_one():
    market = Warehouse()
    for back in (0, 1):
        for number in range(120):
            market.add(f"employer {number}", MONDAY - timedelta(weeks=back))
    for number in range(120):
        label(
            market, MONDAY, f"{number:064x}", "neither", 1.0, cert_status="required", criteria_status="none"
        )
    measure_week(market.con, MONDAY, STAMP)
    assert market.metric("M1", week_start=MONDAY - timedelta(weeks=1))["est_ppi"] is None
    assert market.metric("M1")["est_ppi"] == pytest.approx(1.0)


def test_too_few_labels_correct_nothing():
    market = Warehouse()
    market.add_market(MONDAY, 60)
    for number in range(50):
        label(
            market, MONDAY, f"{number:064x}", "neither", 0.5, cert_status="required", criteria_status="none"
        )
    measure_week(market.con, MONDAY, STAMP)
    assert market.metric("M1")["est_ppi"] is None


def test_a_stratum_is_corrected_by_its_own_labels_or_not_at_all():
    """Europe: 150 of 200 labelled, people find 15 more. Elsewhere 60 are labelled, which is too few."""
    market = Warehouse()
    for number in range(400):
        market.add(f"employer {number}", MONDAY, region="europe" if number < 200 else "north_america")
    for number in [*range(150), *range(200, 260)]:
        label(
            market, MONDAY, f"{number:064x}", "neither", 0.75,
            cert_status="required" if number < 15 else "none", criteria_status="none",
        )  # fmt: skip
    measure_week(market.con, MONDAY, STAMP)
    europe = market.metric("M1", stratum_dim="region", stratum_value="europe")
    assert (europe["est_raw"], europe["est_ppi"], europe["audit_n"]) == (0.0, pytest.approx(0.1), 150)
    other = market.metric("M1", stratum_dim="region", stratum_value="north_america")
    assert (other["est_ppi"], other["audit_n"]) == (None, 0)
    assert market.metric("M1")["audit_n"] == 210
