"""Is "product manager" one role? Archetypes inside employers against the market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from include.measure.estimators import CONFIDENCE, Floats, t_quantile
from include.measure.grouping import renumber
from include.measure.interval import Interval

MINIMUM_OPENINGS: Final = 5
"""Openings an employer needs in the window: two of them must be comparable often enough."""
WINDOW_WEEKS: Final = 26
PERMUTATIONS: Final = 199
MANY_OPENINGS: Final = 10_000
FEW_PERMUTATIONS: Final = 9
"""Enough above `MANY_OPENINGS`: the mean over so many employers is normal, so that its range follows from the
spread of a few permutations (t with 8 degrees of freedom)."""


@dataclass(frozen=True)
class Uniformity:
    """Heterogeneity of role inside employers.

    Attributes:
        within: mean index over employers (M14), t interval over employers.
        ratio: within over the index of all openings together (M14r).
        chance: the ratio's mean and 95 percent range when openings are dealt to employers at random within
            seniority (M14n).
        n_openings, n_employers: what it rests on.
    """

    within: Interval
    ratio: Interval
    chance: Interval
    n_openings: int
    n_employers: int


def gini_simpson(counts: Floats) -> Floats:
    """Return the unbiased Gini-Simpson index 1 - sum n_k (n_k - 1) / (n (n - 1)) along the last axis.

    It is the chance that two different openings are of different kinds, so it does not depend on n; Shannon's
    entropy does. Source: Simpson (1949), Nature 163.
    """
    n = counts.sum(axis=-1)
    return np.asarray(1 - (counts * (counts - 1)).sum(axis=-1) / (n * (n - 1)))


def measure_uniformity(
    employer: NDArray[np.int64], archetype: NDArray[np.int64], seniority: NDArray[np.int64], *, seed: int
) -> Uniformity | None:
    """Return heterogeneity inside employers; None when fewer than two employers have five openings.

    Args:
        employer: employer number of each opening.
        archetype: archetype number.
        seniority: seniority number; permutations stay inside it, so that rank mix is no explanation.
        seed: derived from the week.
    """
    employer = renumber(employer)
    keep = np.bincount(employer)[employer] >= MINIMUM_OPENINGS
    employer = renumber(employer[keep])
    archetype, seniority = archetype[keep], seniority[keep]
    groups = int(employer.max(initial=-1)) + 1
    kinds = int(archetype.max(initial=-1)) + 1
    if groups < 2:
        return None

    # In the order of seniority, so that each rank is a slice that can be shuffled where it stands.
    rank = renumber(seniority).astype(np.uint16)
    order = np.argsort(rank, kind="stable")
    base, kind = employer[order] * kinds, archetype[order].astype(np.uint16)  # small numbers shuffle faster
    ranks = np.flatnonzero(np.diff(rank[order])) + 1

    def index_by_employer() -> Floats:
        counts = np.bincount(base + kind, minlength=groups * kinds).reshape(groups, kinds)
        return gini_simpson(counts.astype(np.float64))

    market = float(gini_simpson(np.bincount(archetype).astype(np.float64)))
    if market <= 0:
        return None
    each = index_by_employer()
    half = t_quantile(groups - 1) * each.std(ddof=1) / np.sqrt(groups)
    rng = np.random.default_rng(seed)
    dealt = np.empty(PERMUTATIONS if len(archetype) <= MANY_OPENINGS else FEW_PERMUTATIONS)
    for i in range(len(dealt)):
        for part in np.split(kind, ranks):  # views: shuffling them shuffles `kind`
            rng.shuffle(part)
        dealt[i] = index_by_employer().mean() / market
    if len(dealt) == PERMUTATIONS:
        low, high = np.quantile(dealt, [(1 - CONFIDENCE) / 2, (1 + CONFIDENCE) / 2])
    else:
        reach = t_quantile(len(dealt) - 1) * dealt.std(ddof=1)
        low, high = dealt.mean() - reach, dealt.mean() + reach
    mean = float(each.mean())
    return Uniformity(
        within=Interval(mean, max(mean - half, 0.0), min(mean + half, 1.0)),
        ratio=Interval(mean / market, max(mean - half, 0.0) / market, (mean + half) / market),
        chance=Interval(float(dealt.mean()), float(low), float(high)),
        n_openings=len(archetype),
        n_employers=groups,
    )
