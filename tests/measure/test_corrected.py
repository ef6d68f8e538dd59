"""Audit labels change the published estimate, and only where they may."""

from datetime import timedelta

import numpy as np
import pytest

from include.measure.corrected import AUDIT_WEEKS, MINIMUM_LABELS, Audit, audit_window_name
from include.measure.crosstab import CrosstabUnits
from include.measure.prediction_powered import corrected_share, rectifier
from include.measure.registry import load_registry
from include.measure.units import NO_EMPLOYER
from include.measure.weekly import measure_week
from include.measure.weeks import week_index
from include.partitions import week_name
from tests.measure.warehouse import MONDAY, STAMP, WHOLE_MARKET, Warehouse


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
        # Whether it has a generic KPI was not told of the last one: that label corrects nothing.
        kpi = {} if number == 398 else {"has_generic_kpi": "true"}
        label(
            market, MONDAY, f"{number:064x}", "cert_asked" if number < 40 else "neither",
            1.0 if number < 40 else 0.5, cert_status="required" if truth else "none", criteria_status="none",
            **kpi,
        )  # fmt: skip
    label(market, MONDAY, f"{41:064x}", "neither", 0.5, cert_status="required")  # without its criteria
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
            0.1 if number < 40 else 0.05, cert_status="required" if truth else "none", criteria_status="none",
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
    assert row["rd_ppi"] == 0.0
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


def test_a_label_that_is_not_settled_takes_no_correction_from_the_weeks_before():
    """Of an ad of the last week nobody told the KPI talk and the degree: the first week does not ask it."""
    before = MONDAY - timedelta(weeks=AUDIT_WEEKS)
    market = Warehouse()
    for week in (before, MONDAY):
        for number in range(120):
            market.add(f"employer {number}", week, has_generic_kpi=number < 60)
    for number in range(240):
        told = {} if number == 239 else {"has_generic_kpi": "true", "degree_status": "required"}
        week = before if number < 120 else MONDAY
        label(market, week, f"{number:064x}", "s", 1.0, cert_status="none", criteria_status="none", **told)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    for week, corrected in ((before, pytest.approx(1.0)), (MONDAY, None)):
        assert market.metric("M5g", week_start=week)["est_raw"] == 0.5
        assert market.metric("M5g", week_start=week)["est_ppi"] == corrected
        assert market.metric("M1", week_start=week)["audit_n"] == 120
    cells = market.rows(
        "SELECT week_start, exposure, p_exposure_only_ppi AS p FROM out_cert_by_criteria_v1 "
        f"WHERE window_weeks = 13 AND week_start IN ('{before}', '{MONDAY}')"
    )
    found = {(row["week_start"], row["exposure"]): row["p"] for row in cells}
    assert found[before, "degree_required"] == pytest.approx(1.0)
    assert found[MONDAY, "degree_required"] == found[MONDAY, "cert_required"] == 0.0


@pytest.mark.parametrize(("kind", "weeks_later"), [("archived", 0), ("observed", 10)])
def test_an_ad_stands_for_the_week_that_it_was_drawn_for_whatever_copies_of_its_text_come(kind, weeks_later):
    market = Warehouse()
    for number in range(120):
        market.add(f"employer {number}", MONDAY)
        status = "required" if number < 30 else "none"
        label(market, MONDAY, f"{number:064x}", "s", 1.0, cert_status=status, criteria_status="none")
    for number in range(30):  # with keys that come before those of the others
        opened = MONDAY + timedelta(weeks=weeks_later)
        market.add("a copy", opened, series_kind=kind, content_hash=f"{number:064x}")
    measure_week(market.con, MONDAY + timedelta(weeks=weeks_later), STAMP, WHOLE_MARKET)
    for weight in ("posting", "employer"):
        row = market.metric("M1", week_start=MONDAY, weight_scheme=weight)
        assert (row["n_employers"], row["est_ppi"]) == (120, pytest.approx(0.25)), weight


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


