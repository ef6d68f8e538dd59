"""Association measures against statsmodels and hand-worked tables."""

import warnings

import numpy as np
import pytest
from scipy import stats
from statsmodels.discrete.conditional_models import ConditionalLogit
from statsmodels.stats.contingency_tables import StratifiedTable, Table2x2

from include.measure import association
from include.measure.comparisons import difference
from include.measure.estimators import ClusterSums, posting_weighted


def units(a, b, c, d):
    exposed = np.repeat([True, True, False, False], [a, b, c, d])
    outcome = np.repeat([True, False, True, False], [a, b, c, d])
    return exposed, outcome


def test_single_ad_employers_reproduce_the_textbook_odds_ratio_interval():
    exposed, outcome = units(160, 640, 1200, 2000)
    tables = association.employer_tables(exposed, outcome, np.arange(4000))
    ratio = association.odds_ratio(tables)
    book = Table2x2(np.array([[160.5, 640.5], [1200.5, 2000.5]]))
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


def test_where_all_are_exposed_there_is_no_difference_either():
    tables = association.employer_tables(*units(60, 90, 0, 0), np.arange(150))
    assert np.isnan(association.risk_difference(tables)[0].value)


def test_no_exposed_ad_gives_no_difference():
    exposed, outcome = units(0, 0, 60, 90)
    tables = association.employer_tables(exposed, outcome, np.arange(150))
    rd, _ = association.risk_difference(tables)
    assert np.isnan(rd.value)
    assert np.isnan(association.odds_ratio(tables).value)  # (0.5)(90.5) / (0.5)(60.5) would compare nobody
    assert np.isnan(association.phi_coefficient(tables).value)


def test_an_outcome_that_all_have_or_none_gives_no_ratio():
    for cells in ((5, 0, 60, 0), (0, 5, 0, 60)):
        tables = association.employer_tables(*units(*cells), np.arange(65))
        assert np.isnan(association.odds_ratio(tables).value)
        assert np.isnan(association.phi_coefficient(tables).value)


def test_none_of_a_few_exposed_ads_is_no_proof_of_a_difference():
    # Fifteen exposed ads of 474, none with the outcome that a tenth of the others have: chance, says Fisher.
    tables = association.employer_tables(*units(0, 15, 41, 418), np.arange(474))
    assert stats.fisher_exact([[0, 15], [41, 418]]).pvalue > 0.3
    ratio, phi = association.odds_ratio(tables), association.phi_coefficient(tables)
    assert ratio.low == 0 < ratio.value < 1 < ratio.high
    assert phi.low < phi.value < 0 < phi.high
    # One exposed ad that could have it or not: no upper end can be given.
    one = association.odds_ratio(association.employer_tables(*units(0, 1, 41, 418), np.arange(460)))
    assert (one.low, one.high) == (0, np.inf)


def test_no_association_is_found_where_there_is_none_however_few_are_exposed():
    rng = np.random.default_rng(3)
    found = dict.fromkeys(("odds_ratio", "phi", "mantel_haenszel", "inside"), 0)
    for _ in range(200):
        employer = np.repeat(np.arange(80), np.minimum(rng.zipf(2.0, size=80), 60))
        exposed, outcome = (rng.random(len(employer)) < rng.beta(p, 9 - p, 80)[employer] for p in (0.2, 0.5))
        tables = association.employer_tables(exposed, outcome, employer)
        stratum = rng.integers(0, 10, len(employer))
        intervals = {
            "odds_ratio": association.odds_ratio(tables),
            "mantel_haenszel": association.mantel_haenszel(exposed, outcome, stratum, employer)[0],
            "inside": association.conditional_odds_ratio(tables)[0],
        }
        phi = association.phi_coefficient(tables)
        found["phi"] += phi.low > 0 or phi.high < 0
        for name, interval in intervals.items():
            found[name] += interval.low > 1 or interval.high < 1
    assert all(n / 200 <= 0.05 for n in found.values()), found


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
    for cells in ((5, 0, 3, 7), (0, 5, 7, 3)):  # the ratio would be infinite, or nothing
        one = np.zeros(15, int)
        adjusted, informing = association.mantel_haenszel(*units(*cells), one, np.arange(15))
        assert np.isnan(adjusted.value)
        assert informing == 1


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


def employer_ads(rng, employers=60, effect=-1.0):
    """Ads whose outcome depends on the exposure and on an employer effect that goes with the exposure."""
    rows = []
    for employer in range(employers):
        level = rng.normal()
        for _ in range(int(rng.integers(2, 12))):
            exposed = rng.random() < 1 / (1 + np.exp(-level))
            outcome = rng.random() < 1 / (1 + np.exp(-(2 * level - 1 + effect * exposed)))
            rows.append((employer, exposed, outcome))
    employer, exposed, outcome = (np.array(column) for column in zip(*rows, strict=True))
    return employer, exposed, outcome


def test_odds_ratio_inside_employers_is_the_conditional_logit_s():
    employer, exposed, outcome = employer_ads(np.random.default_rng(7))
    found, informing = association.conditional_odds_ratio(
        association.employer_tables(exposed, outcome, employer)
    )
    with warnings.catch_warnings():  # groups without variation are dropped with a warning
        warnings.simplefilter("ignore")
        model = ConditionalLogit(outcome.astype(float), exposed[:, None].astype(float), groups=employer)
        expected = model.fit(disp=0).params[0]
    assert np.log(found.value) == pytest.approx(expected, abs=1e-4)  # its optimiser stops early
    assert found.low < found.value < found.high
    assert 2 < informing < 60
    plain = association.odds_ratio(association.employer_tables(exposed, outcome, employer))
    assert plain.value > 1 > found.value, "the employer effect alone makes the plain ratio positive"


