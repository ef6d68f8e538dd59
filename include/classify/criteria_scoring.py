"""Probabilities of passages, without naming every feature: words are looked up as they are.

A passage has some two hundred features, mostly words and pairs of words, of which the model knows a quarter.
Making their names costs several times what looking them up does, so the model's names are taken apart once.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from itertools import pairwise

from include.classify.criteria_features import NEAR_ZONES, PassageWords, Reading, marks, passage_words
from include.classify.linear_model import LinearModel

Row = tuple[int, ...]
"""A feature's weights, one per class but the last."""


class _Zone:
    """What the model knows of the words in one part of a passage.

    Attributes:
        word: gives the row of a word, None for an unknown one.
        pair: the same for two words side by side.
    """

    def __init__(self, model: LinearModel, zone: str) -> None:
        words: dict[str, Row] = {}
        pairs: dict[tuple[str, str], Row] = {}
        for feature, row in model.weights.items():
            if feature.startswith(f"{zone}:"):
                first, is_pair, second = feature[len(zone) + 1 :].partition(" ")
                if is_pair:
                    pairs[first, second] = row
                else:
                    words[first] = row
        self.word = words.get
        self.pair = pairs.get


class PassageScorer:
    """Gives what `model.probabilities(features(read))` does.

    Args:
        model: over the features of `include.classify.criteria_features`.
    """

    def __init__(self, model: LinearModel) -> None:
        self._model = model
        self._before, self._after = _Zone(model, "b"), _Zone(model, "a")
        self._cue, self._heading = _Zone(model, "c"), _Zone(model, "h")
        self._near = {zone: _Zone(model, zone).word for zone in NEAR_ZONES}
        self._row_of_marks = functools.lru_cache(maxsize=8192)(self._sum_of_marks)

    def probabilities(self, reads: Sequence[Reading]) -> list[tuple[float, ...]]:
        """Return for each passage the probability of each class, in the order of the model's."""
        return list(map(self._probabilities, map(passage_words, reads), marks(reads)))

    def _probabilities(self, words: PassageWords, named: tuple[str, ...]) -> tuple[float, ...]:
        before, after, below = words.before, words.after, words.below
        return self._model.probabilities_of_rows([
            self._row_of_marks(named),
            *filter(None, map(self._before.word, {*before})),
            *filter(None, map(self._before.pair, {*pairwise(before)})),
            *filter(None, map(self._after.word, {*after, *below})),
            *filter(None, map(self._after.pair, {*pairwise(after), *pairwise(below)})),
            *filter(None, map(self._cue.word, {*words.cue})),
            *filter(None, map(self._heading.word, {*words.heading})),
            *[row for zone, near in words.near for row in map(self._near[zone], {*near}) if row],
        ])  # fmt: skip

    def _sum_of_marks(self, names: tuple[str, ...]) -> Row:
        return self._model.total(filter(None, map(self._model.weights.get, names)))
