"""Prediction-powered inference: estimates corrected for classifier error by a labelled sample.

The classifier labels every ad, people label a sample with known inclusion probabilities. The method
(Angelopoulos et al. 2023, Science 382) adds to the classifier's share the weighted mean difference
between people's and the classifier's labels. Power tuning (PPI++) is left out: the labels come from thirteen
weeks, and tuning would pull the week's estimate towards the level of all thirteen. Employers are the sampled
units throughout; ppi-python takes rows as independent.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from include.measure import estimators
from include.measure.estimators import Floats


@dataclass(frozen=True)
class Rectifier:
    """What to add to the classifier's share.

    Attributes:
        value: weighted mean of truth less prediction.
        variance: its sampling variance with employers as units.
        df: effective employers less one.
        n: labelled ads.
        spread: variance of truth less prediction from ad to ad.
    """

    value: float
    variance: float
    df: float
    n: int
    spread: float


def rectifier(
    truth: Floats,
    predicted: Floats,
    weight: Floats,
    employer: NDArray[np.int64],
    stratum: NDArray[np.int64],
) -> Rectifier:
    """Return the weighted mean of truth - predicted (Hajek), with an employer-cluster variance.

    A stratum in which people and classifier never differed is not free of error: its part of the variance is
    floored by the one of (1 error in n + 2). Without this, a classifier that finds nothing and a sample that
    finds nothing would give an interval of width zero.

    Args:
        truth: people's labels, 0 or 1 (or -1 to 1 for the difference of two).
        predicted: the classifier's, likewise.
        weight: inverse inclusion probabilities.
        employer: employer number of each ad.
        stratum: sampling stratum of each ad.
    """
    gap = truth - predicted
    total = weight.sum()
    value = float((weight * gap).sum() / total)
    _, number = np.unique(employer, return_inverse=True)
    parts = np.bincount(number, weights=weight * (gap - value) / total)
    mass = np.bincount(number, weights=weight)
    groups = len(parts)
    clustered = groups / (groups - 1) * float(np.square(parts).sum()) if groups > 1 else np.inf
    floor = inside = 0.0
    for code in np.unique(stratum):
        rows = stratum == code
        n = int(rows.sum())
        share = float(weight[rows].sum() / total)
        errors = float(np.count_nonzero(gap[rows]))
        p = (errors + 1) / (n + 2) if errors == 0 else errors / n
        floor += share**2 * p * (1 - p) / n
        inside += share * p * (1 - p)
    spread = max(float((weight * np.square(gap - value)).sum() / total), inside)
    df = max(float(mass.sum() ** 2 / np.square(mass).sum()) - 1, 1.0)
    return Rectifier(value=value, variance=max(clustered, floor), df=df, n=len(gap), spread=spread)


def variance_of_errors(
    correction: Rectifier, n: Floats, n_eff: Floats, represented: float, shared: float
) -> Floats:
    """Return how far the mean error of a cell's ads may lie from that of the ads that the labels stand for.

    The labels are of thirteen weeks. A week's ads have errors of their own, most of them not labelled, so
    their share is known less well than the mean error of the thirteen weeks. The means of n and of m ads, of
    which c are the same, differ by a variance of 1/n + 1/m - 2c/(nm) times the spread from ad to ad. Errors
    are taken to be as much alike within employers as the classifier's labels.

    Args:
        correction: from `rectifier`.
        n: ads of the cell.
        n_eff: their effective number.
        represented: ads that the labels stand for (m): the sum of the inverse inclusion probabilities.
        shared: how many of these are ads of the cell (c).
    """
    common = np.minimum(shared, np.minimum(n, represented))
    apart = 1 / n + 1 / represented - 2 * common / (n * represented)
    return np.asarray(correction.spread * n / n_eff * np.maximum(apart, 0.0))


def corrected_share(
    value: Floats, raw_variance: Floats, raw_df: Floats, correction: Rectifier
) -> tuple[Floats, Floats, Floats]:
    """Return corrected share and interval: Wilson on the effective size that the summed variance implies.

    Args:
        value: classifier's shares.
        raw_variance: their sampling variances.
        raw_df: their degrees of freedom.
        correction: from `rectifier`.
    """
    corrected = np.clip(value + correction.value, 0.0, 1.0)
    variance = raw_variance + correction.variance
    quantile = estimators.t_quantiles(np.minimum(raw_df, correction.df))
    # Near 0 and 1 the variance of a share goes to zero with it, the correction's does not; an effective size
    # from p(1-p) alone would vanish there, so p is kept at least one standard error inside.
    inside = np.clip(corrected, np.minimum(np.sqrt(variance), 0.5), 1 - np.minimum(np.sqrt(variance), 0.5))
    with np.errstate(divide="ignore", invalid="ignore"):
        n_eff = inside * (1 - inside) / variance
        low, high = estimators.wilson(corrected, n_eff, quantile)
    return corrected, low, high


def corrected_difference(
    value: Floats, raw_variance: Floats, raw_df: Floats, correction: Rectifier
) -> tuple[Floats, Floats, Floats]:
    """Return a corrected difference of two shares with a t interval."""
    corrected = np.clip(value + correction.value, -1.0, 1.0)
    half = estimators.t_quantiles(np.minimum(raw_df, correction.df)) * np.sqrt(
        raw_variance + correction.variance
    )
    return corrected, np.clip(corrected - half, -1.0, 1.0), np.clip(corrected + half, -1.0, 1.0)


def corrected_cells(shares: Floats, truth: Floats, predicted: Floats, weight: Floats) -> Floats:
    """Return the four cells of a 2x2 corrected as one vector.

    Correcting the margins one by one would distort the odds ratio. Negative cells are set to zero and the
    vector is scaled to one.

    Args:
        shares: the classifier's cell shares, shape (4,).
        truth: people's cells of the labelled ads as indicators, shape (n, 4).
        predicted: the classifier's, likewise.
        weight: inverse inclusion probabilities, shape (n,).
    """
    moved = shares + (weight[:, None] * (truth - predicted)).sum(axis=0) / weight.sum()
    moved = np.maximum(moved, 0.0)
    return np.asarray(moved / moved.sum())


def rogan_gladen(apparent: float, sensitivity: float, specificity: float) -> float:
    """Return (p + Sp - 1) / (Se + Sp - 1), the cross-check of the corrected share; not cut to 0 and 1.

    Source: Rogan and Gladen (1978), Am. J. Epidemiology 107. A negative value says that the apparent rate is
    below what false positives alone would give. NaN when Se + Sp is not above 1.
    """
    power = sensitivity + specificity - 1
    return (apparent + specificity - 1) / power if power > 0 else np.nan


def sensitivity_specificity(truth: Floats, predicted: Floats, weight: Floats) -> tuple[float, float]:
    """Return weighted sensitivity and specificity; NaN where the sample has no such ad."""
    positive, negative = weight * truth, weight * (1 - truth)
    with np.errstate(invalid="ignore"):
        return (
            float((positive * predicted).sum() / positive.sum()) if positive.sum() > 0 else np.nan,
            float((negative * (1 - predicted)).sum() / negative.sum()) if negative.sum() > 0 else np.nan,
        )
