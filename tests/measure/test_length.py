"""Criteria at a fixed mix of lengths, worked without the module's own steps."""

import numpy as np
import pytest

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
