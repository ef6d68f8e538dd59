"""The rows of out_weekly_metrics_v1 that do not come from cell sums: trend, panel change, role uniformity."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from include.measure.cells import Units
from include.measure.panel import PANEL_WEEKS, Panel, bootstrap_parts, compare_windows
from include.measure.registry import Metric, Registry
from include.measure.suppression import MINIMUM_EMPLOYERS, MINIMUM_POSTINGS
from include.measure.trend import MAXIMUM_WEEKS, TrendNotEstimable, logit_trend
from include.measure.uniformity import WINDOW_WEEKS, measure_uniformity
from include.measure.weeks import is_holiday_week, monday_of

PANEL_METRICS: Final = ("M1", "M1b", "M5")
SHARE: Final = "M1"
Panels = Mapping[tuple[str, str, int], Panel]
"""(metric id, series kind, week index) to the comparison of its two windows."""


def measure_panels(units: Units, last: int) -> dict[tuple[str, str, int], Panel]:
    """Return the panel of every week that has both windows whole, by metric, kind and week."""
    panels = {}
    for code, kind in enumerate(units.kinds):
        rows = np.flatnonzero((units.kind == code) & (units.week >= 0))
        if len(rows) == 0:
            continue
        rows = rows[np.argsort(units.week[rows], kind="stable")]
        week = units.week[rows]
        for index in range(int(week[0]) + 2 * PANEL_WEEKS - 1, last + 1):
            edges = np.searchsorted(week, [index - 2 * PANEL_WEEKS + 1, index - PANEL_WEEKS + 1, index + 1])
            base, now = rows[edges[0] : edges[1]], rows[edges[1] : edges[2]]
            for metric in PANEL_METRICS:
                if metric not in units.numerators:
                    continue
                label = units.numerators[metric]
                panel = compare_windows(units.employer[base], label[base], units.employer[now], label[now])
                if panel and panel.n_employers >= MINIMUM_EMPLOYERS and panel.n_openings >= MINIMUM_POSTINGS:
                    panels[metric, kind, index] = panel
    return panels


def measure_derived(
    con: duckdb.DuckDBPyConnection, registry: Registry, units: Units, panels: Panels, last: int
) -> pa.Table:
    """Return the rows of every derived metric at the release's week, per series kind.

    Where a figure cannot be given, its row says so with status Q and no value.
    """
    derived = {metric.id: metric for metric in registry.derived}
    rows: list[dict[str, Any]] = []
    for code, kind in enumerate(units.kinds):
        chosen = np.flatnonzero((units.kind == code) & (units.week >= 0) & (units.week <= last))
        if len(chosen) == 0:
            continue
        figures = {
            **_trend(units, chosen, last),
            **_changes(units, chosen, panels.get((SHARE, kind, last)), last),
            **_uniformity(con, kind, last),
        }
        for metric_id, metric in derived.items():
            rows.append(_row(metric, kind, last, figures.get(metric_id)))
    if not rows:
        return pa.table({})
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def _row(metric: Metric, kind: str, last: int, figure: Mapping[str, Any] | None) -> dict[str, Any]:
    monday = monday_of(last)
    panel = metric.id.startswith("M10") and metric.id != "M10"
    windows = {"M10": MAXIMUM_WEEKS, "M14": WINDOW_WEEKS, "M14r": WINDOW_WEEKS, "M14n": WINDOW_WEEKS}
    row: dict[str, Any] = {
        "week_start": monday, "metric_id": metric.id, "metric_version": metric.version,
        "weight_scheme": "panel" if panel else "employer" if metric.id.startswith("M14") else "posting",
        "basis": "flow", "series_kind": kind, "stratum_dim": "all", "stratum_value": "all",
        "numerator_label": metric.numerator_label, "denominator_label": metric.denominator_label,
        "unit": metric.unit, "window_weeks": windows.get(metric.id, PANEL_WEEKS),
        "is_holiday_week": is_holiday_week(monday), "n_postings": 0, "n_employers": 0, "audit_n": 0,
        "obs_status": "Q", "conf_status": "C",
    }  # fmt: skip
    if figure:
        row |= {**figure, "obs_status": "P", "conf_status": "F"}
    # Columns without any value would otherwise have no type.
    return {"est_raw": None, "ci_low": None, "ci_high": None, "n_eff": None, "mde_change": None} | row


def _trend(units: Units, chosen: NDArray[np.intp], last: int) -> dict[str, dict[str, Any]]:
    rows = chosen[units.week[chosen] > last - MAXIMUM_WEEKS]
    try:
        trend = logit_trend(
            units.week[rows],
            units.numerators[SHARE][rows] > 0,
            units.codes["source"][rows],
            units.employer[rows],
        )
    except TrendNotEstimable:
        return {}
    weeks = int(last - units.week[rows].min() + 1)
    return {
        "M10": {
            "est_raw": trend.slope, "ci_low": trend.low, "ci_high": trend.high,
            "ci_method": "cluster_jackknife",
            "n_postings": trend.n_openings, "n_employers": trend.n_employers, "window_weeks": weeks,
            "n_eff": float(trend.n_employers),
            "mde_change": trend.detectable_change(weeks),
        }
    }  # fmt: skip


def _changes(
    units: Units, chosen: NDArray[np.intp], panel: Panel | None, last: int
) -> dict[str, dict[str, Any]]:
    if panel is None:
        return {}
    week = units.week[chosen]
    now = chosen[week > last - PANEL_WEEKS]
    base = chosen[(week <= last - PANEL_WEEKS) & (week > last - 2 * PANEL_WEEKS)]
    label = units.numerators[SHARE]
    intervals = bootstrap_parts(units.employer[base], label[base], units.employer[now], label[now], seed=last)
    parts = [
        (value, min(low, value), max(high, value))  # a skewed bootstrap may leave its own estimate out
        for value, (low, high) in zip((panel.within, panel.between, panel.turnover), intervals, strict=True)
    ]
    counts = {
        "n_postings": panel.n_openings, "n_employers": panel.n_employers, "n_eff": float(panel.n_employers),
    }  # fmt: skip
    primary = {"ci_low": panel.change_low, "ci_high": panel.change_high, "ci_method": "matched_t"}
    return {
        "M10p": {"est_raw": panel.change, **primary, **counts},
        **{
            metric_id: {
                "est_raw": value, "ci_low": low, "ci_high": high, "ci_method": "employer_bootstrap", **counts,
            }
            for metric_id, (value, low, high) in zip(("M10w", "M10b", "M10x"), parts, strict=True)
        },
    }  # fmt: skip


def _uniformity(con: duckdb.DuckDBPyConnection, kind: str, last: int) -> dict[str, dict[str, Any]]:
    columns = con.execute(
        """
        SELECT employer_id::BIGINT AS employer, dense_rank() OVER (ORDER BY archetype)::BIGINT AS archetype,
            dense_rank() OVER (ORDER BY seniority)::BIGINT AS seniority
        FROM measure_units
        WHERE series_kind = $kind AND archetype IS NOT NULL AND week_index BETWEEN $first AND $last
        ORDER BY opening_key
        """,
        {"kind": kind, "first": last - WINDOW_WEEKS + 1, "last": last},
    ).fetchnumpy()
    employer, archetype, seniority = (
        np.asarray(columns[name]).astype(np.int64) for name in ("employer", "archetype", "seniority")
    )
    found = measure_uniformity(employer, archetype, seniority, seed=last)
    if found is None or found.n_employers < MINIMUM_EMPLOYERS or found.n_openings < MINIMUM_POSTINGS:
        return {}
    counts = {
        "n_postings": found.n_openings, "n_employers": found.n_employers, "n_eff": float(found.n_employers),
    }  # fmt: skip
    figures = {
        "M14": (found.within, found.within_low, found.within_high, "employer_t"),
        "M14r": (found.ratio, found.ratio_low, found.ratio_high, "employer_t"),
        "M14n": (found.chance, found.chance_low, found.chance_high, "permutation_range"),
    }
    return {
        metric_id: {"est_raw": value, "ci_low": low, "ci_high": high, "ci_method": method, **counts}
        for metric_id, (value, low, high, method) in figures.items()
    }
