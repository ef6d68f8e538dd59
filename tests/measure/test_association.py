"""Association measures against statsmodels and hand-worked tables."""

import numpy as np
import pytest
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2

from include.measure import association


def units(a, b, c, d):
    exposed = np.repeat([True, True, False, False], [a, b, c, d])
    outcome = np.repeat([True, False, True, False], [a, b, c, d])
    return exposed, outcome


def test_single_ad_employers_reproduce_the_textbook_odds_ratio_interval():
    exposed, outcome = units(40, 160, 300, 500)
    tables = association.employer_tables(exposed, outcome, np.arange(1000))
    ratio = association.odds_ratio(tables)
    book = Table2x2(np.array([[40.5, 160.5], [300.5, 500.5]]))
    assert ratio.value == pytest.approx(book.oddsratio)
    assert np.log([ratio.low, ratio.high]) == pytest.approx(np.log(book.oddsratio_confint()), abs=0.01)


def test_phi_equals_the_pearson_correlation():
    exposed, outcome = units(12, 30, 41, 17)
    tables = association.employer_tables(exposed, outcome, np.arange(100))
    phi = association.phi_coefficient(tables)
    assert phi.value == pytest.approx(np.corrcoef(exposed, outcome)[0, 1])
    assert phi.low < phi.value < phi.high


def test_risk_difference_and_its_power():
    exposed, outcome = units(10, 40, 60, 90)
    rd, smallest = association.risk_difference(association.employer_tables(exposed, outcome, np.arange(200)))
    assert rd.value == pytest.approx(0.2 - 0.4)
    assert rd.low < -0.2 < rd.high < 0.0
    assert smallest == pytest.approx(2.8016 * np.sqrt(0.35 * 0.65 * (1 / 50 + 1 / 150)), rel=0.02)


def test_no_exposed_ad_gives_no_difference():
    exposed, outcome = units(0, 0, 60, 90)
    tables = association.employer_tables(exposed, outcome, np.arange(150))
    rd, _ = association.risk_difference(tables)
    assert np.isnan(rd.value)
    assert np.isfinite(association.odds_ratio(tables).value)
    assert np.isnan(association.phi_coefficient(tables).value)


def test_copies_of_one_employer_widen_the_interval():
    exposed, outcome = units(20, 80, 150, 250)
    alone = association.odds_ratio(association.employer_tables(exposed, outcome, np.arange(500)))
    grouped = association.odds_ratio(association.employer_tables(exposed, outcome, np.arange(500) // 10))
    assert np.log(grouped.high / grouped.low) > 2 * np.log(alone.high / alone.low)


def test_mantel_haenszel_equals_statsmodels_and_removes_confounding():
    strata = [np.array([[30, 70], [60, 140]]), np.array([[80, 20], [160, 40]])]  # odds ratio 1 in both
    parts = [units(*table.reshape(-1)) for table in strata]
    exposed, outcome = (np.concatenate(column) for column in zip(*parts, strict=True))
    stratum = np.repeat([0, 1], [300, 300])
    adjusted, informing = association.mantel_haenszel(exposed, outcome, stratum, np.arange(600))
    book = StratifiedTable([table.astype(float) for table in strata])
    assert adjusted.value == pytest.approx(book.oddsratio_pooled)
    low, high = book.oddsratio_pooled_confint()
    assert np.log([adjusted.low, adjusted.high]) == pytest.approx(np.log([low, high]), abs=0.02)
    assert informing == 2


def test_mantel_haenszel_without_information():
    exposed, outcome = units(5, 0, 0, 7)
    adjusted, informing = association.mantel_haenszel(exposed, outcome, np.arange(12), np.arange(12))
    assert np.isnan(adjusted.value)
    assert informing == 0


def test_linearised_interval_covers_in_employer_clusters():
    rng = np.random.default_rng(4)
    hits = 0
    for _ in range(200):
        employer = np.repeat(np.arange(120), 5)
        lean = rng.normal(0, 1, 120)[employer]  # boilerplate: an employer's ads resemble each other
        exposed = rng.random(600) < 1 / (1 + np.exp(1.5 - lean))
        outcome = rng.random(600) < 1 / (1 + np.exp(1.0 - rng.normal(0, 1, 120)[employer]))
        ratio = association.odds_ratio(association.employer_tables(exposed, outcome, employer))
        hits += ratio.low <= 1 <= ratio.high
    assert hits / 200 >= 0.91


def test_renumbering_is_unique_s_inverse():
    codes = np.random.default_rng(4).integers(0, 500, 300)
    assert (association.renumber(codes) == np.unique(codes, return_inverse=True)[1]).all()
    assert len(association.renumber(codes[:0])) == 0
