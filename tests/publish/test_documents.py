"""What goes with the figures: CSVW, dictionary, citation, specifications, index and feed."""

from __future__ import annotations

import csv
import itertools
import json
import re
import shutil
import xml.etree.ElementTree as ET  # our own output, written a moment ago
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import altair as alt
import duckdb
import pytest
import vl_convert
import yaml

from include.measure.registry import load_registry
from include.publish import charts
from include.publish.database import CORE_TABLES
from include.publish.exports import csv_cards
from include.publish.naming import ReleaseName
from include.publish.specs import specifications
from include.publish.wide import WIDE_SQL
from include.warehouse.cards import load_card
from tests.measure.warehouse import Warehouse, load_database

NO_INTERVAL = {"label": "a", "estimate": 0.0, "low": None, "high": None, "colour": "red"}
ATOM = "{http://www.w3.org/2005/Atom}"


def test_csvw_describes_every_csv_column_in_order(published: Path) -> None:
    group = json.loads((published / "csv-metadata.json").read_text())
    assert group["@context"][0] == "http://www.w3.org/ns/csvw"
    assert group["dc:title"] == "Hiring Signals 2026-W47 (SIMULATED DATA)"
    assert {table["url"] for table in group["tables"]} == {path.name for path in published.glob("*.csv")}
    for table in group["tables"]:
        columns = table["tableSchema"]["columns"]
        with (published / table["url"]).open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            assert reader.fieldnames == [column["titles"] for column in columns]
            for row in reader:
                empty = [
                    column["name"] for column in columns if column["required"] and row[column["name"]] == ""
                ]
                assert empty == []


def test_no_column_is_called_a_fraction_that_has_other_figures_too(market: Warehouse) -> None:
    card = load_card("out_weekly_metrics_v1")
    # mde_change is a change of the share whatever the row's own unit.
    fractions = [c.name for c in card.columns if c.unit == "fraction" and c.name != "mde_change"]
    filled = ", ".join(f"count({name}) AS {name}" for name in fractions)
    others = "unit NOT IN ('fraction', 'change') AND obs_status <> 'Q'"
    [row] = market.rows(f"SELECT count(*) AS n, {filled} FROM {card.name} WHERE {others}")
    assert row.pop("n") > 0
    assert set(row.values()) == {0}


def test_the_data_package_has_every_csv_file(published: Path) -> None:
    resources = json.loads((published / "datapackage.json").read_text())["resources"]
    assert {resource["path"] for resource in resources} == {path.name for path in published.glob("*.csv")}
    [wide] = [resource["schema"] for resource in resources if resource["path"] == "headline_wide.csv"]
    units = {field["name"]: field.get("unit") for field in wide["fields"]}
    assert (units["M1_pct"], units["M6_pct"]) == ("percent", "percentage points")
    [weight] = [field for field in wide["fields"] if field["name"] == "weight_scheme"]
    assert weight["constraints"]["enum"] == ["posting", "employer"]
    assert "panel" not in weight["description"]


def test_lists_are_separated_as_the_metadata_says(published: Path) -> None:
    group = json.loads((published / "csv-metadata.json").read_text())
    lists = {
        (table["url"], column["name"]): column["separator"]
        for table in group["tables"]
        for column in table["tableSchema"]["columns"]
        if "separator" in column
    }
    assert lists[("claims_v1.csv", "metric_ids")] == ";"


def test_the_dictionary_has_every_column(published: Path) -> None:
    text = (published / "data_dictionary.md").read_text()
    for card in (*csv_cards(), *map(load_card, CORE_TABLES)):
        section = text.split(f"`)\n\n{card.description}")[1].split("\n## ")[0]
        for column in card.columns:
            assert f"| `{column.name}` | {column.type} |" in section
            assert all(value in section for value in (column.meanings or {}).values())
    for metric in load_registry().metrics:
        assert f"| {metric.id} | {metric.unit} | {metric.numerator_label}" in text