def test_inner_band_of_a_week_allows_for_the_errors_of_its_own_ads():
    """The labels are of the week before: the mean error of 200 other ads, 20 of them wrong."""
    market = Warehouse()
    for back in (1, 0):
        market.add_market(MONDAY - timedelta(weeks=back), 200)
    for number in range(200):
        label(
            market, MONDAY - timedelta(weeks=1), f"{number:064x}", "neither", 1.0,
            cert_status="required" if number < 20 else "none", criteria_status="none",
        )  # fmt: skip
    measure_week(market.con, MONDAY, STAMP)
    own, before = market.metric("M1"), market.metric("M1", week_start=MONDAY - timedelta(weeks=1))
    gaps, number = (np.arange(200) < 20).astype(float), np.arange(200)
    found = rectifier(gaps, np.zeros(200), np.ones(200), number, np.zeros(200, int))
    for row, errors in ((own, 0.1 * 0.9 * (1 / 200 + 1 / 200)), (before, 0.0)):
        _, low, high = corrected_share(np.zeros(1), np.array([errors]), np.full(1, np.inf), found)
        assert (row["inner_low"], row["inner_high"]) == (pytest.approx(low[0]), pytest.approx(high[0]))
        assert row["ci_low"] <= row["inner_low"]
        assert row["inner_high"] <= row["ci_high"]


def test_the_corrected_gap_is_that_of_the_corrected_shares_also_where_one_is_cut_at_zero():
    """Of 20 ads said to require one none does, so of the next week's four less than none would."""
    market = Warehouse()
    required = {"cert_status": "required", "cert_timing": "at_hire"}
    for back, n_required in ((1, 20), (0, 4)):
        for number in range(200):
            explicit = {"criteria_status": "explicit"} if 20 <= number < 60 else {}
            market.add(
                f"employer {number}",
                MONDAY - timedelta(weeks=back),
                **(required if number < n_required else {}) | explicit,
            )
    for number in range(200):
        label(
            market, MONDAY - timedelta(weeks=1), f"{number:064x}", "neither", 1.0, cert_status="none",
            criteria_status="explicit" if 20 <= number < 60 else "none",
        )  # fmt: skip
    measure_week(market.con, MONDAY, STAMP)
    for weight in ("posting", "employer"):
        cert, criteria, gap = (market.metric(name, weight_scheme=weight) for name in ("M1", "M5", "M6"))
        assert (cert["est_ppi"], criteria["est_ppi"]) == (0.0, pytest.approx(0.2))
        assert gap["est_ppi"] == pytest.approx(-0.2)
        assert gap["ci_low"] < gap["inner_low"] < -0.2 < gap["inner_high"] < gap["ci_high"]


def test_a_label_is_of_the_week_that_its_ad_was_drawn_from():
    """The same texts were another series' a year before, under keys that come first."""
    market = Warehouse()
    for number in range(120):
        market.add(
            f"employer {number}",
            MONDAY - timedelta(weeks=52),
            series_kind="archived",
            first_seen_date=None,
            last_seen_date=None,
        )
    for number in range(120):
        market.add(f"employer {number}", MONDAY, content_hash=f"{number:064x}")
        label(
            market, MONDAY, f"{number:064x}", "neither", 1.0, cert_status="required", criteria_status="none"
        )
    measure_week(market.con, MONDAY, STAMP)
    assert (market.metric("M1")["est_ppi"], market.metric("M1")["audit_n"]) == (1.0, 120)


def test_an_ad_of_which_people_differ_on_the_timing_of_what_is_required_corrects_nothing():
    market = Warehouse()
    market.add_market(MONDAY, 120)
    for number in range(120):
        status = "required" if number < 10 else "none"
        label(market, MONDAY, f"{number:064x}", "neither", 1.0, cert_status=status, criteria_status="none")
        for annotator, value in (("a", "at_hire"), ("b", "post_hire")):
            row = {
                "audit_week": week_name(MONDAY), "content_hash": f"{number:064x}", "stratum": "neither",
                "inclusion_probability": 1.0, "annotator": annotator, "label": "cert_timing", "value": value,
            }  # fmt: skip
            market.insert("core_audit_labels", row)
    measure_week(market.con, MONDAY, STAMP)
    assert (market.metric("M1")["est_ppi"], market.metric("M1")["audit_n"]) == (0.0, 110)


WEEK = 2900


