"""Breaks in a series: weeks from which the set of sources is another one."""

from __future__ import annotations

from typing import Final

import numpy as np

from include.measure.cells import Units

WINDOW_WEEKS: Final = 4
SHARE: Final = 0.1
"""A source matters to the level of the series when it gives this share of the openings of four weeks."""
MINIMUM_WEEKS_AFTER: Final = 2
"""One week without a source is a failure of reading; two are a break until it comes back."""
MINIMUM_OPENINGS: Final = 30


def find_breaks(units: Units, last: int) -> set[tuple[str, int]]:
    """Return (series kind, week index) of every week that begins with a source added or lost.

    A source counts when it has a tenth of the openings in the four weeks on one side and none on the other.
    Nothing is chained automatically: the code B tells readers not to compare across the week.

    Args:
        units: the population.
        last: week index of the release's week; nothing later is looked at.
    """
    breaks = set()
    for code, kind in enumerate(units.kinds):
        rows = (units.kind == code) & (units.week >= 0) & (units.week <= last)
        if not rows.any():
            continue
        week, source = units.week[rows], units.codes["source"][rows]
        start, n_sources = int(week.min()), len(units.values["source"])
        shape = (last - start + 1, n_sources)
        counts = np.zeros(shape, dtype=np.int64)
        np.add.at(counts, (week - start, source), 1)
        for index in range(WINDOW_WEEKS, len(counts) - MINIMUM_WEEKS_AFTER + 1):
            before = counts[index - WINDOW_WEEKS : index].sum(axis=0)
            after = counts[index : index + WINDOW_WEEKS].sum(axis=0)
            if min(before.sum(), after.sum()) < MINIMUM_OPENINGS:
                continue
            gone = (before >= SHARE * before.sum()) & (after == 0)
            new = (after >= SHARE * after.sum()) & (before == 0) & (counts[index] > 0)
            lost_here = gone & (counts[index - 1] > 0)
            if (new | lost_here).any():
                breaks.add((kind, start + index))
    return breaks
