"""Cross-validation over whole postings, and the figures reported from it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

_WORD = re.compile(r"\w+")
_SHINGLE = 6
SAME_TEXT_SHARE = 0.3
"""From this share of common six-word runs, two postings are of one group and never split between folds."""


def shingles(text: str) -> set[int]:
    """Return the hashes of all runs of six words."""
    words = _WORD.findall(text.lower())
    return {hash(tuple(words[i : i + _SHINGLE])) for i in range(len(words) - _SHINGLE + 1)}


def group_alike(texts: Sequence[str]) -> list[int]:
    """Return a group number per text; texts that share much wording share a group."""
    sets = [shingles(text) for text in texts]
    group = list(range(len(texts)))

    def root(index: int) -> int:
        while group[index] != index:
            index = group[index]
        return index

    for later in range(len(texts)):
        for earlier in range(later):
            if is_alike(sets[later], sets[earlier]):
                group[root(later)] = root(earlier)
    return [root(index) for index in range(len(texts))]


def is_alike(one: set[int], other: set[int]) -> bool:
    """Say whether two texts share much of the shorter one's wording."""
    shorter = min(len(one), len(other))
    return shorter > 0 and len(one & other) > SAME_TEXT_SHARE * shorter


def alike(text: str, wordings: Sequence[set[int]]) -> set[int]:
    """Return the indices of the `shingles` whose texts share much wording with this one."""
    own = shingles(text)
    return {index for index, other in enumerate(wordings) if is_alike(own, other)}


def folds(groups: Sequence[int], n_folds: int, seed: int) -> list[int]:
    """Return a fold number per item; a group is never split."""
    order = sorted(set(groups))
    random.Random(seed).shuffle(order)  # noqa: S311  (folds, not secrets)
    fold_of = {group: index % n_folds for index, group in enumerate(order)}
    return [fold_of[group] for group in groups]


class Interval(NamedTuple):
    """An estimate with its 95% bootstrap interval (percentiles over postings)."""

    estimate: float
    low: float
    high: float

    def __str__(self) -> str:
        """Return `0.86 (0.74 to 0.95)`."""
        return f"{self.estimate:.3f} ({self.low:.3f} to {self.high:.3f})"


def with_interval(measure: Callable[[Sequence[int]], float], n: int, draws: int = 1000) -> Interval:
    """Return `measure(indices)` over all items with a bootstrap interval over items."""
    generator = np.random.default_rng(20261123)
    samples = [measure(generator.integers(0, n, n).tolist()) for _ in range(draws)]
    low, high = np.nanpercentile(samples, [2.5, 97.5])
    return Interval(measure(range(n)), float(low), float(high))


def f1(truth: Sequence[object], given: Sequence[object], value: object) -> float:
    """Return the F1 score of one class; not a number when the class is neither true nor given."""
    both = sum(t == value and g == value for t, g in zip(truth, given, strict=True))
    total = sum(t == value for t in truth) + sum(g == value for g in given)
    return 2 * both / total if total else float("nan")
