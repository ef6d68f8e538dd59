"""Probabilities of passages, without naming every feature: words are looked up as they are.

A passage has some two hundred features, mostly words and pairs of words, of which the model knows a quarter.
Making their names costs several times what looking them up does, so the model's names are taken apart once.
A feature's two weights are kept as one complex number, because Python adds up numbers several times faster
than it adds up pairs; weights are whole, so the sums are exact.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence
from itertools import pairwise

from include.classify.criteria_features import Marks, PassageWords, Reading, marks, passage_words
from include.classify.linear_model import LinearModel


class _Zone:
    """What the model knows of the words in one part of a passage.

    Attributes:
        word: gives the weights of a word, None for an unknown one.
        pair: the same for two words side by side.
    """

    def __init__(self, model: LinearModel, zone: str) -> None:
        words: dict[str, complex] = {}
        pairs: dict[tuple[str, str], complex] = {}
        for feature, row in model.weights.items():
            if feature.startswith(f"{zone}:"):
                first, is_pair, second = feature[len(zone) + 1 :].partition(" ")
                if is_pair:
                    pairs[first, second] = complex(*row)
                else:
                    words[first] = complex(*row)
        self.word = words.get
        self.pair = pairs.get


class PassageScorer:
    """Gives what `model.probabilities(features(read))` does.

    Args:
        model: over the features of `include.classify.criteria_features`, with three classes.
    """

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._before, self._after = _Zone(model, "b"), _Zone(model, "a")
        self._cue, self._heading = _Zone(model, "c"), _Zone(model, "h")
        self._near_before, self._near_after = _Zone(model, "nb").word, _Zone(model, "na").word
        self._first_before, self._second_before = _Zone(model, "b1").word, _Zone(model, "b2").word
        self._first_after = _Zone(model, "a1").word
        self._weights_of_marks = functools.lru_cache(maxsize=16384)(self._sum_of_marks)

    def probabilities(self, reads: Sequence[Reading]) -> list[tuple[float, ...]]:
        """Return for each passage the probability of each class, in the order of the model's."""
        return list(map(self._probabilities, map(passage_words, reads), marks(reads)))

    def _probabilities(self, words: PassageWords, named: Marks) -> tuple[float, ...]:
        before, after, below = words.before, words.after, words.below
        known = (
            *map(self._weights_of_marks, named),
            *map(self._before.word, {*before}),
            *map(self._before.pair, {*pairwise(before)}),
            *map(self._after.word, {*after, *below}),
            *map(self._after.pair, {*pairwise(after), *pairwise(below)}),
            *map(self._cue.word, {*words.cue}),
            *map(self._heading.word, {*words.heading}),
            *map(self._near_before, {*words.near_before}),
            *map(self._near_after, {*words.near_after}),
            *map(self._first_before, before[-1:]),
            *map(self._second_before, before[-2:-1]),
            *map(self._first_after, after[:1]),
        )
        total = sum(filter(None, known), 0j)
        return self._model.probabilities_of_total((total.real, total.imag))

    def _sum_of_marks(self, names: Iterable[str]) -> complex:
        return complex(*self._model.total(filter(None, map(self._model.weights.get, names))))
