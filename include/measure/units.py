"""The population as arrays, one element per opening, and the weeks in which each opening counts.

Predicates are evaluated once per opening by DuckDB; the openings then come as arrays of small integers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from include.measure.columns import take_rows
from include.measure.grouping import Counts, Ints, UnitWeeks, spread_out
from include.measure.registry import DIMENSIONS, Basis, Metric, Weight

KINDS: Final = ("archived", "observed", "reconstructed")
"""Series kinds, in the order of their codes."""
EVERY_UNIT: Final = "TRUE"
"""The default denominator."""
NO_EMPLOYER: Final = 0
"""Number of the ads that name no employer. They are one cluster, since one employer may stand behind them
all, but are not counted as an employer."""
CellKey = tuple[str, int, str]
"""Series kind, week index and stratum value: what names one cell of a breakdown."""
DIMENSION_COLUMNS: Final = tuple(name for name in DIMENSIONS if name not in ("all", "staleness"))
"""Breakdowns that are columns of measure_units; staleness depends on the week."""


@dataclass(frozen=True)
class Units:
    """The population as arrays, one element per opening, in the order of employers.

    Attributes:
        kind, kinds: code of the series kind, and the kinds in sorted order.
        employer: employer number, `NO_EMPLOYER` where the ad names none.
        week: week index of the flow, -1 when the opening has no flow week.
        stock_from, stock_to: first and last week index of the stock; empty range when it has none.
        open_since: week index of its date or of the first sighting, whichever is earlier; 0 without stock.
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
    open_since: Ints
    n_words: NDArray[np.int32]
    codes: Mapping[str, Ints]
    values: Mapping[str, tuple[str, ...]]
    denominators: Mapping[str, Counts]
    numerators: Mapping[str, Counts]

    @property
    def has_nameless(self) -> bool:
        """Whether any opening names no employer; they come first."""
        return len(self.employer) > 0 and bool(self.employer[0] == NO_EMPLOYER)

    def of_named_employers(self) -> Units:
        """Return the openings that name their employer: those that employer weighting can weigh."""
        if not self.has_nameless:
            return self
        rows = slice(int(np.searchsorted(self.employer, NO_EMPLOYER, side="right")), None)
        return take_rows(self, rows)


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
            coalesce(open_since, 0)::BIGINT AS open_since,
            {", ".join(DIMENSION_COLUMNS)}, {", ".join(flags)}
        FROM measure_units  -- stored in the order of employers, and DuckDB keeps the order of a table
        """).to_arrow_table()  # noqa: S608 - a reviewed file and constants
    coded = {name: _encode(table[name]) for name in (*DIMENSION_COLUMNS, "archetype")}
    kinds = pa.array(KINDS)
    return Units(
        kind=pc.index_in(table["series_kind"], value_set=kinds).to_numpy().astype(np.int64),
        kinds=KINDS,
        employer=table["employer"].to_numpy(),
        week=table["week"].to_numpy(),
        stock_from=table["stock_from"].to_numpy(),
        stock_to=table["stock_to"].to_numpy(),
        open_since=table["open_since"].to_numpy(),
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


def by_weight(units: Units) -> list[tuple[Units, tuple[Weight, ...]]]:
    """Return which openings each weighting counts: by employer, those that name one."""
    named = units.of_named_employers()
    if named is units:
        return [(units, ("posting", "employer"))]
    return [(units, ("posting",)), (named, ("employer",))]


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
    units: Units, basis: Basis, window_weeks: int = 1, only: Sequence[CellKey] | None = None
) -> Spread:
    """Return the openings in every week in which they count.

    Args:
        units: the population.
        basis: flow or stock.
        window_weeks: weeks of flow that are pooled; 1 for stock.
        only: the cells wanted: openings that no window of them reaches are left out; all when None.

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
