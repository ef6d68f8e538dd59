"""Multinomial logistic regression by scikit-learn, turned into the shipped JSON form."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from scipy.sparse import csr_matrix

from include.classify.linear_model import MODEL_DIRECTORY, LinearModel
from include.storage import write_bytes

_NEVER = -30.0  # log odds

SMALLEST_WEIGHT = 8
"""Weights below this many thousandths in every class are left out of the file."""


def fit_presence(
    name: str,
    version: str,
    rows: Sequence[Sequence[str]],
    labels: Sequence[str],
    *,
    classes: Sequence[str],
    strength: float,
    minimum_rows: int,
    thresholds: Mapping[str, float],
    weights: Sequence[float] | None = None,
) -> LinearModel:
    """Fit a model over features that are present or not.

    Args:
        name: model name.
        version: model version.
        rows: features of each example.
        labels: class of each example.
        classes: class order; the last is the reference.
        strength: inverse of the L2 penalty (scikit-learn's `C`).
        minimum_rows: features of fewer examples are left out, so that none can identify a text.
        thresholds: stored with the model.
        weights: how much each example counts; all the same by default.
    """
    counts = Counter(feature for row in rows for feature in row)
    vocabulary = {
        feature: index
        for index, feature in enumerate(sorted(f for f, n in counts.items() if n >= minimum_rows))
    }
    indices = [[vocabulary[feature] for feature in row if feature in vocabulary] for row in rows]
    pointers = np.cumsum([0, *(len(row) for row in indices)])
    columns = np.concatenate([np.array(row, dtype=int) for row in indices])
    matrix = csr_matrix((np.ones(len(columns)), columns, pointers), shape=(len(rows), len(vocabulary)))
    bias, coefficients = _fit(matrix, labels, classes, strength, weights)
    return _model(name, version, classes, bias, dict(zip(vocabulary, coefficients, strict=True)), thresholds)


def fit_values(
    name: str,
    version: str,
    rows: Sequence[Mapping[str, float]],
    labels: Sequence[str],
    *,
    classes: Sequence[str],
    strength: float,
) -> LinearModel:
    """Fit a model over features with values; they are standardised and the scale folded into the weights."""
    names = sorted({feature for row in rows for feature in row})
    values = np.array([[row[feature] for feature in names] for row in rows])
    mean, scale = values.mean(axis=0), values.std(axis=0)
    scale[scale == 0] = 1.0
    bias, weights = _fit((values - mean) / scale, labels, classes, strength)
    weights = weights / scale[:, None]
    bias = bias - mean @ weights
    return _model(name, version, classes, bias, dict(zip(names, weights, strict=True)), {})


def _fit(
    matrix: csr_matrix | np.ndarray,
    labels: Sequence[str],
    classes: Sequence[str],
    strength: float,
    example_weights: Sequence[float] | None = None,
) -> tuple[np.ndarray, np.ndarray]:
    """Return bias and weights (features x classes but the last), the last class being the reference."""
    from sklearn.linear_model import LogisticRegression

    fitted = LogisticRegression(C=strength, max_iter=2000).fit(matrix, labels, example_weights)
    known = list(fitted.classes_)
    if len(known) == 2:
        sign = 1.0 if known[1] == classes[0] else -1.0
        return sign * fitted.intercept_, sign * fitted.coef_.T
    # A class that no example has (rare ones, in some folds) can never win.
    coefficients = np.array(
        [fitted.coef_[known.index(c)] if c in known else 0 * fitted.coef_[0] for c in classes]
    )
    intercepts = np.array([fitted.intercept_[known.index(c)] if c in known else _NEVER for c in classes])
    return intercepts[:-1] - intercepts[-1], (coefficients[:-1] - coefficients[-1]).T


def _model(
    name: str,
    version: str,
    classes: Sequence[str],
    bias: np.ndarray,
    weights: Mapping[str, np.ndarray],
    thresholds: Mapping[str, float],
) -> LinearModel:
    rounded = {
        feature: tuple(round(1000 * float(weight)) for weight in row) for feature, row in weights.items()
    }
    return LinearModel(
        name=name,
        version=version,
        classes=tuple(classes),
        bias=tuple(round(float(value), 4) for value in bias),
        weights={feature: row for feature, row in rounded.items() if max(map(abs, row)) >= SMALLEST_WEIGHT},
        thresholds=dict(thresholds),
    )


def write_model(model: LinearModel) -> None:
    """Write the model where the classifier reads it, one feature a line, and say how large it is.

    Raises:
        StorageError: the file could not be written.
    """
    path = MODEL_DIRECTORY / f"{model.name}.json"
    weights = model.weights
    head = msgspec.json.encode(msgspec.structs.replace(model, weights={}), order="sorted")
    lines = [
        msgspec.json.encode(name) + b": " + msgspec.json.encode(weights[name]) for name in sorted(weights)
    ]
    # Compared by line, a new version shows which features it gained and lost.
    write_bytes(path, head.replace(b'"weights":{}', b'"weights":{\n' + b",\n".join(lines) + b"\n}") + b"\n")
    print(f"{path.name}: {len(model.weights)} features, {path.stat().st_size / 1000:.0f} kB")
