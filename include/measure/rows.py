"""From the sums of cells to rows of out_weekly_metrics_v1: estimates, correction, suppression, columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from include.measure import comparisons, estimators
from include.measure.cells import Cells
from include.measure.corrected import Audit, audit_window_name
from include.measure.estimators import Floats
from include.measure.prediction_powered import corrected_difference, corrected_share, variance_of_errors
from include.measure.registry import Basis, Dimension, Metric, Weight
from include.measure.suppression import (
    MINIMUM_N_EFF,
    POOLED_WEEKS,
    Flags,
    complementary,
    meets_thresholds,
    observation_status,
)
from include.measure.weeks import is_holiday_week, monday_of

_OF_AUDIT: Final = ("est_ppi", "est_rg", "inner_low", "inner_high")
"""Columns that only rows with enough labels have."""
_OF_DIFFERENCE: Final = ("first", "second")
"""Columns that rows of a difference have beside the others: the two shares."""


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


@dataclass(frozen=True)
class Counted:
    """The cells of a breakdown as one weighting counts them.

    Attributes:
        single: sums of one week.
        pooled: sums of four weeks of the same cells; None where none are shown.
        is_safe: cells whose four weeks may be shown, by denominator; from `_safe_fours`.
    """

    single: Cells
    pooled: Cells | None = None
    is_safe: Mapping[str, Flags] = field(default_factory=dict)

    def publishable(self, metric: Metric) -> tuple[Flags, Flags]:
        """Return the cells that may be shown for their week, and those that may be shown for four."""
        is_one, is_four = self.reaching(metric.id)
        if metric.complement and metric.complement in self.single.parts:
            # Each is the whole less the other: neither is shown where the other is too thin, but not empty.
            other_one, other_four = self.reaching(metric.complement)
            is_one &= other_one | _is_empty(metric.complement, self.single)
            if self.pooled:
                is_four &= other_four | _is_empty(metric.complement, self.pooled)
        return is_one, is_four

    def reaching(self, metric_id: str) -> tuple[Flags, Flags]:
        """Return the same by the openings of the metric alone, whatever its complement has."""
        parts = self.single.parts[metric_id]
        is_one = _meet(parts, self.single)
        is_four = _meet(parts, self.pooled) if self.pooled else np.zeros_like(is_one)
        for part in parts:
            is_four &= self.is_safe.get(part, True)
        return is_one, is_four


def estimate_metric(metric: Metric, weight: Weight, cells: Cells) -> estimators.Estimate:
    """Return estimates and intervals of a counted metric for every cell."""
    if metric.kind == "rate":
        return estimators.per_unit_rate(cells.metrics[metric.id], cells.exposures[metric.id])
    weighted = estimators.posting_weighted if weight == "posting" else estimators.employer_weighted
    if metric.kind == "share":
        return weighted(cells.metrics[metric.id])
    first, second = cells.metrics[str(metric.minuend)], cells.metrics[str(metric.subtrahend)]
    pair = cells.pairs[metric.id]
    if weight == "posting":
        correlation = comparisons.pair_correlation(
            first, second, xx=pair.xx, xd=pair.xd, dx=pair.dx, dd=pair.dd
        )
    else:
        correlation = comparisons.mean_pair_correlation(first, second, pair.rr)
    return comparisons.difference(weighted(first), weighted(second), correlation)


def estimate_rows(
    metric: Metric, weight: Weight, dimension: Dimension, counted: Sequence[Counted], own: Counted, last: int
) -> Rows:
    """Return the rows of one metric, weight and breakdown: one week, else four, else suppressed.

    In a breakdown a cell is shown alike by every weighting. Ads that name no employer are in some only, so
    each weighting would withhold and cover others, and where none of these ads are in a cell, what one
    withholds the other would show.

    Args:
        metric: the metric.
        weight: the weighting.
        dimension: the breakdown.
        counted: the cells as each weighting counts them, of the fewest openings last.
        own: the one of `weight`.
        last: week index of the release's week.
    """
    single, pooled = own.single, own.pooled
    together = [own] if dimension == "all" else counted
    is_one, is_four = (
        np.logical_and.reduce(flags)
        for flags in zip(*(some.publishable(metric) for some in together), strict=True)
    )
    use_four = ~is_one & is_four
    is_suppressed = ~is_one & ~is_four
    estimate = estimate_metric(metric, weight, single)
    trailing = np.full(len(is_one), np.nan)
    columns = _columns(metric, weight, single, estimate)
    method = estimate.method.astype(object)
    if pooled:
        wide = estimate_metric(metric, weight, pooled)
        other = _columns(metric, weight, pooled, wide)
        columns = {name: np.where(use_four, other[name], array) for name, array in columns.items()}
        method = np.where(use_four, wide.method, method)
        if dimension == "all":
            trailing = np.where(is_four, wide.value, np.nan)
    # Thick by itself, withheld for what another weighting or the complement would give away.
    is_secondary = is_suppressed & np.logical_or(*own.reaching(metric.id))
    if dimension != "all":
        weeks_of_kinds = [f"{kind} {index}" for kind, index, _ in single.keys]
        group = np.unique(weeks_of_kinds, return_inverse=True)[1].astype(np.int64)
        # Cover is given by ads that name an employer: what the others say in all follows from the weightings.
        fewest = counted[-1]
        n_week = n_units = _n_postings(metric.id, fewest.single)
        if fewest.pooled:
            n_units = np.where(use_four, _n_postings(metric.id, fewest.pooled), n_week)
        is_secondary |= complementary(group, is_suppressed, use_four, n_week, n_units)
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


def correct_rows(
    rows: Rows,
    metric: Metric,
    weight: Weight,
    dimension: Dimension,
    cells: Cells,
    audit: Audit,
    weeks: int,
) -> Rows:
    """Return the rows with est_ppi, its two intervals and cross-check where the stratum has enough labels.

    Args:
        rows: from `estimate_rows`.
        metric: the metric.
        weight: the weighting.
        dimension: the breakdown.
        cells: of one week.
        audit: the labels.
        weeks: weeks whose flow a row holds where it does not hold four; 0 where it is of another basis, whose
            ads may be any that the labels stand for, or none.
    """
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
        if labels is None or correction is None:
            continue
        if metric.kind == "share" and weight == "posting":
            apparent = float(columns["est_raw"][row])
            columns["est_rg"][row] = labels.cross_check(metric, cells.kind[row], week, apparent)
        one = slice(row, row + 1)
        quantile = estimators.t_quantiles(columns["df"][one])
        # The half-width, not p(1-p)/n: a count of zero has an interval, so it has a variance.
        variance = np.square((columns["ci_high"][one] - columns["ci_low"][one]) / 2 / quantile)
        raw, df = columns["est_raw"][one], columns["df"][one]
        if metric.kind == "difference":
            raw = raw + _beyond_shares(
                columns, int(row), labels.errors(metric, weight, cells.kind[row], week)
            )
        # The ads themselves taken as all there is: what is left is the uncertainty of their labels.
        reach = POOLED_WEEKS if rows.is_pooled[row] else weeks
        errors = variance_of_errors(
            correction,
            columns["n_postings"][one],
            columns["n_eff"][one],
            labels.represented(weight, cells.kind[row], week),
            labels.represented(weight, cells.kind[row], week, reach),
        )
        _, inner_low, inner_high = combine(raw, errors, np.full(1, np.inf), correction)
        # Employers like these are never known better than the ads of those that are there.
        value, low, high = combine(raw, np.maximum(variance, errors), df, correction)
        columns["est_ppi"][row], columns["ci_low"][row], columns["ci_high"][row] = value[0], low[0], high[0]
        columns["inner_low"][row], columns["inner_high"][row] = inner_low[0], inner_high[0]
        method[row], audit_n[row] = "ppi_cluster_t", correction.n
    return replace(rows, columns=columns, method=method, audit_n=audit_n)


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


def withheld_row(
    metric: Metric, weight_scheme: str, kind: str, monday: date, stratum: tuple[str, str] = ("all", "all")
) -> dict[str, Any]:
    """Return a row of the flow in out_weekly_metrics_v1 as it is without a figure, and without its counts."""
    return {
        "week_start": monday,
        "metric_id": metric.id,
        "metric_version": metric.version,
        "weight_scheme": weight_scheme,
        "basis": "flow",
        "series_kind": kind,
        "stratum_dim": stratum[0],
        "stratum_value": stratum[1],
        "numerator_label": metric.numerator_label,
        "denominator_label": metric.denominator_label,
        "unit": metric.unit,
        "is_holiday_week": is_holiday_week(monday),
        "audit_n": 0,
        "obs_status": "Q",
        "conf_status": "C",
    }


def _meet(parts: Sequence[str], cells: Cells) -> Flags:
    return np.asarray(np.logical_and.reduce([meets_thresholds(cells.denominators[part]) for part in parts]))


def _is_empty(metric_id: str, cells: Cells) -> Flags:
    return np.asarray(_n_postings(metric_id, cells) == 0)


def _n_postings(metric_id: str, cells: Cells) -> Floats:
    return np.asarray(
        np.minimum.reduce([cells.denominators[part].n_units for part in cells.parts[metric_id]])
    )


def _beyond_shares(columns: Mapping[str, Floats], row: int, errors: Sequence[float]) -> float:
    """Return what a corrected difference loses where its shares, corrected, are cut at 0 and 1."""
    first, second = (
        min(max(columns[name][row] + error, 0.0), 1.0) - (columns[name][row] + error)
        for name, error in zip(_OF_DIFFERENCE, errors, strict=True)
    )
    return float(first - second)


def _columns(
    metric: Metric, weight: Weight, cells: Cells, estimate: estimators.Estimate
) -> dict[str, Floats]:
    """Return the numbers of a row by column; a difference has two shares and no numerator of its own."""
    parts = [cells.denominators[part] for part in cells.parts[metric.id]]
    nothing = np.full(len(cells.kind), np.nan)
    shares = {}
    if metric.kind == "difference":
        counted = [cells.metrics[str(name)] for name in (metric.minuend, metric.subtrahend)]
        with np.errstate(divide="ignore", invalid="ignore"):
            of_parts = [
                sums.x / sums.n if weight == "posting" else sums.r / sums.n_employers for sums in counted
            ]
        shares = dict(zip(_OF_DIFFERENCE, of_parts, strict=True))
    return shares | {
        "est_raw": estimate.value,
        "ci_low": estimate.low,
        "ci_high": estimate.high,
        "n_eff": estimate.n_eff,
        "deff": estimate.deff,
        "df": estimate.df,
        "n_postings": _n_postings(metric.id, cells),
        "n_employers": np.minimum.reduce([part.n_employers for part in parts]),
        "x_raw": nothing if metric.kind == "difference" else cells.metrics[metric.id].x,
    }
