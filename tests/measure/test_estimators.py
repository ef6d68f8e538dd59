"""Estimators against statsmodels, scipy and values worked out by hand."""

from dataclasses import fields

import numpy as np
import pytest
from scipy import stats
from statsmodels.stats.proportion import proportion_confint

from benchmarks.coverage import (
    SETTINGS,
    bootstrap_difference,
    simulate,
    simulate_difference,
)
from include.measure import estimators
from include.measure.estimators import ClusterSums


def sums(sizes, counts):
    return ClusterSums.of_clusters(np.array([sizes], float), np.array([counts], float))


def test_sums_over_employers_by_hand():
    # Three employers: one of one ad that has the label, two of three, none of four; the fourth has no ad.
    found = sums([1, 3, 0, 4], [1, 2, 0, 0])
    by_hand = {
        "n": 8, "n_employers": 3, "n2": 1 + 9 + 16, "inverse": 1 + 1 / 3 + 1 / 4, "x": 3, "x2": 1 + 4,
        "xm": 1 + 6, "r": 1 + 2 / 3, "r2": 1 + 4 / 9, "n_positive": 2, "n_negative": 2, "n_multiple": 2,
        "r_multiple": 2 / 3, "pairs": 1 / 3,
    }  # fmt: skip
    assert {field.name: getattr(found, field.name)[0] for field in fields(found)} == pytest.approx(by_hand)


def test_quantiles_are_those_of_the_normal_distribution():
    assert pytest.approx(1.959964, abs=1e-6) == estimators.NORMAL_QUANTILE
    assert pytest.approx(0.841621, abs=1e-6) == estimators.POWER_QUANTILE
    assert pytest.approx(2.801585, abs=1e-6) == estimators.DETECTABLE


@pytest.mark.parametrize(("x", "n"), [(0, 20), (1, 50), (13, 40), (40, 40)])
def test_wilson_equals_statsmodels(x, n):
    low, high = estimators.wilson(np.array([x / n]), np.array([float(n)]), stats.norm.ppf(0.975))
    assert (low[0], high[0]) == pytest.approx(proportion_confint(x, n, method="wilson"), abs=1e-12)


def test_single_ad_employers_give_plain_wilson_with_t():
    estimate = estimators.posting_weighted(sums([1] * 100, [1] * 30 + [0] * 70))
    # Variance with G/(G-1) is 100/99 of the simple one; a floor of 1 does not bind here.
    assert estimate.deff[0] == pytest.approx(100 / 99)
    quantile = stats.t.ppf(0.975, 99)
    low, high = estimators.wilson(np.array([0.3]), np.array([99.0]), quantile)
    assert (estimate.low[0], estimate.high[0]) == pytest.approx((low[0], high[0]))
    assert estimate.method[0] == "wilson_n_eff_t"


@pytest.mark.parametrize("labelled", range(1, 9))
@pytest.mark.parametrize("estimate", [estimators.posting_weighted, estimators.employer_weighted])
def test_one_employer_has_the_interval_of_the_assumed_correlation(estimate, labelled):
    # Its residual is zero but for rounding, and one employer has no degree of freedom.
    found = estimate(sums([9], [labelled]))
    assert found.deff[0] == pytest.approx(1 + estimators.ASSUMED_RHO * 8)
    assert 0 < found.low[0] < labelled / 9 < found.high[0] < 1


def test_linearised_variance_worked_by_hand():
    # Employers (m, x): (2, 2), (2, 0), (4, 1), (4, 3): p = 6/12; residuals 1, -1, -1, 1; var = 4/3 * 4 / 144.
    cell = sums([2, 2, 4, 4] * 10, [2, 0, 1, 3] * 10)
    estimate = estimators.posting_weighted(cell)
    variance = 40 / 39 * 40 / 120**2
    floor = 1 + estimators.correlation_within(cell)[0] * (400 / 120 - 1)
    assert estimate.deff[0] == pytest.approx(max(variance / (0.25 / 120), floor))


def test_correlation_within_is_one_for_copies_and_zero_for_independent_ads():
    copies = sums([5] * 40, [5] * 10 + [0] * 30)
    assert estimators.correlation_within(copies)[0] == pytest.approx(1.0)
    pairs = sums([2] * 40 + [1] * 9, [2] * 10 + [0] * 30 + [1] * 9)  # two ads are a pair, one is none
    assert estimators.correlation_within(pairs)[0] == pytest.approx(1.0)
    assert estimators.correlation_within(sums([1] * 40, [1] * 10 + [0] * 30))[0] == 0.0
    rng = np.random.default_rng(1)
    independent = sums([4] * 20000, rng.binomial(4, 0.3, 20000))
    assert estimators.correlation_within(independent)[0] == pytest.approx(0.0, abs=0.02)


def test_one_employer_with_copies_counts_as_one_look():
    estimate = estimators.posting_weighted(sums([30] * 20, [30] * 10 + [0] * 10))
    assert estimate.n_eff[0] == pytest.approx(20, rel=0.06)


def test_employer_weighted_is_the_mean_of_employer_shares():
    sizes, counts = [1] * 20 + [80], [1] * 10 + [0] * 10 + [80]
    estimate = estimators.employer_weighted(sums(sizes, counts))
    assert estimate.value[0] == pytest.approx(11 / 21)
    shares = np.array(counts) / np.array(sizes)
    expected = (11 / 21) * (10 / 21) / (shares.var(ddof=1) / 21)
    assert estimate.n_eff[0] == pytest.approx(min(expected, 100))