def test_inside_interval_covers():
    rng, held, runs = np.random.default_rng(8), 0, 200
    for _ in range(runs):
        employer, exposed, outcome = employer_ads(rng)
        found, _ = association.conditional_odds_ratio(association.employer_tables(exposed, outcome, employer))
        held += found.low <= np.exp(-1.0) <= found.high
    assert held / runs >= 0.9


@pytest.mark.parametrize(
    "tables",
    [np.zeros((0, 4)), np.array([[2.0, 1, 1, 2]]), np.array([[1.0, 0, 0, 3], [2.0, 0, 0, 2]])],
    ids=["no employer", "one employer", "separated"],
)
def test_no_odds_ratio_where_the_likelihood_has_none(tables):
    assert np.isnan(association.conditional_odds_ratio(tables)[0].value)


def clustered():
    """Return the tables of seven employers whose ads resemble each other."""
    counts = [
        (4, 6, 1, 9),
        (0, 5, 3, 7),
        (6, 4, 8, 2),
        (1, 9, 0, 10),
        (3, 3, 4, 4),
        (0, 2, 2, 6),
        (5, 1, 3, 0),
    ]
    return np.array(counts, float)


def test_difference_of_resembling_ads_has_the_correlation_of_its_shares():
    tables = clustered()
    (a, b, c, d), sums = tables.T, ClusterSums.of_clusters
    one, two = a - a.sum() / (a + b).sum() * (a + b), c - c.sum() / (c + d).sum() * (c + d)
    r = (one * two).sum() / np.sqrt((one**2).sum() * (two**2).sum())
    assert r > 0.3
    shares = [posting_weighted(sums((x + y)[None], x[None])) for x, y in ((a, b), (c, d))]
    gap = difference(*shares, np.array([r]))
    rd, _ = association.risk_difference(tables)
    assert (rd.value, rd.low, rd.high) == pytest.approx((gap.value[0], gap.low[0], gap.high[0]))


def test_intervals_of_few_employers_by_hand():
    tables = clustered()
    (a, b, c, d), sums = tables.T, ClusterSums.of_clusters
    totals = tables.sum(axis=0)
    one, two = a - a.sum() / (a + b).sum() * (a + b), c - c.sum() / (c + d).sum() * (c + d)
    r = (one * two).sum() / np.sqrt((one**2).sum() * (two**2).sum())
    shares = [posting_weighted(sums((x + y)[None], x[None])) for x, y in ((a, b), (c, d))]
    (low_1, high_1), (low_2, high_2) = (
        np.log([e.low[0] / (1 - e.low[0]), e.high[0] / (1 - e.high[0])]) for e in shares
    )
    at_1, at_2 = np.log((totals[::2] + 0.5) / (totals[1::2] + 0.5))
    down = np.sqrt((at_1 - low_1) ** 2 - 2 * r * (at_1 - low_1) * (high_2 - at_2) + (high_2 - at_2) ** 2)
    up = np.sqrt((high_1 - at_1) ** 2 - 2 * r * (high_1 - at_1) * (at_2 - low_2) + (at_2 - low_2) ** 2)
    ratio = association.odds_ratio(tables)
    ends = [at_1 - at_2, at_1 - at_2 - down, at_1 - at_2 + up]
    assert np.log([ratio.value, ratio.low, ratio.high]) == pytest.approx(ends)
    # The same table by the correlation: the difference, stretched as the margins say.
    exposed, outcome = units(*totals.astype(int))
    phi, (rd, _) = association.phi_coefficient(tables), association.risk_difference(tables)
    stretch = np.std(exposed) / np.std(outcome)
    assert phi.value == pytest.approx(np.corrcoef(exposed, outcome)[0, 1])
    assert [phi.value, phi.low, phi.high] == pytest.approx(np.array([rd.value, rd.low, rd.high]) * stretch)


def test_the_adjusted_variance_of_independent_ads_is_that_of_robins_breslow_and_greenland():
    strata = [np.array([[3, 70], [60, 140]]), np.array([[8, 20], [160, 40]])]
    parts = [units(*table.reshape(-1)) for table in strata]
    exposed, outcome = (np.concatenate(column) for column in zip(*parts, strict=True))
    stratum = np.repeat([0, 1], [table.sum() for table in strata])
    terms = []
    for table in strata:
        (a, b), (c, d), n = *table, table.sum()
        terms.append(((a + d) / n, (b + c) / n, a * d / n, b * c / n))
    found = association._robins_breslow_greenland(*np.array(terms).T)
    book = StratifiedTable([table.astype(float) for table in strata])
    assert np.sqrt(found) == pytest.approx(book.logodds_pooled_se)
    adjusted, _ = association.mantel_haenszel(exposed, outcome, stratum, np.arange(len(stratum)))
    half = np.log(adjusted.high / adjusted.low) / 2
    assert half >= 0.999 * stats.t.ppf(0.975, len(stratum) - 1) * book.logodds_pooled_se
