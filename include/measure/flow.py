"""The flow of one series kind in the order of weeks: a window of weeks is a slice, nothing is selected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from include.measure.columns import take_rows
from include.measure.grouping import Counts, Ints
from include.measure.suppression import is_publishable
from include.measure.units import NO_EMPLOYER, Units


@dataclass(frozen=True)
class Flow:
    """Openings of one series kind, one element each, by week and in it by employer.

    Attributes:
        week: week index.
        employer: employer number, `NO_EMPLOYER` where the ad names none.
        n_words: words of the ad.
        codes: codes of source, seniority and archetype.
        labels: 1 where the opening is in a metric's numerator, by metric id.
    """

    week: Ints
    employer: Ints
    n_words: NDArray[np.int32]
    codes: Mapping[str, Ints]
    labels: Mapping[str, Counts]

    def window(self, last: int, weeks: int) -> Flow:
        """Return the openings of the weeks that end with week index `last`."""
        start, end = np.searchsorted(self.week, [last - weeks + 1, last + 1])
        return take_rows(self, slice(start, end))

    def of_named_employers(self) -> Flow:
        """Return the openings that name their employer."""
        is_named = self.employer != NO_EMPLOYER
        return self if is_named.all() else take_rows(self, is_named)


def flows_by_kind(units: Units, metrics: Sequence[str], last: int) -> dict[str, Flow]:
    """Return the flow of every series kind that has one, up to week index `last`.

    Args:
        units: the population.
        metrics: ids of the labels wanted; those that are not counted are left out.
        last: week index of the release's week.
    """
    flows = {}
    for code, kind in enumerate(units.kinds):
        rows = np.flatnonzero((units.kind == code) & (units.week >= 0) & (units.week <= last))
        if len(rows) == 0:
            continue
        # A stable sort keeps the order of employers; numpy sorts 16-bit numbers in linear time.
        week = units.week[rows]
        rows = rows[np.argsort((week - week.min()).astype(np.uint16), kind="stable")]
        flows[kind] = Flow(
            week=units.week[rows],
            employer=units.employer[rows],
            n_words=units.n_words[rows],
            codes={name: units.codes[name][rows] for name in ("source", "seniority", "archetype")},
            labels={name: units.numerators[name][rows] for name in metrics if name in units.numerators},
        )
    return flows


def count_employers(employer: Ints) -> int:
    """Return the number of employers behind openings; ads that name none are no employer's."""
    return int(np.count_nonzero(np.bincount(employer, minlength=NO_EMPLOYER + 1)[NO_EMPLOYER + 1 :]))


def published_counts(flow: Flow) -> dict[str, int] | None:
    """Return openings and employers of a window, or None where it may not be published."""
    sizes = np.bincount(flow.employer)  # ads that name no employer are as dominant as one employer's
    n, employers = len(flow.week), count_employers(flow.employer)
    is_shown = is_publishable(n, employers, sizes.max(initial=0))
    return {"n_postings": n, "n_employers": employers} if is_shown else None
