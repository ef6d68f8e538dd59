"""Linear models over named features: small enough to ship as JSON, fast enough for plain Python.

A model file holds one weight per feature and class. Class probabilities are the softmax of the summed weights
(multinomial logistic regression; Hastie, Tibshirani and Friedman, The Elements of Statistical Learning, 4.4).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from pathlib import Path

import msgspec

MODEL_DIRECTORY = Path(__file__).parent / "models"


class ModelError(RuntimeError):
    """A model file is missing or not a model; the message names the file and the mend."""


class LinearModel(msgspec.Struct, frozen=True, kw_only=True):
    """A trained model.

    Attributes:
        name: what it decides.
        version: changes with every training; stamped on the labels.
        classes: class names, the reference class (weights zero) last.
        bias: one per class but the last.
        weights: feature to one weight per class but the last, in thousandths.
        thresholds: probabilities from which a class is given, by name.
    """

    name: str
    version: str
    classes: tuple[str, ...]
    bias: tuple[float, ...]
    weights: dict[str, tuple[int, ...]]
    thresholds: dict[str, float] = {}

    def probabilities(self, features: Iterable[str]) -> tuple[float, ...]:
        """Return the probability of each class, in the order of `classes`, for features present."""
        return self.probabilities_of_total(self.total(filter(None, map(self.weights.get, features))))

    def probabilities_of_total(self, total: Iterable[float]) -> tuple[float, ...]:
        """Return the probability of each class, in the order of `classes`, for a sum of rows of `weights`."""
        return _softmax([bias + weight / 1000 for bias, weight in zip(self.bias, total, strict=True)])

    def total(self, rows: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
        """Return the sum of rows of `weights`."""
        columns = tuple(zip(*rows, strict=True))
        return tuple(map(sum, columns)) if columns else (0,) * len(self.bias)

    def probabilities_of_values(self, features: Mapping[str, float]) -> tuple[float, ...]:
        """Return the probability of each class, in the order of `classes`, for features with values."""
        scores = list(self.bias)
        for feature, value in features.items():
            for index, weight in enumerate(self.weights.get(feature, ())):
                scores[index] += weight * value / 1000
        return _softmax(scores)


def _softmax(scores: list[float]) -> tuple[float, ...]:
    scores = [*scores, 0.0]  # the reference class
    highest = max(scores)
    powers = [math.exp(score - highest) for score in scores]
    total = sum(powers)
    return tuple(power / total for power in powers)


def load_model(name: str) -> LinearModel:
    """Load `include/classify/models/<name>.json`.

    Raises:
        ModelError: the file is missing or damaged.
    """
    path = MODEL_DIRECTORY / f"{name}.json"
    try:
        model = msgspec.json.decode(path.read_bytes(), type=LinearModel)
    except (OSError, msgspec.MsgspecError) as error:
        raise ModelError(
            f"cannot read the model {path}: {error}. Restore the file from the repository, or train it "
            f"again as include/classify/models/README.md says."
        ) from error
    width = len(model.classes) - 1
    if len(model.bias) != width or any(len(row) != width for row in model.weights.values()):
        raise ModelError(f"the model {path} has rows that do not fit its {len(model.classes)} classes")
    return model
