"""Recovery of a known truth by the published correction, next to the raw share and Rogan-Gladen.

Usage: python -m benchmarks.correction [--runs 400] [--seed 1]

Ads of employers with Zipf sizes (capped at 60) and intra-employer correlation 0.1 are labelled by a
classifier with the given sensitivity and specificity; half of the audit labels go to predicted positives,
half to the rest. The target is the share in "employers like these". Bias and standard deviation in percentage
points, coverage of the nominal 95 percent interval in brackets. The inner band is for the ads at hand: how
often it holds their share, and in brackets that of employers like these, which is not its aim. First the
labels are of the ads that are measured, then of thirteen weeks of which these are one, as in a release.
"""

from __future__ import annotations

import argparse
import itertools
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from benchmarks.coverage import zipf_sizes
from include.measure import estimators, prediction_powered
from include.measure.estimators import ClusterSums

Floats = NDArray[np.float64]

SETTINGS: Final = [
    (0.05, 0.85, 0.98, 200), (0.05, 0.85, 0.98, 400), (0.05, 0.85, 0.98, 600), (0.15, 0.80, 0.93, 300),
    (0.30, 0.80, 0.90, 300), (0.01, 0.90, 0.99, 400),
]  # fmt: skip
"""(true share, sensitivity, specificity, labels)."""
WEEKS: Final = (1, 13)
"""Weeks that the labels are of, one of which is measured."""
EMPLOYERS: Final = 500
RHO: Final = 0.1


@dataclass(frozen=True)
class Recovery:
    """Estimates of every run, and how often the intervals hold the truth.

    Attributes:
        raw, corrected, crosscheck: the classifier's share, the published correction, Rogan-Gladen.
        raw_held, held: coverage of the interval around the raw and around the corrected share.
        inner_held: how often the inner band holds the share of the ads at hand.
        inner_holds_truth: how often it holds the share in employers like these, which it does not promise.
    """

    raw: Floats
    corrected: Floats
    crosscheck: Floats
    raw_held: float
    held: float
    inner_held: float
    inner_holds_truth: float


def two_phase(
    rng: np.random.Generator, *, share: float, sensitivity: float, specificity: float, labels: int
) -> tuple[Floats, Floats, NDArray[np.int64], NDArray[np.int64], Floats]:
    """Simulate a window: ads in employers, a classifier that errs, a stratified sample of labels.

    Returns:
        Truth, predictions and employer of every ad; rows of the labelled ads and their weights.
    """
    sizes = zipf_sizes(rng, (1, EMPLOYERS))[0].astype(np.int64)
    employer = np.repeat(np.arange(EMPLOYERS), sizes)
    total = (1 - RHO) / RHO
    level = rng.beta(share * total, (1 - share) * total, EMPLOYERS)
    truth = (rng.random(len(employer)) < level[employer]).astype(np.float64)
    right = np.where(truth == 1, sensitivity, specificity)
    predicted = np.where(rng.random(len(employer)) < right, truth, 1 - truth)
    chosen, weight = [], []
    for value in (0.0, 1.0):
        members = np.flatnonzero(predicted == value)
        n = min(labels // 2, len(members))
        chosen.append(rng.choice(members, n, replace=False))
        weight.append(np.full(n, len(members) / max(n, 1)))
    return truth, predicted, employer, np.concatenate(chosen), np.concatenate(weight)


def simulate(
    share: float,
    sensitivity: float,
    specificity: float,
    labels: int,
    *,
    runs: int,
    seed: int,
    weeks: int = 1,
) -> Recovery:
    """Return the estimates of `runs` windows of one setting, of the ads of one of their `weeks`."""
    rng = np.random.default_rng(seed)
    raw, corrected, crosscheck, raw_held, held = [], [], [], 0, 0
    inner_held = inner_holds_truth = 0
    for _ in range(runs):
        truth, predicted, employer, rows, weight = two_phase(
            rng, share=share, sensitivity=sensitivity, specificity=specificity, labels=labels
        )
        got = prediction_powered.rectifier(
            truth[rows], predicted[rows], weight, employer[rows], predicted[rows].astype(np.int64)
        )
        is_measured = (
            np.ones(len(truth), dtype=bool) if weeks == 1 else rng.integers(weeks, size=len(truth)) == 0
        )
        sums = ClusterSums.of_clusters(
            np.bincount(employer, weights=is_measured)[None],
            np.bincount(employer, predicted * is_measured)[None],
        )
        estimate = estimators.posting_weighted(sums)
        errors = prediction_powered.variance_of_errors(
            got, sums.n, estimate.n_eff, weight.sum(), weight[is_measured[rows]].sum()
        )
        value, low, high = prediction_powered.corrected_share(
            estimate.value, np.maximum(estimate.variance, errors), estimate.df, got
        )
        raw.append(float(estimate.value[0]))
        corrected.append(float(value[0]))
        crosscheck.append(
            prediction_powered.rogan_gladen(
                raw[-1], *prediction_powered.sensitivity_specificity(truth[rows], predicted[rows], weight)
            )
        )
        raw_held += bool(estimate.low[0] <= share <= estimate.high[0])
        held += bool(low[0] <= share <= high[0])
        _, low, high = prediction_powered.corrected_share(estimate.value, errors, np.full(1, np.inf), got)
        inner_held += bool(low[0] <= truth[is_measured].mean() <= high[0])
        inner_holds_truth += bool(low[0] <= share <= high[0])
    return Recovery(
        np.array(raw),
        np.array(corrected),
        np.array(crosscheck),
        raw_held / runs,
        held / runs,
        inner_held / runs,
        inner_holds_truth / runs,
    )


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--runs", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    print(
        "| weeks | share | sensitivity | specificity | labels | raw | corrected | Rogan-Gladen | inner band |"
    )
    print("|--|--|--|--|--|--|--|--|--|")
    for weeks, (share, sensitivity, specificity, labels) in itertools.product(WEEKS, SETTINGS):
        found = simulate(
            share, sensitivity, specificity, labels, runs=arguments.runs, seed=arguments.seed, weeks=weeks
        )

        def told(values: Floats, truth: float = share) -> str:
            return f"{100 * (np.nanmean(values) - truth):+.2f} / {100 * np.nanstd(values):.2f}"

        print(
            f"| {weeks} | {share:.0%} | {sensitivity} | {specificity} | {labels} "
            f"| {told(found.raw)} ({found.raw_held:.0%}) | {told(found.corrected)} ({found.held:.0%}) "
            f"| {told(found.crosscheck)} | {found.inner_held:.0%} ({found.inner_holds_truth:.0%}) |"
        )


if __name__ == "__main__":
    main()
