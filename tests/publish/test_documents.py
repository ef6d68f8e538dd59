"""What goes with the figures: CSVW, dictionary, citation, specifications, index and feed."""

from __future__ import annotations

import csv
import json
import xml.etree.ElementTree as ET  # our own output, written a moment ago
from pathlib import Path

import pytest
import vl_convert
import yaml

from include.publish import charts
from include.publish.exports import file_stem, out_cards
from include.publish.naming import ReleaseName
from include.publish.specs import specifications
from include.warehouse.cards import load_card
from tests.measure.warehouse import Warehouse

NO_INTERVAL = {"label": "a", "estimate": 0.0, "low": None, "high": None, "colour": "red"}
ATOM = "{http://www.w3.org/2005/Atom}"


def test_csvw_describes_every_csv_column_in_order(published: Path) -> None:
    group = json.loads((published / "csv-metadata.json").read_text())
    assert group["@context"][0] == "http://www.w3.org/ns/csvw"
    assert {table["url"] for table in group["tables"]} == {f"{file_stem(card)}.csv" for card in out_cards()}
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
    for card in out_cards():
        for column in card.columns:
            assert f"| `{column.name}` | {column.type} |" in text


def test_the_citation_names_release_licence_and_origin(published: Path) -> None:
    citation = yaml.safe_load((published / "CITATION.cff").read_text())
    assert citation["cff-version"] == "1.2.0"
    assert {"message", "title", "authors"} <= citation.keys()
    assert (citation["version"], citation["license"]) == ("2026-W47", "CC-BY-4.0")
    assert citation["date-released"].isoformat() == "2026-11-23"
    assert "SIMULATED" in citation["title"]
    assert "creativecommons.org/licenses/by/4.0" in (published / "LICENSE.txt").read_text()


@pytest.mark.parametrize("name", ["headline", "gap", "certifications"])
def test_a_specification_draws_the_releases_own_data(published: Path, name: str) -> None:
    spec = json.loads((published / f"{name}.vl.json").read_text())
    assert spec == json.loads(json.dumps(specifications(ReleaseName("2026-W47"))[name]))
    url = spec["data"]["url"]
    assert url.startswith("../2026-W47/")
    # The drawing library fetches over HTTP only, so the rows are put in the address's place.
    with (published / url).open(encoding="utf-8", newline="") as file:
        rows = [{key: _number(value) for key, value in row.items()} for row in csv.DictReader(file)]
    svg = vl_convert.vegalite_to_svg({**spec, "data": {"values": rows}})
    assert "mark-rect role-mark" in svg or "mark-line role-mark" in svg


def _number(text: str) -> str | float | None:
    try:
        return float(text) if text else None
    except ValueError:
        return text


def test_the_feed_is_atom_with_stable_ids(published: Path) -> None:
    feed = ET.parse(published.parent / "feed.atom").getroot()  # noqa: S314 - our own output
    assert feed.tag == f"{ATOM}feed"
    for name in ("title", "id", "updated", "author"):
        assert feed.find(f"{ATOM}{name}") is not None
    (entry,) = feed.findall(f"{ATOM}entry")
    # An id that changed would announce old releases as new in every reader.
    assert entry.findtext(f"{ATOM}id") == "urn:uuid:677001e3-4000-5461-b9d7-eeeb469bfbb0"
    assert entry.findtext(f"{ATOM}updated") == "2026-11-23T12:05:00+00:00"
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
