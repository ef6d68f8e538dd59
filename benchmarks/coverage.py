"""Coverage of the published 95 percent intervals, by simulation, next to Wilson's that ignores employers.

Usage: python benchmarks/coverage.py [--runs 2000] [--seed 1]

Employers have Zipf sizes (capped at 60 ads) and shares from a beta distribution with mean p and
intra-employer correlation rho; the target is p, the share in "employers like these". The same draws give the
coverage of the difference of two shares (MOVER next to the percentile bootstrap of employers). A third table
is about the 2x2: how often difference, odds ratios and phi find an association where there is none.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from include.measure import association, comparisons, estimators
from include.measure.estimators import ClusterSums

SETTINGS = [
    (0.005, 0.1, 250), (0.005, 0.4, 250), (0.03, 0.1, 60), (0.03, 0.1, 250), (0.03, 0.4, 250),
    (0.03, 0.1, 800),
    (0.08, 0.1, 60), (0.08, 0.1, 250), (0.08, 0.4, 250), (0.25, 0.1, 60), (0.25, 0.4, 60), (0.25, 0.1, 800),
]  # fmt: skip
"""(true share, intra-employer correlation, employers)."""


TABLES = [
    (0.003, 0.06, 0.1, 800), (0.01, 0.10, 0.1, 250), (0.03, 0.05, 0.1, 60), (0.06, 0.20, 0.1, 250),
    (0.06, 0.20, 0.4, 250), (0.06, 0.20, 0.4, 800), (0.30, 0.20, 0.1, 250),
]  # fmt: skip
"""(share exposed, share with the outcome, intra-employer correlation of both, employers)."""


@dataclass(frozen=True)
class Coverage:
    """Share of runs whose interval holds the truth, and the mean width (fractions); rate is per words."""

    naive: float
    naive_width: float
    posting: float
    posting_width: float
    employer: float
    rate: float
    mean_ads: float


def zipf_sizes(rng: np.random.Generator, shape: tuple[int, int]) -> NDArray[np.float64]:
    """Return employer sizes: Zipf with exponent 2, capped at 60 ads."""
    return np.minimum(rng.zipf(2.0, size=shape), 60).astype(np.float64)


def beta_binomial(
    rng: np.random.Generator, sizes: NDArray[np.float64], share: float, rho: float
) -> NDArray[np.float64]:
    """Return labelled ads per employer with intra-employer correlation `rho`."""
    total = (1 - rho) / rho
    p = rng.beta(share * total, (1 - share) * total, size=sizes.shape)
    return rng.binomial(sizes.astype(np.int64), p).astype(np.float64)


def lengths(rng: np.random.Generator, sizes: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return words per employer: an ad has 500, give or take a quarter by employer and a third by ad."""
    house, own = rng.normal(0, 0.25, sizes.shape), rng.normal(0, 0.33, sizes.shape) / np.sqrt(sizes)
    return np.asarray(500 * sizes * np.exp(house + own))


def simulate(share: float, rho: float, employers: int, *, runs: int, seed: int) -> Coverage:
    """Return the coverage of one setting."""
    rng = np.random.default_rng(seed)
    sizes = zipf_sizes(rng, (runs, employers))
    counts = beta_binomial(rng, sizes, share, rho)
    sums = ClusterSums.of_clusters(sizes, counts)
    low, high = estimators.wilson(sums.x / sums.n, sums.n, 1.959964)
    posting = estimators.posting_weighted(sums)
    employer = estimators.employer_weighted(sums)
    words = lengths(np.random.default_rng(seed + 1), sizes)
    rate = estimators.per_unit_rate(sums, words.sum(axis=-1))
    return Coverage(
        naive=_held(low, high, share),
        naive_width=float(np.mean(high - low)),
        posting=_held(posting.low, posting.high, share),
        posting_width=float(np.mean(posting.high - posting.low)),
        employer=_held(employer.low, employer.high, share),
        rate=_held(rate.low, rate.high, share * float(sizes.sum() / words.sum())),
        mean_ads=float(sums.n.mean()),
    )


def simulate_difference(
    first: float, second: float, rho: float, employers: int, *, runs: int, seed: int, bootstraps: int
) -> tuple[float, float]:
    """Return coverage of MOVER (all runs) and of the employer bootstrap (the first `bootstraps` runs)."""
    rng = np.random.default_rng(seed)
    sizes = zipf_sizes(rng, (runs, employers))
    x1, x2 = beta_binomial(rng, sizes, first, rho), beta_binomial(rng, sizes, second, rho)
    one, two = ClusterSums.of_clusters(sizes, x1), ClusterSums.of_clusters(sizes, x2)
    correlation = comparisons.pair_correlation(
        one, two, xx=(x1 * x2).sum(1), xd=(x1 * sizes).sum(1), dx=(sizes * x2).sum(1), dd=(sizes**2).sum(1)
    )
    mover = comparisons.difference(
        estimators.posting_weighted(one), estimators.posting_weighted(two), correlation
    )
    truth = first - second
    hits = 0
    for run in range(bootstraps):
        low, high = bootstrap_difference(
            sizes[run], x1[run], x2[run], np.ones(employers), seed=run, replicates=199
        )
        hits += low <= truth <= high
    return _held(mover.low, mover.high, truth), hits / max(bootstraps, 1)


