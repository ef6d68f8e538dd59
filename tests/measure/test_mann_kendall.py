"""The rank test of the trend: known series, ties, gaps, its size, and what autocorrelation does to it."""

import numpy as np
import pytest
from scipy import stats

from benchmarks.rank_trend import rejection_rates
from include.measure.mann_kendall import mann_kendall


@pytest.mark.parametrize("sign", [1, -1])
def test_a_share_that_moves_every_week_has_tau_one_and_no_chance(sign):
    found = mann_kendall(np.arange(30), sign * np.sqrt(np.arange(30.0)))
    assert found.tau == pytest.approx(sign)
    assert min(sign * found.low, sign * found.high) > 0
    assert max(abs(found.low), abs(found.high)) == 1


def test_a_constant_share_has_no_rank_trend():
    assert mann_kendall(np.arange(30), np.full(30, 0.02)) is None


def test_a_straight_line_has_no_autocorrelation_left():
    assert mann_kendall(np.arange(32), np.arange(32) / 64).factor == 1.0


def test_interval_leaves_zero_where_the_textbook_test_rejects():
    # S, its variance with ties and the continuity correction written out; no lag is correlated in this noise.
    rng = np.random.default_rng(4)
    week = np.arange(40)
    both = set()
    for _ in range(200):
        share = rng.integers(0, 4, 40) / 30 + week / 900
        found = mann_kendall(week, share)
        if found.factor > 1:
            continue
        s = sum(np.sign(share[j] - share[i]) for i in range(40) for j in range(i + 1, 40))
        ties = np.unique(share, return_counts=True)[1]
        variance = (40 * 39 * 85 - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
        rejects = (abs(s) - 1) / np.sqrt(variance) > stats.norm.ppf(0.975)
        assert rejects == (not found.low <= 0 <= found.high)
        both.add(bool(rejects))
    assert both == {True, False}


def test_factor_is_hamed_and_rao_s_formula():
    share = np.array([1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1] * 3) / 100.0
    n = len(share)
    slope = stats.theilslopes(share, np.arange(n)).slope
    ranks = stats.rankdata(share - slope * np.arange(n))
    gaps = ranks - ranks.mean()
    sums = {lag: sum(gaps[i] * gaps[i + lag] for i in range(n - lag)) / sum(gaps**2) for lag in (1, 2, 3)}
    terms = [
        (n - lag) * (n - lag - 1) * (n - lag - 2) * value
        for lag, value in sums.items()
        if abs(value) > 1.645 / 6
    ]
    assert len(terms) >= 2
    assert mann_kendall(np.arange(n), share).factor == pytest.approx(
        1 + 2 * sum(terms) / (n * (n - 1) * (n - 2))
    )


def test_correlation_below_zero_does_not_make_the_test_surer():
    assert mann_kendall(np.arange(40), np.arange(40) % 2 / 50).factor == 1.0


def test_weeks_apart_are_no_neighbours():
    rng = np.random.default_rng(7)
    share = np.repeat(rng.random(20), 2)
    together = mann_kendall(np.arange(40), share)
    apart = mann_kendall(4 * np.arange(40), share)
    assert (together.tau, apart.tau) == (apart.tau, together.tau)
    assert together.factor > 1.3
    assert apart.factor == 1.0


def test_white_noise_is_rejected_as_often_as_the_test_says():
    _, corrected = rejection_rates(weeks=40, phi=0.0, runs=500)
    assert 0.02 <= corrected <= 0.08


def test_autocorrelated_noise_is_rejected_less_often_than_without_the_correction():
    plain, corrected = rejection_rates(weeks=52, phi=0.6, runs=300)
    assert plain > 0.2
    assert corrected < 0.75 * plain
