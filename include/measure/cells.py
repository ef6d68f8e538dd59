"""Sums over employers for every cell of the release.

A cell is one week (or a window that ends with it), series kind and stratum value. Openings are grouped by
cell and employer. Labels are rare, so each metric costs what its labelled openings cost, not what all do.
Groups are summed in the order of employers: the same input gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, TypeVar

import numpy as np
from numpy.typing import NDArray

from include.measure.estimators import ClusterSums, Floats
from include.measure.grouping import Grouping, Ints, group_rows
from include.measure.registry import Dimension, Metric
from include.measure.units import EVERY_UNIT, KINDS, NO_EMPLOYER, CellKey, Spread, Units

STALE_WEEKS: Final = 17
"""A stock opening counts as stale when it has been open for longer (120 days)."""


@dataclass(frozen=True)
class DenominatorSums:
    """What a denominator says about a cell, before any numerator.

    Attributes:
        n_units: openings with a denominator over zero.
        n_employers: their employers; ads that name none are no employer's.
        largest: openings of the largest employer, or of all that name none together, if these are more.
    """

    n_units: Floats
    n_employers: Floats
    largest: Floats


@dataclass(frozen=True)
class PairSums:
    """Cross sums over employers of the two shares of a difference.

    Attributes:
        xx: sum of x1 x2.
        xd: sum of x1 d2.
        dx: sum of d1 x2.
        dd: sum of d1 d2.
        rr: sum of (x1/d1) (x2/d2).
    """

    xx: Floats
    xd: Floats
    dx: Floats
    dd: Floats
    rr: Floats


@dataclass(frozen=True)
class Cells:
    """All cells of one basis, dimension and window length.

    Attributes:
        week_index: weeks since Monday 1970-01-05, per cell.
        kind: series kind, per cell.
        value: stratum value, per cell.
        window_weeks: 1, or the length of the window that ends with the week.
        denominators: by SQL expression.
        metrics: by metric id; differences are not among them, of a rate it is the openings with its label.
        exposures: sum of the denominator (such as words), by id of the rate.
        pairs: by id of the difference.
        parts: denominator expressions that each metric rests on, by metric id (two for a difference).
    """

    week_index: Ints
    kind: NDArray[np.object_]
    value: NDArray[np.object_]
    window_weeks: int
    denominators: Mapping[str, DenominatorSums]
    metrics: Mapping[str, ClusterSums]
    exposures: Mapping[str, Floats]
    pairs: Mapping[str, PairSums]
    parts: Mapping[str, tuple[str, ...]]

    @property
    def keys(self) -> list[CellKey]:
        """The key of each cell."""
        return list(zip(self.kind.tolist(), self.week_index.tolist(), self.value.tolist(), strict=True))

    def reindex(self, keys: Sequence[CellKey]) -> Cells:
        """Return the cells named by `keys`, in that order; a cell without units has zero sums."""
        place = {key: number for number, key in enumerate(self.keys)}
        index = np.array([place.get(key, -1) for key in keys], dtype=np.intp)

        def pick(array: Floats) -> Floats:
            return np.append(array, 0.0)[index]

        return Cells(
            week_index=np.array([key[1] for key in keys], dtype=np.int64),
            kind=np.array([key[0] for key in keys], dtype=object),
            value=np.array([key[2] for key in keys], dtype=object),
            window_weeks=self.window_weeks,
            denominators={name: _map_fields(sums, pick) for name, sums in self.denominators.items()},
            metrics={name: _map_fields(sums, pick) for name, sums in self.metrics.items()},
            exposures={name: pick(sums) for name, sums in self.exposures.items()},
            pairs={name: _map_fields(sums, pick) for name, sums in self.pairs.items()},
            parts=self.parts,
        )


Sums = TypeVar("Sums", ClusterSums, DenominatorSums, PairSums)


def _map_fields(sums: Sums, function: Callable[[Floats], Floats]) -> Sums:
    return type(sums)(**{field.name: function(getattr(sums, field.name)) for field in fields(sums)})


def sum_cells(
    units: Units,
    spread: Spread,
    metrics: Sequence[Metric],
    *,
    dimension: Dimension,
    only: Sequence[CellKey] | None = None,
) -> Cells:
    """Return the sums of every cell that has units, sorted by series kind, week and value.

    Args:
        units: the population.
        spread: from `spread_units`; the same for every breakdown.
        metrics: the metrics wanted, with both shares of every difference.
        dimension: the breakdown.
        only: the cells wanted; all when None.
    """
    rows, unit, week = spread.rows, spread.rows.unit, spread.rows.week
    place, values = _strata(units, spread, dimension)
    n_weeks = int(week.max(initial=0)) + 1
    # What we see open on a Sunday is observed, also where the day it opened is not.
    kind: Ints | int = units.kind[unit] if spread.basis == "flow" else KINDS.index("observed")
    code, cell = kind * len(values) + place, (kind * n_weeks + week) * len(values) + place
    if only is not None:
        keep = _is_wanted(only, units.kinds, n_weeks, values)[cell]
        rows, code, cell = rows.take(keep), code[keep], cell[keep]
    grouping, cells = group_rows(rows, code, cell)
    shares = [metric for metric in metrics if metric.kind != "difference"]
    pairs = [metric for metric in metrics if metric.kind == "difference"]
    is_named = np.ones(len(grouping.size), dtype=bool)
    if units.has_nameless:
        is_named = grouping.of_employers(units.employer[rows.unit] != NO_EMPLOYER)
    denominators = {
        expression: _sum_denominator(grouping, units, expression, is_named)
        for expression in dict.fromkeys([*(metric.denominator for metric in shares), EVERY_UNIT])
    }
    counts: dict[str, Floats] = {}
    wanted = {part for metric in pairs for part in (metric.minuend, metric.subtrahend)}
    sums: dict[str, ClusterSums] = {}
    for metric in shares:
        x = grouping.per_group(units.numerators[metric.id])
        counted_out_of = EVERY_UNIT if metric.kind == "rate" else metric.denominator
        sums[metric.id] = _sum_metric(grouping, denominators[counted_out_of], x)
        if metric.id in wanted:
            counts[metric.id] = x
    of_share = {metric.id: metric.denominator for metric in shares}
    ends = {metric.id: (of_share[str(metric.minuend)], of_share[str(metric.subtrahend)]) for metric in pairs}
    return Cells(
        week_index=cells // len(values) % n_weeks,
        kind=np.array(units.kinds, dtype=object)[cells // (len(values) * n_weeks)],
        value=np.array(values, dtype=object)[cells % len(values)],
        window_weeks=spread.window_weeks,
        denominators={expression: parts.sums for expression, parts in denominators.items()},
        metrics=sums,
        exposures={m.id: denominators[m.denominator].n for m in shares if m.kind == "rate"},
        pairs={
            metric.id: _sum_pair(
                grouping,
                (counts[str(metric.minuend)], denominators[ends[metric.id][0]].size),
                (counts[str(metric.subtrahend)], denominators[ends[metric.id][1]].size),
            )
            for metric in pairs
        },
        parts={**{metric.id: (metric.denominator,) for metric in shares}, **ends},
    )


def _strata(units: Units, spread: Spread, dimension: Dimension) -> tuple[Ints, tuple[str, ...]]:
    """Return the place of each row's value among the values of a breakdown, and these."""
    unit, week = spread.rows.unit, spread.rows.week
    if dimension == "all":
        return np.zeros_like(week), ("all",)
    if dimension == "staleness":
        return (week - units.open_since[unit] > STALE_WEEKS).astype(np.int64), ("fresh", "stale")
    return units.codes[dimension][unit], units.values[dimension]


