"""Does a weekly share rise or fall, by rank alone? Mann-Kendall, corrected for autocorrelation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from include.measure.estimators import CONFIDENCE, Floats

_LAGS: Final = 3
"""Correlations at longer lags are noise in a year of weeks (Rao, Hamed and Chen 2003 stop there too)."""
_LAG_CONFIDENCE: Final = 0.9
"""A lag enters when its correlation leaves this interval of white noise."""


@dataclass(frozen=True)
class MannKendall:
    """Kendall's tau-b of share and week; its interval leaves zero when the test rejects at 5 percent.

    Attributes:
        tau: -1 falls every week, 1 rises every week.
        low, high: tau less and plus the critical value of the test, cut at -1 and 1.
        factor: the corrected variance over that of independent weeks, at least 1.
        n_weeks: weeks compared.
    """

    tau: float
    low: float
    high: float
    factor: float
    n_weeks: int


def mann_kendall(week: NDArray[np.int64], share: Floats) -> MannKendall | None:
    """Return the test of `share` against `week`, or None where every week has the same share.

    S counts pairs of weeks in which the later is higher, less those in which it is lower (Mann 1945, Kendall
    1975, with ties). Its variance is multiplied by the factor of Hamed and Rao (1998, J. Hydrology
    204:182-196) from the autocorrelation of the ranks, after Sen's slope is taken out. The factor is never
    under 1: in 26 to 52 weeks chance correlations below zero would else double the false alarms.

    Args:
        week: week indexes, ascending, each once; weeks may be missing.
        share: the share of each week.
    """
    n = len(week)
    tau = float(stats.kendalltau(week, share).statistic)
    if np.isnan(tau):
        return None
    _, ties = np.unique(share, return_counts=True)
    pairs = n * (n - 1) / 2
    variance = (n * (n - 1) * (2 * n + 5) - (ties * (ties - 1) * (2 * ties + 5)).sum()) / 18
    factor = _variance_factor(week, share)
    # tau-b is S over this: weeks have no ties, shares may.
    scale = np.sqrt(pairs * (pairs - (ties * (ties - 1) / 2).sum()))
    critical = stats.norm.ppf(0.5 + CONFIDENCE / 2) * np.sqrt(variance * factor) + 1  # 1: continuity
    half = float(critical / scale)
    return MannKendall(tau, max(tau - half, -1.0), min(tau + half, 1.0), factor, n)


def _variance_factor(week: NDArray[np.int64], share: Floats) -> float:
    """Return Hamed and Rao's n / n*: how many times less than as many independent weeks these weeks tell."""
    n = len(week)
    slope = stats.theilslopes(share, week).slope
    ranks = stats.rankdata(share - slope * week)
    centred = np.zeros(int(week[-1] - week[0]) + 1)  # a missing week adds nothing at any lag
    centred[week - week[0]] = ranks - ranks.mean()
    total = float(centred @ centred)
    if total == 0:  # a straight line
        return 1.0
    limit = stats.norm.ppf(0.5 + _LAG_CONFIDENCE / 2) / np.sqrt(n)
    added = 0.0
    for lag in range(1, _LAGS + 1):
        correlation = float(centred[lag:] @ centred[:-lag]) / total
        if abs(correlation) > limit:
            added += (n - lag) * (n - lag - 1) * (n - lag - 2) * correlation
    return max(1.0, 1 + 2 * added / (n * (n - 1) * (n - 2)))
