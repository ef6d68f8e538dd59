"""Every query of the analysts' and dashboards' pages runs against a release."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from include.publish.release import DATABASE
from include.settings import PROJECT_ROOT

_BLOCK = re.compile(r"^```sql( \w+)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAY_BE_EMPTY = ("out_claims_v1", "revision_statistics", "'archived'")
"""Queries on what a first release of one series has nothing of."""


def queries(document: str) -> list[tuple[str, str]]:
    text = (PROJECT_ROOT / "docs" / document).read_text(encoding="utf-8")
    return [(flag.strip(), query) for flag, query in _BLOCK.findall(text)]


@pytest.mark.parametrize(
    ("flag", "query"), [*queries("analysts.md"), *queries("dashboards.md")], ids=lambda value: value[:40]
)
def test_the_documented_query_runs(
    published: Path, monkeypatch: pytest.MonkeyPatch, flag: str, query: str
) -> None:
    monkeypatch.chdir(published.parent.parent)
    database = ":memory:" if flag == "files" else str(published / DATABASE)
    with duckdb.connect(database, read_only=flag != "files") as con:
        rows = con.execute(query).fetchall()
    assert rows or any(name in query for name in MAY_BE_EMPTY), "the query finds nothing"


def test_there_are_queries() -> None:
    assert len(queries("analysts.md")) >= 15
    assert len(queries("dashboards.md")) >= 2


def test_every_file_that_the_page_on_releases_names_is_there(published: Path) -> None:
    text = (PROJECT_ROOT / "docs" / "releases.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Za-z_]+\.(?:html|json|csv|duckdb|md|cff|txt|vl\.json|atom))`", text))
    named |= {"headline.vl.json", "gap.vl.json"}
    places = {path.name for path in [*published.iterdir(), *published.parent.iterdir()]}
    assert named - {"CHANGELOG.md", "analysts.md"} <= places