def test_employer_weighted_single_ads_give_plain_wilson_with_t():
    estimate = estimators.employer_weighted(sums([1] * 100, [1] * 30 + [0] * 70))
    assert (estimate.n_eff[0], estimate.df[0]) == (pytest.approx(99), 99)
    low, high = estimators.wilson(np.array([0.3]), np.array([99.0]), stats.t.ppf(0.975, 99))
    assert (estimate.low[0], estimate.high[0]) == pytest.approx((low[0], high[0]))
    assert estimate.variance[0] == pytest.approx(0.3 * 0.7 / 99)


def test_employer_weighted_zero_count_assumes_the_correlation():
    # 20 employers of one ad, 20 of three: 80 ads, the mean of 1/m is 2/3; an employer's share has the
    # variance p(1-p) (0.9/m + 0.1).
    estimate = estimators.employer_weighted(sums([1] * 20 + [3] * 20, [0] * 40))
    deff = 80 / 40 * (0.9 * 2 / 3 + 0.1)
    assert (estimate.deff[0], estimate.high[0]) == pytest.approx((deff, 3 * deff / 80))


def test_degrees_of_freedom_and_their_quantiles():
    n, n2 = np.array([40.0, 40.0, 5.0]), np.array([40.0, 160.0, 25.0])
    assert estimators.kish_df(n, n2) == pytest.approx([39, 9, 1])
    assert estimators.t_quantile(9) == pytest.approx(stats.t.ppf(0.975, 9))
    assert estimators.t_quantiles(np.array([9.0, 39.0, 9.0])) == pytest.approx(stats.t.ppf(0.975, [9, 39, 9]))


def test_zero_count_gives_the_rule_of_three_on_the_effective_size():
    estimate = estimators.posting_weighted(sums([3] * 100, [0] * 100))
    n_eff = 300 / (1 + estimators.ASSUMED_RHO * 2)
    assert estimate.value[0] == 0.0
    assert (estimate.low[0], estimate.high[0]) == (0.0, pytest.approx(3 / n_eff))
    assert estimate.method[0] == "rule_of_three"
    exact = 1 - 0.05 ** (1 / n_eff)  # the bound that the rule of three approximates
    assert estimate.high[0] == pytest.approx(exact, rel=0.02)


@pytest.mark.parametrize(("n_positive", "method"), [(9, "wilson_n_eff_assumed_rho"), (10, "wilson_n_eff_t")])
def test_under_ten_employers_on_either_side_the_correlation_is_assumed(n_positive, method):
    for counts in ([1] * n_positive + [0] * 40, [0] * n_positive + [1] * 40):
        sizes = [1] * len(counts)
        for weighted in (estimators.posting_weighted, estimators.employer_weighted):
            assert weighted(sums(sizes, counts)).method[0] == method


def test_full_count_mirrors_the_zero_count():
    zero, full = (estimators.employer_weighted(sums([3] * 50, [x] * 50)) for x in (0, 3))
    assert (full.low[0], full.high[0]) == pytest.approx((1 - zero.high[0], 1.0))


def test_empty_cell_has_no_estimate_and_no_warning():
    def rate(of_none):
        return estimators.per_unit_rate(of_none, np.zeros(1))

    for weighted in (estimators.posting_weighted, estimators.employer_weighted, rate):
        estimate = weighted(sums([0, 0], [0, 0]))
        assert np.isnan(estimate.value[0])
        assert estimate.method[0] == "none"
        assert estimate.n_eff[0] == 0


def test_a_rate_is_the_share_per_exposure():
    share = estimators.posting_weighted(sums([1, 3, 2], [1, 1, 0]))
    rate = estimators.per_unit_rate(sums([1, 3, 2], [1, 1, 0]), np.array([3000.0]))
    assert rate.value[0] == pytest.approx(2 / 3000)
    assert (rate.low[0], rate.high[0]) == pytest.approx((share.low[0] / 500, share.high[0] / 500))
    assert rate.n_eff[0] == share.n_eff[0]
    assert rate.variance[0] == pytest.approx(share.variance[0] / 500**2)


def test_a_rate_of_which_nothing_was_seen_has_an_upper_end():
    rate = estimators.per_unit_rate(sums([2] * 40, [0] * 40), np.array([40_000.0]))
    assert (rate.value[0], rate.low[0]) == (0, 0)
    assert rate.high[0] == pytest.approx(3 / (80 / 1.1) / 500)


def test_bootstrap_over_patterns_is_seeded_and_matches_the_normal_limit():
    sizes = np.ones(4)
    first, second = np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 1, 0])
    repeats = np.array([20, 80, 100, 800])
    low, high = bootstrap_difference(sizes, first, second, repeats, seed=7, replicates=4000)
    again = bootstrap_difference(sizes, first, second, repeats, seed=7, replicates=4000)
    assert (low, high) == again
    error = np.sqrt(np.repeat(first - second, repeats).var() / 1000)
    assert (low, high) == pytest.approx((-0.02 - 1.96 * error, -0.02 + 1.96 * error), abs=0.0015)


@pytest.mark.parametrize(("share", "rho", "employers"), SETTINGS)
def test_published_intervals_hold_what_they_promise_and_naive_ones_do_not(share, rho, employers):
    result = simulate(share, rho, employers, runs=500, seed=3)
    assert result.posting >= 0.92
    assert result.employer >= 0.92
    assert result.rate >= 0.92
    assert result.naive < 0.90


def test_gap_interval_covers_where_the_bootstrap_falls_short():
    mover, bootstrap = simulate_difference(0.005, 0.05, 0.4, 250, runs=400, seed=2, bootstraps=200)
    assert mover >= 0.92
    assert bootstrap < mover
