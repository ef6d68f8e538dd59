"""Charts of the page: Vega-Lite drawn into inline SVG, in the page's colours, for two widths.

Colours are CSS variables, so one drawing serves light and dark. Each chart is drawn for a desktop and for a
phone; the style sheet shows one of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final, NamedTuple

import altair as alt
import vl_convert
from markupsafe import Markup, escape

WIDE: Final = 800
NARROW: Final = 318
"""Drawing widths in CSS pixels; the narrow one fits a phone of 360 with the page's margins."""

_LINE_LETTERS: Final = 20
"""Letters of a name that stand on one line on a phone."""

INK, SOFT, LINE = "var(--ink)", "var(--soft)", "var(--line)"
CERT, CRITERIA, GAP = "var(--cert)", "var(--criteria)", "var(--gap)"
PERCENT_LABELS: Final = "format(100 * datum.value, '.3~g') + '%'"
POINTS_LABELS: Final = "datum.value == 0 ? '0' : format(100 * datum.value, '+.3~g') + ' pp'"
"""Labels of an axis of fractions; ticks of small ones are half a percent apart, so they are not rounded."""
SERIES_COLOURS: Final = {"M1": CERT, "M5": CRITERIA, "M6": GAP}
STATUSES: Final = {
    "required": "var(--s1)",
    "listed": "var(--s2)",
    "preferred": "var(--s3)",
    "mentioned_other": "var(--s4)",
}

Row = Mapping[str, Any]
Drawing = alt.Chart | alt.LayerChart | alt.FacetChart
Draw = Callable[[int], Drawing]
"""Makes a chart for a width in pixels."""


class PageFigure(NamedTuple):
    """A chart, the rows behind it for the table below, and what its caption needs."""

    chart: Markup
    rows: list[dict[str, Any]]
    facts: dict[str, Any]


def empty(reason: str) -> Markup:
    """Return what stands in the place of a chart that has no data."""
    return Markup('<p class="empty">No chart: {}</p>').format(reason)


def draw(name: str, label: str, chart: Draw) -> Markup:
    """Draw a chart at both widths.

    Args:
        name: unique on the page; prefixes the ids inside the SVG.
        label: what a screen reader says; the figures themselves stand in the table below the chart.
        chart: makes the chart for a width in pixels.
    """
    parts = []
    for kind, width in (("wide", WIDE), ("narrow", NARROW)):
        spec = chart(width).to_dict(validate=False)  # 100 ms a chart; the tests validate them
        spec["config"] = _config(width == NARROW)
        # The drawing with its labels has the width asked for, however long the labels are.
        spec["autosize"] = {"type": "fit-x", "contains": "padding"}
        svg = vl_convert.vegalite_to_svg(spec)
        svg = re.sub(r'(id="|url\(#|href="#)', rf"\g<1>{name}-{kind}-", svg)
        # Vega's own roles on groups would be read out one by one; the whole is one picture.
        svg = re.sub(r' (?:role|aria-[a-z]+)="[^"]*"', "", svg)
        svg = svg.replace("<svg ", f'<svg role="img" aria-label="{escape(label)}" ', 1)
        parts.append(f'<div class="{kind}">{svg}</div>')
    return Markup("".join(parts))  # noqa: S704 - made by vl-convert from numbers and escaped words


def series(
    rows: Sequence[Row],
    metrics: Sequence[str],
    weeks: tuple[date, date],
    domain: tuple[float, float],
    *,
    signed: bool,
) -> Draw:
    """Return weekly figures as dots with their intervals, and the four-week mean as a line.

    Args:
        rows: week_start, metric_id, estimate, ci_low, ci_high, est_trailing4, window_weeks; fractions or
            None.
        metrics: which, in drawing order.
        weeks: first and last Monday of the axis, the same for every chart of a group.
        domain: lower and upper end of the axis.
        signed: differences around a zero line; else shares from zero.
    """
    points = [
        {
            "week": row["week_start"].isoformat(),
            # Two intervals of one week stand side by side, a day before and after their Monday.
            "beside": (row["week_start"] + _aside(row["metric_id"], metrics)).isoformat(),
            "metric": row["metric_id"],
            "est": row["estimate"],
            "low": row["ci_low"],
            "high": row["ci_high"],
            "mean": row["est_trailing4"],
            "pooled": row["window_weeks"] > 1,
        }
        for row in rows
    ]

    def chart(width: int) -> Drawing:
        narrow = width == NARROW
        span = [(weeks[0] - timedelta(days=3)).isoformat(), (weeks[1] + timedelta(days=3)).isoformat()]
        axis = alt.Axis(format="%-d %b %y", values=mondays(weeks, 3 if narrow else 7), grid=False)

        def x(field: str) -> alt.X:
            return alt.X(f"{field}:T", title=None, scale=alt.Scale(type="utc", domain=span), axis=axis)

        base = alt.Chart(alt.InlineData(values=points)).encode(
            color=alt.Color(
                "metric:N",
                legend=None,
                scale=alt.Scale(domain=list(metrics), range=[SERIES_COLOURS[name] for name in metrics]),
            ),
        )
        known = base.transform_filter("isValid(datum.est)").encode(x=x("beside"))
        y = alt.Y("low:Q", title=None, axis=_share_axis(signed), scale=alt.Scale(domain=list(domain)))
        line = base.mark_line(strokeWidth=2.6).encode(x=x("week"), y="mean:Q")
        layers: list[alt.Chart] = [
            known.mark_rule(opacity=0.33, strokeWidth=1.6 if narrow else 3).encode(y=y, y2="high:Q"),
            line,
            known.transform_filter("!datum.pooled")
            .mark_point(filled=True, opacity=0.95, size=14 if narrow else 26)
            .encode(y="est:Q"),
            known.transform_filter("datum.pooled")
            .mark_point(fill="var(--paper)", opacity=1, size=14 if narrow else 26, strokeWidth=1.4)
            .encode(y="est:Q"),
        ]
        if signed:
            zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=INK, opacity=0.7)
            layers.append(zero.encode(y="zero:Q"))
        return alt.layer(*layers).properties(width=width, height=150 if narrow else 220)

    return chart


