"""What the charts of the page are given to draw; that it is drawn is for the browser's tests."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any

import altair as alt
import pytest

from include.publish import charts

MONDAYS = (date(2026, 11, 9), date(2026, 11, 16))


def spec(chart: charts.Draw, width: int = charts.WIDE) -> dict[str, Any]:
    """Return a chart as Vega-Lite."""
    return dict(chart(width).to_dict(validate=False))


def values(chart: charts.Draw) -> list[dict[str, Any]]:
    """Return the rows of a chart's first layer."""
    found = spec(chart)
    data = found.get("data") or found["layer"][0]["data"]
    return list(found["datasets"][data["name"]])


@pytest.mark.parametrize(
    ("share", "text"),
    [(0.0, "0%"), (0.0001, "under 1%"), (1 / 200, "under 1%"), (0.006, "1%"), (0.125, "12%"), (1.0, "100%")],
)
def test_what_is_there_is_never_called_none(share: float, text: str) -> None:
    assert (
        values(charts.bars([{"name": "owner", "share": share}, {"name": "other", "share": 1}]))[0]["text"]
        == text
    )


@pytest.mark.parametrize(
    "cells", [(10, 30, 20, 40), (0, 0, 5, 60), (3, 1, 0, 0), (1, 0, 200, 800), (0, 7, 0, 9), (900, 97, 2, 1)]
)
def test_the_areas_of_the_mosaic_are_its_openings(cells: tuple[int, int, int, int]) -> None:
    drawn = {
        (box["fill"], box["opacity"] == 1): (box["x2"] - box["x"]) * (box["y2"] - box["y"])
        for box in values(charts.mosaic(*cells))
    }
    in_order = [(colour, full) for colour in (charts.CERT, charts.CRITERIA) for full in (True, False)]
    for key, n in zip(in_order, cells, strict=True):
        assert drawn.get(key, 0) == pytest.approx(n / sum(cells), abs=0.007)  # the gap between the columns
    edges = sorted((box["x"], box["x2"]) for box in values(charts.mosaic(*cells)))
    assert (edges[0][0], edges[-1][1]) == (0, 1)
    assert all(left < right for left, right in edges)


def interval(low: float | None, estimate: float, high: float | None) -> dict[str, Any]:
    return {"label": "a", "estimate": estimate, "low": low, "high": high, "colour": "red"}


@pytest.mark.parametrize(
    ("rows", "domain"),
    [
        ([interval(0.1, 0.2, 0.4)], [0, 0.4]),
        ([interval(0.001, 0.002, 0.003)], [0, 0.05]),
        ([interval(-0.3, -0.2, -0.1), interval(0.1, 0.2, 0.3)], [-0.3, 0.3]),
        ([interval(None, 0.6, None)], [0, 0.6]),
    ],
)
def test_an_axis_of_intervals_holds_them_whole_and_zero(
    rows: list[dict[str, Any]], domain: list[float]
) -> None:
    for signed in (False, True):
        chart = spec(charts.intervals(rows, signed=signed))
        layers = chart["layer"]
        assert len(layers) == 2 + signed
        assert ([{"zero": 0}] in chart["datasets"].values()) == signed  # the line at zero
        found = next(layer for layer in layers if "x2" in layer["encoding"])["encoding"]
        assert found["x"]["scale"]["domain"] == domain
        axis = found["x"]["axis"]
        assert ("' pp'" in axis["labelExpr"]) == signed
        assert ("'%'" in axis["labelExpr"]) == (not signed)
        assert found["y"]["sort"] is None  # as they are given, not by their names


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (0.0, 0.02, ["0%", "0.5%", "1%", "1.5%", "2%"]),
        (0.0, 0.04, ["0%", "1%", "2%", "3%", "4%"]),
        (0.0, 1.0, ["0%", "20%", "40%", "60%", "80%", "100%"]),
        (-0.01, 0.01, ["−1 pp", "−0.5 pp", "0", "+0.5 pp", "+1 pp"]),
    ],
)
def test_no_two_ticks_of_an_axis_say_the_same(low: float, high: float, labels: list[str]) -> None:
    """Of a series of small shares the ticks are half a percent apart."""
    rows = [week(monday, "M1", 0.01) for monday in MONDAYS]
    svg = charts.draw("a", "label", charts.series(rows, ["M1"], MONDAYS, (low, high), signed=low < 0))
    for drawing in svg.split('<div class="narrow">'):
        assert [text for text in re.findall(r">([^<]+)</text>", drawing) if " Nov " not in text] == labels


def week(monday: date, metric: str, estimate: float | None, window_weeks: int = 1) -> dict[str, Any]:
    return {
        "week_start": monday,
        "metric_id": metric,
        "estimate": estimate,
        "ci_low": 0.1,
        "ci_high": 0.3,
        "est_trailing4": 0.2,
        "window_weeks": window_weeks,
    }


