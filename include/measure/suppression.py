"""Which cells may be published: thresholds, pooling to four weeks, complementary suppression, status codes.

Ads are public, so the aim is reliability and not singling out one employer; the codes are those of SDMX
(CL_OBS_STATUS 2.2, CL_CONF_STATUS).
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from include.measure.cells import DenominatorSums
from include.measure.estimators import Floats

MINIMUM_POSTINGS: Final = 30
MINIMUM_EMPLOYERS: Final = 15
MAXIMUM_DOMINANCE: Final = 0.25
"""Largest share of the cell's openings that one employer may have."""
POOLED_WEEKS: Final = 4
PROVISIONAL_WEEKS: Final = 8
"""The last weeks of a release stay open to late ads and regrouping; then they are frozen."""
MINIMUM_N_EFF: Final = 30.0

Flags = NDArray[np.bool_]


def meets_thresholds(sums: DenominatorSums) -> Flags:
    """Return which cells have enough openings and employers and no dominant employer."""
    return np.asarray(
        (sums.n_units >= MINIMUM_POSTINGS)
        & (sums.n_employers >= MINIMUM_EMPLOYERS)
        & (sums.largest <= MAXIMUM_DOMINANCE * sums.n_units)
    )


def is_publishable(n_units: float, n_employers: float, largest: float) -> bool:
    """Tell of one window what `meets_thresholds` tells of cells.

    Args:
        n_units: its openings.
        n_employers: their employers; ads that name none are no employer's.
        largest: openings of the largest employer, or of all that name none together, if these are more.
    """
    sums = DenominatorSums(*(np.array([number]) for number in (n_units, n_employers, largest)))
    return bool(meets_thresholds(sums)[0])


IS_PUBLISHABLE_SQL: Final = (
    f"sum(n) >= {MINIMUM_POSTINGS} AND count(*) FILTER (employer_key <> '') >= {MINIMUM_EMPLOYERS} "
    f"AND max(n) <= {MAXIMUM_DOMINANCE} * sum(n)"
)
"""The same as a condition on the rows (employer_key, n) of a window: openings by employer."""


def complementary(
    group: NDArray[np.int64], is_suppressed: Flags, is_pooled: Flags, n_week: Floats, n_units: Floats
) -> Flags:
    """Return the cells to suppress besides, so that none can be found by subtraction from the total.

    Where exactly one cell of a group (the values of one breakdown in one week) is suppressed, the smallest of
    the others is suppressed too; ties go to the first. The same is done where no cell is suppressed but one
    is shown for four weeks: its own week would follow from the total and the others. A cell without openings
    in the week is known to have none: it needs no cover and gives none.

    Args:
        group: group number of each cell.
        is_suppressed: primary suppression.
        is_pooled: shown for four weeks.
        n_week: openings of each cell in its week.
        n_units: openings of each cell in what is shown of it.
    """
    extra = np.zeros_like(is_suppressed)
    if len(group) == 0:
        return extra
    has_openings = n_week > 0
    for is_hidden in (is_suppressed, is_suppressed | is_pooled):
        covered = (is_hidden | extra) & has_openings
        n_hidden = np.bincount(group, weights=covered, minlength=int(group.max()) + 1)
        candidates = np.flatnonzero((n_hidden[group] == 1) & has_openings & ~covered)
        order = candidates[np.lexsort((candidates, n_units[candidates], group[candidates]))]
        _, first = np.unique(group[order], return_index=True)
        extra[order[first]] = True
    return extra


def observation_status(
    *, is_suppressed: Flags, is_break: Flags, is_unreliable: Flags, weeks_old: NDArray[np.int64]
) -> NDArray[np.str_]:
    """Return the SDMX observation status of each cell; the code that warns most wins.

    Args:
        is_suppressed: Q.
        is_break: B, the set of sources changed.
        is_unreliable: U, pooled or a small effective size.
        weeks_old: weeks between the cell's week and the release's; P under eight, else A.
    """
    status = np.where(weeks_old < PROVISIONAL_WEEKS, "P", "A")
    status = np.where(is_unreliable, "U", status)
    status = np.where(is_break, "B", status)
    return np.asarray(np.where(is_suppressed, "Q", status))
