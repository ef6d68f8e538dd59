"""Sums over employers for every cell of the release, in two set-based steps inside DuckDB.

A cell is one week (or a window that ends with it), series kind and stratum value. Step one adds up each
employer's units and labels in the cell, step two adds up over employers what the estimators need. Sums of
shares are kept in fixed point (1e-12), because floating sums in several threads depend on the order of rows
and a release must be the same byte for byte.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import TypeVar

import duckdb
import numpy as np
from numpy.typing import NDArray

from include.measure.estimators import ClusterSums, Floats
from include.measure.registry import Basis, Dimension, Metric

FIXED_POINT = 1_000_000_000_000
STALE_WEEKS = 17
"""A stock unit counts as stale when it has been open for longer (120 days)."""


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

    week_index: NDArray[np.int64]
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


def create_flags(con: duckdb.DuckDBPyConnection, metrics: Sequence[Metric]) -> dict[str, str]:
    """Evaluate every predicate once per unit into the temporary table measure_flags.

    Columns: d0, d1, ... per distinct denominator and x_<id> per metric, already 0 outside its denominator.

    Returns:
        The column of each denominator expression.
    """
    expressions = dict.fromkeys(metric.denominator for metric in metrics if metric.kind != "difference")
    columns = {expression: f"d{number}" for number, expression in enumerate(expressions)}
    flags = [f"({expression})::INTEGER AS {column}" for expression, column in columns.items()]
    flags += [
        f"CASE WHEN ({m.denominator})::INTEGER > 0 THEN ({m.numerator})::INTEGER ELSE 0 END AS x_{m.id}"
        for m in metrics
        if m.numerator
    ]
    # Expressions come from metrics.yaml, a reviewed file that check_predicates has bound before.
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE measure_flags AS
        SELECT series_kind, employer_id, week_index, stock_from, stock_to, 'all' AS "all", source, region,
            seniority, role_family, workplace, framework_use, employer_size, {", ".join(flags)}
        FROM measure_units
        """)  # noqa: S608
    return columns


def load_cells(
    con: duckdb.DuckDBPyConnection,
    metrics: Sequence[Metric],
    denominator_columns: Mapping[str, str],
    *,
    basis: Basis,
    dimension: Dimension,
    window_weeks: int = 1,
    only: str | None = None,
) -> Cells:
    """Return the sums of every cell that has units.

    Args:
        con: connection with measure_flags.
        metrics: the metrics wanted, with both shares of every difference.
        denominator_columns: what `create_flags` returned.
        basis: flow or stock.
        dimension: the breakdown.
        window_weeks: weeks of flow that are pooled; 1 for stock.
        only: temporary table (series_kind, week_index, value) of the cells wanted; all when None.

    Raises:
        ValueError: a window over one week is asked for stock, where it would count an ad once per week.
    """
    if basis == "stock" and window_weeks != 1:
        raise ValueError("a stock is not pooled: the same open ads would be counted once per week")
    shares = [metric for metric in metrics if metric.kind != "difference"]
    pairs = [metric for metric in metrics if metric.kind == "difference"]
    d = {metric.id: denominator_columns[metric.denominator] for metric in shares}
    rows = _unit_weeks(basis, dimension, window_weeks, only)
    inner = [f"sum({column})::BIGINT AS {column}" for column in dict.fromkeys(d.values())]
    inner += [f"count_if({column} > 0)::BIGINT AS u_{column}" for column in dict.fromkeys(d.values())]
    inner += [f"sum(x_{metric.id})::BIGINT AS x_{metric.id}" for metric in shares]
    outer = _outer_columns(shares, pairs, d)
    columns = con.execute(f"""
        WITH by_employer AS (
            SELECT series_kind, week_index, value, employer_id, {", ".join(inner)} FROM ({rows}) GROUP BY ALL
        )
        SELECT series_kind, week_index, value, {", ".join(outer)}
        FROM by_employer
        GROUP BY series_kind, week_index, value
        ORDER BY series_kind, week_index, value
        """).fetchnumpy()  # noqa: S608 (identifiers come from the registry and this module)
    return _unpack(columns, shares, pairs, d, window_weeks)


def _unit_weeks(basis: Basis, dimension: Dimension, window_weeks: int, only: str | None) -> str:
    """Return the query that gives one row per unit and week in which it counts."""
    value = f'"{dimension}"'
    if basis == "stock":
        weeks = "unnest(range(stock_from, stock_to + 1))"
        if dimension == "staleness":
            value = f"CASE WHEN week_index_ - stock_from > {STALE_WEEKS} THEN 'stale' ELSE 'fresh' END"
        where = "stock_to >= stock_from"
    else:
        weeks = f"unnest(range(week_index, week_index + {window_weeks}))"
        where = "week_index IS NOT NULL"
    query = f"""
        SELECT * REPLACE (week_index_ AS week_index), {value} AS value
        FROM (SELECT *, ({weeks})::INTEGER AS week_index_ FROM measure_flags WHERE {where})
        """  # noqa: S608 (built from constants)
    if only:
        query = f"SELECT * FROM ({query}) SEMI JOIN {only} USING (series_kind, week_index, value)"  # noqa: S608
    return query