def test_two_shares_of_a_week_stand_beside_each_other_and_a_pooled_one_is_told_apart() -> None:
    rows = [week(MONDAYS[0], "M1", 0.2), week(MONDAYS[0], "M5", 0.3, 4), week(MONDAYS[1], "M1", None)]
    chart = charts.series(rows, ["M1", "M5"], MONDAYS, (0.0, 0.4), signed=False)
    points = values(chart)
    assert [(point["week"], point["beside"], point["pooled"]) for point in points] == [
        ("2026-11-09", "2026-11-08", False),
        ("2026-11-09", "2026-11-10", True),
        ("2026-11-16", "2026-11-15", False),
    ]
    assert [(p["est"], p["low"], p["high"], p["mean"]) for p in points] == [
        (0.2, 0.1, 0.3, 0.2),
        (0.3, 0.1, 0.3, 0.2),
        (None, 0.1, 0.3, 0.2),
    ]
    layers = spec(chart)["layer"]
    assert len(layers) == 4
    assert [layers[0]["encoding"][end]["field"] for end in ("y", "y2")] == ["low", "high"]
    assert layers[1]["encoding"]["y"]["field"] == "mean"
    assert layers[0]["encoding"]["x"]["scale"]["domain"] == ["2026-11-06", "2026-11-19"]
    assert layers[0]["encoding"]["y"]["scale"]["domain"] == [0, 0.4]
    colours = layers[0]["encoding"]["color"]["scale"]
    assert dict(zip(colours["domain"], colours["range"], strict=True)) == {
        "M1": charts.CERT,
        "M5": charts.CRITERIA,
    }
    filters = [[step["filter"] for step in layer.get("transform", [])] for layer in layers]
    assert filters == [
        ["isValid(datum.est)"],
        [],
        ["isValid(datum.est)", "!datum.pooled"],
        ["isValid(datum.est)", "datum.pooled"],
    ]


@pytest.mark.parametrize("n_weeks", [2, 8, 27, 104])
def test_weeks_are_labelled_by_their_mondays_up_to_the_last(n_weeks: int) -> None:
    last = MONDAYS[1]
    weeks = [last - timedelta(weeks=back) for back in range(n_weeks)]
    rows = [week(monday, "M1", 0.01) for monday in weeks]
    svg = charts.draw("a", "label", charts.series(rows, ["M1"], (weeks[-1], last), (0.0, 0.1), signed=False))
    for drawing, most in zip(svg.split('<div class="narrow">'), (7, 3), strict=True):
        labels = re.findall(r">(\d+ [A-Z][a-z]+ \d\d)</text>", drawing)
        days = [datetime.strptime(label, "%d %b %y").date() for label in labels]
        assert 2 <= len(days) <= most
        assert set(days) <= set(weeks)
        assert days[-1] == last


@pytest.mark.parametrize("domain", [(-0.2, 0.1), (0.0, 0.2)])
def test_a_gap_stands_on_its_monday_with_a_line_at_zero(domain: tuple[float, float]) -> None:
    chart = charts.series([week(MONDAYS[0], "M6", -0.1)], ["M6"], MONDAYS, domain, signed=True)
    assert values(chart)[0]["beside"] == "2026-11-09"
    assert len(spec(chart)["layer"]) == 5
    assert [{"zero": 0}] in spec(chart)["datasets"].values()


def test_bars_of_shares_leave_room_for_their_figures() -> None:
    rows = [{"name": "owner", "share": 0.4}, {"name": "manager", "share": 0.2}]
    (low, high) = spec(charts.bars(rows))["layer"][0]["encoding"]["x"]["scale"]["domain"]
    assert low == 0
    assert 0.4 < high < 0.5


def test_bars_of_certifications_run_from_required_to_mentioned() -> None:
    rows = [
        {"name": "a", "status": status, "n": 1} for status in ("mentioned_other", "preferred", "required")
    ]
    assert [row["order"] for row in values(charts.stacked(rows))] == [3, 2, 0]
    bars = spec(charts.stacked([*rows, {"name": "b", "status": "listed", "n": 2}]))
    assert bars["height"] == 2 * 26
    assert bars["encoding"]["order"]["field"] == "order"
    assert bars["encoding"]["y"]["sort"] is None


@pytest.mark.parametrize(
    ("counts", "ticks"), [((1,), "01"), ((2, 1), "012"), ((3, 2), "0123"), ((7, 1), "0246")]
)
def test_openings_are_counted_in_whole_ones_along_the_axis(counts: tuple[int, ...], ticks: str) -> None:
    rows = [{"name": f"certification {n}", "status": "required", "n": n} for n in counts]
    for drawing in charts.draw("certs", "", charts.stacked(rows)).split('<div class="narrow">'):
        assert "".join(re.findall(r">(\d+)</text>", drawing)) == ticks


def test_a_chart_is_drawn_for_a_desktop_and_a_phone_under_names_of_its_own() -> None:
    rows = [{"name": "a", "status": "listed", "n": 3}]
    svg = charts.draw("certs", 'How "asked" & why', charts.stacked(rows))
    assert svg.count('role="img" aria-label="How &#34;asked&#34; &amp; why"') == 2
    assert [svg.count(f'<div class="{kind}"><svg') for kind in ("wide", "narrow")] == [1, 1]
    assert 'width="800"' in svg.split('<div class="narrow">')[0]
    assert [size in svg.split('<div class="narrow">')[0] for size in ("12px", "13px")] == [False, True]
    assert [size in svg.split('<div class="narrow">')[1] for size in ("12px", "13px")] == [True, False]
    assert 'width="318"' in svg.split('<div class="narrow">')[1]


def test_what_a_drawing_names_within_itself_is_named_apart_from_other_drawings() -> None:
    """All charts stand in one page, where an id may be given once."""

    def clipped(width: int) -> alt.Chart:
        base = alt.Chart(alt.InlineData(values=[{"x": 1}]), width=width)
        return base.mark_point(clip=True).encode(x="x:Q")

    svg = charts.draw("certs", "A clipped chart", clipped)
    made = re.findall(r'id="([^"]+)"', svg)
    assert made
    assert set(re.findall(r"url\(#([^)]+)\)", svg)) == set(made)
    assert len(made) == len(set(made))
    assert {name.rpartition("-")[0] for name in made} == {"certs-wide", "certs-narrow"}
