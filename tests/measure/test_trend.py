"""The trend against statsmodels, and what it refuses to say."""

import numpy as np
import pytest
import statsmodels.api as sm
from scipy import stats

from include.measure.trend import TrendNotEstimable, logit_trend


def simulate(rng, slope, *, weeks=40, employers=150, per_week=60, rho=0.5, own_slopes=0.0):
    week = np.repeat(np.arange(weeks), per_week)
    employer = rng.integers(0, employers, len(week))
    source = employer % 3
    level = rng.normal(0, rho, employers)[employer] + np.array([-2.0, -1.5, -2.5])[source]
    if own_slopes:
        slope = slope + rng.normal(0, own_slopes, employers)[employer]
    label = rng.random(len(week)) < 1 / (1 + np.exp(-(level + slope * (week - weeks / 2))))
    return week, label, source, employer


@pytest.mark.parametrize("own_slopes", [0.0, 0.04], ids=["ads all but independent", "employers differ"])
def test_slope_and_error_equal_those_of_statsmodels(own_slopes):
    week, label, source, employer = simulate(np.random.default_rng(1), 0.02, own_slopes=own_slopes)
    trend = logit_trend(week, label, source, employer)
    design = np.column_stack([week - week.mean(), np.eye(3)[source]])
    model = sm.Logit(label.astype(float), design)
    clustered = model.fit(disp=0, cov_type="cluster", cov_kwds={"groups": employer})
    independent = model.fit(disp=0)
    assert trend.slope == pytest.approx(clustered.params[0])
    assert trend.jackknife == pytest.approx(clustered.bse[0], rel=0.05)
    if own_slopes:
        assert trend.error == trend.jackknife > 1.2 * independent.bse[0]
    else:
        assert trend.error == pytest.approx(independent.bse[0])
        assert trend.error > trend.jackknife
    assert trend.low < trend.slope < trend.high


def test_few_labelled_ads_find_no_trend_where_there_is_none():
    rng = np.random.default_rng(9)
    alarms = alone = runs = 0
    while runs < 150:
        # Twenty-four employers of unequal size, of which one ad in fifty has the label.
        employer = rng.choice(24, size=26 * 80, p=np.arange(1, 25) ** -0.8 / (np.arange(1, 25) ** -0.8).sum())
        week, source = np.sort(rng.integers(0, 26, len(employer))), employer % 3
        label = rng.random(len(employer)) < rng.beta(0.18, 8.82, 24)[employer]
        try:
            trend = logit_trend(week, label, source, employer)
        except TrendNotEstimable:
            continue
        runs += 1
        alarms += not trend.low <= 0 <= trend.high
        alone += abs(trend.slope) > stats.t.ppf(0.975, trend.n_employers - 1) * trend.jackknife
    assert alone / runs > 0.1  # what the floor is for
    assert alarms / runs <= 0.06


def test_jackknife_is_leaving_out_each_employer():
    rng = np.random.default_rng(2)
    week, label, source, employer = simulate(rng, 0.03, employers=25, per_week=20, weeks=30)
    full = logit_trend(week, label, source, employer)
    slopes = []
    for left_out in range(25):
        rest = employer != left_out
        slopes.append(logit_trend(week[rest], label[rest], source[rest], employer[rest]).slope)
    error = np.sqrt(24 / 25 * np.square(np.array(slopes) - full.slope).sum())
    assert full.error == pytest.approx(error, rel=0.1)


def test_no_trend_before_26_weeks():
    week, label, source, employer = simulate(np.random.default_rng(3), 0.1, weeks=25)
    with pytest.raises(TrendNotEstimable, match="25 weeks"):
        logit_trend(week, label, source, employer)


def test_no_trend_on_a_handful_of_labels():
    week = np.arange(300) % 30
    label = np.arange(300) < 4
    with pytest.raises(TrendNotEstimable, match="only 4"):
        logit_trend(week, label, np.zeros(300, dtype=int), np.arange(300))


def test_source_without_any_label_is_left_out():
    week, label, source, employer = simulate(np.random.default_rng(5), 0.0)
    with_empty = logit_trend(
        np.append(week, week), np.append(label, np.zeros_like(label)),
        np.append(source, np.full_like(source, 9)), np.append(employer, employer + 1000),
    )  # fmt: skip
    assert with_empty.slope == pytest.approx(logit_trend(week, label, source, employer).slope)


def test_interval_covers_and_power_is_what_it_says():
    rng = np.random.default_rng(6)
    covered, runs = 0, 100
    for _ in range(runs):
        trend = logit_trend(*simulate(rng, 0.0, employers=80, per_week=25, weeks=30))
        covered += trend.low <= 0 <= trend.high
    assert covered / runs >= 0.9
    share = trend.n_positive / trend.n_openings
    assert trend.detectable_change(30) == pytest.approx(
        2.8016 * trend.error * 29 * share * (1 - share), rel=1e-3
    )


@pytest.mark.parametrize("is_rare", [True, False])
def test_ten_labels_on_either_side_are_enough(is_rare):
    week, employer, source = np.arange(300) % 30, np.arange(300) // 2, np.zeros(300, int)

    def trend(n):
        return logit_trend(week, np.isin(np.arange(300), 29 * np.arange(n)) == is_rare, source, employer)

    with pytest.raises(TrendNotEstimable, match="only 9"):
        trend(9)
    assert np.isfinite(trend(10).error)


def test_interval_is_t_with_the_employers_less_one():
    trend = logit_trend(*simulate(np.random.default_rng(8), 0.02, employers=12, per_week=20, weeks=30))
    half = stats.t.ppf(0.975, 11) * trend.error
    assert (trend.low, trend.high) == pytest.approx((trend.slope - half, trend.slope + half))