def test_the_citation_names_release_licence_and_origin(published: Path) -> None:
    citation = yaml.safe_load((published / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
    assert (citation["version"], citation["license"]) == ("2026-W47", "CC-BY-4.0")
    assert citation["date-released"].isoformat() == "2026-11-23"
    assert "SIMULATED" in citation["title"]
    assert "creativecommons.org/licenses/by/4.0" in (published / "LICENSE.txt").read_text()


WEEKLY = ("estimate", "ci_low", "ci_high", "est_trailing4")
"""The figures of a row of the weekly charts."""
SPECIFICATIONS = pytest.mark.parametrize("name", ["headline", "gap", "certifications"])
WEEKLY_CHARTS = pytest.mark.parametrize(("name", "metrics"), [("headline", ("M1", "M5")), ("gap", ("M6",))])


@pytest.fixture
def figures(market_file: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The measured market in memory: a test may change its figures."""
    with load_database(market_file) as con:
        yield con


def _specification(con: duckdb.DuckDBPyConnection, name: str) -> dict[str, Any]:
    return specifications(con, ReleaseName("2026-W47"), "simulated")[name]


def _set(con: duckdb.DuckDBPyConnection, condition: str = "true", /, **values: object) -> None:
    changes = ", ".join(f"{name} = ?" for name in values)
    con.execute(f"UPDATE out_weekly_metrics_v1 SET {changes} WHERE {condition}", list(values.values()))


def _repeat(
    con: duckdb.DuckDBPyConnection, told: Mapping[str, bool], kinds: Sequence[str] = ("observed",)
) -> None:
    """Put the newest week's figures in the place of those of weeks, withheld where they are not told."""
    con.execute("CREATE TEMP TABLE newest AS FROM out_weekly_metrics_v1 WHERE week_start = '2026-11-16'")
    con.execute("DELETE FROM out_weekly_metrics_v1")
    for kind, (week, is_told) in itertools.product(kinds, told.items()):
        con.execute(
            "INSERT INTO out_weekly_metrics_v1 FROM newest SELECT * REPLACE (? AS week_start, "
            "? AS series_kind, est_raw AS est_trailing4)",
            [week, kind],
        )
        if not is_told:
            _withhold(con, f"week_start = '{week}' AND series_kind = '{kind}'")


def _withhold(con: duckdb.DuckDBPyConnection, condition: str) -> None:
    names = ("est_raw", "est_ppi", "ci_low", "ci_high", "est_trailing4")
    _set(con, condition, **dict.fromkeys(names), obs_status="Q")


@SPECIFICATIONS
def test_a_specification_is_a_chart_by_itself(published: Path, market: Warehouse, name: str) -> None:
    """Pasted into an editor, or drawn without a network, it asks nobody for its figures."""
    text = (published / f"{name}.vl.json").read_text()
    spec = json.loads(text)
    assert spec == json.loads(json.dumps(_specification(market.con, name)))
    assert "url" not in text
    assert alt.Chart.from_dict(spec).to_dict(validate=True)["data"] == spec["data"]
    scene = vl_convert.vegalite_to_scenegraph(spec)
    assert _drawn(scene, "rect" if name == "certifications" else "symbol")


@WEEKLY_CHARTS
def test_the_rows_of_a_weekly_chart_are_those_of_the_csv_file(
    published: Path, name: str, metrics: tuple[str, ...]
) -> None:
    with (published / "weekly_metrics_v1.csv").open(encoding="utf-8", newline="") as file:
        wanted = [
            {
                "week_start": row["week_start"],
                "metric_id": row["metric_id"],
                "series_kind": row["series_kind"],
                "obs_status": row["obs_status"],
                "n_postings": int(row["n_postings"]),
                "estimate": float(row["est_ppi"] or row["est_raw"]),
                "ci_low": float(row["ci_low"]),
                "ci_high": float(row["ci_high"]),
            }
            for row in csv.DictReader(file)
            if (row["basis"], row["stratum_dim"], row["weight_scheme"]) == ("flow", "all", "posting")
            and row["metric_id"] in metrics
        ]
    rows = json.loads((published / f"{name}.vl.json").read_text())["data"]["values"]
    found = [{key: row[key] for key in wanted[0]} for row in rows]
    assert len(found) == 2 * len(metrics)
    assert sorted(map(str, found)) == sorted(map(str, wanted))


@WEEKLY_CHARTS
def test_a_withheld_figure_is_not_drawn_and_every_other_has_its_interval(
    figures: duckdb.DuckDBPyConnection, name: str, metrics: tuple[str, ...]
) -> None:
    _repeat(figures, {"2026-11-02": True, "2026-11-09": False, "2026-11-16": True})
    spec = _specification(figures, name)
    assert [[row[figure] for figure in WEEKLY] for row in spec["data"]["values"]].count([None] * 4) == len(
        metrics
    )
    scene = vl_convert.vegalite_to_scenegraph(spec)
    assert len(_drawn(scene, "symbol")) == len(_drawn(scene, "rule")) == 2 * len(metrics)
    # A gap in the line is a point that is not defined; drawn as zero it would be a figure.
    assert len(_drawn(scene, "line")) == 2 * len(metrics)


def test_a_dot_stands_at_its_estimate_within_its_interval(figures: duckdb.DuckDBPyConnection) -> None:
    """At the corrected one where there is any; a figure of four weeks has one dot too."""
    weeks = ("week_start = '2026-11-09'", "week_start = '2026-11-16'")
    _set(figures, weeks[0], est_raw=0.1, est_ppi=0.25, ci_low=0.2, ci_high=0.4, window_weeks=1)
    _set(figures, weeks[1], est_raw=0.15, est_ppi=None, ci_low=0.1, ci_high=0.3, window_weeks=4)
    scene = vl_convert.vegalite_to_scenegraph(_specification(figures, "gap"))
    dots = {item["x"]: item["y"] for item in _drawn(scene, "symbol")}
    bars = {item["x"]: (item["y"], item["y2"]) for item in _drawn(scene, "rule")}
    assert len(_drawn(scene, "symbol")) == len(dots) == len(bars) == 2
    for x, (low, high) in bars.items():
        assert (dots[x] - low) / (high - low) == pytest.approx(0.25)


@WEEKLY_CHARTS
def test_a_line_breaks_at_a_withheld_week_and_the_axis_begins_with_the_first_that_is_told(
    figures: duckdb.DuckDBPyConnection, name: str, metrics: tuple[str, ...]
) -> None:
    weeks = {
        "2026-10-19": False,
        "2026-10-26": True,
        "2026-11-02": True,
        "2026-11-09": False,
        "2026-11-16": True,
    }
    _repeat(figures, weeks, ("observed", "archived"))
    _withhold(figures, "series_kind = 'archived'")  # of which nothing is told
    chart = _specification(figures, name)
    assert min(row["week_start"] for row in chart["data"]["values"]) == "2026-10-26"
    svg = vl_convert.vegalite_to_svg(chart)
    lines = re.findall(r'line mark" d="([^"]+)"', svg)
    assert [line.count("M") for line in lines] == [2] * len(metrics)
    assert re.findall(r">(observed|archived)<", svg) == ["observed"]
    scene = vl_convert.vegalite_to_scenegraph(chart)
    dots, bars = _drawn(scene, "symbol"), _drawn(scene, "rule")
    assert len(dots) == len(bars) == 3 * len(metrics)
    # Half a week of room on either side of four weeks, but for half the distance between two bars.
    week = chart["spec"]["width"] / (4 + 6 / 7 - 1)
    assert min(dot["x"] for dot in dots) == pytest.approx(3 / 7 * week, abs=3)
    assert max(dot["x"] for dot in dots) == pytest.approx(chart["spec"]["width"] - 3 / 7 * week, abs=3)


@WEEKLY_CHARTS
def test_weeks_of_a_newsroom_s_chart_are_labelled_by_their_mondays_up_to_the_last(
    figures: duckdb.DuckDBPyConnection, name: str, metrics: tuple[str, ...]
) -> None:
    """Vega's own ticks of weeks are Sundays, on which no week of ours begins."""
    weeks = [date(2026, 11, 16) - timedelta(weeks=back) for back in range(27)]
    _repeat(figures, {week.isoformat(): True for week in weeks})
    svg = vl_convert.vegalite_to_svg(_specification(figures, name))
    labels = re.findall(r">(\d+ [A-Z][a-z]+ \d\d)</text>", svg)
    days = [datetime.strptime(label, "%d %b %y").date() for label in labels]
    assert 3 <= len(days) <= 7
    assert set(days) <= set(weeks)
    assert days[-1] == weeks[0]


def test_each_series_has_a_chart_of_its_own_with_the_line_of_four_weeks(
    figures: duckdb.DuckDBPyConnection,
) -> None:
    _repeat(figures, {"2026-11-09": True, "2026-11-16": True}, ("observed", "archived"))
    _set(figures, est_raw=0.1, est_ppi=None, ci_low=0.1, ci_high=0.1, est_trailing4=0.5)
    chart = _specification(figures, "gap")
    svg = vl_convert.vegalite_to_svg(chart)
    assert re.findall(r">(observed|archived)<", svg) == ["archived", "observed"]
    assert len(re.findall('roledescription="line mark"', svg)) == 2
    scene = vl_convert.vegalite_to_scenegraph(chart)
    line, dots = ({item["y"] for item in _drawn(scene, kind)} for kind in ("line", "symbol"))
    [height], [low] = line, dots
    assert height == pytest.approx(0)  # 0.5 is the top of the axis
    assert low > height


def test_a_newsroom_s_chart_names_its_shares_and_means_the_same_week_in_every_time_zone(
    published: Path,
) -> None:
    spec = json.loads((published / "headline.vl.json").read_text())
    svg = vl_convert.vegalite_to_svg(spec)
    assert re.findall(r">([^<]+ \(M\d\))<", svg) == [
        "certification required (M1)", "success criteria explicit (M5)",
    ]  # fmt: skip
    # By local time, a Monday that begins in UTC would be Sunday in America.
    assert {layer["encoding"]["x"]["scale"]["type"] for layer in spec["spec"]["layer"]} == {"utc"}


def test_a_chart_of_a_revision_names_the_revision(figures: duckdb.DuckDBPyConnection) -> None:
    for chart in specifications(figures, ReleaseName("2026-W47", 2), "simulated").values():
        assert "release 2026-W47-r2 " in json.dumps(chart["title"])


def test_a_release_without_a_figure_has_charts_without_rows(figures: duckdb.DuckDBPyConnection) -> None:
    _withhold(figures, "true")
    figures.execute("DELETE FROM out_certifications_v1")
    for chart in specifications(figures, ReleaseName("2026-W47"), "simulated").values():
        assert chart["data"]["values"] == []
        assert vl_convert.vegalite_to_svg(chart).startswith("<svg")


def test_certifications_are_those_of_the_release_s_half_year_most_often_named_first(
    figures: duckdb.DuckDBPyConnection,
) -> None:
    found = [
        ("Second", "preferred", 5, 26, "2026-11-16", "observed"),
        ("Second", "required", 7, 26, "2026-11-16", "observed"),
        ("Second", "mentioned_other", 1, 26, "2026-11-16", "observed"),
        ("Second", "listed", 2, 26, "2026-11-16", "observed"),
        ("First", "mentioned_other", 17, 26, "2026-11-16", "observed"),
        ("Elsewhere", "listed", 3, 26, "2026-11-16", "archived"),
        ("Second", "required", 90, 13, "2026-11-16", "observed"),
        ("Second", "required", 80, 26, "2026-11-09", "observed"),
    ]
    figures.execute("CREATE TEMP TABLE one AS FROM out_certifications_v1 LIMIT 1")
    figures.execute("DELETE FROM out_certifications_v1")
    figures.executemany(
        "INSERT INTO out_certifications_v1 FROM one SELECT * REPLACE (? AS cert_name, ? AS status, "
        "? AS n_openings, ? AS window_weeks, ? AS week_start, ? AS series_kind)",
        found,
    )
    svg = vl_convert.vegalite_to_svg(_specification(figures, "certifications"))
    bars = re.findall(
        r'aria-label="openings in 26 weeks: (\d+); cert_name: (\w+); how it is asked: (\w+)[^>]+M([\d.]+)',
        svg,
    )
    assert {(name, status, int(n)) for n, name, status, _ in bars} == {
        (name, status, n) for name, status, n, *_ in found[:6]
    }
    of_second = sorted((float(x), status) for _, name, status, x in bars if name == "Second")
    assert [status for _, status in of_second] == ["required", "listed", "preferred", "mentioned_other"]
    names = [text for text in re.findall(r">([^<]+)</text>", svg) if text in ("First", "Second", "Elsewhere")]
    assert names == ["Elsewhere", "First", "Second"]  # of each series its own


def test_the_gap_has_a_line_at_zero_and_certifications_their_whole_names(published: Path) -> None:
    gap, certifications = (
        vl_convert.vegalite_to_svg((published / f"{name}.vl.json").read_text())
        for name in ("gap", "certifications")
    )
    assert 'stroke="#1b2024"' in gap
    assert ">+0 pp<" not in gap
    assert "…" not in certifications
    assert "mentioned_other<" not in certifications  # a code is no word for a reader


@pytest.mark.parametrize(
    ("name", "figure", "labels"),
    [
        ("headline", (0.005, 0.0, 0.02), ["0%", "0.5%", "1%", "1.5%", "2%"]),
        ("gap", (0.005, -0.01, 0.01), ["−1 pp", "−0.5 pp", "0", "+0.5 pp", "+1 pp"]),
    ],
)
def test_no_two_ticks_of_a_newsroom_s_chart_say_the_same(
    figures: duckdb.DuckDBPyConnection, name: str, figure: tuple[float, float, float], labels: list[str]
) -> None:
    """Of small shares the ticks are half a percent apart."""
    _set(figures, **dict(zip(("est_raw", "ci_low", "ci_high"), figure, strict=True)), est_trailing4=None)
    svg = vl_convert.vegalite_to_svg(_specification(figures, name))
    assert re.findall(r">([−+]?[\d.]+(?:%| pp)|0)</text>", svg) == labels


@SPECIFICATIONS
def test_a_chart_that_travels_alone_names_its_release_and_says_that_its_data_is_simulated(
    market: Warehouse, name: str
) -> None:
    def title(data_origin: str) -> str:
        return json.dumps(specifications(market.con, ReleaseName("2026-W47"), data_origin)[name]["title"])

    assert "Hiring Signals, release 2026-W47 (SIMULATED DATA), CC BY 4.0" in title("simulated")
    assert "Hiring Signals, release 2026-W47, CC BY 4.0" in title("public_boards")


def _drawn(scene: Any, kind: str) -> list[dict[str, Any]]:
    """Return the items of the marks of a kind, without those of legends and without undefined points."""
    if isinstance(scene, list):
        return [item for part in scene for item in _drawn(part, kind)]
    if not isinstance(scene, dict):
        return []
    own = scene["items"] if (scene.get("marktype"), scene.get("role")) == (kind, "mark") else []
    return [item for item in own if item.get("defined", True)] + _drawn(list(scene.values()), kind)


def test_the_feed_is_atom_with_stable_ids(published: Path) -> None:
    feed = ET.parse(published.parent / "feed.atom").getroot()  # noqa: S314 - our own output
    assert feed.tag == f"{ATOM}feed"
    for name in ("title", "id", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None
    (entry,) = feed.findall(f"{ATOM}entry")
    # Readers of feeds show an entry without the feed's own title.
    assert str(entry.findtext(f"{ATOM}title")).startswith("2026-W47 (simulated data): ")
    # An id that changed would announce old releases as new in every reader.
    assert entry.findtext(f"{ATOM}id") == "urn:uuid:677001e3-4000-5461-b9d7-eeeb469bfbb0"
    # When it became visible: a week that is due on Monday is out on Sunday, and no entry is from the future.
    assert entry.findtext(f"{ATOM}updated") == "2026-11-23T12:05:00+00:00"
    assert entry.findtext(f"{ATOM}published") == "2026-11-23T12:05:00+00:00"
    link = entry.find(f"{ATOM}link")
    assert link is not None
    assert (published.parent / link.attrib["href"]).is_file()


def test_the_wide_csv_has_one_row_a_week(published: Path) -> None:
    with (published / "headline_wide.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["week_start"], row["weight_scheme"]) for row in rows] == [
        ("2026-11-09", "employer"), ("2026-11-09", "posting"),
        ("2026-11-16", "employer"), ("2026-11-16", "posting"),
    ]  # fmt: skip
    assert rows[-1]["M1_pct"] == "5.0"
    shown = [value for row in rows for name, value in row.items() if "pct" in name and value]
    assert shown
    assert max(len(value.partition(".")[2]) for value in shown) == 2  # three would be read as thousands
    # A spreadsheet is passed on without the page: each row says what it rests on and where it comes from.
    assert [rows[-1][name] for name in ("window_weeks", "data_origin", "release_id")] == [
        "1", "simulated", "2026-W47",
    ]  # fmt: skip


def test_a_gap_that_rounds_to_zero_has_no_sign_in_a_spreadsheet(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as con:
        con.execute("UPDATE out_weekly_metrics_v1 SET est_raw = -1e-5, ci_low = -2e-5 WHERE metric_id = 'M6'")
        gap = f"SELECT DISTINCT M6_pct::VARCHAR, M6_ci_low_pct::VARCHAR FROM ({WIDE_SQL})"
        assert con.execute(gap).fetchall() == [("0.0", "0.0")]


def test_the_page_explains_its_status_letters_and_credits_simulated_data_as_such(published: Path) -> None:
    html = (published / "index.html").read_text()
    figures = html.split('<h2 id="figures">')[1].split("</table>")[0]
    assert "Status: A final, P provisional, U unreliable, B break, Q too few to publish." in figures
    assert "“Hiring Signals, release 2026-W47 (simulated data)”" in html
    assert '"Hiring Signals, release 2026-W47 (simulated data)"' in (published / "LICENSE.txt").read_text()


def test_every_link_of_the_page_leads_to_a_file(published: Path) -> None:
    html = (published / "index.html").read_text()
    links = [link for link in re.findall(r'href="([^"]+)"', html) if not link.startswith("#")]
    assert [link for link in links if not (published / link).exists()] == []
    charts = html[html.index("Charts for your own page") :].split("</li>")[0]
    names = sorted(path.name for path in published.glob("*.vl.json"))
    assert re.findall(r'href="([^"]+)"', charts) == names
    assert {path.name for path in published.iterdir()} - set(links) == {"index.html"}


def test_a_markup_in_a_name_is_shown_not_run(published: Path) -> None:
    html = (published / "index.html").read_text()
    assert "<b>Owner</b>" not in html
    assert "&lt;b&gt;Owner" in html


def test_a_chart_without_data_says_why() -> None:
    assert charts.empty("nothing <yet>.") == '<p class="empty">No chart: nothing &lt;yet&gt;.</p>'


@pytest.mark.parametrize(
    "chart",
    [
        charts.mosaic(0, 0, 5, 60),
        charts.mosaic(3, 0, 0, 0),
        charts.intervals(
            [{"label": "a", "estimate": 0.0, "low": None, "high": None, "colour": "red"}], signed=True
        ),
        charts.stacked([{"name": "a", "status": "listed", "n": 3}]),
        charts.bars([{"name": "a", "share": 1.0}]),
    ],
    ids=["no certification", "certification only", "no interval", "one bar", "one role"],
)
def test_edge_cases_draw_valid_charts(chart: charts.Draw) -> None:
    chart(charts.WIDE).to_dict(validate=True)
    assert charts.draw("a", "label", chart).count("<svg") == 2
