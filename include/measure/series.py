"""The series of out_weekly_metrics_v1: which cells are published, in which blocks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa

from include.measure.breaks import Breaks, chain_links, chained
from include.measure.cells import Cells, sum_cells
from include.measure.corrected import Audit
from include.measure.derived import Panels
from include.measure.differencing import safe_windows
from include.measure.estimators import Floats
from include.measure.flow import flows_by_kind
from include.measure.registry import DIMENSIONS, Basis, Dimension, Metric, Registry, Weight
from include.measure.rows import Counted, Rows, correct_rows, estimate_rows, to_table
from include.measure.suppression import POOLED_WEEKS, Flags, meets_thresholds
from include.measure.units import CellKey, Spread, Units, by_weight, spread_units
from include.measure.weeks import monday_of, week_index
from include.measure.year_on_year import CHANGE_OF, window_pairs, year_on_year_rows
from include.partitions import week_start

CHAINED: Final = ("M1", "M1b", "M5", "M6")
"""Metrics whose series is linked across breaks."""


class NothingToMeasure(ValueError):
    """There is no opening and no board read at all up to the week."""


@dataclass(frozen=True)
class Inputs:
    """What the series is computed from, up to and including the release's week.

    Attributes:
        con: connection with core_board_reads and core_openings.
        units: the population, from `load_units`.
        audit: corrects the shares; None without labels.
        panels: matched-employer comparisons, from `measure_panels`.
        breaks: from `find_breaks`.
        last: week index of the release's week.
    """

    con: duckdb.DuckDBPyConnection
    units: Units
    audit: Audit | None
    panels: Panels
    breaks: Breaks
    last: int


def measure_basis(inputs: Inputs, registry: Registry, basis: Basis) -> list[pa.Table]:
    """Return the blocks of one basis (flow or stock), in every breakdown.

    Raises:
        NothingToMeasure: no opening and no complete board read up to the week.
    """
    counted = [(some, weights, spread_units(some, basis)) for some, weights in by_weight(inputs.units)]
    changes = {CHANGE_OF[metric.id]: metric for metric in registry.derived if metric.id in CHANGE_OF}
    blocks: list[pa.Table] = []
    for dimension in DIMENSIONS:
        metrics = [
            metric
            for metric in registry.counted
            if basis in metric.bases and (dimension == "all" or dimension in metric.dimensions)
        ]
        if metrics and not (dimension == "staleness" and basis == "flow"):  # age is known of open ads only
            blocks += _measure_breakdown(inputs, metrics, dimension, counted, changes)
    return blocks


def _measure_breakdown(
    inputs: Inputs,
    metrics: Sequence[Metric],
    dimension: Dimension,
    counted: Sequence[tuple[Units, Sequence[Weight], Spread]],
    changes: Mapping[str, Metric],
) -> Iterator[pa.Table]:
    cells = [sum_cells(some, weeks, metrics, dimension=dimension) for some, _, weeks in counted]
    basis = counted[0][2].basis
    keys = _grid(inputs, cells[0], basis, dimension)  # all openings come first
    if not keys:
        return
    is_break = np.array([(kind, index) in inputs.breaks for kind, index, _ in keys], dtype=bool)
    found = _counted(inputs, counted, [some.reindex(keys) for some in cells], metrics, dimension)
    for (some, weights, _), own in zip(counted, found, strict=True):
        single, pooled = own.single, own.pooled
        trailing: list[tuple[Metric, Weight, Floats]] = []
        for metric, weight in _weighted(metrics, weights):
            rows = estimate_rows(metric, weight, dimension, found, own, inputs.last)
            rows = replace(rows, is_break=is_break)
            if inputs.audit:
                rows = correct_rows(
                    rows, metric, weight, dimension, single, inputs.audit, int(basis == "flow")
                )
            if basis == "flow" and dimension == "all":
                rows = replace(rows, panel=_panel_shares(metric, weight, single, inputs.panels))
                if weight == "posting" and metric.id in CHAINED:
                    rows = replace(rows, chained=_chained(inputs, metric, rows, keys))
                if metric.id in changes:
                    trailing.append((metric, weight, rows.trailing))
            yield to_table(metric, weight, basis, dimension, single, rows)
        if pooled and trailing:
            yield from _year_on_year(inputs, changes, some, pooled, trailing)


def _year_on_year(
    inputs: Inputs,
    changes: Mapping[str, Metric],
    units: Units,
    pooled: Cells,
    trailing: Sequence[tuple[Metric, Weight, Floats]],
) -> Iterator[pa.Table]:
    """Yield the changes on a year of the metrics whose trailing figures are given."""
    pairs = window_pairs(pooled.keys, _is_read(inputs, pooled.keys), inputs.breaks)
    if len(pairs.now) == 0:
        return
    flows = flows_by_kind(units, [metric.id for metric, _, _ in trailing], inputs.last)
    for metric, weight, shown in trailing:
        yield year_on_year_rows(changes[metric.id], metric, weight, pooled, shown, pairs, flows, inputs.last)


def _weighted(metrics: Sequence[Metric], weights: Sequence[Weight]) -> list[tuple[Metric, Weight]]:
    return [(metric, weight) for metric in metrics for weight in metric.weights if weight in weights]


def _counted(
    inputs: Inputs,
    counted: Sequence[tuple[Units, Sequence[Weight], Spread]],
    cells: Sequence[Cells],
    metrics: Sequence[Metric],
    dimension: Dimension,
) -> list[Counted]:
    """Return the cells with their sums over four weeks, as each weighting counts them."""
    if counted[0][2].basis != "flow":
        return [Counted(single) for single in cells]
    keys = cells[0].keys
    # Every cell of the whole market (trailing series), else where any weighting is short of openings.
    wanted = keys if dimension == "all" else _below_threshold(cells)
    is_read = _is_read(inputs, keys)
    found = []
    for (units, _, _), single in zip(counted, cells, strict=True):
        pooled = _four_weeks(units, single, metrics, dimension, wanted)
        found.append(Counted(single, pooled, _safe_fours(single, pooled, dimension, is_read)))
    return found


def _four_weeks(
    units: Units,
    single: Cells,
    metrics: Sequence[Metric],
    dimension: Dimension,
    wanted: Sequence[CellKey],
) -> Cells:
    """Return sums over the four weeks that end with each of the wanted cells."""
    weeks = spread_units(units, "flow", POOLED_WEEKS, wanted)
    return sum_cells(units, weeks, metrics, dimension=dimension, only=wanted).reindex(single.keys)


def _safe_fours(single: Cells, pooled: Cells, dimension: Dimension, is_read: Flags) -> dict[str, Flags]:
    """Return the cells whose four-week sums may stand for their week, by denominator.

    They must give no thin week away, and the week itself must have been read (`_is_read`).
    """
    is_safe = {}
    for denominator, sums in single.denominators.items():
        is_one, is_four = meets_thresholds(sums), meets_thresholds(pooled.denominators[denominator])
        # Of the whole market four weeks are shown beside every week, elsewhere in place of a thin one.
        is_wanted = is_read & (is_four if dimension == "all" else is_four & ~is_one)
        is_safe[denominator] = safe_windows(single.keys, sums, is_four, is_wanted)
    return is_safe


def _is_read(inputs: Inputs, keys: Sequence[CellKey]) -> Flags:
    """Return the cells in whose week the series still reads ads.

    Boards are read every day, so a week in which none appeared is a finding. Where an import ends, and after
    the first read of a board, from which reconstructed dates come, nobody looked: four weeks in place of such
    a week would show the last ads there were as if they were this week's.
    """
    weeks = inputs.con.execute(
        "SELECT DISTINCT series_kind, week_start FROM core_openings WHERE week_start < $end",
        {"end": monday_of(inputs.last + 1)},
    ).fetchall()
    with_ads = {(kind, week_index(monday)) for kind, monday in weeks}
    return np.array([kind == "observed" or (kind, index) in with_ads for kind, index, _ in keys], dtype=bool)


def _grid(inputs: Inputs, cells: Cells, basis: Basis, dimension: Dimension) -> list[CellKey]:
    """Return the cells to publish, sorted.

    For `all`, every week from the series' first to the release's, whether it has openings or not. For a
    breakdown, every value and week with an opening in the four weeks that end there (flow) or on its Sunday.
    """
    units, last = inputs.units, inputs.last
    if dimension != "all":
        reach = POOLED_WEEKS if basis == "flow" else 1
        return sorted(
            {
                (kind, index + shift, value)
                for kind, index, value in cells.keys
                for shift in range(reach)
                if index + shift <= last
            }
        )
    first: dict[str, int] = {}
    for kind, index, _ in cells.keys:
        first[kind] = min(index, first.get(kind, index))
    if basis == "flow" or not first:
        is_open = units.stock_to >= units.stock_from
        if is_open.any():  # ads that were open before we looked have no flow week, but the series has begun
            first["observed"] = min(int(units.stock_from[is_open].min()), first.get("observed", last))
        # Boards that were read and had nothing open a series too: "we looked and found none" is a result.
        row = inputs.con.execute(
            "SELECT min(day) FROM core_board_reads "
            "WHERE is_complete AND day < $end AND NOT is_import(source)",
            {"end": monday_of(last + 1)},
        ).fetchone()
        if row and row[0]:
            index = week_index(week_start(row[0]))
            first["observed"] = min(index, first.get("observed", index))
    if not first and basis == "flow":
        raise NothingToMeasure(
            f"there is no product opening and no complete board read up to the week of {monday_of(last)}: "
            "nothing can be published. Collect or import postings first."
        )
    return [(kind, index, "all") for kind in sorted(first) for index in range(first[kind], last + 1)]


def _below_threshold(counted: Sequence[Cells]) -> list[CellKey]:
    below = np.zeros(len(counted[0].kind), dtype=bool)
    for cells in counted:
        for sums in cells.denominators.values():
            below |= ~meets_thresholds(sums)
    return [key for key, is_below in zip(counted[0].keys, below, strict=True) if is_below]


def _chained(inputs: Inputs, metric: Metric, rows: Rows, keys: list[CellKey]) -> Floats:
    """Return the series across breaks; a difference is linked by both of its shares."""

    def links(metric_id: str) -> dict[tuple[str, int], float]:
        return chain_links(inputs.units, inputs.breaks, metric_id, inputs.last)

    estimates = rows.columns["est_raw"]
    if metric.kind != "difference":
        return chained(estimates, keys, links(metric.id), 0.0)
    first, second = links(str(metric.minuend)), links(str(metric.subtrahend))
    return chained(estimates, keys, {key: first[key] - second[key] for key in inputs.breaks}, -1.0)


def _panel_shares(metric: Metric, weight: Weight, cells: Cells, panels: Panels) -> Floats:
    if metric.kind == "difference":
        first, second = (
            _panel_column(str(part), weight, cells, panels) for part in (metric.minuend, metric.subtrahend)
        )
        return first - second
    return _panel_column(metric.id, weight, cells, panels)


def _panel_column(metric_id: str, weight: Weight, cells: Cells, panels: Panels) -> Floats:
    found = [panels.get((metric_id, kind, index)) for kind, index, _ in cells.keys]
    name = "share_posting" if weight == "posting" else "share_employer"
    return np.array([getattr(panel, name) if panel else np.nan for panel in found], dtype=np.float64)
