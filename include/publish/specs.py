"""Vega-Lite specifications that a newsroom can take over: data from the release's own files.

The address of the data names the release, so a chart that was embedded keeps its figures when `latest` moves.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import altair as alt

from include.publish.naming import ReleaseName

_COLOURS = alt.Scale(
    domain=["M1", "M5"], range=["#b5410f", "#1f6f8b"],
)  # fmt: skip
_STATUS_COLOURS = alt.Scale(
    domain=["required", "listed", "preferred", "mentioned_other"],
    range=["#8f2f06", "#d9703a", "#edb18d", "#b9b6b0"],
)


def write_specs(folder: Path, release: ReleaseName) -> list[Path]:
    """Write the specifications into the release folder in the making; return the files."""
    written = []
    for name, chart in specifications(release).items():
        path = folder / f"{name}.vl.json"
        path.write_text(json.dumps(chart, indent=2, sort_keys=True) + "\n", encoding="utf-8")
        written.append(path)
    return written


def specifications(release: ReleaseName) -> dict[str, dict[str, Any]]:
    """Return the Vega-Lite specifications of a release, by name."""
    charts = {
        "headline": _headline(release),
        "gap": _gap(release),
        "certifications": _certifications(release),
    }
    return {name: chart.to_dict() for name, chart in charts.items()}


def _data(release: ReleaseName, table: str) -> alt.UrlData:
    return alt.UrlData(url=f"../{release}/{table}.csv", format=alt.CsvDataFormat(type="csv"))


def _whole_market(metrics: str) -> str:
    return (
        f"indexof({metrics}, datum.metric_id) >= 0 && datum.basis == 'flow' && datum.stratum_dim == 'all' "
        "&& datum.weight_scheme == 'posting'"
    )


def _headline(release: ReleaseName) -> alt.FacetChart:
    base = (
        alt.Chart()
        .transform_filter("isValid(datum.est_raw)")
        .encode(
            x=alt.X("week_start:T", title="week beginning", scale=alt.Scale(type="utc")),
            color=alt.Color("metric_id:N", title=None, scale=_COLOURS),
        )
    )
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("ci_low:Q", title="share of openings", axis=alt.Axis(format=".0%")), y2="ci_high:Q"
    )
    line = base.mark_line().encode(y="est_trailing4:Q")
    dots = base.mark_point(filled=True).encode(y="est_raw:Q")
    return (
        alt.layer(band, line, dots, data=_data(release, "weekly_metrics_v1"))
        .transform_filter(_whole_market("['M1', 'M5']"))
        .properties(width=640, height=180)
        .facet(row=alt.Row("series_kind:N", title=None))
        .properties(title=f"Certification required (M1), success criteria explicit (M5), release {release}")
    )


def _gap(release: ReleaseName) -> alt.FacetChart:
    base = (
        alt.Chart()
        .transform_filter("isValid(datum.est_raw)")
        .encode(x=alt.X("week_start:T", title="week beginning", scale=alt.Scale(type="utc")))
    )
    band = base.mark_area(opacity=0.18, color="#6a4c93").encode(
        y=alt.Y("ci_low:Q", title="difference of shares", axis=alt.Axis(format="+.0%")), y2="ci_high:Q"
    )
    line = base.mark_line(color="#6a4c93").encode(y="est_trailing4:Q")
    return (
        alt.layer(band, line, data=_data(release, "weekly_metrics_v1"))
        .transform_filter(_whole_market("['M6']"))
        .properties(width=640, height=180)
        .facet(row=alt.Row("series_kind:N", title=None))
        .properties(title=f"Certification required less success criteria explicit (M6), release {release}")
    )


def _certifications(release: ReleaseName) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(_data(release, "certifications_v1"))
        .transform_filter(f"datum.window_weeks == 26 && datum.week_start == '{release.monday.isoformat()}'")
        .mark_bar()
        .encode(
            y=alt.Y("cert_name:N", title=None, sort="-x"),
            x=alt.X("sum(n_openings):Q", title="openings in 26 weeks"),
            color=alt.Color("status:N", title="how it is asked", scale=_STATUS_COLOURS),
            row=alt.Row("series_kind:N", title=None),
        )
        .resolve_scale(y="independent")
        .properties(width=520, title=f"Certifications in product ads, release {release}")
    )
    return chart
