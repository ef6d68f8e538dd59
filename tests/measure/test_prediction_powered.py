"""Corrections against ppi-python, hand-worked values and a simulated truth."""

import warnings

import numpy as np
import pytest
from scipy import stats

from benchmarks.correction import simulate
from include.measure import estimators, prediction_powered


def test_rectifier_equals_ppi_python_with_equal_weights():
    rng = np.random.default_rng(1)
    truth = rng.integers(0, 2, 200).astype(float)
    predicted = np.where(rng.random(200) < 0.9, truth, 1 - truth)
    everyone = rng.integers(0, 2, 3000).astype(float)
    with warnings.catch_warnings():  # importing ppi_py switches warnings off for the whole process
        import ppi_py

        expected = ppi_py.ppi_mean_pointestimate(truth, predicted, everyone, lam=1)
        low, high = ppi_py.ppi_mean_ci(truth, predicted, everyone, alpha=0.05, lam=1)  # its default is 0.1
    got = prediction_powered.rectifier(
        truth, predicted, np.ones(200), np.arange(200), np.zeros(200, dtype=int)
    )
    assert everyone.mean() + got.value == pytest.approx(float(expected[0]))
    half = 1.96 * np.sqrt(everyone.var() / 3000 + got.variance)
    assert 2 * half == pytest.approx(float(high[0] - low[0]), rel=0.01)


def test_weights_undo_the_sampling_design():
    # 10 predicted positives all labelled, 990 negatives of which 9 are labelled; one of each is wrong.
    truth = np.array([0.0] + [1] * 9 + [1] + [0] * 8)
    predicted = np.array([1.0] * 10 + [0] * 9)
    weight = np.array([1.0] * 10 + [110] * 9)
    stratum = np.array([0] * 10 + [1] * 9)
    got = prediction_powered.rectifier(truth, predicted, weight, np.arange(19), stratum)
    assert got.value == pytest.approx((-1 + 110) / 1000)


def test_perfect_labels_still_leave_an_interval():
    zeros = np.zeros(200)
    got = prediction_powered.rectifier(zeros, zeros, np.ones(200), np.arange(200), np.zeros(200, dtype=int))
    value, low, high = prediction_powered.corrected_share(np.zeros(1), np.zeros(1), np.array([100.0]), got)
    assert (value[0], low[0]) == (0.0, 0.0)
    assert 1 / 200 < high[0] < 6 / 200


def rectify(gaps, weights, employers, strata=None):
    truth = np.array(gaps, float)
    stratum = np.zeros(len(gaps), int) if strata is None else np.array(strata)
    return prediction_powered.rectifier(
        truth, np.zeros(len(gaps)), np.array(weights, float), np.array(employers), stratum
    )


def test_variance_over_employers_by_hand():
    got = rectify([1, 0, -1, 0], [1, 1, 2, 1], [7, 7, 8, 9])
    assert (got.value, got.n) == (pytest.approx(-1 / 5), 4)
    # Of the employers: 1.2 + 0.2, 2 * -0.8 and 0.2, each over five; 3/2 for three of them.
    assert got.variance == pytest.approx(3 / 2 * (1.4**2 + 1.6**2 + 0.2**2) / 25)
    assert got.df == pytest.approx(5**2 / (2**2 + 2**2 + 1) - 1)


def test_strata_without_an_error_are_not_free_of_error():
    got = rectify([0] * 10, [1] * 10, range(10), [0] * 2 + [1] * 8)
    no_error_in_2, no_error_in_8 = 1 / 4 * 3 / 4 / 2, 1 / 10 * 9 / 10 / 8
    assert got.variance == pytest.approx(0.2**2 * no_error_in_2 + 0.8**2 * no_error_in_8)
    # Two employers whose errors are the same have none between them; the ads' own share of errors is left.
    assert rectify([1, 0, 1, 0], [1] * 4, [0, 0, 1, 1]).variance == pytest.approx(0.5 * 0.5 / 4)


def test_spread_from_ad_to_ad_by_hand():
    got = rectify([1, 0, -1, 0], [1, 1, 2, 1], [7, 7, 8, 9])
    assert got.spread == pytest.approx((1.2**2 + 0.2**2 + 2 * 0.8**2 + 0.2**2) / 5)
    # Where nobody ever differed, one error in two more ads of each stratum is taken to be there.
    none = rectify([0] * 10, [1] * 10, range(10), [0] * 2 + [1] * 8)
    assert none.spread == pytest.approx(0.2 * 1 / 4 * 3 / 4 + 0.8 * 1 / 10 * 9 / 10)


@pytest.mark.parametrize(
    ("represented", "shared", "apart"),
    [
        (50, 50, 0.0),  # the labels are of these very ads
        (650, 50, 1 / 50 - 1 / 650),  # of these and twelve weeks more
        (600, 0, 1 / 50 + 1 / 600),  # of other weeks alone
        (25, 25, 1 / 25 - 1 / 50),  # of half of these
        (650, 70, 1 / 50 - 1 / 650),  # weights that say of more ads than there are
    ],
)
def test_the_ads_of_a_week_have_errors_of_their_own(represented, shared, apart):
    got = prediction_powered.variance_of_errors(
        CORRECTION, np.array([50.0]), np.array([20.0]), represented, shared
    )
    assert got[0] == pytest.approx(0.04 * 50 / 20 * apart)


def test_one_employer_alone_says_nothing_of_the_others():
    got = rectify([1, 0], [1, 1], [3, 3])
    assert (got.variance, got.df) == (np.inf, 1.0)


