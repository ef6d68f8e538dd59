"""How often the rank test of the trend rejects where nothing rises: with and without its correction.

    .venv/bin/python -m benchmarks.rank_trend --runs 2000

Series are AR(1) with normal shocks; a test at 5 percent should reject five in a hundred.
"""

from __future__ import annotations

import argparse

import numpy as np
from scipy import stats

from include.measure.estimators import Floats
from include.measure.mann_kendall import mann_kendall

_WARM_UP = 50


def simulate_noise(rng: np.random.Generator, weeks: int, phi: float) -> Floats:
    """Return a stationary AR(1) series without a trend, shape (weeks,)."""
    series = np.zeros(weeks + _WARM_UP)
    for week, shock in enumerate(rng.normal(size=weeks + _WARM_UP)):
        series[week] = phi * series[week - 1] + shock
    return series[_WARM_UP:]


def rejection_rates(weeks: int, phi: float, runs: int, seed: int = 1) -> tuple[float, float]:
    """Return the share of series that the plain and the corrected test reject."""
    rng = np.random.default_rng(seed)
    week = np.arange(weeks)
    plain = corrected = 0
    for _ in range(runs):
        series = simulate_noise(rng, weeks, phi)
        plain += stats.kendalltau(week, series).pvalue < 0.05
        found = mann_kendall(week, series)
        corrected += found is not None and not found.low <= 0 <= found.high
    return plain / runs, corrected / runs


def main() -> None:
    """Print the table of docs/figures.md."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=2000)
    runs = parser.parse_args().runs
    print("| weeks | phi | plain | corrected |\n|--|--|--|--|")
    for weeks in (26, 52):
        for phi in (0.0, 0.3, 0.6):
            plain, corrected = rejection_rates(weeks, phi, runs)
            print(f"| {weeks} | {phi} | {plain:.1%} | {corrected:.1%} |")


if __name__ == "__main__":
    main()
