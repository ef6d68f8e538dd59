"""The matched panel: parts that add up, worked by hand."""

import numpy as np
import pytest
from scipy import stats

from include.measure.panel import compare_windows


def test_kitagawa_by_hand():
    # Employer 0: 2 of 4, then 3 of 4. Employer 1: 0 of 4, then 0 of 12.
    # Employer 2 (1 of 2) leaves, employer 3 (4 of 4) enters.
    base = np.array([0] * 4 + [1] * 4 + [2] * 2)
    base_label = np.array([1, 1, 0, 0] + [0] * 4 + [1, 0])
    now = np.array([0] * 4 + [1] * 12 + [3] * 4)
    now_label = np.array([1, 1, 1, 0] + [0] * 12 + [1] * 4)
    panel = compare_windows(base, base_label, now, now_label)
    assert panel.total == pytest.approx(7 / 20 - 3 / 10)
    assert panel.within == pytest.approx((0.5 + 0.25) / 2 * 0.25)
    assert panel.between == pytest.approx((0.5 + 0.75) / 2 * (0.25 - 0.5))
    assert panel.within + panel.between + panel.turnover == pytest.approx(panel.total)
    assert (panel.n_employers, panel.n_openings) == (2, 16)
    assert panel.change == pytest.approx(0.125)
    assert panel.share_posting == pytest.approx(3 / 16)
    assert panel.share_employer == pytest.approx(0.375)


def test_mix_alone_is_not_a_change_within():
    # Nobody changes its mind; the employer that always requires hires more.
    base = np.array([0] * 2 + [1] * 8)
    now = np.array([0] * 8 + [1] * 2)
    panel = compare_windows(base, (base == 0).astype(int), now, (now == 0).astype(int))
    assert panel.total == pytest.approx(0.6)
    assert (panel.within, panel.between, panel.change) == pytest.approx((0, 0.6, 0))


def test_where_nobody_came_or_left_turnover_is_nothing():
    rng = np.random.default_rng(3)
    base, now = np.tile(np.arange(17), 9), np.repeat(np.arange(17), 7)
    panel = compare_windows(base, rng.integers(0, 2, 153), now, rng.integers(0, 2, 119))
    assert panel.within + panel.between == pytest.approx(panel.total)
    assert (panel.turnover, panel.halves[2]) == (0.0, 0.0)


def test_no_common_employer_gives_no_panel():
    assert compare_windows(np.array([0, 1]), np.zeros(2), np.array([2, 3]), np.zeros(2)) is None


def test_intervals_of_the_parts_are_those_of_leaving_out_each_employer():
    rng = np.random.default_rng(8)
    base, now = rng.integers(0, 30, 150), rng.integers(6, 36, 160)
    base_label, now_label = (rng.random(150) < 0.3).astype(int), (rng.random(160) < 0.4).astype(int)
    full = compare_windows(base, base_label, now, now_label)
    employers = np.unique(np.append(base, now))
    parts = []
    for left_out in employers:
        b, n = base != left_out, now != left_out
        panel = compare_windows(base[b], base_label[b], now[n], now_label[n])
        parts.append((panel.within, panel.between, panel.turnover))
    parts = np.array(parts)
    g = len(employers)
    errors = np.sqrt((g - 1) / g * np.square(parts - parts.mean(axis=0)).sum(axis=0))
    assert full.halves == pytest.approx(stats.t.ppf(0.975, full.n_employers - 1) * errors)


def test_nothing_seen_in_either_window_still_leaves_an_interval():
    base, now = np.repeat(np.arange(100), 2), np.repeat(np.arange(100), 3)
    panel = compare_windows(base, np.zeros(200, int), now, np.zeros(300, int))
    assert (panel.change, panel.n_positive) == (0.0, 0)
    # Each side may be up to the rule of three: 3 over an effective size of at most 200 and 300.
    assert panel.change_low < -3 / 200
    assert panel.change_high > 3 / 300


def test_few_labelled_employers_do_not_narrow_the_interval_and_many_leave_it():
    employers = np.repeat(np.arange(60), 4)
    few = (employers < 3).astype(int)
    still = compare_windows(employers, few, employers, few)
    assert (still.change, still.n_positive) == (0.0, 3)
    assert still.change_low < -0.02 < 0.02 < still.change_high
    many = (employers < 30).astype(int)
    settled = compare_windows(employers, many, employers, many)
    assert (settled.change_low, settled.change_high) == (0.0, 0.0)


def test_the_change_is_a_mean_over_employers_with_its_t_interval():
    rng = np.random.default_rng(5)
    employers = np.repeat(np.arange(40), 5)
    base, now = rng.random(200) < 0.4, rng.random(200) < 0.6
    panel = compare_windows(employers, base.astype(int), employers, now.astype(int))
    gaps = now.reshape(40, 5).mean(axis=1) - base.reshape(40, 5).mean(axis=1)
    half = stats.t.ppf(0.975, 39) * gaps.std(ddof=1) / np.sqrt(40)
    found = (panel.change, panel.change_low, panel.change_high)
    assert found == pytest.approx((gaps.mean(), gaps.mean() - half, gaps.mean() + half))


@pytest.mark.parametrize(("n_positive", "is_narrow"), [(9, False), (10, True)])
def test_ten_labelled_employers_are_enough_to_judge_their_spread(n_positive, is_narrow):
    employers = np.repeat(np.arange(60), 4)
    label = (employers < n_positive).astype(int)
    panel = compare_windows(employers, label, employers, label)
    assert ((panel.change_low, panel.change_high) == (0.0, 0.0)) is is_narrow


def test_one_common_employer_is_no_panel_and_two_are():
    base, now = np.array([0, 0, 1]), np.array([0, 1, 2])
    assert compare_windows(base[:2], np.ones(2), now, np.ones(3)) is None
    assert compare_windows(base, np.ones(3), now, np.ones(3)).n_employers == 2
