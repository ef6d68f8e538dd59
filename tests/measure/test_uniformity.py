"""Role heterogeneity: unbiased, and judged against chance."""

import numpy as np
import pytest
from scipy import stats

from include.measure.uniformity import gini_simpson, measure_uniformity


def test_index_by_hand_and_unbiased_at_small_n():
    assert gini_simpson(np.array([2.0, 2.0])) == pytest.approx(2 / 3)
    assert gini_simpson(np.array([5.0, 0.0])) == 0.0
    rng = np.random.default_rng(1)
    draws = rng.multinomial(5, [0.5, 0.3, 0.2], size=20_000)
    assert gini_simpson(draws.astype(float)).mean() == pytest.approx(1 - 0.38, abs=0.005)


def test_specialised_employers_fall_below_chance():
    employer = np.repeat(np.arange(40), 10)
    found = measure_uniformity(employer, employer % 4, np.zeros(400, dtype=int), seed=1)
    assert found.within.value == 0.0
    assert found.ratio.value < found.chance.low
    assert found.chance.value == pytest.approx(1.0, abs=0.02)


def test_employers_as_mixed_as_the_market_lie_inside_chance():
    rng = np.random.default_rng(2)
    employer = np.repeat(np.arange(60), 8)
    found = measure_uniformity(employer, rng.integers(0, 5, 480), rng.integers(0, 3, 480), seed=1)
    assert found.chance.low <= found.ratio.value <= found.chance.high
    assert found.ratio.low < 1 < found.ratio.high


def test_rank_explains_what_permutation_inside_rank_cannot_break():
    # Archetype follows rank and every employer hires one rank: dealing inside rank changes nothing.
    employer = np.repeat(np.arange(40), 6)
    rank = employer % 3
    found = measure_uniformity(employer, rank, rank, seed=1)
    assert found.chance.value == found.ratio.value == 0.0


def test_small_employers_are_left_out_and_seed_fixes_the_result():
    employer = np.concatenate([np.repeat(np.arange(20), 5), np.arange(100, 150)])
    archetype = np.arange(150) % 4
    rank = np.zeros(150, dtype=int)
    found = measure_uniformity(employer, archetype, rank, seed=3)
    assert (found.n_employers, found.n_openings) == (20, 100)
    assert found == measure_uniformity(employer, archetype, rank, seed=3)
    assert measure_uniformity(np.arange(9), np.arange(9), rank[:9], seed=3) is None


def test_large_windows_have_nearly_the_same_range_of_chance_from_fewer_permutations(monkeypatch):
    rng = np.random.default_rng(5)
    employer, archetype = np.repeat(np.arange(400), 10), rng.integers(0, 5, 4000)
    rank = rng.integers(0, 3, 4000)
    whole = measure_uniformity(employer, archetype, rank, seed=1)
    monkeypatch.setattr("include.measure.uniformity.MANY_OPENINGS", 100)
    short = measure_uniformity(employer, archetype, rank, seed=1)
    assert short.chance.value == pytest.approx(whole.chance.value, abs=0.005)
    # The few give a spread about their mean, the many their own quantiles.
    sides = [(c.high - c.value) / (c.value - c.low) for c in (short.chance, whole.chance)]
    assert sides[0] == pytest.approx(1.0)
    assert sides[1] != pytest.approx(1.0)
    width = whole.chance.high - whole.chance.low
    assert 0.4 * width < short.chance.high - short.chance.low < 2.5 * width


def test_intervals_over_employers_by_hand():
    rng = np.random.default_rng(7)
    employer, archetype = np.repeat(np.arange(30), 6), rng.integers(0, 4, 180)
    found = measure_uniformity(employer, archetype, np.zeros(180, dtype=int), seed=1)
    counts = np.array([np.bincount(archetype[employer == one], minlength=4) for one in range(30)], float)
    each, market = gini_simpson(counts), gini_simpson(counts.sum(axis=0))
    half = stats.t.ppf(0.975, 29) * each.std(ddof=1) / np.sqrt(30)
    ends = np.array([each.mean(), each.mean() - half, each.mean() + half])
    assert (found.within.value, found.within.low, found.within.high) == pytest.approx(ends)
    assert (found.ratio.value, found.ratio.low, found.ratio.high) == pytest.approx(ends / market)
