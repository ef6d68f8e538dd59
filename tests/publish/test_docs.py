"""Every query of the analysts' and dashboards' pages runs against a release."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from include.measure.weekly import measure_week
from include.publish.release import DATABASE
from include.settings import PROJECT_ROOT
from tests.measure.warehouse import MONDAY, STAMP, WHOLE_MARKET, Warehouse
from tests.page_code import run_page_code

_BLOCK = re.compile(r"^```sql( \w+)?\n(.*?)^```", re.MULTILINE | re.DOTALL)
MAY_BE_EMPTY = ("out_claims_v1", "revision_statistics", "'archived'", "'M1y'")
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


def test_a_share_of_one_s_own_has_the_interval_of_the_published_one(
    published: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with duckdb.connect(str(published / DATABASE), read_only=True) as con:
        run_page_code("analysts.md", "ClusterSums", tmp_path, con=con)
        (figures,) = con.execute(
            "SELECT est_raw, ci_low, ci_high, n_postings, n_employers FROM out_weekly_metrics_v1 "
            "WHERE metric_id = 'M1' AND weight_scheme = 'posting' AND stratum_dim = 'pooled'"
        ).fetchall()
    share, low, high, n_postings, n_employers = figures
    assert capsys.readouterr().out == (  # all are of one seniority
        f"mid: {share:.3f} ({low:.3f} to {high:.3f}), {n_postings} ads, {n_employers} employers\n"
    )


def test_the_query_on_changes_on_a_year_finds_those_of_two_years() -> None:
    (query,) = (query for _, query in queries("analysts.md") if "'M1y'" in query)
    market = Warehouse()
    for back in range(57):
        market.add_market(MONDAY - timedelta(weeks=back), 40)
    measure_week(market.con, MONDAY, STAMP, WHOLE_MARKET)
    found = [
        (row["week_start"], row["metric_id"], row["pp"], row["obs_status"]) for row in market.rows(query)
    ]
    assert found == [
        (MONDAY - timedelta(weeks=back), metric, 0.0, "P")
        for back in (0, 1)
        for metric in ("M1y", "M5y", "M6y")
    ]


def test_grafana_s_filter_finds_one_row_a_week_and_series_in_the_csv(published: Path) -> None:
    text = (PROJECT_ROOT / "docs" / "dashboards.md").read_text(encoding="utf-8")
    recipe = text.split("## Grafana")[1].split("\n## ")[0]
    named = re.findall(r"`([a-z_]+)`", recipe)
    (wanted,) = re.findall(r"`(metric_id == .*?)`", recipe)
    condition = wanted.replace("==", "=").replace("&&", "AND").replace('"', "'")
    with duckdb.connect() as con:
        # Infinity takes every column for text until it is told otherwise.
        con.read_csv(str(published / "weekly_metrics_v1.csv"), all_varchar=True).create_view("rows")
        columns = [name for name, *_ in con.execute("DESCRIBE rows").fetchall()]
        found = con.execute(f"SELECT week_start, series_kind FROM rows WHERE {condition}").fetchall()
        numbers = con.execute(
            f"SELECT count(try_cast(est_raw AS DOUBLE)) = count(est_raw) FROM rows WHERE {condition}"
        ).fetchone()
    assert set(named) <= set(columns)
    assert len(found) == len(set(found)) > 0
    assert all(re.fullmatch(r"\d{4}-\d{2}-\d{2}", week) for week, _ in found)
    assert numbers == (True,)


def test_there_are_queries() -> None:
    assert len(queries("analysts.md")) >= 15
    assert len(queries("dashboards.md")) >= 2


def test_every_file_that_the_page_on_releases_names_is_there(published: Path) -> None:
    text = (PROJECT_ROOT / "docs" / "releases.md").read_text(encoding="utf-8")
    named = set(re.findall(r"`([A-Za-z_]+\.(?:html|json|csv|duckdb|md|cff|txt|vl\.json|atom))`", text))
    named |= {"headline.vl.json", "gap.vl.json"}
    places = {path.name for path in [*published.iterdir(), *published.parent.iterdir()]}
    assert named - {"CHANGELOG.md", "analysts.md"} <= places
