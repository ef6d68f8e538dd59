"""Suppression across windows: no sum over four weeks that gives away a week which is too thin to show.

A thin week is pooled to four. Where the three weeks before it are shown by themselves, subtracting them gives
the thin week after all; so do two overlapping sums of four weeks and the weeks at their ends. This is the
differencing problem of linked tables (Willenborg and de Waal 2001, Elements of Statistical Disclosure
Control), here on a line:

* Week w lies between the boundaries w and w + 1.
* Every shown sum ties the two boundaries of its window. A week without openings ties its own two: it is known
  to have none.
* Adding and subtracting shown sums gives the openings between any two boundaries that are tied, directly or
  by way of others, and nothing else.

So a sum is shown only if no two neighbours among the boundaries that it ties together have a thin stretch of
weeks between them.
"""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from include.measure.cells import DenominatorSums
from include.measure.suppression import POOLED_WEEKS, Flags, is_publishable, meets_thresholds
from include.measure.units import CellKey


def safe_windows(keys: Sequence[CellKey], single: DenominatorSums, is_four: Flags, is_wanted: Flags) -> Flags:
    """Return the cells whose four-week sum may be shown, without a thin week following from it.

    Weeks that reach the thresholds by themselves are always shown; a later week never changes what was
    decided for an earlier one.

    Args:
        keys: of the cells.
        single: openings and employers of each cell's one week.
        is_four: cells that reach the thresholds in the four weeks that end there.
        is_wanted: cells whose four-week sum would be shown.
    """
    lines: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for place, (kind, week, value) in enumerate(keys):
        lines[kind, value].append((week, place))
    allowed = np.zeros(len(keys), dtype=bool)
    for line in lines.values():
        places = np.array([place for _, place in sorted(line)], dtype=np.intp)
        if not is_wanted[places].any():
            continue
        weeks = np.array([week for week, _ in sorted(line)]) - min(line)[0]
        # Weeks without a cell have no opening.
        flags = np.zeros((2, int(weeks[-1]) + 1), dtype=bool)
        flags[:, weeks] = is_four[places], is_wanted[places]
        sums = np.zeros((3, flags.shape[1]))
        sums[:, weeks] = single.n_units[places], single.n_employers[places], single.largest[places]
        allowed[places] = _safe(DenominatorSums(*sums), flags[0], flags[1])[weeks]
    return allowed


def _reach(is_one: Flags, is_four: Flags) -> NDArray[np.int64]:
    """Return for every boundary the first later one that closes a week or four weeks with enough openings."""
    n = len(is_one)
    reach = np.full(n + 1, n + 1)
    for week in range(n):
        for start, is_enough in ((week, is_one[week]), (max(week + 1 - POOLED_WEEKS, 0), is_four[week])):
            if is_enough:
                reach[start] = min(reach[start], week + 1)
    return np.minimum.accumulate(reach[::-1])[::-1]


def _safe(single: DenominatorSums, is_four: Flags, is_wanted: Flags) -> Flags:
    """Return the weeks whose four-week sum may be shown, for one line of weeks without gaps."""
    n = len(is_four)
    is_one = meets_thresholds(single)
    reach = _reach(is_one, is_four)

    def is_thin(first: int, second: int) -> bool:
        if reach[first] <= second:
            return False
        weeks = slice(first, second)
        # At least as many employers as in the best week; the largest has at most its weekly parts together.
        parts = (single.n_units[weeks].sum(), single.n_employers[weeks].max(), single.largest[weeks].sum())
        return bool(parts[0] > 0 and not is_publishable(*parts))

    allowed = np.zeros(n, dtype=bool)
    tied = [[boundary] for boundary in range(n + 1)]  # of each boundary, those that hang together with it

    def tie(first: int, second: int) -> bool:
        """Join two boundaries, unless a thin stretch would follow; tell whether they now hang together."""
        if tied[first] is tied[second]:
            return True
        together = sorted(tied[first] + tied[second])
        if any(is_thin(a, b) for a, b in itertools.pairwise(together)):
            return False
        for boundary in together:
            tied[boundary] = together
        return True

    for week in range(n):
        if is_one[week] or single.n_units[week] == 0:
            tie(week, week + 1)
        if is_wanted[week] and is_four[week]:
            allowed[week] = tie(max(week + 1 - POOLED_WEEKS, 0), week + 1)
    return allowed
