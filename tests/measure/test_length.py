"""Criteria at a fixed mix of lengths, worked without the module's own steps."""

import numpy as np
import pytest
from scipy import stats

from include.measure.estimators import ASSUMED_RHO, wilson
from include.measure.length import standardised_share


def ads(counts):
    """Return (label, words, employer) for {words: (ads, explicit)}, every ad of an employer of its own."""
    words = np.repeat(list(counts), [n for n, _ in counts.values()])
    label = np.concatenate([np.arange(n) < x for n, x in counts.values()])
    return label, words, np.arange(len(words))


def test_a_shift_to_long_ads_alone_does_not_move_it():
    rates = {599: 0.1, 849: 0.2, 850: 0.4}
    short = ads({words: (n, round(n * rates[words])) for words, n in zip(rates, (400, 100, 50), strict=True)})
    long = ads({words: (n, round(n * rates[words])) for words, n in zip(rates, (50, 100, 400), strict=True)})
    assert short[0].mean() < 0.16 < 0.33 < long[0].mean()
    for label, words, employer in (short, long):
        share, low, high, n_eff = standardised_share(label, words, employer)
        assert share == pytest.approx((0.1 + 0.2 + 0.4) / 3)
        assert low < share < high
        assert n_eff < len(label)


def test_equal_bands_give_the_plain_share_and_its_error():
    label, words, employer = ads({300: (200, 20), 700: (200, 40), 900: (200, 60)})
    share, _, _, n_eff = standardised_share(label, words, employer)
    assert share == pytest.approx(0.2)
    within = (0.1 * 0.9 + 0.2 * 0.8 + 0.3 * 0.7) / 3  # stratifying takes the spread between bands out
    assert n_eff <= 600
    assert n_eff == pytest.approx(min(600, 0.2 * 0.8 / (within / 600)), rel=0.01)


def test_ads_of_one_employer_widen_the_interval():
    label, words, employer = ads({300: (200, 20), 700: (200, 40), 900: (200, 60)})
    alone = standardised_share(label, words, employer)
    # Ten ads of an employer say the same.
    together = standardised_share(label, words, employer // 10)
    assert together[0] == alone[0]
    assert together[3] < alone[3] / 5


def test_nothing_seen_has_an_upper_bound_and_an_empty_band_no_figure():
    label, words, employer = ads({300: (60, 0), 700: (60, 0), 900: (60, 0)})
    assert standardised_share(label, words, employer)[:3] == (0.0, 0.0, pytest.approx(3 / 180))
    assert standardised_share(*ads({300: (60, 3), 700: (60, 3), 900: (29, 3)})) is None


@pytest.mark.parametrize("n_explicit", [12, 3])
def test_variance_over_employers_by_hand(n_explicit):
    rng = np.random.default_rng(6)
    words = np.repeat([300, 700, 900], [60, 90, 40])
    employer = rng.integers(0, 30, 190)
    label = employer < n_explicit  # all ads of an employer are alike
    share, low, high, n_eff = standardised_share(label, words, employer)
    sizes, by_band = np.array([60, 90, 40]), np.repeat([0, 1, 2], [60, 90, 40])
    rates = np.array([label[by_band == band].mean() for band in range(3)])
    assert share == pytest.approx(rates.mean())
    weight = 1 / (3 * sizes[by_band])
    residuals = [(weight * (label - rates[by_band]))[employer == one].sum() for one in range(30)]
    kish = 1 / (weight**2).sum()
    deff = 30 / 29 * np.square(residuals).sum() * kish / (share * (1 - share))
    ads_of = np.bincount(employer).astype(float)
    n2 = np.square(ads_of).sum() / 190
    if n_explicit < 10:
        deff = max(deff, 1 + ASSUMED_RHO * (n2 - 1))
    assert n_eff == pytest.approx(kish / deff)
    ends = wilson(np.array([share]), np.array([n_eff]), stats.t.ppf(0.975, 190 / n2 - 1))
    assert (low, high) == pytest.approx((ends[0][0], ends[1][0]))


def test_few_explicit_employers_have_at_least_the_assumed_design_effect():
    words, employer = np.tile([300, 700, 900], 60), np.repeat(np.arange(18), 10)
    share, _, _, n_eff = standardised_share(employer < 9, words, employer)  # nine of eighteen employers
    assert share == pytest.approx(0.5)
    assert n_eff <= 180 / (1 + ASSUMED_RHO * 9)
    none = standardised_share(np.zeros(180, bool), words, employer)
    assert none[3] == pytest.approx(180 / (1 + ASSUMED_RHO * 9))


def test_thirty_ads_are_enough_for_a_band():
    assert standardised_share(*ads({300: (30, 3), 700: (30, 3), 900: (30, 3)})) is not None
