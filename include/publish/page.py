"""The static page of a release. One file: no request leaves it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any, Final

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from include.measure.claims import load_claims
from include.measure.kinds import kinds_by_size
from include.partitions import day_key, published_at, week_days
from include.plurals import counted
from include.publish import words
from include.publish.changes import Changes
from include.publish.credits import Credit
from include.publish.exports import file_stem, out_cards
from include.publish.page_charts import (
    certifications_figure,
    controls_figure,
    framework_figure,
    mosaic_figure,
    roles_figures,
    series_figures,
)
from include.publish.page_trend import changes_on_a_year, trend_figure
from include.publish.summary import Summary
from include.warehouse.rows import read_rows, read_single

PAGE: Final = "index.html"


@cache
def page_environment() -> Environment:
    """Return the template environment of all pages; compiling the templates takes half a second."""
    environment = Environment(
        loader=PackageLoader("include.publish", "templates"),
        autoescape=select_autoescape(("html", "j2", "xml")),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "figure_in": words.figure_in,
        "pct": words.percent,
        "pp": words.points,
        "signed": words.signed,
        "words": _words,
        "counted": counted,
        "number": "{:,}".format,
    }
    return environment


def write_page(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    summary: Summary,
    changes: Changes,
    sources: Sequence[Credit],
) -> Path:
    """Render the page of a week from the out tables.

    Args:
        connection: the warehouse with measured out tables.
        folder: the release folder in the making; the files in it are offered as downloads.
        summary: what release.json says.
        changes: what diff.json says.
        sources: what the release rests on; those that ask for credit get it.
    """
    monday = summary.week_start
    kinds = kinds_by_size(connection, monday)
    kind = kinds[0] if kinds else None
    pooled = _pooled(connection, monday, kind)
    context: dict[str, Any] = {
        "summary": summary,
        "simulated": summary.data_origin == "simulated",
        "monday": monday,
        "sunday": monday + timedelta(days=6),
        "published_at": published_at(monday),
        "title": words.title_sentence(summary.headline),
        "uncertainty": words.uncertainty_sentence(summary.headline),
        "pooled": words.pooled_sentence(pooled, kind, summary.headline),
        "by_weight": words.figures_by_weight(summary.headline),
        "kinds": words.KINDS,
        "kind": kind,
        "shares": series_figures(connection, monday, ["M1", "M5"]),
        "gap": series_figures(connection, monday, ["M6"]),
        "trend": trend_figure(connection, monday, kinds),
        "on_a_year": changes_on_a_year(connection, monday, kinds),
        "mosaic": mosaic_figure(connection, monday, kind),
        "controls": controls_figure(connection, monday, kind),
        "certifications": certifications_figure(connection, monday, kind),
        "framework": framework_figure(connection, monday, kind),
        "roles": roles_figures(connection, monday, kind),
        "uniformity": _uniformity(connection, monday, kind),
        "coverage": read_rows(
            connection, "SELECT * FROM out_coverage_v1 WHERE week_start = ? ORDER BY source", [monday]
        ),
        "attributions": [source.attribution for source in sources if source.attribution],
        "checks": _checks(connection, summary),
        "claims": _claims(connection),
        "changes": changes,
        "tables": [(file_stem(card), card.title, card.grain) for card in out_cards()],
        "documents": sorted(path.name for path in folder.glob("*.vl.json")),
        "is_corrected": bool(
            read_rows(connection, "SELECT 1 FROM out_weekly_metrics_v1 WHERE est_ppi IS NOT NULL LIMIT 1")
        ),
        "versions": read_single(
            connection,
            "SELECT methodology_version, taxonomy_version, code_version FROM out_weekly_metrics_v1 LIMIT 1",
        ),
    }
    html = page_environment().get_template("release.html.j2").render(context)
    path = folder / PAGE
    path.write_text(html, encoding="utf-8")
    return path


def _pooled(
    connection: duckdb.DuckDBPyConnection, monday: date, kind: str | None
) -> dict[str, dict[str, Any]]:
    """Return the pooled rows of the two headline shares by metric; none that is withheld."""
    rows = read_rows(
        connection,
        "SELECT metric_id, coalesce(est_ppi, est_raw) AS estimate, ci_low, ci_high, x_raw AS x, n_postings, "
        "window_weeks FROM out_weekly_metrics_v1 WHERE week_start = ? AND series_kind = ? "
        "AND stratum_dim = 'pooled' AND weight_scheme = 'posting' AND metric_id IN ('M1', 'M5') "
        "AND obs_status <> 'Q'",
        [monday, kind],
    )
    return {row["metric_id"]: row for row in rows}


def _uniformity(
    connection: duckdb.DuckDBPyConnection, monday: date, kind: str | None
) -> dict[str, dict[str, Any]]:
    """Return M14 and its companions of the week by metric; none that is withheld."""
    rows = read_rows(
        connection,
        "SELECT metric_id, est_raw AS estimate, ci_low AS low, ci_high AS high, n_postings, n_employers "
        "FROM out_weekly_metrics_v1 WHERE week_start = ? AND series_kind = ? "
        "AND starts_with(metric_id, 'M14') AND est_raw IS NOT NULL",
        [monday, kind],
    )
    return {row["metric_id"]: row for row in rows}


def _claims(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the ledger in its own order."""
    order = [claim.id for claim in load_claims()]
    return sorted(
        read_rows(connection, "SELECT * FROM out_claims_v1"), key=lambda row: order.index(row["claim_id"])
    )


def _checks(connection: duckdb.DuckDBPyConnection, summary: Summary) -> dict[str, Any]:
    """Return how many expectations held, on the days of the week and on the release."""
    partitions = [summary.release, *map(day_key, week_days(summary.week_start))]
    rows = connection.execute(
        "SELECT severity, count(*), count(*) FILTER (is_success) FROM core_validation_results "
        "WHERE list_contains(?, partition_key) GROUP BY severity",
        [partitions],
    ).fetchall()
    failed = read_rows(
        connection,
        # One line for a check that failed on several days, with what was found on the last of them.
        "SELECT list(partition_key ORDER BY partition_key) AS partitions, table_name, description, reason, "
        "arg_max(coalesce(observed_value, ''), partition_key) AS observed_value FROM core_validation_results "
        "WHERE list_contains(?, partition_key) AND NOT is_success "
        "GROUP BY table_name, expectation_id, description, reason "
        "ORDER BY partitions, table_name, description",
        [partitions],
    )
    return {
        "n": sum(row[1] for row in rows),
        "n_held": sum(row[2] for row in rows),
        "failed": failed,
    }


def _words(code: str) -> str:
    return code.replace("_", " ")
