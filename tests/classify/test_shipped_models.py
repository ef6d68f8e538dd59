"""The shipped models are what their training makes today, from the labels and the rules of this version."""

from __future__ import annotations

import pytest

from include.classify.linear_model import LinearModel, load_model
from include.classify.training import line_starts, mentions
from include.classify.training.fit import SMALLEST_WEIGHT
from include.classify.training.training_set import read_training_set, train
from tests.classify.shared_data import shared_file

pytestmark = pytest.mark.slow

_ROUNDING = 3  # thousandths: solvers end a little apart on other processors


def _assert_shipped(trained: LinearModel) -> None:
    shipped = load_model(trained.name)
    assert shipped.version == trained.version
    assert shipped.thresholds == trained.thresholds
    apart = [
        feature
        for feature in {*shipped.weights, *trained.weights}
        if _difference(shipped.weights.get(feature), trained.weights.get(feature)) > _ROUNDING
    ]
    assert not apart, f"{trained.name}: train it again and raise its version; {len(apart)} weights differ"


def _difference(before: tuple[int, ...] | None, after: tuple[int, ...] | None) -> int:
    if before is None or after is None:  # left out on one side, since no weight of it reaches the least
        return max(map(abs, before or after or (0,))) - SMALLEST_WEIGHT
    return max(abs(weight - other) for weight, other in zip(before, after, strict=True))


def test_criteria_kpi_and_archetype_models_are_what_training_makes() -> None:
    folder = shared_file("gold").parent
    shared_file("corpus")
    for model in train(read_training_set(folder)):
        _assert_shipped(model)


def test_certification_model_is_what_training_makes() -> None:
    judged = list(mentions.read_mentions(shared_file("corpus")))
    _assert_shipped(mentions.train(mentions.learnable(judged)))


def test_model_of_line_starts_is_what_training_makes() -> None:
    _assert_shipped(line_starts.train(line_starts.read_flat(shared_file("corpus"))))
