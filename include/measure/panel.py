"""The matched-employer panel: did employers change, or did the set of employers?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from include.measure.comparisons import difference
from include.measure.estimators import (
    FEW_POSITIVE_EMPLOYERS,
    ClusterSums,
    Estimate,
    Floats,
    employer_weighted,
    t_quantile,
)

PANEL_WEEKS: Final = 13
"""Length of the current window, and of the base window before it."""


@dataclass(frozen=True)
class Panel:
    """Two adjacent windows compared inside the same employers.

    Attributes:
        n_employers: employers with openings in both windows.
        n_openings: their openings in the current window.
        n_positive: of these employers, those with a labelled opening in either window.
        share_posting: their share in the current window, every opening counting one.
        share_employer: the mean of their shares in the current window.
        change, change_low, change_high: mean over them of the change of the share, 95 percent t interval;
            with few labelled employers not narrower than that of two separate shares (rule of three at zero).
        within, between, turnover: Kitagawa parts of the whole change between the windows; they add up to it.
        halves: half-widths of the 95 percent jackknife intervals of these three.
        total: the whole change of the share, all employers.
    """

    n_employers: int
    n_openings: int
    n_positive: int
    share_posting: float
    share_employer: float
    change: float
    change_low: float
    change_high: float
    within: float
    between: float
    turnover: float
    total: float
    halves: tuple[float, float, float]


def compare_windows(
    base_employer: NDArray[np.int64],
    base_label: NDArray[np.int8] | NDArray[np.int32],
    now_employer: NDArray[np.int64],
    now_label: NDArray[np.int8] | NDArray[np.int32],
) -> Panel | None:
    """Return the comparison, or None when fewer than two employers are in both windows.

    Source: Kitagawa (1955), JASA 50, with the mean of both windows as weights (no interaction term); turnover
    is what employers outside the panel add, as in Foster, Haltiwanger and Krizan (2001).

    Args:
        base_employer: employer number of each opening of the base window.
        base_label: 1 where the opening has the label.
        now_employer: likewise for the current window.
        now_label: likewise.
    """
    size = int(max(base_employer.max(initial=-1), now_employer.max(initial=-1))) + 1
    m0, m1 = (np.bincount(e, minlength=size).astype(np.float64) for e in (base_employer, now_employer))
    x0 = np.bincount(base_employer, weights=base_label, minlength=size).astype(np.float64)
    x1 = np.bincount(now_employer, weights=now_label, minlength=size).astype(np.float64)
    both = np.flatnonzero((m0 > 0) & (m1 > 0))
    if len(both) < 2:
        return None
    p0, p1 = x0[both] / m0[both], x1[both] / m1[both]
    s0, s1 = m0[both] / m0[both].sum(), m1[both] / m1[both].sum()
    within = float(((s0 + s1) / 2 * (p1 - p0)).sum())
    between = float(((p0 + p1) / 2 * (s1 - s0)).sum())
    total = float(x1.sum() / m1.sum() - x0.sum() / m0.sum())
    gaps = p1 - p0
    change = float(gaps.mean())
    half = float(t_quantile(len(both) - 1) * gaps.std(ddof=1) / np.sqrt(len(both)))
    low, high = change - half, change + half
    n_positive = int(np.count_nonzero(x0[both] + x1[both]))
    if n_positive < FEW_POSITIVE_EMPLOYERS:
        # Few changes were seen, so their spread is no measure of what could have been: none would have none.
        wide = _change_of_shares((m0[both], x0[both]), (m1[both], x1[both]))
        low, high = min(low, float(wide.low[0])), max(high, float(wide.high[0]))
    there = (m0 > 0) | (m1 > 0)
    halves = _jackknife(
        (m0 > 0)[there] & (m1 > 0)[there], (m0[there], x0[there]), (m1[there], x1[there])
    ).tolist()
    turnover = total - within - between
    if len(both) == np.count_nonzero(there):  # nobody came or left: nothing, not a trace of rounding
        turnover = halves[2] = 0.0
    return Panel(
        n_employers=len(both),
        n_openings=int(m1[both].sum()),
        share_posting=float((s1 * p1).sum()),
        share_employer=float(p1.mean()),
        n_positive=n_positive,
        change=change,
        change_low=low,
        change_high=high,
        within=within,
        between=between,
        turnover=turnover,
        total=total,
        halves=(halves[0], halves[1], halves[2]),
    )


def _change_of_shares(base: tuple[Floats, Floats], now: tuple[Floats, Floats]) -> Estimate:
    """Return the difference of the employer-weighted shares of two windows, taken as independent."""
    one, other = (
        employer_weighted(ClusterSums.of_clusters(sizes[None], counts[None])) for sizes, counts in (now, base)
    )
    return difference(one, other, np.zeros(1))


def _jackknife(
    both: NDArray[np.bool_],
    base: tuple[Floats, Floats],
    now: tuple[Floats, Floats],
) -> Floats:
    """Return the half-widths of the 95 percent intervals of within, between and turnover.

    Every employer is left out once. The parts are ratios of sums, so leaving one out takes its own terms off
    numerator and denominator: no loop is needed. Source: Efron and Stein (1981), Annals of Statistics 9.

    Args:
        both: which employers are in both windows; only employers with openings are given.
        base: openings and labelled openings of each employer in the base window.
        now: likewise for the current window.
    """
    (m0, x0), (m1, x1) = base, now
    k0, k1 = m0 * both, m1 * both
    p0 = np.divide(x0, m0, out=np.zeros_like(x0), where=both)
    p1 = np.divide(x1, m1, out=np.zeros_like(x1), where=both)

    def without(top: Floats, bottom: Floats) -> Floats:
        rest = bottom.sum() - bottom
        return np.asarray(np.divide(top.sum() - top, rest, out=np.zeros_like(rest), where=rest > 0))

    within = (without(k0 * (p1 - p0), k0) + without(k1 * (p1 - p0), k1)) / 2
    between = (without(k1 * (p0 + p1), k1) - without(k0 * (p0 + p1), k0)) / 2
    total = without(x1, m1) - without(x0, m0)
    parts = np.stack([within, between, total - within - between])
    groups = len(both)
    error = np.sqrt((groups - 1) / groups * np.square(parts - parts.mean(axis=1, keepdims=True)).sum(axis=1))
    return np.asarray(t_quantile(int(both.sum()) - 1) * error)
