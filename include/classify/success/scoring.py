"""Probabilities of passages, without naming every feature: words are looked up as they are.

A passage has some two hundred features, mostly words and pairs of words, of which the model knows a quarter.
Making their names costs several times what looking them up does, so the model's names are taken apart once.
A feature's two weights are kept as one complex number, because Python adds up numbers several times faster
than it adds up pairs; weights are whole, so the sums are exact.
"""

from __future__ import annotations

import functools
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from itertools import pairwise
from typing import NamedTuple, get_args

from include.classify.linear_model import LinearModel
from include.classify.success.candidates import CandidateKind
from include.classify.success.features import (
    NEAR_ZONES,
    Marks,
    PassageWords,
    Reading,
    marks,
    passage_words,
)

WeightOf = Callable[[str], complex | None]
"""Gives the weights of a word, None for an unknown one."""


class _Kind(NamedTuple):
    """What the model knows of the words around one kind of cue.

    Attributes:
        sentence: of stems anywhere in the sentence.
        near: of words next to the cue, by zone.
    """

    sentence: WeightOf
    near: tuple[WeightOf, ...]


class PassageScorer:
    """Gives what `model.probabilities(features(read))` does.

    Args:
        model: over the features of `include.classify.success.features`, with three classes.

    Attributes:
        thresholds: the model's.
    """

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self.thresholds = model.thresholds
        tables: dict[str, dict[str, complex]] = defaultdict(dict)
        for feature, row in model.weights.items():
            name, _, words = feature.partition(":")
            tables[name][words] = complex(*row)
        self._before, self._after = _pairs(tables["b"]), _pairs(tables["a"])
        self._across = _pairs(tables["c"])
        self._cue, self._heading = tables["c"].get, tables["h"].get
        self._kinds = {
            kind: _Kind(tables[f"{kind}&w"].get, tuple([tables[f"{kind}&{zone}"].get for zone in NEAR_ZONES]))
            for kind in get_args(CandidateKind)
        }
        self._weights_of_marks = functools.lru_cache(maxsize=16384)(self._sum_of_marks)

    def probabilities(self, reads: Sequence[Reading]) -> list[tuple[float, ...]]:
        """Return for each passage the probability of each class, in the order of the model's."""
        words = map(passage_words, reads)
        return list(map(self._probabilities, [read.kind for read in reads], words, marks(reads)))

    def _probabilities(self, kind: CandidateKind, words: PassageWords, named: Marks) -> tuple[float, ...]:
        of_kind = self._kinds[kind]
        known = (
            *map(self._weights_of_marks, named),
            *map(self._before, {*pairwise(words.before)}),
            *map(self._after, {*pairwise(words.after), *pairwise(words.below)}),
            *map(self._cue, {*words.cue}),
            *map(self._heading, {*words.heading}),
            *map(self._across, words.across),
            *map(of_kind.sentence, {*words.sentence}),
            *[of_word(word) for of_word, near in zip(of_kind.near, words.near, strict=True) for word in near],
        )
        total = sum(filter(None, known), 0j)
        return self._model.probabilities_of_total((total.real, total.imag))

    def _sum_of_marks(self, names: Iterable[str]) -> complex:
        return complex(*self._model.total(filter(None, map(self._model.weights.get, names))))


def _pairs(weights: dict[str, complex]) -> Callable[[tuple[str, str]], complex | None]:
    """Return the look-up of two words side by side."""
    pairs: dict[tuple[str, str], complex] = {}
    for words, of_pair in weights.items():
        first, _, second = words.partition(" ")
        pairs[first, second] = of_pair
    return pairs.get
