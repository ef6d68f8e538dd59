"""Sums over employers for every cell of the release.

A cell is one week (or a window that ends with it), series kind and stratum value. Predicates are evaluated
once per opening by DuckDB; the openings then come as arrays of small integers and are grouped by cell and
employer. Labels are rare, so each metric costs what its labelled openings cost, not what all do. Groups are
summed in the order of employers: the same input gives the same bits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Final, TypeVar

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from include.measure.estimators import ClusterSums, Floats
from include.measure.grouping import Counts, Grouping, Ints, UnitWeeks, group_rows, spread_out
from include.measure.registry import Basis, Dimension, Metric

STALE_WEEKS: Final = 17
"""A stock opening counts as stale when it has been open for longer (120 days)."""
KINDS: Final = ("archived", "observed", "reconstructed")
"""Series kinds, in the order of their codes."""
EVERY_UNIT: Final = "TRUE"
"""The default denominator."""

DIMENSION_COLUMNS: Final = (
    "region", "seniority", "role_family", "source", "source_family", "employer_type", "workplace",
    "framework_use", "employer_size",
)  # fmt: skip
"""Breakdowns that are columns of measure_units; staleness depends on the week."""


@dataclass(frozen=True)
class DenominatorSums:
    """What a denominator says about a cell, before any numerator.

    Attributes:
        n_units: openings with a denominator over zero.
        n_employers: their employers.
        largest: openings of the largest employer.
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
        metrics: by metric id; differences are not among them.
        pairs: by id of the difference.
        parts: denominator expressions that each metric rests on, by metric id (two for a difference).
    """

    week_index: Ints
    kind: NDArray[np.object_]
    value: NDArray[np.object_]
    window_weeks: int
    denominators: Mapping[str, DenominatorSums]
    metrics: Mapping[str, ClusterSums]
    pairs: Mapping[str, PairSums]
    parts: Mapping[str, tuple[str, ...]]

    @property
    def keys(self) -> list[tuple[str, int, str]]:
        """(series kind, week index, stratum value) of each cell."""
        return list(zip(self.kind.tolist(), self.week_index.tolist(), self.value.tolist(), strict=True))

    def reindex(self, keys: Sequence[tuple[str, int, str]]) -> Cells:
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
            pairs={name: _map_fields(sums, pick) for name, sums in self.pairs.items()},
            parts=self.parts,
        )


Sums = TypeVar("Sums", ClusterSums, DenominatorSums, PairSums)


def _map_fields(sums: Sums, function: Callable[[Floats], Floats]) -> Sums:
    return type(sums)(**{field.name: function(getattr(sums, field.name)) for field in fields(sums)})


@dataclass(frozen=True)
class Units:
    """The population as arrays, one element per opening, in the order of employers.

    Attributes:
        kind, kinds: code of the series kind, and the kinds in sorted order.
        employer: employer number.
        week: week index of the flow, -1 when the opening has no flow week.
        stock_from, stock_to: first and last week index of the stock; empty range when it has none.
        n_words: words of the ad.
        codes: code per opening, by dimension, and of the archetype (empty when it has none).
        values: sorted values per dimension, and of the archetype.
        denominators: whole numbers, by SQL expression; absent for `EVERY_UNIT`.
        numerators: whole numbers, by metric id, 0 outside the denominator.
    """

    kind: Ints
    kinds: tuple[str, ...]
    employer: Ints
    week: Ints
    stock_from: Ints
    stock_to: Ints
    n_words: NDArray[np.int32]
    codes: Mapping[str, Ints]
    values: Mapping[str, tuple[str, ...]]
    denominators: Mapping[str, Counts]
    numerators: Mapping[str, Counts]


def load_units(con: duckdb.DuckDBPyConnection, metrics: Sequence[Metric]) -> Units:
    """Evaluate every predicate once per opening of measure_units and fetch the result.

    Args:
        con: connection with measure_units (population.sql).
        metrics: the whole registry, its predicates already checked.
    """
    shares = [metric for metric in metrics if metric.kind != "difference"]
    expressions = dict.fromkeys(m.denominator for m in shares if m.denominator != EVERY_UNIT)
    flags = [f"({expression})::INTEGER AS d{number}" for number, expression in enumerate(expressions)]
    flags += [
        f"CASE WHEN ({m.denominator})::INTEGER > 0 THEN ({m.numerator})::INTEGER ELSE 0 END AS x_{m.id}"
        for m in shares
    ]
    # Expressions come from metrics.yaml, a reviewed file that check_predicates has bound before.
    table = con.execute(f"""
        SELECT series_kind, coalesce(archetype, '') AS archetype, n_words,
            employer_id::BIGINT AS employer, coalesce(week_index, -1)::BIGINT AS week,
            coalesce(stock_from, 0)::BIGINT AS stock_from, coalesce(stock_to, -1)::BIGINT AS stock_to,
            {", ".join(DIMENSION_COLUMNS)}, {", ".join(flags)}
        FROM measure_units  -- stored in the order of employers, and DuckDB keeps the order of a table
        """).to_arrow_table()  # noqa: S608
    coded = {name: _encode(table[name]) for name in (*DIMENSION_COLUMNS, "archetype")}
    kinds = pa.array(KINDS)
    return Units(
        kind=pc.index_in(table["series_kind"], value_set=kinds).to_numpy().astype(np.int64),
        kinds=KINDS,
        employer=table["employer"].to_numpy(),
        week=table["week"].to_numpy(),
        stock_from=table["stock_from"].to_numpy(),
        stock_to=table["stock_to"].to_numpy(),
        n_words=table["n_words"].to_numpy(),
        codes={name: codes for name, (codes, _) in coded.items()},
        values={name: values for name, (_, values) in coded.items()},
        denominators={name: _narrow(table[f"d{i}"].to_numpy()) for i, name in enumerate(expressions)},
        numerators={metric.id: _narrow(table[f"x_{metric.id}"].to_numpy()) for metric in shares},
    )


def _narrow(values: NDArray[np.int32]) -> Counts:
    """Return the counts in one byte each where they fit: they are read millions of times."""
    return values.astype(np.int8) if values.max(initial=0) <= np.iinfo(np.int8).max else values


def _encode(column: pa.ChunkedArray) -> tuple[Ints, tuple[str, ...]]:
    """Return codes into the sorted distinct values, and these."""
    encoded = column.combine_chunks().dictionary_encode()
    order = pc.sort_indices(encoded.dictionary).to_numpy()
    rank = np.empty(len(order), dtype=np.int64)
    rank[order] = np.arange(len(order))
    values = encoded.dictionary.to_pylist()
    return rank[encoded.indices.to_numpy()], tuple(values[i] for i in order)


@dataclass(frozen=True)
class Spread:
    """The openings in every week in which they count.

    Attributes:
        basis: flow or stock.
        window_weeks: weeks of flow that are pooled; 1 for stock.
        rows: one per opening and week.
    """

    basis: Basis
    window_weeks: int
    rows: UnitWeeks


def spread_units(
    units: Units, basis: Basis, window_weeks: int = 1, only: Sequence[tuple[str, int, str]] | None = None
) -> Spread:
    """Return the openings in every week in which they count.

    Args:
        units: the population.
        basis: flow or stock.
        window_weeks: weeks of flow that are pooled; 1 for stock.
        only: (series kind, week index, value) of the cells wanted: openings that no window of them
            reaches are left out; all when None.

    Raises:
        ValueError: a window over one week is asked for stock, where it would count an ad once per week.
    """
    if basis == "stock" and window_weeks != 1:
        raise ValueError("a stock is not pooled: the same open ads would be counted once per week")
    if basis == "flow":
        is_near = units.week >= 0
        if only is not None:
            wanted = [week for _, week, _ in only] or [-1]
            is_near &= (units.week <= max(wanted)) & (units.week > min(wanted) - window_weeks)
        present = np.flatnonzero(is_near)
        length = np.full(len(present), window_weeks)
        start = units.week[present]
    else:
        length = units.stock_to - units.stock_from + 1
        present = np.flatnonzero(length > 0)
        length, start = length[present], units.stock_from[present]
    return Spread(basis, window_weeks, spread_out(present, start, length, units.employer))


def sum_cells(
    units: Units,
    spread: Spread,
    metrics: Sequence[Metric],
    *,
    dimension: Dimension,
    only: Sequence[tuple[str, int, str]] | None = None,
) -> Cells:
    """Return the sums of every cell that has units, sorted by series kind, week and value.

    Args:
        units: the population.
        spread: from `spread_units`; the same for every breakdown.
        metrics: the metrics wanted, with both shares of every difference.
        dimension: the breakdown.
        only: (series kind, week index, value) of the cells wanted; all when None.
    """
    rows, unit, week = spread.rows, spread.rows.unit, spread.rows.week
    if dimension == "all":
        place = np.zeros_like(week)
        values: tuple[str, ...] = ("all",)
    elif dimension == "staleness":
        place = (week - units.stock_from[unit] > STALE_WEEKS).astype(np.int64)
        values = ("fresh", "stale")
    else:
        place, values = units.codes[dimension][unit], units.values[dimension]
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
    denominators = {
        expression: _sum_denominator(grouping, units, expression)
        for expression in dict.fromkeys(metric.denominator for metric in shares)
    }
    counts: dict[str, Floats] = {}
    wanted = {part for metric in pairs for part in (metric.minuend, metric.subtrahend)}
    sums: dict[str, ClusterSums] = {}
    for metric in shares:
        x = grouping.per_group(units.numerators[metric.id])
        sums[metric.id] = _sum_metric(grouping, denominators[metric.denominator], x)
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


def _is_wanted(
    only: Sequence[tuple[str, int, str]], kinds: tuple[str, ...], n_weeks: int, values: tuple[str, ...]
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
    sums: DenominatorSums


def _sum_denominator(grouping: Grouping, units: Units, expression: str) -> _Denominator:
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
        sums=DenominatorSums(
            n_units=n if n_units is size else grouping.per_cell(n_units),
            n_employers=grouping.groups_per_cell(n_units > 0),
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
        n_employers=denominator.sums.n_employers,
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
        n_negative=denominator.sums.n_employers - total((count >= size).astype(np.float64)),
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