def bootstrap_difference(
    sizes: NDArray[np.float64],
    first: NDArray[np.float64],
    second: NDArray[np.float64],
    repeats: NDArray[np.float64],
    *,
    seed: int,
    replicates: int = 999,
) -> tuple[float, float]:
    """Return the percentile interval of x1/n - x2/n when employers are drawn with replacement.

    Employers with the same (m, x1, x2) are exchangeable, so the multinomial draw is made over the distinct
    patterns with their numbers of employers: the same distribution at a fraction of the cost.

    Source: Efron and Tibshirani (1993), ch. 13; employers as the resampled units.

    Args:
        sizes: m of each distinct pattern.
        first: x1 of each pattern.
        second: x2 of each pattern.
        repeats: employers with the pattern.
        seed: derived from week and cell, never from the clock.
        replicates: bootstrap samples.
    """
    groups = int(repeats.sum())
    draws = np.random.default_rng(seed).multinomial(groups, repeats / groups, size=replicates)
    totals = draws @ np.column_stack([sizes, first - second])
    values = np.divide(totals[:, 1], totals[:, 0], out=np.zeros(replicates), where=totals[:, 0] > 0)
    tail = (1 - estimators.CONFIDENCE) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def linearised_odds_ratio(tables: NDArray[np.float64]) -> tuple[float, float]:
    """Return the interval of the log odds ratio by its linearised variance alone, which is not published."""
    totals = tables.sum(axis=0) + association.HALF
    value = np.log(totals[0] * totals[3] / (totals[1] * totals[2]))
    error = association.cluster_error(tables @ (np.array([1, -1, -1, 1]) / totals))
    half = estimators.t_quantile(len(tables) - 1) * error
    return float(value - half), float(value + half)


def simulate_tables(
    exposed_share: float, outcome_share: float, rho: float, employers: int, *, runs: int, seed: int
) -> tuple[dict[str, float], float]:
    """Return how often each measure finds an association where there is none, and how often cell a is empty.

    Exposure and outcome have shares of their own in every employer, independent of each other; strata of the
    adjusted ratio are drawn at random. A measure that cannot be given finds nothing.
    """
    rng = np.random.default_rng(seed)
    found = dict.fromkeys(("linearised", "difference", "odds ratio", "phi", "adjusted", "inside"), 0)
    empty = 0
    for _ in range(runs):
        sizes = np.minimum(rng.zipf(2.0, size=employers), 60)
        employer = np.repeat(np.arange(employers), sizes)
        exposed, outcome = (
            rng.random(len(employer))
            < rng.beta(share / rho * (1 - rho), (1 - share) / rho * (1 - rho), employers)[employer]
            for share in (exposed_share, outcome_share)
        )
        tables = association.employer_tables(exposed, outcome, employer)
        empty += not (exposed & outcome).any()
        if exposed.any() and outcome.any():
            low, high = linearised_odds_ratio(tables)
            found["linearised"] += low > 0 or high < 0
        strata = rng.integers(0, 40, len(employer))
        intervals = {
            "difference": (association.risk_difference(tables)[0], 0),
            "odds ratio": (association.odds_ratio(tables), 1),
            "phi": (association.phi_coefficient(tables), 0),
            "adjusted": (association.mantel_haenszel(exposed, outcome, strata, employer)[0], 1),
            "inside": (association.conditional_odds_ratio(tables)[0], 1),
        }
        for name, (interval, nothing) in intervals.items():
            found[name] += interval.low > nothing or interval.high < nothing
    return {name: count / runs for name, count in found.items()}, empty / runs


def _held(low: NDArray[np.float64], high: NDArray[np.float64], truth: float) -> float:
    return float(np.mean((low <= truth) & (truth <= high)))


def main() -> None:
    """Print the three tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(
        "| true p | rho | employers | ads | naive Wilson | published, per posting | published, per employer "
        "| published, per 1,000 words |"
    )
    print("|--|--|--|--|--|--|--|--|")
    for share, rho, employers in SETTINGS:
        c = simulate(share, rho, employers, runs=arguments.runs, seed=arguments.seed)
        print(
            f"| {share:.1%} | {rho} | {employers} | {c.mean_ads:.0f}"
            f" | {c.naive:.0%} ({c.naive_width * 100:.1f}pp)"
            f" | {c.posting:.0%} ({c.posting_width * 100:.1f}pp) | {c.employer:.0%} | {c.rate:.0%} |"
        )
    print("\n| p1 | p2 | rho | employers | MOVER | employer bootstrap |\n|--|--|--|--|--|--|")
    for first, second, rho, employers in [
        (0.005, 0.05, 0.1, 250),
        (0.005, 0.05, 0.4, 250),
        (0.03, 0.05, 0.1, 60),
        (0.03, 0.08, 0.1, 250),
    ]:
        mover, boot = simulate_difference(
            first,
            second,
            rho,
            employers,
            runs=arguments.runs,
            seed=arguments.seed,
            bootstraps=min(300, arguments.runs),
        )
        print(f"| {first:.1%} | {second:.1%} | {rho} | {employers} | {mover:.0%} | {boot:.0%} |")
    print(
        "\n| exposed | outcome | rho | employers | no ad with both | linearised odds ratio | difference "
        "| odds ratio | phi | adjusted | inside employers |\n" + "|--" * 11 + "|"
    )
    for exposed, outcome, rho, employers in TABLES:
        found, empty = simulate_tables(
            exposed, outcome, rho, employers, runs=min(500, arguments.runs), seed=arguments.seed
        )
        shares = " | ".join(f"{share:.0%}" for share in found.values())
        print(f"| {exposed:.1%} | {outcome:.0%} | {rho} | {employers} | {empty:.0%} | {shares} |")


if __name__ == "__main__":
    main()