def audit_of(n=MINIMUM_LABELS, **changes):
    """Return `n` labelled ads of one week, two per employer: M1 is right in all, M5 wrong in every tenth."""
    number = np.arange(n)
    parts = {
        "week": np.full(n, WEEK), "kind": np.full(n, "observed", dtype=object), "employer": 1 + number // 2,
        "stratum": np.zeros(n, int), "weight": 1.0 + number % 3, "share_of_employer": 1.0 / (1 + number % 2),
        "truth": {"M1": (number % 4 == 0).astype(float), "M5": (number % 5 == 0).astype(float)},
        "predicted": {"M1": (number % 4 == 0).astype(float), "M5": (number % 10 == 0).astype(float)},
        "strata": {}, "cells_truth": {"cert_required": np.full(n, 2)},
        "is_told": {name: np.ones(n, bool) for name in ("M1", "M5", "cert_required")},
        "cells_predicted": {"cert_required": np.where(number % 10 == 0, 1, 2)},
    }  # fmt: skip
    return Audit(**parts | changes)


def test_labels_of_thirteen_weeks_and_one_series_count_when_they_are_a_hundred():
    n = MINIMUM_LABELS
    ends = audit_of(week=np.where(np.arange(n) % 2, WEEK, WEEK - AUDIT_WEEKS + 1))
    assert len(ends.window("observed", WEEK)) == n
    assert len(ends.window("observed", WEEK + 1)) == len(ends.window("observed", WEEK - 1)) == 0
    assert len(ends.window("archived", WEEK)) == 0
    assert len(audit_of(n - 1).window("observed", WEEK)) == 0
    assert audit_window_name(week_index(MONDAY)) == "2026-W35/2026-W47"


def test_a_difference_is_corrected_only_where_both_its_labels_were_given():
    gap, share = load_registry()["M6"], load_registry()["M1"]
    audit = audit_of()
    correction = audit.correction(gap, "posting", "observed", WEEK)
    errors = audit.truth["M5"] - audit.predicted["M5"]
    assert correction.value == pytest.approx(-(audit.weight * errors).sum() / audit.weight.sum())
    only = audit_of(truth={"M1": audit.truth["M1"]}, predicted={"M1": audit.predicted["M1"]})
    assert only.correction(gap, "posting", "observed", WEEK) is None
    assert only.correction(share, "posting", "observed", WEEK).value == 0.0


def test_by_employer_each_ad_counts_its_part_and_ads_that_name_none_nothing():
    audit = audit_of(120)
    nameless = np.arange(120) >= 110
    audit.employer[nameless] = NO_EMPLOYER
    metric = load_registry()["M5"]
    for weight, rows in (("posting", np.arange(120)), ("employer", np.flatnonzero(~nameless))):
        w = audit.weight[rows] * (audit.share_of_employer[rows] if weight == "employer" else 1)
        by_hand = rectifier(
            audit.truth["M5"][rows], audit.predicted["M5"][rows], w, audit.employer[rows], audit.stratum[rows]
        )
        assert audit.correction(metric, weight, "observed", WEEK) == by_hand


def test_by_employer_too_a_hundred_labels_are_needed():
    audit = audit_of(120)
    audit.employer[:21] = NO_EMPLOYER
    metric = load_registry()["M5"]
    assert audit.correction(metric, "posting", "observed", WEEK).n == 120
    assert audit.correction(metric, "employer", "observed", WEEK) is None


def test_cells_move_as_the_labels_say():
    # The classifier puts every tenth ad into cell 1 that people put into cell 2.
    exposed, outcome = np.array([1, 1, 0, 0, 0], bool), np.array([1, 0, 1, 0, 0], bool)
    zeros = np.zeros(5, int)
    window = CrosstabUnits(zeros, zeros, zeros, zeros, outcome, {"cert_required": exposed})
    audit = audit_of(weight=np.ones(MINIMUM_LABELS))
    cells, n = audit.cells("cert_required", "observed", WEEK, window)
    assert (cells, n) == (pytest.approx((0.2, 0.1, 0.3, 0.4)), MINIMUM_LABELS)
    assert audit.cells("cert_required", "archived", WEEK, window) is None


def test_a_withheld_table_is_not_corrected_either():
    market = Warehouse()
    for number in range(120):
        market.add("one employer", MONDAY)
        label(
            market, MONDAY, f"{number:064x}", "neither", 1.0, cert_status="required", criteria_status="none"
        )
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    rows = market.rows(
        "SELECT DISTINCT obs_status, p_both_ppi, p_exposure_only_ppi, p_neither_ppi, rd_ppi, audit_n "
        "FROM out_cert_by_criteria_v1"
    )
    assert [tuple(row.values()) for row in rows] == [("Q", None, None, None, None, 0)]
