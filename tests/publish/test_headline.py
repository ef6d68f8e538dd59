"""Which figures a reader sees first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import duckdb
import pytest

from include.publish.headline import HEADLINE_METRICS, NAMES, read_headline
from include.warehouse.cards import create_table_sql, load_card
from tests.publish.measured import MONDAY

FIGURE: dict[str, Any] = {
    "week_start": MONDAY, "metric_id": "M1", "series_kind": "observed", "basis": "flow", "stratum_dim": "all",
    "weight_scheme": "posting", "data_origin": "simulated", "window_weeks": 1, "n_postings": 40,
    "n_employers": 20, "n_eff": 30.0, "obs_status": "P", "x_raw": 4, "est_raw": 0.1, "ci_low": 0.05,
    "ci_high": 0.2, "est_ppi": 0.125, "audit_n": 200, "inner_low": 0.11, "inner_high": 0.14,
}  # fmt: skip


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    """The table of weekly figures, empty; it does not ask for the columns that no headline has."""
    con = duckdb.connect()
    con.execute(create_table_sql(load_card("out_weekly_metrics_v1")).replace(" NOT NULL", ""))
    return con


def add(con: duckdb.DuckDBPyConnection, **changed: Any) -> None:
    row = FIGURE | changed
    con.execute(
        f"INSERT INTO out_weekly_metrics_v1 ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})",
        list(row.values()),
    )


def test_the_headline_is_of_what_we_observed_else_of_the_series_with_most_openings(
    con: duckdb.DuckDBPyConnection,
) -> None:
    def kind() -> str | None:
        found = read_headline(con, MONDAY)
        return found.series_kind if found else None

    add(con, series_kind="observed", basis="stock", n_postings=9_000)
    assert kind() is None  # what is open says nothing of what was opened
    add(con, series_kind="observed", week_start=MONDAY - timedelta(weeks=1))
    assert kind() is None
    add(con, series_kind="reconstructed", n_postings=400)
    assert kind() == "reconstructed"
    add(con, series_kind="archived", n_postings=400)
    add(con, series_kind="archived", metric_id="M2", n_postings=30)
    assert kind() == "archived"
    con.execute("UPDATE out_weekly_metrics_v1 SET n_postings = 401 WHERE series_kind = 'reconstructed'")
    assert kind() == "reconstructed"
    add(con, series_kind="observed", n_postings=40)
    assert kind() == "observed"


def test_its_figures_are_of_the_whole_market_by_opening_before_those_by_employer(
    con: duckdb.DuckDBPyConnection,
) -> None:
    for weight in ("employer", "posting"):
        for metric in sorted(HEADLINE_METRICS):
            add(con, metric_id=metric, weight_scheme=weight)
    for decoy in (
        {"metric_id": "M7"},
        {"basis": "stock"},
        {"stratum_dim": "seniority"},
        {"weight_scheme": "panel"},
        {"series_kind": "archived"},
        {"week_start": MONDAY - timedelta(weeks=1)},
    ):
        add(con, **(decoy | {"est_raw": 0.9}))
    found = read_headline(con, MONDAY)
    assert found is not None
    assert (found.week_start, found.data_origin) == (MONDAY, "simulated")
    assert [(figure.weight_scheme, figure.metric_id, figure.name) for figure in found.figures] == [
        (weight, metric, NAMES[metric]) for weight in ("posting", "employer") for metric in HEADLINE_METRICS
    ]
    assert {figure.estimate for figure in found.figures} == {0.1}


def test_a_figure_says_what_stands_behind_it(con: duckdb.DuckDBPyConnection) -> None:
    add(con)
    found = read_headline(con, MONDAY)
    assert found is not None
    [figure] = found.figures
    assert (figure.x, figure.n_postings, figure.n_employers, figure.n_eff) == (4, 40, 20, 30.0)
    assert (figure.shown, figure.ci_low, figure.ci_high) == (0.125, 0.05, 0.2)
    assert (figure.estimate, figure.audit_n, figure.inner_low, figure.inner_high) == (0.1, 200, 0.11, 0.14)
