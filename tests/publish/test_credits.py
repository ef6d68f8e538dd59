"""Sources that ask for credit get it, in every release that rests on them."""

from __future__ import annotations

import html
import json
from datetime import timedelta
from pathlib import Path

import pytest
from frictionless import Package

from include.publish.credits import read_credits
from include.publish.release import publish_week
from include.sources.cards import load_source_cards
from tests.measure.warehouse import Warehouse
from tests.publish.measured import MONDAY


@pytest.fixture
def credited(market_file: Path) -> Warehouse:
    """Boards of greenhouse, one window that asks for credit, two imports, and a source of a later week."""
    market = Warehouse.load(market_file)
    market.con.execute("UPDATE core_board_reads SET n_listed = 5")
    for source, employer, day, n_listed in (
        ("remoteok", "Remote OK", MONDAY, 90),
        ("jobicy", "Jobicy", MONDAY, 0),
        ("himalayas", "Himalayas", MONDAY + timedelta(days=7), 20),
        ("import/canada", "canada_job_bank", MONDAY + timedelta(days=30), 50),
        ("import/own", "ads", MONDAY + timedelta(days=30), 50),
    ):
        market.read(day, source=source, employer=employer, n_listed=n_listed)
    return market


def test_the_release_names_its_sources_and_credits_those_that_ask_for_it(
    credited: Warehouse, tmp_path: Path
) -> None:
    folder = publish_week(credited.con, tmp_path, MONDAY, "public_boards")
    cards = load_source_cards()
    asked = [cards["canada_job_bank"].attribution, cards["remoteok"].attribution]
    page = html.unescape((folder / "index.html").read_text())
    assert "that ask for credit: " + " ".join(filter(None, asked)) + "</p>" in page
    licence = (folder / "LICENSE.txt").read_text().splitlines()
    assert [line[2:] for line in licence if line.startswith("- ")] == asked
    sources = json.loads((folder / "datapackage.json").read_text())["sources"]
    assert [source["title"] for source in sources] == [asked[0], "Dump of the operator's own: ads",
                                                       "Greenhouse job boards", asked[1]]  # fmt: skip
    assert Package(str(folder / "datapackage.json")).validate(limit_rows=1).valid


def test_nothing_is_owed_for_simulated_boards(credited: Warehouse, published: Path) -> None:
    assert [credit.attribution for credit in read_credits(credited.con, MONDAY, "simulated")] == [None]
    assert "ask for credit" not in (published / "index.html").read_text()
    assert "ask for credit" not in (published / "LICENSE.txt").read_text()
