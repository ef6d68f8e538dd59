"""How often the tests of the trend reject where nothing rises, and what the rank test finds.

    .venv/bin/python -m benchmarks.rank_trend --runs 2000

Series are AR(1) with normal shocks; a test at 5 percent should reject five in a hundred. Three tests on the
same series: without correction, with Hamed and Rao's correction from the first three lags (used before), and
as published. The last column is the published test on a rise of two standard deviations over the window.

The second table is about the logit slope: ads of employers whose shares differ and never change, with the
employers' jackknife alone and as published.
"""

from __future__ import annotations

import argparse
from typing import NamedTuple

import numpy as np
from scipy import stats

from include.measure.estimators import Floats, t_quantile
from include.measure.mann_kendall import mann_kendall
from include.measure.trend import TrendNotEstimable, logit_trend

_WARM_UP = 50
_LAGS = 3
_LAG_LIMIT = 1.645
RISE = 2.0
"""Standard deviations of the noise by which the share rises over the window in the last column."""


STEADY = [
    (24, 0.02, 0.1, 26, 80), (24, 0.07, 0.1, 26, 80), (24, 0.07, 0.4, 26, 80), (60, 0.02, 0.1, 52, 60),
    (250, 0.02, 0.4, 26, 100), (250, 0.06, 0.1, 26, 100), (800, 0.005, 0.1, 26, 300),
]  # fmt: skip
"""(employers, share with the label, intra-employer correlation, weeks, openings a week)."""


class Rates(NamedTuple):
    """Shares of series that a test rejects."""

    plain: float
    three_lags: float
    published: float
    found: float


def simulate_noise(rng: np.random.Generator, weeks: int, phi: float) -> Floats:
    """Return a stationary AR(1) series of variance 1 without a trend, shape (weeks,)."""
    series = np.zeros(weeks + _WARM_UP)
    for week, shock in enumerate(rng.normal(scale=np.sqrt(1 - phi**2), size=weeks + _WARM_UP)):
        series[week] = phi * series[week - 1] + shock
    return series[_WARM_UP:]


def three_lag_factor(series: Floats) -> float:
    """Return Hamed and Rao's variance factor from the correlations of ranks at three lags that stand out."""
    n, week = len(series), np.arange(len(series))
    ranks = stats.rankdata(series - stats.theilslopes(series, week).slope * week)
    gaps = ranks - ranks.mean()
    added = 0.0
    for lag in range(1, _LAGS + 1):
        correlation = float(gaps[lag:] @ gaps[:-lag]) / float(gaps @ gaps)
        if abs(correlation) > _LAG_LIMIT / np.sqrt(n):
            added += (n - lag) * (n - lag - 1) * (n - lag - 2) * correlation
    return max(1.0, 1 + 2 * added / (n * (n - 1) * (n - 2)))


def _rejects(week: Floats, series: Floats) -> bool:
    found = mann_kendall(week.astype(np.int64), series)
    return found is not None and not found.low <= 0 <= found.high


def rejection_rates(weeks: int, phi: float, runs: int, seed: int = 1) -> Rates:
    """Return the share of series that each test rejects, and of rising ones that the published test finds."""
    rng = np.random.default_rng(seed)
    week = np.arange(weeks, dtype=np.float64)
    error = np.sqrt(weeks * (weeks - 1) * (2 * weeks + 5) / 18)
    pairs = weeks * (weeks - 1) / 2
    counts = np.zeros(4)
    for _ in range(runs):
        series = simulate_noise(rng, weeks, phi)
        z = (abs(stats.kendalltau(week, series).statistic) * pairs - 1) / error
        limit = stats.norm.ppf(0.975)
        counts += (
            z > limit,
            z > limit * np.sqrt(three_lag_factor(series)),
            _rejects(week, series),
            _rejects(week, series + RISE * week / (weeks - 1)),
        )
    return Rates(*(counts / runs).tolist())


def slope_alarms(
    employers: int, share: float, rho: float, weeks: int, per_week: int, runs: int, seed: int = 1
) -> tuple[float, float]:
    """Return how often the logit slope leaves zero where no employer changes: jackknife alone, and published.

    Employer sizes fall with the power 0.8 of their rank; every employer is on one of three sources. Samples
    that cannot carry a slope are drawn again.
    """
    rng = np.random.default_rng(seed)
    size = np.arange(1, employers + 1) ** -0.8
    total = (1 - rho) / rho
    alone = published = done = 0
    while done < runs:
        employer = rng.choice(employers, size=weeks * per_week, p=size / size.sum())
        week = np.sort(rng.integers(0, weeks, len(employer)))
        label = rng.random(len(employer)) < rng.beta(share * total, (1 - share) * total, employers)[employer]
        try:
            trend = logit_trend(week, label, employer % 3, employer)
        except TrendNotEstimable:
            continue
        done += 1
        alone += abs(trend.slope) > t_quantile(trend.n_employers - 1) * trend.jackknife
        published += not trend.low <= 0 <= trend.high
    return alone / runs, published / runs


def main() -> None:
    """Print the two tables of docs/figures.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    print("| weeks | phi | plain | three lags | published | finds a rise |\n|--|--|--|--|--|--|")
    for weeks in (26, 39, 52):
        for phi in (0.0, 0.3, 0.6, 0.8):
            rates = rejection_rates(weeks, phi, runs)
            print(f"| {weeks} | {phi} | " + " | ".join(f"{rate:.1%}" for rate in rates) + " |")
    print(
        "\n| employers | share | rho | weeks | openings a week | jackknife alone | published |"
        + "\n"
        + "|--" * 7
        + "|"
    )
    for employers, share, rho, weeks, per_week in STEADY:
        alone, published = slope_alarms(employers, share, rho, weeks, per_week, min(runs, 500))
        print(f"| {employers} | {share:.1%} | {rho} | {weeks} | {per_week} | {alone:.1%} | {published:.1%} |")


if __name__ == "__main__":
    main()
