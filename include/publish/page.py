"""The static page of a release: the headline series, the gap and the table. No request leaves it."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from include.partitions import week_name
from include.publish.charts import series_chart
from include.publish.headline import Figure, read_headline

PAGE = "index.html"


def write_page(connection: duckdb.DuckDBPyConnection, folder: Path, monday: date) -> Path:
    """Render the page of a week from the out tables.

    Args:
        connection: the warehouse with measured out tables.
        folder: the release folder in the making; its files are offered as downloads.
        monday: the week.
    """
    series = connection.execute(
        "SELECT week_start, series_kind, metric_id, est_raw, ci_low, ci_high, n_postings, n_employers, "
        "obs_status FROM out_weekly_metrics_v1 WHERE basis = 'flow' AND stratum_dim = 'all' "
        "AND weight_scheme = 'posting' AND metric_id IN ('M1', 'M5') ORDER BY week_start, metric_id"
    ).to_arrow_table()
    coverage = connection.execute(
        "SELECT source, series_kind, days_observed, boards_expected, boards_answered, coverage_share, "
        "n_postings, n_openings, n_rejected FROM out_coverage_v1 WHERE week_start = ? ORDER BY source",
        [monday],
    ).to_arrow_table()
    environment = Environment(
        loader=PackageLoader("include.publish", "templates"),
        autoescape=select_autoescape(),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"pct": _percent, "pp": _points}
    headline = read_headline(connection, monday)
    html = environment.get_template("release.html.j2").render(
        week=week_name(monday),
        monday=monday,
        headline=headline,
        by_weight=_by_weight(headline.figures if headline else ()),
        chart=series_chart(series.to_pylist()),
        coverage=coverage.to_pylist(),
        downloads=sorted(path.name for path in folder.iterdir()),
    )
    path = folder / PAGE
    path.write_text(html, encoding="utf-8")
    return path


def _by_weight(figures: tuple[Figure, ...]) -> dict[str, dict[str, Figure]]:
    table: dict[str, dict[str, Figure]] = {}
    for figure in figures:
        table.setdefault(figure.metric_id, {})[figure.weight_scheme] = figure
    return table


def _percent(value: Any) -> str:
    return "–" if value is None else f"{100 * value:.1f}%"


def _points(value: Any) -> str:
    return "–" if value is None else f"{100 * value:+.1f} pp"
