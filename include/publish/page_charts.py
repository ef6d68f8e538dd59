"""The figures of the page: each reads its rows, draws them, and keeps them for the table below the chart."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import duckdb

from include.measure.suppression import IS_PUBLISHABLE_SQL
from include.publish import charts, words
from include.publish.charts import PageFigure
from include.warehouse.rows import read_rows, read_single

SHOWN_WEEKS: Final = 52
_SHOWN_CERTIFICATIONS: Final = 12
_WHAT: Final = {
    ("M1", "M5"): "share of openings that require a certification and share with explicit success criteria",
    ("M6",): "difference of the two shares",
}
_POPULATION: Final = (
    "is_measured(role_family, language, is_text_complete) AND series_kind = ? AND week_start BETWEEN ? AND ?"
)
_ROLES: Final = {
    "business_owner_pnl": "business owner (P&L)",
    "marketing_gtm": "marketing, go to market",
    "generalist_other": "generalist or other",
    "pm": "product manager",
    "po": "product owner",
    "other_product": "other product role",
}
_SHORT: Final = {"M1": "certification", "M5": "success criteria", "M6": "gap"}
_EXPOSURES: Final = {
    "cert_required": "certification required",
    "cert_asked": "certification asked for",
    "degree_required": "degree required (control)",
    "clearance_required": "clearance required (control)",
}


def series_figures(
    connection: duckdb.DuckDBPyConnection, monday: date, metrics: list[str]
) -> list[tuple[str, PageFigure]]:
    """Return one figure for each kind of series, on the same axes, so that kinds are never joined."""
    rows = read_rows(
        connection,
        "SELECT week_start, series_kind, metric_id, coalesce(est_ppi, est_raw) AS estimate, ci_low, ci_high, "
        "est_trailing4, window_weeks, n_postings, n_employers, obs_status, audit_n "
        "FROM out_weekly_metrics_v1 WHERE basis = 'flow' "
        "AND stratum_dim = 'all' AND weight_scheme = 'posting' AND list_contains(?, metric_id) "
        "AND week_start BETWEEN ? AND ? ORDER BY week_start DESC, metric_id",
        [metrics, monday - timedelta(weeks=SHOWN_WEEKS - 1), monday],
    )
    known = [row for row in rows if row["estimate"] is not None]
    if not known:
        return []
    # The imported past may be older than anything else; the axis starts where figures do.
    weeks = (min(row["week_start"] for row in known), monday)
    low = min([0.0, *(row["ci_low"] for row in known if row["ci_low"] is not None)])
    high = max([0.02, *(row["ci_high"] for row in known if row["ci_high"] is not None)])
    signed = metrics == ["M6"]
    figures = []
    for kind in words.KINDS:
        of_kind = [row for row in rows if row["series_kind"] == kind and row["week_start"] >= weeks[0]]
        if not of_kind:
            continue
        single = [row for row in of_kind if row["estimate"] is not None]
        label = f"{kind.capitalize()} series, weekly {_WHAT[tuple(metrics)]}, with 95 percent intervals"
        name = f"{metrics[0]}-{kind}"
        if not single:
            drawn = charts.empty("every week of this series had too few openings to publish a share.")
        elif len({row["week_start"] for row in single}) == 1:
            # A line needs two weeks; one week is read better off a scale of its own.
            drawn = charts.draw(name, label, charts.intervals(_labelled(single), signed=signed))
        else:
            drawn = charts.draw(
                name, label, charts.series(of_kind, metrics, weeks, (low, high), signed=signed)
            )
        known_weeks = {row["week_start"] for row in single}
        corrected = {row["week_start"] for row in single if row["audit_n"]}
        since = min(corrected, default=None)
        facts = {
            "n_known": len(known_weeks),
            "week": max(known_weeks, default=None),
            "corrected_since": since,
            "n_corrected": len(corrected),
            # Labels stop, or a week has too few of them: then it is not all weeks from the first on.
            "n_uncorrected_since": sum(week > since for week in known_weeks - corrected) if since else 0,
        }
        figures.append((kind, PageFigure(drawn, of_kind, facts)))
    return figures


def _labelled(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [
        {
            "label": _SHORT[row["metric_id"]],
            "estimate": row["estimate"],
            "low": row["ci_low"],
            "high": row["ci_high"],
            "colour": charts.SERIES_COLOURS[row["metric_id"]],
        }
        for row in rows
    ]


def mosaic_figure(connection: duckdb.DuckDBPyConnection, monday: date, kind: str | None) -> PageFigure:
    """Return the two-by-two table of required certification and explicit criteria, 26 weeks pooled."""
    row = read_single(
        connection,
        "SELECT * FROM out_cert_by_criteria_v1 WHERE week_start = ? AND series_kind = ? "
        "AND exposure = 'cert_required' ORDER BY window_weeks DESC",
        [monday, kind],
    )
    if row is None:
        return PageFigure(charts.empty("the table has no row for this week."), [], {})
    if row["n_both"] is None:
        return PageFigure(
            charts.empty("26 weeks together have too few openings to publish the table."), [], row
        )
    cells = (row["n_both"], row["n_exposure_only"], row["n_criteria_only"], row["n_neither"])
    label = (
        "Mosaic of openings by required certification and explicit success criteria: "
        f"both {cells[0]}, certification only {cells[1]}, criteria only {cells[2]}, neither {cells[3]}"
    )
    return PageFigure(charts.draw("mosaic", label, charts.mosaic(*cells)), [row], row)


def controls_figure(connection: duckdb.DuckDBPyConnection, monday: date, kind: str | None) -> PageFigure:
    """Return the risk differences of the exposures beside those of the negative controls."""
    found = read_rows(
        connection,
        "SELECT * FROM out_cert_by_criteria_v1 WHERE week_start = ? AND series_kind = ? "
        "AND window_weeks = (SELECT max(window_weeks) FROM out_cert_by_criteria_v1)",
        [monday, kind],
    )
    by_exposure = {row["exposure"]: row for row in found if row["rd"] is not None}
    rows = [
        {
            "label": label,
            "estimate": by_exposure[name]["rd"],
            "low": by_exposure[name]["rd_low"],
            "high": by_exposure[name]["rd_high"],
            "colour": charts.CERT if name.startswith("cert") else charts.SOFT,
            "n": by_exposure[name]["n_both"] + by_exposure[name]["n_exposure_only"],
        }
        for name, label in _EXPOSURES.items()
        if name in by_exposure
    ]
    if not rows:
        return PageFigure(charts.empty("no difference can be computed from these openings."), [], {})
    drawn = charts.draw(
        "controls",
        "Difference in the share of ads with explicit success criteria, by what the ad requires",
        charts.intervals(rows, signed=True),
    )
    return PageFigure(drawn, rows, {})


def certifications_figure(
    connection: duckdb.DuckDBPyConnection, monday: date, kind: str | None
) -> PageFigure:
    """Return the certifications most often talked about, split by how the ad asks, 26 weeks pooled."""
    rows = read_rows(
        connection,
        """
        WITH latest AS (
          SELECT * FROM out_certifications_v1
          WHERE week_start = ? AND series_kind = ? AND window_weeks = 26
        ), ranked AS (
          SELECT cert_key, row_number() OVER (
            ORDER BY sum(n_openings) FILTER (status <> 'mentioned_other') DESC NULLS LAST,
              sum(n_openings) DESC, cert_key
          ) AS rank
          FROM latest GROUP BY cert_key
        )
        SELECT rank, cert_name AS name, cert_class, status, n_openings AS n, n_employers, n_postings,
          (SELECT count(*) FROM ranked) AS n_certifications
        FROM latest JOIN ranked USING (cert_key) WHERE rank <= ?
        ORDER BY rank, list_position(['required', 'listed', 'preferred', 'mentioned_other'], status)
        """,
        [monday, kind, _SHOWN_CERTIFICATIONS],
    )
    if not rows:
        reason = (
            "no certification was named in the last 26 weeks, or their openings are too few to say which."
        )
        return PageFigure(charts.empty(reason), [], {})
    drawn = charts.draw(
        "certs", "Openings by certification and by how the ad asks for it", charts.stacked(rows)
    )
    facts = {name: rows[0][name] for name in ("n_postings", "n_certifications")}
    return PageFigure(drawn, rows, facts | {"n_shown": len({row["rank"] for row in rows})})


def framework_figure(connection: duckdb.DuckDBPyConnection, monday: date, kind: str | None) -> PageFigure:
    """Return how often openings with and without a delivery framework require a certification."""
    labels = {"M12f": "ads that name a framework", "M12b": "of these, SAFe", "M12o": "all other ads"}
    found = read_rows(
        connection,
        "SELECT metric_id, coalesce(est_ppi, est_raw) AS estimate, ci_low AS low, ci_high AS high, "
        "n_postings AS n, window_weeks FROM out_weekly_metrics_v1 WHERE series_kind = ? AND week_start = ? "
        "AND stratum_dim = 'pooled' AND weight_scheme = 'posting' "
        "AND metric_id IN ('M12', 'M12r', 'M12f', 'M12b', 'M12o')",
        [kind, monday],
    )
    by_metric = {row["metric_id"]: row for row in found if row["estimate"] is not None}
    rows = [
        by_metric[name] | {"label": label, "colour": charts.SOFT if name == "M12o" else charts.CERT}
        for name, label in labels.items()
        if name in by_metric
    ]
    facts = {"difference": by_metric.get("M12"), "ratio": by_metric.get("M12r")}
    if not rows:
        reason = "too few openings named a framework in 26 weeks to publish a share."
        return PageFigure(charts.empty(reason), [], facts)
    drawn = charts.draw(
        "framework",
        "Share of openings that require a certification, with and without a delivery framework",
        charts.intervals(rows, signed=False),
    )
    return PageFigure(drawn, rows, facts)


def roles_figures(
    connection: duckdb.DuckDBPyConnection, monday: date, kind: str | None
) -> list[tuple[str, PageFigure]]:
    """Return what kinds of product role were offered in 26 weeks."""
    figures: list[tuple[str, PageFigure]] = []
    period = [kind, monday - timedelta(weeks=25), monday]
    # The same thresholds as for any cell: a mix of one employer's ads would be that employer's.
    is_publishable = read_single(
        connection,
        f"""
        SELECT {IS_PUBLISHABLE_SQL} AS is_enough
        FROM (SELECT employer_key, count(*) AS n FROM core_openings WHERE {_POPULATION} GROUP BY ALL)
        """,  # noqa: S608 - constants of this module
        period,
    ) == {"is_enough": True}
    for column, title in (
        ("archetype", "Kind of role"),
        ("role_family", "Family of title"),
        ("seniority", "Seniority"),
    ):
        rows = read_rows(
            connection,
            f"""
            SELECT coalesce({column}, 'not told') AS name, count(*) AS n,
              count(*) / sum(count(*)) OVER () AS share
            FROM core_openings JOIN core_signals USING (content_hash)
            WHERE {_POPULATION}
            GROUP BY ALL ORDER BY n DESC, name
            """,  # noqa: S608 - column names of this function
            period,
        )
        rows = [row | {"name": _ROLES.get(row["name"], row["name"].replace("_", " "))} for row in rows]
        if rows and not is_publishable:
            rows, drawn = [], charts.empty("too few openings or employers to show their mix.")
        elif rows:
            drawn = charts.draw(f"roles-{column}", f"{title}: share of product openings", charts.bars(rows))
        else:
            drawn = charts.empty("no product opening in the last 26 weeks.")
        figures.append((title, PageFigure(drawn, rows, {})))
    return figures
