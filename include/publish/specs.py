"""Vega-Lite specifications that a newsroom can take over: data from the release's own files.

The address of the data names the release, so a chart that was embedded keeps its figures when `latest` moves.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Final

import altair as alt

from include.publish.charts import PERCENT_LABELS, POINTS_LABELS
from include.publish.naming import ReleaseName, titled

_COLOURS: Final = {"M1": "#b5410f", "M5": "#1f6f8b", "M6": "#6a4c93"}
_NAMES: Final = {"M1": "certification required (M1)", "M5": "success criteria explicit (M5)"}
_STATUS_COLOURS = alt.Scale(
    domain=["required", "listed", "preferred", "mentioned_other"],
    range=["#8f2f06", "#d9703a", "#edb18d", "#b9b6b0"],
)
_WEEKLY_TYPES: Final = {"week_start": "date"} | dict.fromkeys(
    ("est_raw", "est_ppi", "ci_low", "ci_high", "est_trailing4", "window_weeks"), "number"
)
_READING: Final = (
    "Bars: 95% intervals. Dots: single weeks; open dots: four weeks together. "
    "Line: the four weeks that end there, together."
)
_NAME_LIMIT: Final = 400
"""Pixels for the name of a certification; Vega's own 180 cut off what tells some of them apart."""
_OFFSET: Final = {"M1": -2, "M5": 2, "M6": 0}
"""Pixels by which the marks of a week stand beside each other."""


def write_specs(folder: Path, release: ReleaseName, data_origin: str) -> None:
    """Write the specifications into the release folder in the making."""
    for name, chart in specifications(release, data_origin).items():
        text = json.dumps(chart, indent=2, sort_keys=True) + "\n"
        (folder / f"{name}.vl.json").write_text(text, encoding="utf-8")


def specifications(release: ReleaseName, data_origin: str) -> dict[str, dict[str, Any]]:
    """Return the Vega-Lite specifications of a release, by name.

    Args:
        release: its name.
        data_origin: said in every title when the data is simulated.
    """
    marked = titled(f"release {release}", data_origin)
    charts = {
        "headline": _weekly(
            release, ("M1", "M5"), f"Certification required and success criteria explicit, {marked}"
        ),
        "gap": _weekly(release, ("M6",), f"Certification required less success criteria explicit, {marked}"),
        "certifications": _certifications(release, f"Certifications in product ads, {marked}"),
    }
    return {name: chart.to_dict() for name, chart in charts.items()}


def _data(release: ReleaseName, table: str, types: dict[str, str]) -> alt.UrlData:
    # Types are said and not left to be guessed: the empty cell of a withheld figure would be drawn as zero.
    data: alt.UrlData = alt.UrlData.from_dict(
        {"url": f"../{release}/{table}.csv", "format": {"type": "csv", "parse": types}}
    )
    return data


def _weekly(release: ReleaseName, metrics: tuple[str, ...], title: str) -> alt.FacetChart:
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
    layers: list[alt.Chart] = []
    for metric in metrics:
        base = (
            alt.Chart()
            .transform_filter(f"datum.metric_id == '{metric}'")
            .encode(
                x=alt.X("week_start:T", title="week beginning", scale=alt.Scale(type="utc")), color=colour
            )
        )
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
        alt.layer(*layers, data=_data(release, "weekly_metrics_v1", _WEEKLY_TYPES))
        # What the interval is of: the estimate corrected by audit labels, where there are any.
        .transform_calculate(
            estimate="isValid(datum.est_ppi) ? datum.est_ppi : datum.est_raw",
            known_week="isValid(datum.est_raw) ? time(datum.week_start) : null",
        )
        # Outside the layers, so that the axis begins with the first week that has a figure. Of the later ones
        # those withheld stay: the line breaks at them.
        .transform_filter(
            f"indexof({domain}, datum.metric_id) >= 0 && datum.basis == 'flow' && datum.stratum_dim == 'all' "
            "&& datum.weight_scheme == 'posting'"
        )
        .transform_joinaggregate(first_week="min(known_week)", groupby=["series_kind"])
        .transform_filter("isValid(datum.first_week) && time(datum.week_start) >= datum.first_week")
        .properties(width=640, height=180)
        .facet(row=alt.Row("series_kind:N", title=None))
        .properties(title=alt.TitleParams(title, subtitle=_READING, anchor="start"))
    )


def _certifications(release: ReleaseName, title: str) -> alt.Chart:
    chart: alt.Chart = (
        alt.Chart(_data(release, "certifications_v1", {"window_weeks": "number", "n_openings": "number"}))
        .transform_filter(f"datum.window_weeks == 26 && datum.week_start == '{release.monday.isoformat()}'")
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
        .properties(
            width=520,
            title=alt.TitleParams(
                title, subtitle="An opening counts once for each certification.", anchor="start"
            ),
        )
    )
    return chart
