"""Is the required share rising? What the page says of trend, panel and composition."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

import duckdb

from include.measure.comparisons import minimum_detectable_change
from include.measure.kinds import SURVIVORS
from include.measure.trend import MINIMUM_WEEKS
from include.publish import charts
from include.publish.charts import PageFigure
from include.warehouse.rows import read_rows, read_single

_LABELS: Final = {
    "M10p": "same employers (the test)",
    "M10w": "within employers",
    "M10b": "changing mix of employers",
    "M10x": "employers that came or left",
}
_PARTS: Final = {"M10w", "M10b", "M10x"}
_ON_A_YEAR: Final = {
    "M1y": "the share that requires a certification",
    "M5y": "the share that says how success is judged",
    "M6y": "the gap between the two",
}


def trend_figure(connection: duckdb.DuckDBPyConnection, monday: date, kinds: list[str]) -> PageFigure:
    """Return the change of M1 between two 13-week windows, its parts, the slope and tau; or what is missing.

    Args:
        connection: with the out tables.
        monday: the release's week.
        kinds: series kinds in order of preference.
    """
    for kind in kinds:
        found = read_rows(
            connection,
            "SELECT metric_id, est_raw AS estimate, ci_low AS low, ci_high AS high, n_postings AS n, "
            "n_employers, window_weeks, mde_change FROM out_weekly_metrics_v1 "
            "WHERE week_start = ? AND series_kind = ? AND starts_with(metric_id, 'M10') "
            "AND est_raw IS NOT NULL",
            [monday, kind],
        )
        by_metric = {row["metric_id"]: row for row in found}
        if "M10p" not in by_metric:
            continue
        rows = [
            by_metric[name] | {"label": label, "colour": charts.CERT if name == "M10p" else charts.SOFT}
            for name, label in _LABELS.items()
            if name in by_metric
        ]
        drawn = charts.draw(
            "trend",
            "Change of the share that requires a certification, 13 weeks on the 13 before, with its parts",
            charts.intervals(rows, signed=True),
        )
        facts = {
            "kind": kind,
            "panel": by_metric["M10p"],
            "slope": by_metric.get("M10"),
            "ranks": by_metric.get("M10k"),
            "total": sum(by_metric[name]["estimate"] for name in _PARTS)
            if set(by_metric) >= _PARTS
            else None,
        }
        return PageFigure(drawn, rows, facts)
    return PageFigure(
        charts.empty("too few employers have openings in two windows of 13 weeks of such a series yet."),
        [],
        _outlook(connection, monday),
    )


def changes_on_a_year(
    connection: duckdb.DuckDBPyConnection, monday: date, kinds: list[str]
) -> list[dict[str, Any]]:
    """Return the changes of the headline on a year earlier, by opening, of the first series that has them.

    Args:
        connection: with the out tables.
        monday: the release's week.
        kinds: series kinds in order of preference.
    """
    for kind in kinds:
        found = read_rows(
            connection,
            "SELECT metric_id, series_kind, est_raw AS estimate, ci_low AS low, ci_high AS high, mde_change "
            "FROM out_weekly_metrics_v1 WHERE week_start = ? AND series_kind = ? "
            "AND weight_scheme = 'posting' AND list_contains(?, metric_id) AND est_raw IS NOT NULL "
            "ORDER BY metric_id",
            [monday, kind, list(_ON_A_YEAR)],
        )
        if found:
            return [row | {"label": _ON_A_YEAR[row["metric_id"]]} for row in found]
    return []


def _outlook(connection: duckdb.DuckDBPyConnection, monday: date) -> dict[str, Any]:
    """Return how many weeks the longest series has on which changes are measured, and what 26 could show."""
    row = read_single(
        connection,
        "SELECT count(DISTINCT week_start) AS weeks, "
        "avg(n_eff) FILTER (window_weeks = 1) AS n_eff, avg(est_raw) FILTER (window_weeks = 1) AS share "
        "FROM out_weekly_metrics_v1 WHERE metric_id = 'M1' AND weight_scheme = 'posting' AND basis = 'flow' "
        "AND stratum_dim = 'all' AND week_start <= ? AND n_postings > 0 AND series_kind <> ? "
        "GROUP BY series_kind "
        "ORDER BY weeks DESC, series_kind",
        [monday, SURVIVORS],
    )
    if row is None:
        return {"weeks": 0, "smallest": None}
    smallest = None
    if row["n_eff"] and row["share"]:
        smallest = minimum_detectable_change(row["share"], row["n_eff"], MINIMUM_WEEKS)
    return {"weeks": row["weeks"], "smallest": smallest}