def _is_wanted(
    only: Sequence[CellKey], kinds: tuple[str, ...], n_weeks: int, values: tuple[str, ...]
) -> NDArray[np.bool_]:
    wanted = np.zeros(len(kinds) * n_weeks * len(values), dtype=bool)
    kind_code = {kind: code for code, kind in enumerate(kinds)}
    value_code = {value: code for code, value in enumerate(values)}
    for kind, week, value in only:
        # A cell of the grid may lie in a kind or week without any opening.
        if kind in kind_code and week < n_weeks and value in value_code:
            wanted[(kind_code[kind] * n_weeks + week) * len(values) + value_code[value]] = True
    return wanted


@dataclass(frozen=True)
class _Denominator:
    """One denominator: per group, and the sums per cell that all its metrics share."""

    size: Floats
    n: Floats
    n2: Floats
    inverse: Floats
    n_multiple: Floats
    n_clusters: Floats
    sums: DenominatorSums


def _sum_denominator(
    grouping: Grouping, units: Units, expression: str, is_named: NDArray[np.bool_]
) -> _Denominator:
    if expression == EVERY_UNIT:
        size = n_units = grouping.size
    else:
        size = grouping.per_group(units.denominators[expression])
        n_units = grouping.per_group((units.denominators[expression] > 0).astype(np.int8))
    inverse = np.divide(1.0, size, out=np.zeros_like(size), where=size > 0)
    n = grouping.per_cell(size)
    return _Denominator(
        size=size,
        n=n,
        n2=grouping.per_cell(size * size),
        inverse=grouping.per_cell(inverse),
        n_multiple=grouping.groups_per_cell(size >= 2),
        n_clusters=grouping.groups_per_cell(size > 0),
        sums=DenominatorSums(
            n_units=n if n_units is size else grouping.per_cell(n_units),
            n_employers=grouping.groups_per_cell((n_units > 0) & is_named),
            largest=grouping.largest(n_units),
        ),
    )


def _sum_metric(grouping: Grouping, denominator: _Denominator, x: Floats) -> ClusterSums:
    hit = np.flatnonzero(x)
    count, size = x[hit], denominator.size[hit]
    several = np.flatnonzero(size >= 2)
    total, total_of_several = grouping.per_cell_of(hit), grouping.per_cell_of(hit[several])
    return ClusterSums(
        n=denominator.n,
        n_employers=denominator.n_clusters,
        n2=denominator.n2,
        inverse=denominator.inverse,
        x=total(count),
        x2=total(count * count),
        xm=total(count * size),
        r=total(count / size),
        r2=total((count / size) ** 2),
        n_positive=total(np.ones_like(count)),
        n_multiple=denominator.n_multiple,
        r_multiple=total_of_several((count / size)[several]),
        pairs=total_of_several((count * (count - 1))[several] / (size * (size - 1))[several]),
        n_negative=denominator.n_clusters - total((count >= size).astype(np.float64)),
    )


def _sum_pair(grouping: Grouping, first: tuple[Floats, Floats], second: tuple[Floats, Floats]) -> PairSums:
    hit = np.flatnonzero(first[0] + second[0])
    (x1, d1), (x2, d2) = ((x[hit], d[hit]) for x, d in (first, second))
    share_1 = np.divide(x1, d1, out=np.zeros_like(x1), where=d1 > 0)
    share_2 = np.divide(x2, d2, out=np.zeros_like(x2), where=d2 > 0)
    total = grouping.per_cell_of(hit)
    return PairSums(
        xx=total(x1 * x2),
        xd=total(x1 * d2),
        dx=total(d1 * x2),
        dd=grouping.per_cell(first[1] * second[1]),
        rr=total(share_1 * share_2),
    )