def _outer_columns(shares: Sequence[Metric], pairs: Sequence[Metric], d: Mapping[str, str]) -> list[str]:
    """Return the SELECT list of step two."""

    def fixed(expression: str) -> str:
        return f"sum(round({expression} * {FIXED_POINT}.0)::BIGINT)::BIGINT"

    outer = []
    for c in dict.fromkeys(d.values()):
        outer += [
            f"sum(u_{c})::BIGINT AS units_{c}",
            f"count_if({c} > 0) AS groups_{c}",
            f"max(u_{c}) AS largest_{c}",
            f"sum({c})::BIGINT AS n_{c}",
            f"sum({c} * {c})::BIGINT AS n2_{c}",
            f"{fixed(f'CASE WHEN {c} > 0 THEN 1.0::DOUBLE / {c} ELSE 0 END')} AS inverse_{c}",
        ]
    for metric in shares:
        x, c, name = f"x_{metric.id}", d[metric.id], metric.id
        share = _share(x, c)
        outer += [
            f"sum({x})::BIGINT AS x_{name}",
            f"sum({x} * {x})::BIGINT AS x2_{name}",
            f"sum({x} * {c})::BIGINT AS xm_{name}",
            f"{fixed(share)} AS r_{name}",
            f"{fixed(f'{share} * {share}')} AS r2_{name}",
            f"count_if({x} > 0) AS positive_{name}",
            f"count_if({x} < {c}) AS negative_{name}",
        ]
    for metric in pairs:
        x1, x2 = f"x_{metric.minuend}", f"x_{metric.subtrahend}"
        d1, d2 = d[str(metric.minuend)], d[str(metric.subtrahend)]
        outer += [
            f"sum({x1} * {x2})::BIGINT AS xx_{metric.id}",
            f"sum({x1} * {d2})::BIGINT AS xd_{metric.id}",
            f"sum({d1} * {x2})::BIGINT AS dx_{metric.id}",
            f"sum({d1} * {d2})::BIGINT AS dd_{metric.id}",
            f"{fixed(f'{_share(x1, d1)} * {_share(x2, d2)}')} AS rr_{metric.id}",
        ]
    return outer


def _share(x: str, d: str) -> str:
    return f"(CASE WHEN {d} > 0 THEN {x}::DOUBLE / {d} ELSE 0 END)"


def _unpack(
    columns: Mapping[str, NDArray[np.generic]],
    shares: Sequence[Metric],
    pairs: Sequence[Metric],
    d: Mapping[str, str],
    window_weeks: int,
) -> Cells:
    def number(name: str) -> Floats:
        return np.asarray(columns[name]).astype(np.float64)

    def share(name: str) -> Floats:
        return number(name) / FIXED_POINT

    of_share = {metric.id: metric.denominator for metric in shares}

    def ends(metric: Metric) -> tuple[str, ...]:
        return of_share[str(metric.minuend)], of_share[str(metric.subtrahend)]

    return Cells(
        week_index=np.asarray(columns["week_index"]).astype(np.int64),
        kind=np.asarray(columns["series_kind"]).astype(object),
        value=np.asarray(columns["value"]).astype(object),
        window_weeks=window_weeks,
        denominators={
            metric.denominator: DenominatorSums(
                n_units=number(f"units_{d[metric.id]}"),
                n_employers=number(f"groups_{d[metric.id]}"),
                largest=number(f"largest_{d[metric.id]}"),
            )
            for metric in shares
        },
        metrics={
            metric.id: ClusterSums(
                n=number(f"n_{d[metric.id]}"),
                n_employers=number(f"groups_{d[metric.id]}"),
                n2=number(f"n2_{d[metric.id]}"),
                inverse=share(f"inverse_{d[metric.id]}"),
                x=number(f"x_{metric.id}"),
                x2=number(f"x2_{metric.id}"),
                xm=number(f"xm_{metric.id}"),
                r=share(f"r_{metric.id}"),
                r2=share(f"r2_{metric.id}"),
                n_positive=number(f"positive_{metric.id}"),
                n_negative=number(f"negative_{metric.id}"),
            )
            for metric in shares
        },
        pairs={
            metric.id: PairSums(
                xx=number(f"xx_{metric.id}"),
                xd=number(f"xd_{metric.id}"),
                dx=number(f"dx_{metric.id}"),
                dd=number(f"dd_{metric.id}"),
                rr=share(f"rr_{metric.id}"),
            )
            for metric in pairs
        },
        parts={metric.id: (metric.denominator,) for metric in shares}
        | {metric.id: ends(metric) for metric in pairs},
    )
