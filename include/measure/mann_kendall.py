"""Does a weekly share rise or fall, by rank alone? Mann-Kendall, corrected for autocorrelation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from include.measure.estimators import Floats, t_quantile

_MAXIMUM_CORRELATION: Final = 0.97
"""The bias correction may reach 1, where a series has no level to come back to and no test is possible."""
_MINIMUM_DF: Final = 2.0
_NOTHING_LEFT: Final = 1e-12
"""Part of the variance about a straight line below which only rounding is left."""


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
    204:182-196), with the autocorrelation of a first-order autoregression at every lag instead of one
    estimated lag by lag, as in Yue and Wang (2004, Water Resources Management 18:201-218): in a year of weeks
    single lags are noise, and leaving the small ones out leaves most of the false alarms in. The factor is
    never under 1. The quantile is Student's t with as many degrees of freedom as the weeks are worth less the
    two of the line, since the correlation itself is an estimate. Measured size: benchmarks/rank_trend.py.

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
    factor = _variance_factor(n, _lag_one(week, share))
    # tau-b is S over this: weeks have no ties, shares may.
    scale = np.sqrt(pairs * (pairs - (ties * (ties - 1) / 2).sum()))
    quantile = t_quantile(max(n / factor - 2, _MINIMUM_DF))
    critical = quantile * np.sqrt(variance * factor) + 1  # 1: continuity
    half = float(critical / scale)
    return MannKendall(tau, max(tau - half, -1.0), min(tau + half, 1.0), factor, n)


def _lag_one(week: NDArray[np.int64], share: Floats) -> float:
    """Return the correlation of neighbouring weeks about the straight line, at least 0, bias corrected.

    Taking a line out of n values makes the estimate too small by (2 + 4 phi) / n (Kendall 1954, Biometrika
    41:403-404, for the mean alone; here with the line, to first order).
    """
    n = len(week)
    time = week - week.mean()
    gaps = share - share.mean()
    line = float(time @ gaps) / float(time @ time) * time
    rest = np.zeros(int(week[-1] - week[0]) + 1)  # a missing week is nobody's neighbour
    rest[week - week[0]] = gaps - line
    total = float(rest @ rest)
    neighbours = int(np.count_nonzero(np.diff(week) == 1))
    if total <= _NOTHING_LEFT * float(gaps @ gaps) or neighbours == 0:
        return 0.0
    found = float(rest[1:] @ rest[:-1]) / total * n / (neighbours + 1)
    return float(np.clip((n * found + 2) / (n - 4), 0.0, _MAXIMUM_CORRELATION))


def _variance_factor(n: int, correlation: float) -> float:
    """Return Hamed and Rao's n / n*: how many times less than as many independent weeks `n` weeks tell.

    Args:
        n: weeks.
        correlation: of neighbouring weeks; of weeks k apart it is the k-th power, and of their ranks
            6 / pi arcsin(r / 2).
    """
    lag = np.arange(1, n)
    ranks = 6 / np.pi * np.arcsin(correlation**lag / 2)
    added = ((n - lag) * (n - lag - 1) * (n - lag - 2) * ranks).sum()
    return float(1 + 2 * added / (n * (n - 1) * (n - 2)))