CORRECTION = prediction_powered.Rectifier(value=0.05, variance=0.002, df=10.0, n=200, spread=0.04)


@pytest.mark.parametrize(
    ("value", "raw_variance", "raw_df", "corrected", "inside", "df"),
    [
        (0.3, 0.001, 50.0, 0.35, 0.35, 10),
        (0.3, 0.001, 5.0, 0.35, 0.35, 5),  # the fewer degrees of freedom of the two
        (-0.04, 0.001, 50.0, 0.01, 0.003**0.5, 10),  # at least one standard error inside
        (-0.2, 0.001, 50.0, 0.0, 0.003**0.5, 10),
        (0.99, 0.001, 50.0, 1.0, 1 - 0.003**0.5, 10),
        (0.3, 0.4, 50.0, 0.35, 0.5, 10),  # which is never over one half
    ],
)
def test_corrected_share_by_hand(value, raw_variance, raw_df, corrected, inside, df):
    got = prediction_powered.corrected_share(
        np.array([value]), np.array([raw_variance]), np.array([raw_df]), CORRECTION
    )
    n_eff = inside * (1 - inside) / (raw_variance + 0.002)
    low, high = estimators.wilson(np.array([corrected]), np.array([n_eff]), stats.t.ppf(0.975, df))
    assert [end[0] for end in got] == pytest.approx([corrected, low[0], high[0]])


@pytest.mark.parametrize(("value", "corrected"), [(-0.3, -0.25), (0.98, 1.0), (-1.2, -1.0)])
def test_corrected_difference_by_hand(value, corrected):
    got = prediction_powered.corrected_difference(
        np.array([value]), np.array([0.001]), np.array([50.0]), CORRECTION
    )
    half = stats.t.ppf(0.975, 10) * 0.003**0.5
    ends = max(corrected - half, -1.0), min(corrected + half, 1.0)
    assert [end[0] for end in got] == pytest.approx([corrected, *ends])


@pytest.mark.parametrize(
    ("share", "sensitivity", "specificity", "labels"),
    [(0.05, 0.85, 0.98, 400), (0.15, 0.8, 0.93, 300), (0.01, 0.9, 0.99, 400)],
)
def test_truth_is_recovered_bias_removed_and_coverage_held(share, sensitivity, specificity, labels):
    found = simulate(share, sensitivity, specificity, labels, runs=200, seed=11)
    bias_raw, bias = found.raw.mean() - share, found.corrected.mean() - share
    assert bias_raw > 0.006
    assert abs(bias) < 0.25 * bias_raw
    assert found.held >= 0.92
    assert found.raw_held < 0.92
    # The inner band keeps its promise for the ads at hand, and is none for employers like these.
    assert found.inner_held >= 0.92
    assert found.inner_holds_truth <= found.held
    # Within one window the weighted error rates say the same as the weighted errors.
    assert found.crosscheck == pytest.approx(found.corrected, abs=1e-9)


@pytest.mark.parametrize(
    ("share", "sensitivity", "specificity", "labels"), [(0.03, 0.85, 0.985, 390), (0.2, 0.8, 0.93, 390)]
)
def test_intervals_hold_of_one_week_of_the_thirteen_that_the_labels_are_of(
    share, sensitivity, specificity, labels
):
    found = simulate(share, sensitivity, specificity, labels, runs=200, seed=11, weeks=13)
    assert found.held >= 0.92
    assert found.inner_held >= 0.92


def test_cells_are_corrected_as_one_vector():
    rng = np.random.default_rng(3)
    n = 40_000
    truth = rng.choice(4, n, p=[0.02, 0.08, 0.2, 0.7])
    predicted = np.where(rng.random(n) < 0.85, truth, rng.integers(0, 4, n))
    rows = rng.choice(n, 4000, replace=False)
    unit = np.eye(4)
    shares = np.bincount(predicted, minlength=4) / n
    moved = prediction_powered.corrected_cells(
        shares, unit[truth[rows]], unit[predicted[rows]], np.ones(4000)
    )
    real = np.bincount(truth, minlength=4) / n
    assert moved.sum() == pytest.approx(1)
    assert np.abs(moved - real).max() < 0.01 < np.abs(shares - real).max()


def test_rogan_gladen_by_hand_and_its_limits():
    assert prediction_powered.rogan_gladen(0.0615, 0.85, 0.98) == pytest.approx(0.05)
    assert prediction_powered.rogan_gladen(0.04, 0.9, 0.95) < 0  # below what false positives alone would give
    assert np.isnan(prediction_powered.rogan_gladen(0.04, 0.5, 0.5))


def test_sensitivity_and_specificity_are_weighted():
    truth, predicted = np.array([1.0, 1, 0, 0]), np.array([1.0, 0, 0, 1])
    got = prediction_powered.sensitivity_specificity(truth, predicted, np.array([1.0, 3, 9, 1]))
    assert got == pytest.approx((0.25, 0.9))


def test_a_cell_under_zero_is_none_and_the_others_are_scaled_to_one():
    unit = np.eye(4)
    truth, predicted = unit[[3, 3, 3, 3, 1]], unit[[0, 3, 3, 3, 1]]  # one in five was put into the first
    moved = prediction_powered.corrected_cells(np.array([0.1, 0.2, 0.3, 0.4]), truth, predicted, np.ones(5))
    assert moved == pytest.approx(np.array([0, 0.2, 0.3, 0.6]) / 1.1)
