"""Breaks in a series: weeks from which the set of sources is another one, and the links across them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import duckdb
import numpy as np

from include.measure.estimators import Floats
from include.measure.units import CellKey, Units

WINDOW_WEEKS: Final = 4
SHARE: Final = 0.1
"""A source matters to the level of the series when it gives this share of the openings of four weeks."""
MINIMUM_WEEKS_AFTER: Final = 2
"""One week without a source's ads may be chance; two are a break until it comes back."""
MINIMUM_OPENINGS: Final = 30


@dataclass(frozen=True)
class Break:
    """A week that begins with another set of sources.

    Attributes:
        added, lost: codes of the sources.
    """

    added: tuple[int, ...]
    lost: tuple[int, ...]


Breaks = dict[tuple[str, int], Break]
"""(series kind, week index) to what changed there."""


def sources_not_read(con: duckdb.DuckDBPyConnection, monday: date) -> frozenset[str]:
    """Return the sources of which a board was read before a week, and none on any day of it.

    Args:
        con: the warehouse.
        monday: the week.
    """
    rows = con.execute(
        "SELECT source FROM core_board_reads WHERE day <= $sunday AND NOT is_import(source) "
        "AND is_answered_read(status) GROUP BY source HAVING max(day) < $monday",
        {"monday": monday, "sunday": monday + timedelta(days=6)},
    ).fetchall()
    return frozenset(source for (source,) in rows)


def find_breaks(units: Units, last: int, not_read: Set[str] = frozenset()) -> Breaks:
    """Return every week that begins with a source added or lost.

    A source counts when it has a tenth of the openings in the four weeks on one side and none on the other.
    The newest week has no second one to tell a loss from chance: there a source is lost when it was not read,
    and the mark goes again if it is back a week later.
    The code B tells readers not to compare the raw figures across the week; `chain_links` gives what to add.

    Args:
        units: the population.
        last: week index of the release's week; nothing later is looked at.
        not_read: from `sources_not_read`, of that week.
    """
    breaks: Breaks = {}
    is_unread = np.array([source in not_read for source in units.values["source"]], dtype=bool)
    for code, kind in enumerate(units.kinds):
        rows = (units.kind == code) & (units.week >= 0) & (units.week <= last)
        if not rows.any():
            continue
        week, source = units.week[rows], units.codes["source"][rows]
        start, n_sources = int(week.min()), len(units.values["source"])
        shape = (last - start + 1, n_sources)
        counts = np.zeros(shape, dtype=np.int64)
        np.add.at(counts, (week - start, source), 1)
        for index in range(WINDOW_WEEKS, len(counts)):
            before = counts[index - WINDOW_WEEKS : index].sum(axis=0)
            after = counts[index : index + WINDOW_WEEKS].sum(axis=0)
            if min(before.sum(), after.sum()) < MINIMUM_OPENINGS:
                continue
            gone = (before >= SHARE * before.sum()) & (after == 0)
            new = (after >= SHARE * after.sum()) & (before == 0) & (counts[index] > 0)
            lost_here = gone & (counts[index - 1] > 0)
            if len(counts) - index < MINIMUM_WEEKS_AFTER:
                new, lost_here = np.zeros_like(new), lost_here & is_unread & (kind == "observed")
            if (new | lost_here).any():
                breaks[kind, start + index] = Break(
                    added=tuple(np.flatnonzero(new).tolist()), lost=tuple(np.flatnonzero(lost_here).tolist())
                )
    return breaks


def chain_links(units: Units, breaks: Breaks, metric_id: str, last: int) -> dict[tuple[str, int], float]:
    """Return what each break adds to the shares before it, so that they fit the sources after it.

    The overlap is four weeks in which both sets of sources were read: from the break on for an added source,
    before it for a lost one. The link is the share (every opening counting one) with the sources of after
    less the share with those of before, over the overlap: a difference, since shares near zero have no
    ratio.

    Args:
        units: the population.
        breaks: from `find_breaks`.
        metric_id: a share metric whose denominator is every opening.
        last: week index of the release's week.

    Returns:
        By (series kind, week index); NaN where the overlap is not whole or has fewer than thirty openings
        on a side: nothing before such a break can be linked.
    """
    links = {}
    label = units.numerators[metric_id]
    for (kind, index), change in breaks.items():
        link = 0.0
        for codes, first, sign in ((change.added, index, 1), (change.lost, index - WINDOW_WEEKS, -1)):
            if not codes:
                continue
            rows = (
                (units.kind == units.kinds.index(kind))
                & (units.week >= first)
                & (units.week < first + WINDOW_WEEKS)
            )
            rest = rows & ~np.isin(units.codes["source"], codes)
            n_all, n_rest = int(rows.sum()), int(rest.sum())
            if first + WINDOW_WEEKS - 1 > last or n_rest < MINIMUM_OPENINGS:
                link = np.nan
                continue
            link += sign * float(label[rows].sum() / n_all - label[rest].sum() / n_rest)
        links[kind, index] = link
    return links


def chained(
    share: Floats, keys: Sequence[CellKey], links: Mapping[tuple[str, int], float], lowest: float
) -> Floats:
    """Return shares on the level of the sources of today: each with the links of all later breaks added.

    Args:
        share: shares by cell; NaN stays.
        keys: of the cells.
        links: from `chain_links`.
        lowest: 0 for shares, -1 for differences; 1 is the other end.
    """
    shift = np.array(
        [
            sum(link for (of_kind, at), link in links.items() if of_kind == kind and at > index)
            for kind, index, _ in keys
        ],
        dtype=np.float64,
    )
    return np.clip(share + shift, lowest, 1.0)
