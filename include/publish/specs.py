"""Vega-Lite specifications that a newsroom can take over: each carries its own rows, so a file is a chart.

The rows are those of the release's tables. What was embedded keeps its figures when `latest` moves, and asks
nobody for the megabytes of the whole weekly table.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any, Final

import altair as alt
import duckdb

from include.publish.charts import PERCENT_LABELS, POINTS_LABELS, mondays
from include.publish.naming import ReleaseName, titled
from include.warehouse.rows import read_rows

_COLOURS: Final = {"M1": "#b5410f", "M5": "#1f6f8b", "M6": "#6a4c93"}
_NAMES: Final = {"M1": "certification required (M1)", "M5": "success criteria explicit (M5)"}
_STATUS_COLOURS = alt.Scale(
    domain=["required", "listed", "preferred", "mentioned_other"],
    range=["#8f2f06", "#d9703a", "#edb18d", "#b9b6b0"],
)
_READING: Final = (
    "Bars: 95% intervals. Dots: single weeks; open dots: four weeks together. "
    "Line: the four weeks that end there, together."
)
_LABELLED_WEEKS: Final = 7
_NAME_LIMIT: Final = 400
"""Pixels for the name of a certification; Vega's own 180 cut off what tells some of them apart."""
_OFFSET: Final = {"M1": -2, "M5": 2, "M6": 0}
"""Pixels by which the marks of a week stand beside each other."""


def write_specs(
    connection: duckdb.DuckDBPyConnection, folder: Path, release: ReleaseName, data_origin: str
) -> None:
    """Write the specifications into the release folder in the making."""
    for name, chart in specifications(connection, release, data_origin).items():
        text = json.dumps(chart, indent=2, sort_keys=True, ensure_ascii=False) + "\n"
        (folder / f"{name}.vl.json").write_text(text, encoding="utf-8")


def specifications(
    connection: duckdb.DuckDBPyConnection, release: ReleaseName, data_origin: str
) -> dict[str, dict[str, Any]]:
    """Return the Vega-Lite specifications of a release, by name.

    Args:
        connection: with the out tables.
        release: its name.
        data_origin: said in every title when the data is simulated.
    """
    credit = f"{titled(f'Hiring Signals, release {release}', data_origin)}, CC BY 4.0"
    charts = {
        "headline": _weekly(
            connection,
            ("M1", "M5"),
            _title("Certification required and success criteria explicit", _READING, credit),
        ),
        "gap": _weekly(
            connection,
            ("M6",),
            _title("Certification required less success criteria explicit", _READING, credit),
        ),
        "certifications": _certifications(
            connection,
            release.monday,
            _title("Certifications in product ads", "An opening counts once for each certification.", credit),
        ),
    }
    # Validating takes longer than all else; the tests do it.
    return {name: chart.to_dict(validate=False) for name, chart in charts.items()}


def _title(title: str, *lines: str) -> alt.TitleParams:
    return alt.TitleParams(title, subtitle=list(lines), anchor="start")


def _weekly(
    connection: duckdb.DuckDBPyConnection, metrics: tuple[str, ...], title: alt.TitleParams
) -> alt.FacetChart:
    rows = _weekly_rows(connection, metrics)
    is_share = metrics != ("M6",)
    domain = list(metrics)
    names = " : ".join(
        [*(f"datum.label == '{m}' ? '{_NAMES[m]}'" for m in domain if is_share), "datum.label"]
    )
    colour = alt.Color(
        "metric_id:N",
        title=None,
        scale=alt.Scale(domain=domain, range=[_COLOURS[m] for m in domain]),
        legend=alt.Legend(labelExpr=names, orient="top", labelLimit=400) if is_share else None,
    )
    axis = (
        alt.Axis(labelExpr=PERCENT_LABELS)
        if is_share
        else alt.Axis(
            labelExpr=POINTS_LABELS,
            # Whether a bar holds zero is what the gap is read for.
            gridColor=alt.condition("datum.value == 0", alt.value("#1b2024"), alt.value("#dddddd")),
        )
    )
    y_title = "share of openings" if is_share else "percentage points"
    x = _weeks_axis([row["week_start"] for row in rows])
    layers: list[alt.Chart] = []
    for metric in metrics:
        base = alt.Chart().transform_filter(f"datum.metric_id == '{metric}'").encode(x=x, color=colour)
        offset = _OFFSET[metric]
        dots = alt.Y("estimate:Q")
        layers += [
            base.mark_rule(opacity=0.4, strokeWidth=2, xOffset=offset).encode(
                y=alt.Y("ci_low:Q", title=y_title, axis=axis), y2="ci_high:Q"
            ),
            base.mark_line(xOffset=offset).encode(y="est_trailing4:Q"),
            base.transform_filter("datum.window_weeks == 1")
            .mark_point(filled=True, xOffset=offset)
            .encode(y=dots),
            base.transform_filter("datum.window_weeks > 1")
            .mark_point(fill="white", xOffset=offset)
            .encode(y=dots),
        ]
    return (
        alt.layer(*layers, data=_data("weekly", rows))
        .properties(width=640, height=180)
        .facet(row=alt.Row("series_kind:N", title=None))
        .properties(title=title)
    )


