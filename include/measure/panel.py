"""The matched-employer panel: did employers change, or did the set of employers?"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from include.measure.estimators import CONFIDENCE

PANEL_WEEKS: Final = 13
"""Length of the current window, and of the base window before it."""


@dataclass(frozen=True)
class Panel:
    """Two adjacent windows compared inside the same employers.

    Attributes:
        n_employers: employers with openings in both windows.
        n_openings: their openings in the current window.
        share_posting: their share in the current window, every opening counting one.
        share_employer: the mean of their shares in the current window.
        change, change_low, change_high: mean over them of the change of the share, 95 percent t interval.
        within, between, turnover: Kitagawa parts of the whole change between the windows; they add up to it.
        total: the whole change of the share, all employers.
    """

    n_employers: int
    n_openings: int
    share_posting: float
    share_employer: float
    change: float
    change_low: float
    change_high: float
    within: float
    between: float
    turnover: float
    total: float


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
    x0 = np.bincount(base_employer, weights=base_label, minlength=size)
    x1 = np.bincount(now_employer, weights=now_label, minlength=size)
    both = np.flatnonzero((m0 > 0) & (m1 > 0))
    if len(both) < 2:
        return None
    p0, p1 = x0[both] / m0[both], x1[both] / m1[both]
    s0, s1 = m0[both] / m0[both].sum(), m1[both] / m1[both].sum()
    within = float(((s0 + s1) / 2 * (p1 - p0)).sum())
    between = float(((p0 + p1) / 2 * (s1 - s0)).sum())
    total = float(x1.sum() / m1.sum() - x0.sum() / m0.sum())
    gaps = p1 - p0
    half = stats.t.ppf(0.5 + CONFIDENCE / 2, len(both) - 1) * gaps.std(ddof=1) / np.sqrt(len(both))
    return Panel(
        n_employers=len(both),
        n_openings=int(m1[both].sum()),
        share_posting=float((s1 * p1).sum()),
        share_employer=float(p1.mean()),
        change=float(gaps.mean()),
        change_low=float(gaps.mean() - half),
        change_high=float(gaps.mean() + half),
        within=within,
        between=between,
        turnover=total - within - between,
        total=total,
    )


def bootstrap_parts(
    base_employer: NDArray[np.int64],
    base_label: NDArray[np.int8] | NDArray[np.int32],
    now_employer: NDArray[np.int64],
    now_label: NDArray[np.int8] | NDArray[np.int32],
    *,
    seed: int,
    replicates: int = 199,
) -> list[tuple[float, float]]:
    """Return 95 percent intervals of within, between and turnover, from employers drawn with replacement.

    Args:
        base_employer: as in `compare_windows`, like the next three.
        base_label: see there.
        now_employer: see there.
        now_label: see there.
        seed: derived from the week.
        replicates: bootstrap samples.
    """
    employers, number = np.unique(np.append(base_employer, now_employer), return_inverse=True)
    size, n_base = len(employers), len(base_employer)
    base, now = number[:n_base], number[n_base:]
    m0, m1 = (np.bincount(e, minlength=size).astype(np.float64) for e in (base, now))
    x0 = np.bincount(base, weights=base_label, minlength=size)
    x1 = np.bincount(now, weights=now_label, minlength=size)
    both = (m0 > 0) & (m1 > 0)
    p0, p1 = (
        np.divide(x0, m0, out=np.zeros(size), where=both),
        np.divide(x1, m1, out=np.zeros(size), where=both),
    )
    rng = np.random.default_rng(seed)
    parts = np.full((replicates, 3), np.nan)
    for i in range(replicates):
        w = np.bincount(rng.integers(0, size, size), minlength=size)
        n0, n1 = (w * m0 * both).sum(), (w * m1 * both).sum()
        if n0 == 0 or n1 == 0:
            continue
        s0, s1 = w * m0 * both / n0, w * m1 * both / n1
        within = ((s0 + s1) / 2 * (p1 - p0)).sum()
        between = ((p0 + p1) / 2 * (s1 - s0)).sum()
        total = (w * x1).sum() / (w * m1).sum() - (w * x0).sum() / (w * m0).sum()
        parts[i] = within, between, total - within - between
    tail = (1 - CONFIDENCE) / 2
    ends = np.nanquantile(parts, [tail, 1 - tail], axis=0)
    return [(float(low), float(high)) for low, high in ends.T]
