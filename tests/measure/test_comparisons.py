"""Differences, ratios and correlations of shares against values worked out by hand and simulated truth."""

import numpy as np
import pytest

from benchmarks.coverage import beta_binomial, zipf_sizes
from include.measure import comparisons
from include.measure.estimators import ClusterSums, posting_weighted


def sums(sizes, counts):
    return ClusterSums.of_clusters(np.array([sizes], float), np.array([counts], float))


def test_difference_of_independent_shares_is_newcombes_interval():
    first = posting_weighted(sums([1] * 80, [1] * 56 + [0] * 24))
    second = posting_weighted(sums([1] * 80, [1] * 48 + [0] * 32))
    gap = comparisons.difference(first, second, np.array([0.0]))
    low = 0.1 - np.hypot(0.7 - first.low[0], second.high[0] - 0.6)
    high = 0.1 + np.hypot(first.high[0] - 0.7, 0.6 - second.low[0])
    assert (gap.low[0], gap.high[0]) == pytest.approx((low, high))


@pytest.mark.parametrize("r", [-0.6, 0.4, 1.0])
def test_difference_of_correlated_shares_by_hand(r):
    first = posting_weighted(sums([1] * 80, [1] * 56 + [0] * 24))
    second = posting_weighted(sums([2] * 50, [2] * 20 + [1] * 10 + [0] * 20))
    gap = comparisons.difference(first, second, np.array([r]))
    p, q = first.value[0], second.value[0]
    for found, end, other in ((gap.low, first.low, second.high), (gap.high, first.high, second.low)):
        one, two = abs(p - end[0]), abs(q - other[0])
        assert abs(found[0] - (p - q)) == pytest.approx(np.sqrt(one**2 + two**2 - 2 * r * one * two))
    one, two = first.variance[0], second.variance[0]
    assert gap.variance[0] == pytest.approx(one + two - 2 * r * np.sqrt(one * two))
    assert gap.n_eff[0] == min(first.n_eff[0], second.n_eff[0])
    assert gap.deff[0] == max(first.deff[0], second.deff[0])
    assert gap.df[0] == min(first.df[0], second.df[0])


@pytest.mark.parametrize("r", [-0.5, 0.0, 0.5])
def test_ratio_worked_by_hand(r):
    # The ends solve p - R q = 0 with the squared distances of the ends (MOVER-R).
    first = posting_weighted(sums([1] * 200, [1] * 20 + [0] * 180))
    second = posting_weighted(sums([1] * 400, [1] * 20 + [0] * 380))
    got = comparisons.ratio(first, second, np.array([r]))
    assert got.value[0] == pytest.approx(2.0)
    p, q = first.value[0], second.value[0]
    for ratio, end, other in ((got.low, first.low, second.high), (got.high, first.high, second.low)):
        one, two = abs(p - end[0]), ratio[0] * abs(q - other[0])
        assert (p - ratio[0] * q) ** 2 == pytest.approx(one**2 + two**2 - 2 * r * one * two, rel=1e-9)
    assert got.low[0] < 2 < got.high[0]
    assert (got.deff[0], got.n_eff[0]) == (max(first.deff[0], second.deff[0]), first.n_eff[0])


def test_a_ratio_has_its_limits():
    second = posting_weighted(sums([1] * 400, [1] * 20 + [0] * 380))
    none = posting_weighted(sums([1] * 200, [0] * 200))
    nothing = comparisons.ratio(second, none, np.array([0.0]))
    assert np.isnan([nothing.value[0], nothing.low[0], nothing.high[0]]).all()
    zero = comparisons.ratio(none, second, np.array([0.0]))
    assert (zero.value[0], zero.low[0]) == (0.0, 0.0)
    assert 0 < zero.high[0] < np.inf


def test_ratio_covers_the_truth():
    rng = np.random.default_rng(4)
    runs, employers = 400, 200
    sizes_1, sizes_2 = (zipf_sizes(rng, (runs, employers)) for _ in range(2))
    one, two = (
        ClusterSums.of_clusters(sizes, beta_binomial(rng, sizes, share, 0.1))
        for sizes, share in ((sizes_1, 0.12), (sizes_2, 0.06))
    )
    got = comparisons.ratio(posting_weighted(one), posting_weighted(two), np.zeros(runs))
    assert np.mean((got.low <= 2) & (got.high >= 2)) >= 0.92


def test_correlation_of_a_share_with_itself_is_one_and_with_its_complement_minus_one():
    sizes, counts = np.array([[2.0, 3, 4, 1]]), np.array([[1.0, 0, 3, 1]])
    rest = sizes - counts
    one, other = ClusterSums.of_clusters(sizes, counts), ClusterSums.of_clusters(sizes, rest)

    def correlation(a, x1, b, x2):
        return comparisons.pair_correlation(
            a, b, xx=(x1 * x2).sum(1), xd=(x1 * sizes).sum(1), dx=(sizes * x2).sum(1), dd=(sizes**2).sum(1)
        )[0]

    assert correlation(one, counts, one, counts) == pytest.approx(1)
    assert correlation(one, counts, other, rest) == pytest.approx(-1)
    means = comparisons.mean_pair_correlation(one, other, ((counts / sizes) * (rest / sizes)).sum(1))
    assert means[0] == pytest.approx(-1)


def test_minimum_detectable_change_of_the_published_table():
    table = {(100, 13): 5.9, (100, 26): 4.3, (100, 52): 3.1, (200, 13): 4.2, (200, 26): 3.1, (200, 52): 2.2}
    for (n_eff, weeks), points in table.items():
        assert comparisons.minimum_detectable_change(0.06, n_eff, weeks) * 100 == pytest.approx(
            points, abs=0.06
        )
    with pytest.raises(ValueError, match="2 weeks"):
        comparisons.minimum_detectable_change(0.06, 100, 2)
