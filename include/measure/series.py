"""The rows of out_weekly_metrics_v1: one block per metric, weight, basis and breakdown."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from include.audit.correction import corrected_difference, corrected_share
from include.measure import estimators
from include.measure.breaks import Breaks, chain_links, chained
from include.measure.cells import Cells, Units, spread_units, sum_cells
from include.measure.corrected import Audit, audit_window_name
from include.measure.derived import Panels
from include.measure.differencing import safe_windows
from include.measure.estimators import Floats
from include.measure.registry import DIMENSIONS, Basis, Dimension, Metric, Registry, Weight
from include.measure.suppression import (
    MINIMUM_N_EFF,
    POOLED_WEEKS,
    Flags,
    complementary,
    meets_thresholds,
    observation_status,
)
from include.measure.weeks import is_holiday_week, monday_of, week_index
from include.partitions import week_start

CHAINED: Final = ("M1", "M1b", "M5", "M6")
"""Metrics whose series is linked across breaks."""
_OF_AUDIT: Final = ("est_ppi", "est_rg", "inner_low", "inner_high")
"""Columns that only rows with enough labels have."""


class NothingToMeasure(ValueError):
    """There is no opening and no board read at all up to the week."""


def measure_basis(
    con: duckdb.DuckDBPyConnection,
    registry: Registry,
    units: Units,
    audit: Audit | None,
    panels: Panels,
    breaks: Breaks,
    basis: Basis,
    last: int,
) -> list[pa.Table]:
    """Return the blocks of one basis, in every breakdown.

    Args:
        con: connection with core_board_reads.
        registry: the metrics.
        units: the population, from `load_units`.
        audit: corrects the shares; None without labels.
        panels: matched-employer comparisons, from `measure_panels`.
        breaks: from `find_breaks`.
        basis: flow or stock.
        last: week index of the release's week.

    Raises:
        NothingToMeasure: no opening and no complete board read up to the week.
    """
    weeks = spread_units(units, basis)
    blocks = []
    for dimension in DIMENSIONS:
        metrics = [
            metric
            for metric in registry.counted
            if basis in metric.bases and (dimension == "all" or dimension in metric.dimensions)
        ]
        if not metrics or (dimension == "staleness" and basis == "flow"):  # age is known of open ads only
            continue
        single = sum_cells(units, weeks, metrics, dimension=dimension)
        keys = _grid(con, units, single, basis, dimension, last)
        if not keys:
            continue
        single = single.reindex(keys)
        pooled = _four_weeks(units, single, metrics, dimension) if basis == "flow" else None
        is_safe = _safe_fours(single, pooled, dimension) if pooled else {}
        is_break = np.array([(kind, index) in breaks for kind, index, _ in keys], dtype=bool)
        for metric in metrics:
            for weight in metric.weights:
                rows = estimate_rows(metric, weight, dimension, single, pooled, last, is_safe)
                rows = replace(rows, is_break=is_break)
                if audit:
                    rows = correct_rows(rows, metric, weight, dimension, single, audit)
                if basis == "flow" and dimension == "all":
                    rows = replace(rows, panel=_panel_shares(metric, weight, single, panels))
                    if weight == "posting" and metric.id in CHAINED:
                        rows = replace(rows, chained=_chained(metric, rows, units, breaks, keys, last))
                blocks.append(to_table(metric, weight, basis, dimension, single, rows))
    return blocks


def _four_weeks(units: Units, single: Cells, metrics: Sequence[Metric], dimension: Dimension) -> Cells:
    """Return sums over four weeks: every cell of the whole market (trailing series), else where needed."""
    wanted = single.keys if dimension == "all" else _below_threshold(single)
    weeks = spread_units(units, "flow", POOLED_WEEKS, wanted)
    return sum_cells(units, weeks, metrics, dimension=dimension, only=wanted).reindex(single.keys)


def _safe_fours(single: Cells, pooled: Cells, dimension: Dimension) -> dict[str, Flags]:
    """Return the cells whose four-week sums give no thin week away, by denominator."""
    is_safe = {}
    for denominator, sums in single.denominators.items():
        is_one, is_four = meets_thresholds(sums), meets_thresholds(pooled.denominators[denominator])
        # Of the whole market four weeks are shown beside every week, elsewhere in place of a thin one.
        is_wanted = is_four if dimension == "all" else is_four & ~is_one
        is_safe[denominator] = safe_windows(single.keys, sums, is_four, is_wanted)
    return is_safe


def _grid(
    con: duckdb.DuckDBPyConnection,
    units: Units,
    cells: Cells,
    basis: Basis,
    dimension: Dimension,
    last: int,
) -> list[tuple[str, int, str]]:
    """Return the cells to publish, sorted.

    For `all`, every week from the series' first to the release's, whether it has openings or not. For a
    breakdown, every value and week with an opening in the four weeks that end there (flow) or on its Sunday.
    """
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
        row = con.execute(
            "SELECT min(day) FROM core_board_reads "
            "WHERE is_complete AND day < $end AND NOT starts_with(source, 'import/')",
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


def _below_threshold(cells: Cells) -> list[tuple[str, int, str]]:
    below = np.zeros(len(cells.kind), dtype=bool)
    for sums in cells.denominators.values():
        below |= ~meets_thresholds(sums)
    return [key for key, is_below in zip(cells.keys, below, strict=True) if is_below]


def estimate_metric(metric: Metric, weight: Weight, cells: Cells) -> estimators.Estimate:
    """Return estimates and intervals of a counted metric for every cell."""
    if metric.kind == "rate":
        return estimators.per_unit_rate(cells.metrics[metric.id])
    if metric.kind == "share":
        sums = cells.metrics[metric.id]
        weighted = estimators.posting_weighted if weight == "posting" else estimators.employer_weighted
        return weighted(sums)
    first, second = cells.metrics[str(metric.minuend)], cells.metrics[str(metric.subtrahend)]
    pair = cells.pairs[metric.id]
    if weight == "posting":
        correlation = estimators.pair_correlation(
            first, second, xx=pair.xx, xd=pair.xd, dx=pair.dx, dd=pair.dd
        )
        return estimators.difference(
            estimators.posting_weighted(first), estimators.posting_weighted(second), correlation
        )
    correlation = estimators.mean_pair_correlation(first, second, pair.rr)
    return estimators.difference(
        estimators.employer_weighted(first), estimators.employer_weighted(second), correlation
    )


def estimate_rows(
    metric: Metric,
    weight: Weight,
    dimension: Dimension,
    single: Cells,
    pooled: Cells | None,
    last: int,
    is_safe: Mapping[str, Flags],
) -> Rows:
    """Return the rows of one metric, weight and breakdown: one week, else four, else suppressed.

    Args:
        metric: the metric.
        weight: the weighting.
        dimension: the breakdown.
        single: sums of one week.
        pooled: sums of four weeks of the same cells; None where none are shown.
        last: week index of the release's week.
        is_safe: cells whose four weeks may be shown, by denominator; from `_safe_fours`.
    """
    is_one = _publishable(metric, single)
    is_four = _publishable(metric, pooled) if pooled else np.zeros_like(is_one)
    for part in single.parts[metric.id]:
        is_four &= is_safe.get(part, True)
    use_four = ~is_one & is_four
    is_suppressed = ~is_one & ~is_four
    estimate = estimate_metric(metric, weight, single)
    trailing = np.full(len(is_one), np.nan)
    columns = _columns(metric, single, estimate)
    method = estimate.method.astype(object)
    if pooled:
        wide = estimate_metric(metric, weight, pooled)
        other = _columns(metric, pooled, wide)
        columns = {name: np.where(use_four, other[name], array) for name, array in columns.items()}
        method = np.where(use_four, wide.method, method)
        if dimension == "all":
            trailing = np.where(is_four, wide.value, np.nan)
    is_secondary = np.zeros_like(is_suppressed)
    if dimension != "all":
        group = np.unique(_group_codes(single), return_inverse=True)[1].astype(np.int64)
        is_secondary = complementary(group, is_suppressed, columns["n_postings"])
    is_blank = is_suppressed | is_secondary
    return Rows(
        columns=columns,
        trailing=trailing,
        method=method,
        is_pooled=use_four,
        is_blank=is_blank,
        is_secondary=is_secondary,
        weeks_old=last - single.week_index,
        audit_n=np.zeros(len(is_blank), dtype=np.int32),
        panel=np.full(len(is_blank), np.nan),
        chained=np.full(len(is_blank), np.nan),
        is_break=np.zeros(len(is_blank), dtype=bool),
    )


def _chained(
    metric: Metric, rows: Rows, units: Units, breaks: Breaks, keys: list[tuple[str, int, str]], last: int
) -> Floats:
    """Return the series across breaks; a difference is linked by both of its shares."""
    if metric.kind != "difference":
        return chained(rows.columns["est_raw"], keys, chain_links(units, breaks, metric.id, last), 0.0)
    first, second = (
        chain_links(units, breaks, str(part), last) for part in (metric.minuend, metric.subtrahend)
    )
    return chained(rows.columns["est_raw"], keys, {key: first[key] - second[key] for key in breaks}, -1.0)


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


def correct_rows(
    rows: Rows, metric: Metric, weight: Weight, dimension: Dimension, cells: Cells, audit: Audit
) -> Rows:
    """Return the rows with est_ppi, its two intervals and cross-check where the stratum has enough labels."""
    of_value = {str(value): audit.of_stratum(dimension, str(value)) for value in set(cells.value.tolist())}
    if not any(of_value.values()):
        return rows
    columns = {name: values.copy() for name, values in rows.columns.items()}
    columns |= {name: np.full(len(rows.is_blank), np.nan) for name in _OF_AUDIT}
    method, audit_n = rows.method.copy(), rows.audit_n.copy()
    combine = corrected_difference if metric.kind == "difference" else corrected_share
    for row in np.flatnonzero(~rows.is_blank):
        labels = of_value[cells.value[row]]
        week = int(cells.week_index[row])
        correction = labels.correction(metric, weight, cells.kind[row], week) if labels else None
        if correction is None:
            continue
        if labels and metric.kind == "share" and weight == "posting":
            apparent = float(columns["est_raw"][row])
            columns["est_rg"][row] = labels.cross_check(metric, cells.kind[row], week, apparent)
        one = slice(row, row + 1)
        quantile = estimators.t_quantile(columns["df"][one])
        # The half-width, not p(1-p)/n: a count of zero has an interval, so it has a variance.
        variance = np.square((columns["ci_high"][one] - columns["ci_low"][one]) / 2 / quantile)
        raw, df = columns["est_raw"][one], columns["df"][one]
        value, low, high = combine(raw, variance, df, correction)
        # The ads themselves taken as all there is: what is left is the labelled sample's uncertainty.
        _, inner_low, inner_high = combine(raw, np.zeros(1), np.full(1, np.inf), correction)
        columns["est_ppi"][row], columns["ci_low"][row], columns["ci_high"][row] = value[0], low[0], high[0]
        columns["inner_low"][row], columns["inner_high"][row] = inner_low[0], inner_high[0]
        method[row], audit_n[row] = "ppi_cluster_t", correction.n
    return replace(rows, columns=columns, method=method, audit_n=audit_n)


@dataclass(frozen=True)
class Rows:
    """What a block publishes per cell, before it becomes an Arrow table."""

    columns: dict[str, Floats]
    trailing: Floats
    method: NDArray[np.object_]
    is_pooled: Flags
    is_blank: Flags
    is_secondary: Flags
    weeks_old: NDArray[np.int64]
    audit_n: NDArray[np.int32]
    panel: Floats
    chained: Floats
    is_break: Flags


def to_table(
    metric: Metric, weight: Weight, basis: Basis, dimension: Dimension, cells: Cells, rows: Rows
) -> pa.Table:
    """Return rows in the columns of out_weekly_metrics_v1."""
    columns, is_blank = rows.columns, rows.is_blank
    n = len(is_blank)
    of_audit = {name: columns.get(name, np.full(n, np.nan)) for name in _OF_AUDIT}
    scale = 1000.0 if metric.unit == "per_1000_words" else 1.0
    weeks = [monday_of(int(index)) for index in cells.week_index]
    status = observation_status(
        is_suppressed=is_blank,
        is_break=rows.is_break,
        is_unreliable=rows.is_pooled | ~(columns["n_eff"] >= MINIMUM_N_EFF),
        weeks_old=rows.weeks_old,
    )

    def shown(array: Floats, factor: float = 1.0) -> pa.Array:
        return pa.array(array * factor, pa.float64(), mask=is_blank | ~np.isfinite(array))

    def constant(text: str) -> pa.Array:
        return pa.repeat(text, n)

    x = columns["x_raw"]
    windows = [
        audit_window_name(int(index)) if count else None
        for index, count in zip(cells.week_index, rows.audit_n, strict=True)
    ]
    return pa.table(
        {
            "week_start": pa.array(weeks, pa.date32()),
            "metric_id": constant(metric.id),
            "metric_version": constant(metric.version),
            "weight_scheme": constant(weight),
            "basis": constant(basis),
            "series_kind": pa.array(cells.kind, pa.string()),
            "stratum_dim": constant(dimension),
            "stratum_value": pa.array(cells.value, pa.string()),
            "numerator_label": constant(metric.numerator_label),
            "denominator_label": constant(metric.denominator_label),
            "unit": constant(metric.unit),
            "window_weeks": pa.array(np.where(rows.is_pooled, POOLED_WEEKS, 1), pa.int32()),
            "is_holiday_week": pa.array([is_holiday_week(day) for day in weeks], pa.bool_()),
            "n_postings": pa.array(columns["n_postings"].astype(np.int64)),
            "n_employers": pa.array(columns["n_employers"].astype(np.int64)),
            "n_eff": shown(columns["n_eff"]),
            "deff": shown(columns["deff"]),
            "x_raw": pa.array(np.nan_to_num(x).astype(np.int64), mask=is_blank | ~np.isfinite(x)),
            "est_raw": shown(columns["est_raw"], scale),
            "est_ppi": shown(of_audit["est_ppi"], scale),
            "est_rogan_gladen": shown(of_audit["est_rg"], scale),
            "inner_low": shown(of_audit["inner_low"], scale),
            "inner_high": shown(of_audit["inner_high"], scale),
            "ci_low": shown(columns["ci_low"], scale),
            "ci_high": shown(columns["ci_high"], scale),
            "ci_method": pa.array(rows.method, pa.string(), mask=is_blank),
            "audit_n": pa.array(rows.audit_n, pa.int32()),
            "audit_window": pa.array(windows, pa.string()),
            "est_trailing4": pa.array(rows.trailing * scale, pa.float64(), mask=~np.isfinite(rows.trailing)),
            "panel_est": shown(rows.panel),
            "est_chained": shown(rows.chained),
            "obs_status": pa.array(status.astype(object), pa.string()),
            "conf_status": pa.array(
                np.where(rows.is_secondary, "D", np.where(is_blank, "C", "F")).astype(object)
            ),
        }
    )


def _publishable(metric: Metric, cells: Cells) -> Flags:
    parts = [meets_thresholds(cells.denominators[part]) for part in cells.parts[metric.id]]
    return np.asarray(np.logical_and.reduce(parts))


def _columns(metric: Metric, cells: Cells, estimate: estimators.Estimate) -> dict[str, Floats]:
    """Return the numbers of a row by column; a difference has no numerator of its own."""
    parts = [cells.denominators[part] for part in cells.parts[metric.id]]
    nothing = np.full(len(cells.kind), np.nan)
    return {
        "est_raw": estimate.value,
        "ci_low": estimate.low,
        "ci_high": estimate.high,
        "n_eff": estimate.n_eff,
        "deff": estimate.deff,
        "df": estimate.df,
        "n_postings": np.minimum.reduce([part.n_units for part in parts]),
        "n_employers": np.minimum.reduce([part.n_employers for part in parts]),
        "x_raw": nothing if metric.kind == "difference" else cells.metrics[metric.id].x,
    }


def _group_codes(cells: Cells) -> list[str]:
    return [f"{kind} {index}" for kind, index, _ in cells.keys]