def mondays(weeks: tuple[date, date], most: int) -> list[int]:
    """Return at most `most` Mondays of the axis, evenly apart up to the last, in milliseconds since 1970.

    Vega's own ticks of weeks are Sundays.
    """
    first, last = weeks
    step = -(-((last - first).days // 7 + 1) // most)
    start = datetime.combine(last, time(), UTC)
    back = range(0, (last - first).days + 1, 7 * step)
    return [int((start - timedelta(days=days)).timestamp() * 1000) for days in reversed(back)]


def _aside(metric: str, metrics: Sequence[str]) -> timedelta:
    return timedelta(days=2 * list(metrics).index(metric) - 1) if len(metrics) == 2 else timedelta(0)


def _share_axis(signed: bool, ticks: int = 5) -> alt.Axis:
    labels = POINTS_LABELS if signed else PERCENT_LABELS
    return alt.Axis(labelExpr=labels, tickCount=ticks, labelOverlap=True)


def mosaic(both: int, exposure_only: int, criteria_only: int, neither: int) -> Draw:
    """Return the two-by-two table as areas true to scale: width by certification, height by criteria."""
    n = both + exposure_only + criteria_only + neither
    share = (both + exposure_only) / n

    def column(left: float, right: float, explicit: int, other: int, colour: str) -> list[dict[str, Any]]:
        if explicit + other == 0:
            return []
        height = explicit / (explicit + other)
        return [
            {"x": left, "x2": right, "y": 0, "y2": height, "fill": colour, "opacity": 1.0},
            {"x": left, "x2": right, "y": height, "y2": 1, "fill": colour, "opacity": 0.28},
        ]

    def chart(width: int) -> Drawing:
        gap = 0.006 if 0 < share < 1 else 0.0
        boxes = column(0, max(share - gap, share / 2), both, exposure_only, CERT)
        boxes += column(min(share + gap, (1 + share) / 2), 1, criteria_only, neither, CRITERIA)
        x = alt.X(
            "x:Q",
            title="share of openings",
            scale=alt.Scale(domain=[0, 1], nice=False),
            axis=alt.Axis(format=".0%", tickCount=4, grid=False),
        )
        y = alt.Y(
            "y:Q",
            title=None,
            scale=alt.Scale(domain=[0, 1], nice=False),
            axis=alt.Axis(format=".0%", tickCount=4, grid=False),
        )
        rects = (
            alt.Chart(alt.InlineData(values=boxes))
            .mark_rect()
            .encode(
                x=x,
                x2="x2:Q",
                y=y,
                y2="y2:Q",
                fill=alt.Fill("fill:N", scale=None, legend=None),
                opacity=alt.Opacity("opacity:Q", scale=None, legend=None),
            )
        )
        return alt.layer(rects).properties(width=width, height=200 if width == NARROW else 240)

    return chart


def intervals(rows: Sequence[Row], *, signed: bool) -> Draw:
    """Return one dot with its interval for each row, on one axis.

    Args:
        rows: label, estimate, low, high (fractions), colour.
        signed: differences around a zero line; else shares from zero.
    """
    values = [dict(row) for row in rows]
    ends = [row[end] for row in rows for end in ("low", "high", "estimate") if row[end] is not None]
    domain = [min([*ends, 0.0]), max([*ends, 0.05])]

    def chart(width: int) -> Drawing:
        narrow = width == NARROW
        base = alt.Chart(alt.InlineData(values=values)).encode(
            y=_names("label:N", narrow),
            color=alt.Color("colour:N", scale=None, legend=None),
        )
        x = alt.X(
            "low:Q",
            title=None,
            scale=alt.Scale(domain=domain),
            axis=_share_axis(signed, 3 if narrow else 5),
        )
        layers: list[alt.Chart] = [
            base.mark_rule(strokeWidth=4, opacity=0.45).encode(x=x, x2="high:Q"),
            base.mark_point(filled=True, size=80, opacity=1).encode(x="estimate:Q"),
        ]
        if signed:
            zero = alt.Chart(alt.InlineData(values=[{"zero": 0}])).mark_rule(color=INK, opacity=0.6)
            layers.insert(0, zero.encode(x="zero:Q"))
        return alt.layer(*layers).properties(
            width=width, height=max(60, (42 if narrow else 34) * len(values))
        )

    return chart


def stacked(rows: Sequence[Row]) -> Draw:
    """Return horizontal bars of openings by certification, split by how the ad asks.

    Args:
        rows: name, status, n; in the order of the bars.
    """
    values = [dict(row) | {"order": list(STATUSES).index(row["status"])} for row in rows]
    longest = max(
        sum(row["n"] for row in rows if row["name"] == name) for name in {row["name"] for row in rows}
    )
    # Ticks at half openings would be labelled as whole ones; a least step does not keep Vega from them.
    axis = alt.Axis(tickMinStep=1, tickCount=min(4, longest), format="d")

    def chart(width: int) -> Drawing:
        narrow = width == NARROW
        drawn: alt.Chart = (
            alt.Chart(alt.InlineData(values=values))
            .mark_bar(stroke="var(--paper)", strokeWidth=1)
            .encode(
                y=_names("name:N", narrow),
                x=alt.X("n:Q", title="openings", axis=axis),
                color=alt.Color(
                    "status:N", legend=None,
                    scale=alt.Scale(domain=list(STATUSES), range=list(STATUSES.values())),
                ),
                order=alt.Order("order:Q"),
            )
            .properties(width=width, height=(34 if narrow else 26) * len({row["name"] for row in rows}))
        )  # fmt: skip
        return drawn

    return chart


def bars(rows: Sequence[Row]) -> Draw:
    """Return horizontal bars of shares with their value.

    Args:
        rows: name, share (fraction).
    """
    values = [dict(row) | {"text": _whole_percent(row["share"])} for row in rows]

    def chart(width: int) -> Drawing:
        narrow = width == NARROW
        base = alt.Chart(alt.InlineData(values=values)).encode(
            y=_names("name:N", narrow),
            x=alt.X(
                "share:Q", title=None, axis=None,
                scale=alt.Scale(domain=[0, max(row["share"] for row in rows) * 1.15]),
            ),
        )  # fmt: skip
        return alt.layer(
            base.mark_bar(color="var(--bar)"),
            base.mark_text(align="left", dx=5, color=INK).encode(text="text:N"),
        ).properties(width=width, height=(30 if narrow else 26) * len(values))

    return chart


def _whole_percent(share: float) -> str:
    """Return a share without decimals; what is there is never called 0%."""
    rounded = f"{share:.0%}"
    return "under 1%" if share > 0 and rounded == "0%" else rounded


def _names(field: str, narrow: bool) -> alt.Y:
    """Return the axis of names down the side of a chart; on a phone long ones break into two lines."""
    axis = alt.Axis(grid=False, labelLimit=300)
    if narrow:
        # A break at the space nearest to the middle: the last one in the first half and a bit.
        place = f"lastindexof(slice(datum.label, 0, {_LINE_LETTERS}), ' ')"
        lines = f"[slice(datum.label, 0, {place}), slice(datum.label, {place} + 1)]"
        expression = f"length(datum.label) > {_LINE_LETTERS} && {place} > 0 ? {lines} : datum.label"
        # Vega sets further lines below the first; standing on the middle, the first is half of a pair.
        baseline = {
            "condition": {"test": f"length(datum.label) > {_LINE_LETTERS}", "value": "bottom"},
            "value": "middle",
        }
        axis = alt.Axis(grid=False, labelLimit=130, labelExpr=expression, labelBaseline=baseline)
    return alt.Y(field, title=None, sort=None, axis=axis)


def _config(narrow: bool) -> dict[str, Any]:
    size = 12 if narrow else 13
    return {
        "aria": False,
        "background": None,
        # vl-convert measures text in Liberation Sans; these have its widths, so nothing is cut.
        "font": "Arial, 'Liberation Sans', Helvetica, sans-serif",
        # The room on the left is for browsers whose letters are wider than those measured here.
        "padding": {"left": 10 if narrow else 24, "right": 10 if narrow else 16, "top": 5, "bottom": 5},
        "view": {"stroke": None},
        "axis": {
            "labelColor": SOFT,
            "titleColor": SOFT,
            "titleFontWeight": "normal",
            "labelFontSize": size,
            "titleFontSize": size,
            "domainColor": LINE,
            "tickColor": LINE,
            "gridColor": LINE,
            "gridOpacity": 0.7,
        },
        # Labels at the ends stay centred on their ticks; pushed inward they would meet their neighbours.
        "axisX": {"labelFlush": False, "labelOverlap": True, "labelSeparation": 12},
        "axisY": {"domain": False, "ticks": False, "labelPadding": 8},
        "text": {"fontSize": size},
    }
