"""Coverage of the change on a year earlier (M1y and its like), and how often it finds one.

Usage: python -m benchmarks.year_on_year [--runs 1000] [--seed 1]

Employers post in two windows, a year apart: Poisson numbers of ads around Zipf sizes (capped at 60). A fifth
of them is replaced by others. Shares are beta with intra-employer correlation rho in either year; an employer
that stays keeps its place among the others with the chance `keeps`, else it draws a new one. Printed is how
often the nominal 95 percent interval holds the true change, its mean width in points, and how often it leaves
zero out: false alarms where the share is the same, found changes elsewhere. Beside it the interval of two
separate shares, as if no employer stood in both windows.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from scipy import special

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from benchmarks.coverage import zipf_sizes
from include.measure.comparisons import difference
from include.measure.estimators import ClusterSums, Floats, employer_weighted, posting_weighted
from include.measure.year_on_year import window_correlation

STAYS: Final = 0.8
"""Share of the employers that are the same a year later."""
SETTINGS: Final = [
    (0.005, 0.005, 0.1, 250, 1.0), (0.005, 0.005, 0.4, 250, 0.5), (0.03, 0.03, 0.1, 60, 1.0),
    (0.03, 0.03, 0.1, 250, 1.0), (0.03, 0.03, 0.1, 250, 0.5), (0.03, 0.03, 0.4, 250, 1.0),
    (0.08, 0.08, 0.1, 60, 1.0), (0.08, 0.08, 0.1, 250, 1.0), (0.08, 0.08, 0.4, 250, 1.0),
    (0.08, 0.08, 0.4, 250, 0.5), (0.25, 0.25, 0.1, 60, 1.0), (0.25, 0.25, 0.4, 250, 1.0),
    (0.25, 0.25, 0.4, 250, 0.5), (0.03, 0.08, 0.1, 250, 1.0), (0.03, 0.08, 0.4, 250, 1.0),
    (0.08, 0.16, 0.1, 250, 1.0),
]  # fmt: skip
"""(share then, share now, intra-employer correlation, employers, chance that one keeps its place)."""


@dataclass(frozen=True)
class Found:
    """Shares of runs whose interval holds the truth, and leaves zero out; mean width (fraction)."""

    held: float
    leaves_zero: float
    width: float


def windows(
    rng: np.random.Generator, then: float, now: float, rho: float, employers: int, keeps: float, runs: int
) -> tuple[Floats, Floats, Floats, Floats]:
    """Return ads and labelled ads of then and of now, each of shape (runs, twice the employers).

    The second half are employers that come in place of others.
    """
    shape = (runs, employers)
    stays = rng.random(shape) < STAYS
    sizes, sizes_new = zipf_sizes(rng, shape), zipf_sizes(rng, shape)
    place = rng.random(shape)
    place_now = np.where(rng.random(shape) < keeps, place, rng.random(shape))
    total = (1 - rho) / rho

    def labelled(ads: Floats, share: float, places: Floats) -> Floats:
        chance = special.betaincinv(share * total, (1 - share) * total, places)
        return rng.binomial(ads.astype(np.int64), chance).astype(np.float64)

    ads_then = rng.poisson(sizes).astype(np.float64)
    ads_now = rng.poisson(np.where(stays, sizes, 0.0)).astype(np.float64)
    ads_new = rng.poisson(np.where(stays, 0.0, sizes_new)).astype(np.float64)
    nobody = np.zeros(shape)
    return (
        np.hstack([ads_then, nobody]),
        np.hstack([labelled(ads_then, then, place), nobody]),
        np.hstack([ads_now, ads_new]),
        np.hstack([labelled(ads_now, now, place_now), labelled(ads_new, now, rng.random(shape))]),
    )


def simulate(
    then: float, now: float, rho: float, employers: int, keeps: float, *, runs: int, seed: int
) -> tuple[Found, Found, Found, float]:
    """Return what is published by opening and by employer, two separate shares by opening, and ads now."""
    ads_then, labelled_then, ads_now, labelled_now = windows(
        np.random.default_rng(seed), then, now, rho, employers, keeps, runs
    )
    sums_now, sums_then = (
        ClusterSums.of_clusters(*window) for window in ((ads_now, labelled_now), (ads_then, labelled_then))
    )
    by_opening = (labelled_now, ads_now), (labelled_then, ads_then)
    by_employer = _shares(ads_now, labelled_now), _shares(ads_then, labelled_then)
    found = []
    for estimator, correlation in (
        (posting_weighted, _correlations(*by_opening)),
        (employer_weighted, _correlations(*by_employer)),
        (posting_weighted, np.zeros(runs)),
    ):
        change = difference(estimator(sums_now), estimator(sums_then), correlation)
        found.append(
            Found(
                held=float(np.mean((change.low <= now - then) & (now - then <= change.high))),
                leaves_zero=float(np.mean((change.low > 0) | (change.high < 0))),
                width=float(np.mean(change.high - change.low)),
            )
        )
    return found[0], found[1], found[2], float(ads_now.sum(axis=1).mean())


def _shares(ads: Floats, labelled: Floats) -> tuple[Floats, Floats]:
    there = ads > 0
    return np.divide(labelled, ads, out=np.zeros_like(ads), where=there), there.astype(np.float64)


def _correlations(now: Sequence[Floats], then: Sequence[Floats]) -> Floats:
    (x_now, d_now), (x_then, d_then) = now, then
    return np.array(
        [
            window_correlation((x_now[run], d_now[run]), (x_then[run], d_then[run]))
            for run in range(len(x_now))
        ]
    )


def main() -> None:
    """Print the table of docs/figures.md."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(
        "| share then | now | rho | employers | keeps | ads now | by opening | leaves zero | by employer "
        "| leaves zero | two separate shares, by opening | leaves zero |\n" + "|--" * 12 + "|"
    )
    for then, now, rho, employers, keeps in SETTINGS:
        *found, ads = simulate(then, now, rho, employers, keeps, runs=arguments.runs, seed=arguments.seed)
        cells = " | ".join(f"{f.held:.0%} ({100 * f.width:.1f}pp) | {f.leaves_zero:.0%}" for f in found)
        print(f"| {then:.1%} | {now:.1%} | {rho} | {employers} | {keeps} | {ads:.0f} | {cells} |", flush=True)


if __name__ == "__main__":
    main()
