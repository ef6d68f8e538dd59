"""The rank test of the trend: known series, ties, gaps, its size, and what autocorrelation does to it."""

import numpy as np
import pytest
from scipy import stats

from benchmarks.rank_trend import rejection_rates
from include.measure.mann_kendall import mann_kendall


@pytest.mark.parametrize("sign", [1, -1])
def test_a_share_that_moves_every_week_has_tau_one_and_no_chance(sign):
    shaken = np.random.default_rng(1).uniform(-0.4, 0.4, 30)
    found = mann_kendall(np.arange(30), sign * (np.arange(30) + shaken))
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
        rejects = (abs(s) - 1) / np.sqrt(variance) > stats.t.ppf(0.975, 38)
        assert rejects == (not found.low <= 0 <= found.high)
        both.add(bool(rejects))
    assert both == {True, False}


def test_factor_is_hamed_and_rao_s_formula_of_an_autoregression():
    share = np.array([1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1] * 3) / 100.0
    n = len(share)
    rest = share - np.polyval(np.polyfit(np.arange(n), share, 1), np.arange(n))
    found = sum(rest[i] * rest[i + 1] for i in range(n - 1)) / sum(rest**2)
    phi = (n * found + 2) / (n - 4)
    terms = [
        (n - lag) * (n - lag - 1) * (n - lag - 2) * 6 / np.pi * np.arcsin(phi**lag / 2) for lag in range(1, n)
    ]
    assert 0.5 < phi < 0.97
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


@pytest.mark.parametrize(("weeks", "phi"), [(40, 0.0), (26, 0.6), (52, 0.8)])
def test_noise_is_rejected_about_as_often_as_the_test_says(weeks, phi):
    rates = rejection_rates(weeks, phi, runs=200)
    assert 0.005 <= rates.published <= 0.1  # about 5 percent; 200 runs have a standard error of 1.5
    assert rates.found > rates.published
    if phi >= 0.6:
        assert rates.plain > 0.2
        assert rates.three_lags > 1.5 * rates.published


@pytest.mark.parametrize("weights", [[1.0], [0.5, 0.5], [0.4, 0.3, 0.2, 0.1], [0.1] * 10])
def test_interval_by_hand(weights):
    noise = np.convolve(np.random.default_rng(9).normal(size=39 + len(weights)), weights, mode="valid")
    share = np.round(noise[:40], 1)  # with ties
    found = mann_kendall(np.arange(40), share)
    ties = np.unique(share, return_counts=True)[1]
    assert ties.max() > 1
    variance = (40 * 39 * 85 - sum(t * (t - 1) * (2 * t + 5) for t in ties)) / 18
    df = max(40 / found.factor - 2, 2.0)
    critical = stats.t.ppf(0.975, df) * np.sqrt(variance * found.factor) + 1
    half = critical / np.sqrt(780 * (780 - sum(t * (t - 1) / 2 for t in ties)))
    assert (found.low, found.high) == pytest.approx((max(found.tau - half, -1), min(found.tau + half, 1)))
