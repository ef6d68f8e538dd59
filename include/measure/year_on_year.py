"""The change on a year earlier: four weeks against the four that end 52 weeks before them.

A single week is noise. 52 weeks keep to the days of the week and, but for a day or two, of the year, also
where an ISO year has 53. Shown is only what both windows show by themselves as est_trailing4, of one series
kind, and only where no source came or went in between. Not of reconstructed dates: of a year ago these have
only the ads that nobody has closed since.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from include.measure.breaks import Breaks
from include.measure.cells import Cells
from include.measure.columns import take_rows
from include.measure.comparisons import difference
from include.measure.estimators import FEW_POSITIVE_EMPLOYERS, POWER_QUANTILE, Floats, t_quantiles
from include.measure.flow import Flow
from include.measure.kinds import SURVIVORS
from include.measure.registry import Metric, Weight
from include.measure.rows import estimate_metric, withheld_row
from include.measure.suppression import MINIMUM_N_EFF, POOLED_WEEKS, PROVISIONAL_WEEKS, Flags
from include.measure.units import EVERY_UNIT, CellKey
from include.measure.weeks import monday_of

YEAR_WEEKS: Final = 52
CHANGE_OF: Final = {"M1y": "M1", "M1by": "M1b", "M5y": "M5", "M6y": "M6"}
"""The metrics made here, with the shares (or their difference) whose change they are."""
Clusters = tuple[Floats, Floats]
"""Numerator x and denominator d of a window, by employer number."""
_WHOLE: Final = YEAR_WEEKS + POOLED_WEEKS
"""Weeks that a series needs for two whole windows."""


@dataclass(frozen=True)
class WindowPairs:
    """The weeks of a series that have a year before them, one element each.

    Attributes:
        now, then: places among the cells of the weeks that the two windows end with.
        is_alike: the windows can be compared: every week of them was read, and the sources are the same.
    """

    now: NDArray[np.intp]
    then: NDArray[np.intp]
    is_alike: Flags


def window_pairs(keys: Sequence[CellKey], is_read: Flags, breaks: Breaks) -> WindowPairs:
    """Return the pairs of windows of the observed and of the archived series.

    Args:
        keys: of the cells of the whole market: each series without gaps, in the order of weeks.
        is_read: cells in whose week the series reads ads.
        breaks: from `find_breaks`.
    """
    first: dict[str, int] = {}
    for place, (kind, _, _) in enumerate(keys):
        first.setdefault(kind, place)
    now = [
        place
        for place, (kind, _, _) in enumerate(keys)
        if kind != SURVIVORS and place - first[kind] + 1 >= _WHOLE
    ]
    is_alike = []
    for place in now:
        then, (kind, week, _) = place - YEAR_WEEKS, keys[place]
        is_whole = all(is_read[end - POOLED_WEEKS + 1 : end + 1].all() for end in (place, then))
        # A source that comes with the first week of then is in all of both windows.
        is_broken = any((kind, index) in breaks for index in range(week - _WHOLE + 2, week + 1))
        is_alike.append(is_whole and not is_broken)
    places = np.array(now, dtype=np.intp)
    return WindowPairs(places, places - YEAR_WEEKS, np.array(is_alike, dtype=bool))


def year_on_year_rows(
    change: Metric,
    of: Metric,
    weight: Weight,
    cells: Cells,
    trailing: Floats,
    pairs: WindowPairs,
    flows: Mapping[str, Flow],
    last: int,
) -> pa.Table:
    """Return the rows of one change in out_weekly_metrics_v1; one that may not be shown is suppressed.

    Counts, effective size and design effect are those of the window that knows less.

    Args:
        change: the metric of the change.
        of: what changes.
        weight: the weighting.
        cells: sums over four weeks, of the whole market.
        trailing: what is shown of them (est_trailing4), NaN where nothing is.
        pairs: from `window_pairs`.
        flows: openings that the weighting counts, by series kind, with the labels of `of`.
        last: week index of the release's week.
    """
    estimates = estimate_metric(of, weight, cells)
    found = difference(
        take_rows(estimates, pairs.now),
        take_rows(estimates, pairs.then),
        _correlations(of, weight, cells, pairs, flows),
    )
    half = (found.high - found.low) / 2
    figures = {
        "est_raw": found.value,
        "ci_low": found.low,
        "ci_high": found.high,
        "n_eff": found.n_eff,
        "deff": found.deff,
        "mde_change": half * (1 + POWER_QUANTILE / t_quantiles(found.df)),
    }
    is_shown = pairs.is_alike & np.isfinite(trailing[pairs.now] - trailing[pairs.then])
    counts = cells.denominators[EVERY_UNIT]
    n_postings, n_employers = (
        np.minimum(n[pairs.now], n[pairs.then]) for n in (counts.n_units, counts.n_employers)
    )
    rows: list[dict[str, Any]] = []
    for row, place in enumerate(pairs.now):
        kind, week = cells.kind[place], int(cells.week_index[place])
        published = withheld_row(change, weight, kind, monday_of(week)) | {
            "window_weeks": POOLED_WEEKS,
            "n_postings": int(n_postings[row]),
            "n_employers": int(n_employers[row]),
        }
        if is_shown[row]:
            status = "P" if last - week < PROVISIONAL_WEEKS else "A"
            published |= {name: float(values[row]) for name, values in figures.items()} | {
                "ci_method": str(found.method[row]),
                "obs_status": status if found.n_eff[row] >= MINIMUM_N_EFF else "U",
                "conf_status": "F",
            }
        rows.append(dict.fromkeys([*figures, "ci_method"]) | published)
    return pa.Table.from_pylist(rows)


def _correlations(
    of: Metric, weight: Weight, cells: Cells, pairs: WindowPairs, flows: Mapping[str, Flow]
) -> Floats:
    found = np.zeros(len(pairs.now))
    n_employers = {kind: int(flow.employer.max()) + 1 for kind, flow in flows.items()}
    for row, place in enumerate(pairs.now):
        kind, week = cells.kind[place], int(cells.week_index[place])
        if kind not in flows or not pairs.is_alike[row]:
            continue
        now, then = (
            clusters(flows[kind].window(end, POOLED_WEEKS), of, weight, n_employers[kind])
            for end in (week, week - YEAR_WEEKS)
        )
        found[row] = window_correlation(now, then)
    return found


def clusters(flow: Flow, of: Metric, weight: Weight, n_employers: int) -> Clusters:
    """Return numerator and denominator of a window by employer number.

    By opening these are labelled openings and openings, by employer its share and whether it has any; of a
    difference the numerator is that of the first share less that of the second.
    """
    if of.kind == "difference":
        label = flow.labels[str(of.minuend)] - flow.labels[str(of.subtrahend)]
    else:
        label = flow.labels[of.id]
    size = np.bincount(flow.employer, minlength=n_employers).astype(np.float64)
    count = np.bincount(flow.employer, weights=label, minlength=n_employers).astype(np.float64)
    if weight == "posting":
        return count, size
    is_there = size > 0
    return np.divide(count, size, out=np.zeros_like(count), where=is_there), is_there.astype(np.float64)


def window_correlation(now: Clusters, then: Clusters) -> float:
    """Return the sampling correlation of the shares sum x / sum d of two windows.

    Linearised as in `pair_correlation`: the cosine of the residuals x - p d. An employer that is in one
    window only has no residual in the other. Where fewer than ten employers carry the label in either window
    the correlation is not allowed above zero: that these have not changed says little of others, and the
    interval shall not be narrower than that of two separate shares (as in `compare_windows`).

    Args:
        now: of one window, from `clusters`.
        then: of the other, with the same employers in the same places.
    """
    one, other = (x - (x.sum() / d.sum() if d.any() else 0.0) * d for x, d in (now, then))
    # Not `@`: its threads wait for each other longer than so short a sum takes.
    size = float(np.sqrt((one * one).sum() * (other * other).sum()))
    correlation = float((one * other).sum()) / size if size > 0 else 0.0
    if np.count_nonzero((now[0] != 0) | (then[0] != 0)) < FEW_POSITIVE_EMPLOYERS:
        return min(correlation, 0.0)
    return correlation
