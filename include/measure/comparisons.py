"""Two shares compared: their difference, their ratio, how far they vary together, and what change would show.

Arrays have one element per cell, as in `include/measure/estimators.py`, whose intervals are compared here.
"""

from __future__ import annotations

import numpy as np
from scipy import special

from include.measure.estimators import DETECTABLE, ClusterSums, Estimate, Floats
from include.measure.interval import Interval


def difference(first: Estimate, second: Estimate, correlation: Floats) -> Estimate:
    """Estimate first - second for two correlated shares: method of variance estimates recovery (MOVER).

    It keeps each share's own asymmetric interval, so it still says something true when one count is zero,
    where a bootstrap of the pair would pretend to know that share exactly.

    Source: Zou and Donner (2008), Statistics in Medicine 27; Newcombe (1998) for the special case.

    Args:
        first: minuend.
        second: subtrahend.
        correlation: sampling correlation of the two estimates; NaN is taken as 0.
    """
    r = np.clip(np.nan_to_num(correlation), -1.0, 1.0)
    value = first.value - second.value
    with np.errstate(invalid="ignore"):
        down_1, up_1 = first.value - first.low, first.high - first.value
        down_2, up_2 = second.value - second.low, second.high - second.value
        low = value - np.sqrt(np.maximum(down_1**2 - 2 * r * down_1 * up_2 + up_2**2, 0.0))
        high = value + np.sqrt(np.maximum(up_1**2 - 2 * r * up_1 * down_2 + down_2**2, 0.0))
        spread = np.sqrt(first.variance * second.variance)
        variance = first.variance + second.variance - 2 * r * spread
    return Estimate(
        value=value,
        low=np.clip(low, -1.0, 1.0),
        high=np.clip(high, -1.0, 1.0),
        n_eff=np.minimum(first.n_eff, second.n_eff),
        deff=np.maximum(first.deff, second.deff),
        variance=variance,
        df=np.minimum(first.df, second.df),
        method=np.where(np.isnan(value), "none", "mover_cluster"),
    )


def difference_of_log_odds(first: Estimate, second: Estimate, odds: Floats, correlation: Floats) -> Interval:
    """Estimate the difference of the log odds of two correlated shares (MOVER, as `difference`).

    An end is infinite where the share's own interval reaches 0 or 1.

    Args:
        first: minuend, one cell.
        second: subtrahend, one cell.
        odds: units with and without the label, raised so that their logarithms are finite; one row a share.
        correlation: sampling correlation of the two estimates, one cell; NaN is taken as 0.
    """
    r = float(np.clip(np.nan_to_num(correlation), -1.0, 1.0)[0])
    (one, down_1, up_1), (two, down_2, up_2) = (
        _log_odds(share, counts) for share, counts in zip((first, second), odds, strict=True)
    )
    return Interval(one - two, one - two - _joined(down_1, up_2, r), one - two + _joined(up_1, down_2, r))


def _log_odds(share: Estimate, counts: Floats) -> tuple[float, float, float]:
    """Return the log odds and how far they may be lower and higher."""
    value = float(np.log(counts[0] / counts[1]))
    low, high = special.logit([share.low[0], share.high[0]])
    return value, float(value - low), float(high - value)


def _joined(one: float, other: float, correlation: float) -> float:
    if np.isinf(one) or np.isinf(other):
        return np.inf
    return float(np.sqrt(max(one**2 - 2 * correlation * one * other + other**2, 0.0)))


def ratio(first: Estimate, second: Estimate, correlation: Floats) -> Estimate:
    """Estimate first / second for two correlated shares: variance estimates recovery for a ratio (MOVER-R).

    Like `difference` it keeps each share's own asymmetric interval. Where the second share may be zero (its
    lower end is), no ratio can be given: all ends are NaN.

    Source: Donner and Zou (2012), Statistical Methods in Medical Research 21. The lower end is written with
    the root in the denominator, which also holds where the second share's upper end is over twice the share.

    Args:
        first: numerator.
        second: denominator.
        correlation: sampling correlation of the two estimates; NaN is taken as 0.
    """
    r = np.clip(np.nan_to_num(correlation), -1.0, 1.0)
    p, q = first.value, second.value
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = p * q - r * (p - first.low) * (second.high - q)
        constant = first.low * (2 * p - first.low)
        square = second.high * (2 * q - second.high)
        low = constant / (inner + np.sqrt(np.maximum(inner**2 - square * constant, 0.0)))
        inner = p * q - r * (first.high - p) * (q - second.low)
        constant = first.high * (2 * p - first.high)
        square = second.low * (2 * q - second.low)
        high = (inner + np.sqrt(np.maximum(inner**2 - square * constant, 0.0))) / square
        value = p / q
    blank = np.where(second.low > 0, 1.0, np.nan)
    return Estimate(
        value=value * blank,
        low=np.maximum(np.nan_to_num(low), 0.0) * blank,
        high=high * blank,
        n_eff=np.minimum(first.n_eff, second.n_eff),
        deff=np.maximum(first.deff, second.deff),
        variance=np.full_like(value, np.nan),
        df=np.minimum(first.df, second.df),
        method=np.where(np.isnan(blank), "none", "mover_ratio_cluster"),
    )


def pair_correlation(
    first: ClusterSums, second: ClusterSums, *, xx: Floats, xd: Floats, dx: Floats, dd: Floats
) -> Floats:
    """Return the sampling correlation of two posting-weighted shares counted in the same employers.

    The denominators may differ (framework users against others); linearised as in `posting_weighted`.

    Args:
        first: sums of the first share (x1 out of d1).
        second: sums of the second share (x2 out of d2).
        xx: sum over employers of x1 x2.
        xd: sum of x1 d2.
        dx: sum of d1 x2.
        dd: sum of d1 d2.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        p, q = first.x / first.n, second.x / second.n
        covariance = xx - q * xd - p * dx + p * q * dd
        one = first.x2 - 2 * p * first.xm + p**2 * first.n2
        two = second.x2 - 2 * q * second.xm + q**2 * second.n2
        return np.asarray(covariance / np.sqrt(one * two))


def mean_pair_correlation(first: ClusterSums, second: ClusterSums, cross: Floats) -> Floats:
    """Return the sampling correlation of two employer-weighted shares over the same employers.

    Args:
        first: sums of the first label.
        second: sums of the second label.
        cross: sum over employers of (x1_e / m_e) (x2_e / m_e).
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        groups = first.n_employers
        covariance = cross - first.r * second.r / groups
        one = first.r2 - first.r**2 / groups
        two = second.r2 - second.r**2 / groups
        return np.asarray(covariance / np.sqrt(one * two))


def minimum_detectable_change(share: float, n_eff_per_week: float, weeks: int) -> float:
    """Return the total change over `weeks` that a linear trend test finds, as a fraction.

    Least squares on independent weekly shares: the slope's standard error is
    sqrt(p(1-p)/n_eff) / sqrt(T(T^2-1)/12); the change is slope times (T - 1). Level 5 percent, two-sided;
    power 80 percent.

    Raises:
        ValueError: fewer than three weeks or an empty sample.
    """
    if weeks < 3 or n_eff_per_week <= 0:
        raise ValueError(f"no trend can be detected in {weeks} weeks of {n_eff_per_week} effective units")
    error = np.sqrt(share * (1 - share) / n_eff_per_week) / np.sqrt(weeks * (weeks**2 - 1) / 12)
    return float(DETECTABLE * error * (weeks - 1))
