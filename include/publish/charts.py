"""Charts drawn by Vega-Lite into inline SVG. A chart without data says so."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt
import vl_convert

EMPTY = '<p class="empty">No week has enough openings to draw this chart yet.</p>'
_LABELS = {"M1": "certification required", "M5": "success criteria explicit"}


def series_chart(rows: Sequence[Mapping[str, Any]]) -> str:
    """Return the two headline series with their intervals as inline SVG.

    Args:
        rows: week_start, series_kind, metric_id (M1 or M5), est_raw, ci_low, ci_high (fractions or None).
    """
    points = [
        {
            "week": row["week_start"].isoformat(),
            "series": _LABELS[row["metric_id"]],
            "kind": row["series_kind"],
            "share": row["est_raw"],
            "low": row["ci_low"],
            "high": row["ci_high"],
        }
        for row in rows
        if row["est_raw"] is not None
    ]
    if not points:
        return EMPTY
    base = alt.Chart({"values": points}).encode(
        x=alt.X("week:T", title="week beginning", axis=alt.Axis(format="%d %b %Y", labelAngle=0)),
        color=alt.Color(
            "series:N",
            title=None,
            scale=alt.Scale(domain=list(_LABELS.values()), range=["#b5410f", "#1f6f8b"]),
            legend=alt.Legend(orient="top"),
        ),
        detail="kind:N",
    )
    band = base.mark_area(opacity=0.18).encode(
        y=alt.Y("low:Q", title="share of openings", axis=alt.Axis(format="%")), y2="high:Q"
    )
    line = base.mark_line(strokeWidth=2).encode(
        y="share:Q", strokeDash=alt.StrokeDash("kind:N", title=None, legend=alt.Legend(orient="top"))
    )
    dots = base.mark_point(filled=True, size=22).encode(y="share:Q")
    chart = (band + line + dots).properties(width=860, height=300).configure_view(stroke=None)
    svg: str = vl_convert.vegalite_to_svg(chart.to_dict())
    return svg