def _weekly_rows(connection: duckdb.DuckDBPyConnection, metrics: tuple[str, ...]) -> list[dict[str, Any]]:
    """Return the flow of the whole market, by opening, of each series from its first week with a figure on.

    Of the later weeks those withheld stay: the line breaks at them.
    """
    return read_rows(
        connection,
        """
        WITH shown AS (
          SELECT week_start, series_kind, metric_id,
            -- What the interval is of: the estimate corrected by audit labels, where there are any.
            coalesce(est_ppi, est_raw) AS estimate, ci_low, ci_high, est_trailing4, window_weeks, obs_status,
            n_postings, n_employers
          FROM out_weekly_metrics_v1
          WHERE list_contains(?, metric_id) AND basis = 'flow' AND stratum_dim = 'all'
            AND weight_scheme = 'posting'
        ), begun AS (
          SELECT series_kind, min(week_start) FILTER (estimate IS NOT NULL) AS first_week
          FROM shown GROUP BY series_kind
        )
        SELECT shown.* REPLACE (week_start::VARCHAR AS week_start)
        FROM shown JOIN begun USING (series_kind)
        WHERE shown.week_start >= first_week
        ORDER BY series_kind, metric_id, shown.week_start
        """,
        [list(metrics)],
    )


def _weeks_axis(weeks: Sequence[str]) -> alt.X:
    """Return the axis of weeks, labelled by Mondays: Vega's own ticks of weeks are Sundays."""
    if not weeks:
        return alt.X("week_start:T", title="week beginning", scale=alt.Scale(type="utc"))
    first, last = date.fromisoformat(min(weeks)), date.fromisoformat(max(weeks))
    domain = [(first - timedelta(days=3)).isoformat(), (last + timedelta(days=3)).isoformat()]
    return alt.X(
        "week_start:T",
        title="week beginning",
        scale=alt.Scale(type="utc", domain=domain),
        axis=alt.Axis(format="%-d %b %y", values=mondays((first, last), _LABELLED_WEEKS)),
    )


def _certifications(connection: duckdb.DuckDBPyConnection, monday: date, title: alt.TitleParams) -> alt.Chart:
    rows = read_rows(
        connection,
        """
        SELECT series_kind, cert_name, cert_class, status, n_openings, n_employers, n_postings
        FROM out_certifications_v1
        WHERE window_weeks = 26 AND week_start = ?
        ORDER BY series_kind, cert_key, status
        """,
        [monday],
    )
    chart: alt.Chart = (
        alt.Chart(_data("certifications", rows))
        .transform_calculate(place=f"indexof({_STATUS_COLOURS.to_dict()['domain']}, datum.status)")
        .mark_bar()
        .encode(
            y=alt.Y("cert_name:N", title=None, sort="-x", axis=alt.Axis(labelLimit=_NAME_LIMIT)),
            x=alt.X("sum(n_openings):Q", title="openings in 26 weeks"),
            color=alt.Color(
                "status:N",
                title="how it is asked",
                scale=_STATUS_COLOURS,
                legend=alt.Legend(labelExpr="replace(datum.label, '_other', ' otherwise')", orient="top"),
            ),
            order=alt.Order("place:Q"),
            row=alt.Row("series_kind:N", title=None),
        )
        .resolve_scale(y="independent")
        .properties(width=520, title=title)
    )
    return chart


def _data(name: str, rows: list[dict[str, Any]]) -> alt.InlineData:
    # Named, or Altair would move the rows into a list of data sets under a name made of their digest.
    return alt.InlineData(values=rows, name=name)
