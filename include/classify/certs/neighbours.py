"""What the mentions beside a mention say of it.

An ad that names several certifications in one sentence, or below one heading, mostly asks for all of them in
the same way. So a mention's probabilities are pooled with theirs: weighted sums of their logarithms
(logarithmic opinion pool; Genest and Zidek, Combining probability distributions, Statistical Science 1986).
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from enum import Enum
from typing import Final, NamedTuple

from include.classify.segments import Document


class Nearness(Enum):
    """How near another mention stands; the value is what it counts, the mention itself counting one."""

    SENTENCE = 0.5
    SECTION = 0.3


_DOUBT: Final = 0.02  # left to every status, so that no single mention rules one out


class Place(NamedTuple):
    """Where a mention stands: the start of its sentence, and that of the heading above (-1 without one)."""

    sentence: int
    section: int


def place_of(document: Document, offset: int) -> Place:
    """Return the place of a mention that starts at `offset`."""
    heading = next(document.headings_above(offset), None)
    return Place(document.sentence_at(offset).start, -1 if heading is None else heading.start)


def nearness(place: Place, other: Place) -> Nearness | None:
    """Say how near another mention stands; None in another section."""
    if place.sentence == other.sentence:
        return Nearness.SENTENCE
    return Nearness.SECTION if place.section == other.section else None


def pooled(own: tuple[float, ...], others: Sequence[tuple[Nearness, tuple[float, ...]]]) -> tuple[float, ...]:
    """Return a mention's probabilities pooled with those of the mentions near it.

    Args:
        own: of the statuses, those of the mention alone.
        others: how near each other mention stands, with its own probabilities. Those equally near count
            together what one would.
    """
    if not others:
        return own
    logarithms = _logarithms(own)
    for near in Nearness:
        given = [_logarithms(probabilities) for its, probabilities in others if its is near]
        if given:
            means = (sum(column) / len(given) for column in zip(*given, strict=True))
            logarithms = [log + near.value * mean for log, mean in zip(logarithms, means, strict=True)]
    powers = [math.exp(log) for log in logarithms]
    total = sum(powers)
    return tuple(power / total for power in powers)


def _logarithms(probabilities: tuple[float, ...]) -> list[float]:
    return [math.log(probability + _DOUBT) for probability in probabilities]
