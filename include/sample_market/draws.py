"""Seeded random streams: the same keys give the same draws in every process."""

from __future__ import annotations

import math
import random
from collections.abc import Mapping, Sequence
from typing import TypeVar

T = TypeVar("T")

_NORMAL_ABOVE = 60.0  # beyond this mean, Knuth's product underflows slowly and the normal is close enough


def stream(*keys: object) -> random.Random:
    """Return a generator that depends on `keys` alone.

    A text seed goes through SHA-512 inside `random.Random`, so Python's hash seed has no influence.
    """
    return random.Random("|".join(map(str, keys)))  # noqa: S311 - simulation, not secrets


def poisson(rng: random.Random, mean: float) -> int:
    """Draw from a Poisson distribution (Knuth's product method; rounded normal for large means)."""
    if mean <= 0:
        return 0
    if mean > _NORMAL_ABOVE:
        return max(0, round(rng.gauss(mean, math.sqrt(mean))))
    limit, product, count = math.exp(-mean), rng.random(), 0
    while product > limit:
        product *= rng.random()
        count += 1
    return count


def dirichlet(rng: random.Random, means: Sequence[float], concentration: float) -> list[float]:
    """Draw shares around `means`; a smaller `concentration` makes draws lie further apart.

    With categories drawn from the shares, counts are Dirichlet-multinomial (beta-binomial for each
    category) and the intra-cluster correlation is 1 / (1 + concentration).
    """
    gammas = [rng.gammavariate(mean * concentration, 1.0) if mean > 0 else 0.0 for mean in means]
    total = sum(gammas)
    if total == 0:  # every gamma underflowed: the limit is one category with probability `mean`
        winner = weighted_index(rng, means)
        return [1.0 if index == winner else 0.0 for index in range(len(means))]
    return [gamma / total for gamma in gammas]


def weighted_index(rng: random.Random, weights: Sequence[float]) -> int:
    """Draw an index with probability proportional to its weight; weights need not sum to one."""
    point = rng.random() * sum(weights)
    for index, weight in enumerate(weights):
        point -= weight
        if point < 0:
            return index
    return len(weights) - 1


def pick(rng: random.Random, items: Sequence[T]) -> T:
    """Draw one item, each with the same probability (one random number, faster than `rng.choice`)."""
    return items[int(rng.random() * len(items))]


def pick_weighted(rng: random.Random, weights: Mapping[T, float]) -> T:
    """Draw one key with probability proportional to its weight."""
    keys = list(weights)
    return keys[weighted_index(rng, list(weights.values()))]


def pick_some(rng: random.Random, items: Sequence[T], count: int) -> list[T]:
    """Draw up to `count` different items in random order."""
    return rng.sample(items, min(count, len(items)))
