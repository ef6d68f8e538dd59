"""What a release says of the one before it, counted by hand on a handful of figures."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import duckdb
import pytest

from include.publish.changes import Changes, compare
from include.publish.exports import write_exports
from include.publish.naming import ReleaseName
from include.publish.revisions import mean_absolute_revisions
from tests.validate.small_warehouse import build

FIRST, SECOND = ReleaseName("2026-W46"), ReleaseName("2026-W46", 2)


class Releases:
    """A warehouse, the release that was made of it, and what is said once it has changed."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
        self.con = connection
        self.folder = folder

    def publish(self, name: str) -> Path:
        folder = self.folder / name
        folder.mkdir()
        write_exports(self.con, folder)
        return folder

    def changes(self, base: ReleaseName | None = FIRST) -> Changes:
        return compare(self.con, self.folder, self.publish("draft"), SECOND, base)


@pytest.fixture
def releases(tmp_path: Path) -> Iterator[Releases]:
    with build(":memory:") as connection:
        yield Releases(connection, tmp_path)


def _copy(where: str, *changes: str) -> str:
    return (
        f"INSERT INTO out_weekly_metrics_v1 SELECT * REPLACE ({', '.join(changes)}) "
        f"FROM out_weekly_metrics_v1 WHERE {where}"
    )


def test_figures_are_compared_one_by_one(releases: Releases) -> None:
    con = releases.con
    con.execute(_copy("metric_id = 'M5l'", "'region' AS stratum_dim"))
    con.execute(_copy("metric_id = 'M1'", "'pooled' AS stratum_dim"))  # of the release's own week alone
    con.execute(_copy("metric_id = 'M1' AND stratum_dim = 'all'", "'M14t' AS metric_id"))  # as it
    releases.publish(str(FIRST))
    con.execute(
        "DELETE FROM out_weekly_metrics_v1 WHERE stratum_dim = 'pooled' OR metric_id IN ('M14t', 'M5s')"
    )
    con.execute(_copy("metric_id = 'M1'", "DATE '2026-11-16' AS week_start"))
    for metric, move in (("M1", 0.015), ("M5l", 0.01), ("M6", -0.02), ("M1b", 1e-12)):
        con.execute(
            "UPDATE out_weekly_metrics_v1 SET est_raw = est_raw + ? WHERE metric_id = ?", [move, metric]
        )
    con.execute("UPDATE out_weekly_metrics_v1 SET est_raw = NULL, obs_status = 'Q' WHERE metric_id = 'M5'")
    found = releases.changes()
    assert (found.release, found.compared_with) == ("2026-W46-r2", "2026-W46")
    assert found.weeks_added == (date(2026, 11, 16),)
    assert (found.n_compared, found.n_revised, found.n_removed) == (6, 5, 1)
    # Of the whole market, what was withheld first, then by size.
    assert [(r.metric_id, r.before, r.after, r.status_after) for r in found.revised] == [
        ("M5", 0.2, None, "Q"),
        ("M6", -0.14, pytest.approx(-0.16), "P"),
        ("M1", 0.06, pytest.approx(0.075), "P"),
        ("M5l", 0.4, pytest.approx(0.41), "P"),
    ]
    assert [r.unit for r in found.revised] == ["fraction", "change", "fraction", "fraction"]
    [metrics] = [table for table in found.tables if table.table == "out_weekly_metrics_v1"]
    assert (metrics.rows_before, metrics.rows_after) == (9, 7)


def test_an_interval_that_moves_around_the_same_figure_is_named(releases: Releases) -> None:
    con = releases.con
    con.execute(_copy("metric_id = 'M5l'", "'region' AS stratum_dim"))
    releases.publish(str(FIRST))
    # Labels came in: the interval is that of the corrected figure now, in a breakdown too.
    con.execute(
        "UPDATE out_weekly_metrics_v1 SET est_ppi = 0.43, ci_low = 0.39, ci_high = 0.47 "
        "WHERE metric_id = 'M5l'"
    )
    con.execute("UPDATE out_weekly_metrics_v1 SET ci_high = ci_high + 0.01 WHERE metric_id = 'M6'")
    con.execute("UPDATE out_weekly_metrics_v1 SET ci_low = NULL, ci_high = NULL WHERE metric_id = 'M5s'")
    con.execute("UPDATE out_weekly_metrics_v1 SET ci_low = ci_low - 1e-12 WHERE metric_id = 'M1'")
    con.execute("UPDATE out_weekly_metrics_v1 SET est_raw = 0.1, ci_low = 0.05 WHERE metric_id = 'M1b'")
    found = releases.changes()
    assert (found.n_revised, found.n_intervals_revised, found.n_corrected) == (1, 4, 2)
    assert [(r.metric_id, r.before, r.after) for r in found.revised] == [("M1b", 0.08, 0.1)]
    # Of the whole market, what has no interval any more first, then by how far both ends moved.
    assert [
        (r.metric_id, r.unit, r.ci_low_before, r.ci_low_after, r.ci_high_before, r.ci_high_after)
        for r in found.intervals_revised
    ] == [
        ("M5s", "fraction", pytest.approx(0.05), None, pytest.approx(0.15), None),
        ("M5l", "fraction", pytest.approx(0.35), 0.39, pytest.approx(0.45), 0.47),
        (
            "M6",
            "change",
            pytest.approx(-0.19),
            pytest.approx(-0.19),
            pytest.approx(-0.09),
            pytest.approx(-0.08),
        ),
    ]
    assert [(r.estimate, r.corrected_before, r.corrected_after) for r in found.intervals_revised] == [
        (0.1, None, None),
        (0.4, None, 0.43),
        (-0.14, None, None),
    ]


def test_a_first_release_is_compared_with_nothing(releases: Releases) -> None:
    found = releases.changes(base=None)
    assert (found.compared_with, found.versions_before, found.n_compared) == (None, None, 0)
    assert {table.rows_before for table in found.tables} == {None}
    assert not found.is_method_changed
    assert found.versions_after == {
        "methodology_version": "1.0", "taxonomy_version": "1.0", "code_version": "0.1.0",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("column", "is_changed"),
    [("methodology_version", True), ("taxonomy_version", True), ("code_version", False)],
)
def test_method_and_taxonomy_change_figures_code_does_not(
    releases: Releases, column: str, is_changed: bool
) -> None:
    releases.publish(str(FIRST))
    releases.con.execute(f"UPDATE out_weekly_metrics_v1 SET {column} = '2.0'")
    found = releases.changes()
    assert found.versions_before is not None
    assert found.versions_after is not None
    assert (found.versions_before[column], found.versions_after[column]) != ("2.0", "2.0")
    assert found.is_method_changed is is_changed


def test_columns_that_came_and_went_are_named(releases: Releases) -> None:
    folder = releases.publish(str(FIRST))
    (folder / "claims_v1.parquet").unlink()
    releases.con.execute(
        "COPY (SELECT * EXCLUDE (deff), 1 AS former FROM out_weekly_metrics_v1) "
        f"TO '{folder / 'weekly_metrics_v1.parquet'}'"
    )
    tables = {table.table: table for table in releases.changes().tables}
    metrics = tables["out_weekly_metrics_v1"]
    assert (metrics.columns_added, metrics.columns_removed) == (("deff",), ("former",))
    claims, coverage = tables["out_claims_v1"], tables["out_coverage_v1"]
    assert (claims.rows_before, claims.columns_added, claims.columns_removed) == (None, (), ())
    assert (coverage.rows_before, coverage.columns_added, coverage.columns_removed) == (2, (), ())


def test_imports_that_came_and_went_are_named(releases: Releases) -> None:
    coverage = (
        "INSERT INTO out_coverage_v1 SELECT * REPLACE ('{}' AS source, DATE '{}' AS week_start) FROM row"
    )
    releases.con.execute("CREATE TEMP TABLE row AS FROM out_coverage_v1 LIMIT 1")
    for source in ("import/kept", "import/old"):
        releases.con.execute(coverage.format(source, "2026-11-09"))
    releases.publish(str(FIRST))
    releases.con.execute("DELETE FROM out_coverage_v1 WHERE source IN ('import/old', 'lever')")
    releases.con.execute(coverage.format("import/new", "2026-11-02"))
    releases.con.execute(coverage.format("import/later", "2026-11-16"))  # a week that only one could speak of
    found = releases.changes()
    assert (found.imports_added, found.imports_removed) == (("import/new",), ("import/old",))


def test_mean_absolute_revisions_by_hand(releases: Releases) -> None:
    con = releases.con
    con.execute("CREATE TEMP TABLE row AS FROM out_revisions_v1; DELETE FROM out_revisions_v1")
    rows = [
        ("2026-09-07", "M1", "flow", 0, 0.05, 0.0), ("2026-09-07", "M1", "flow", 1, 0.06, 0.01),
        ("2026-09-14", "M1", "flow", 0, 0.05, 0.0), ("2026-09-14", "M1", "flow", 1, 0.02, -0.03),
        ("2026-09-14", "M1", "flow", 1, 0.07, 0.02),  # by the revision of a week, which is no week more
        ("2026-09-14", "M1", "flow", 2, 0.9, 0.85),  # two weeks after is not told
        ("2026-09-21", "M1", "flow", 0, None, None),  # nobody had a first look
        ("2026-09-21", "M1", "flow", 1, 0.9, 0.8),
        ("2026-09-07", "M1", "stock", 0, 0.05, 0.0), ("2026-09-07", "M1", "stock", 1, 0.9, 0.8),
        ("2026-09-07", "M1b", "flow", 0, 0.05, 0.0), ("2026-09-07", "M1b", "flow", 1, 0.9, 0.8),
        ("2026-09-07", "M5", "flow", 0, 0.05, 0.0), ("2026-09-07", "M5", "flow", 4, None, None),
        ("2026-09-07", "M5", "flow", 8, 0.09, 0.04),
    ]  # fmt: skip
    for week, metric, basis, lag, estimate, revision in rows:
        con.execute(
            "INSERT INTO out_revisions_v1 SELECT * REPLACE (?::DATE AS week_start, ? AS metric_id, "
            "? AS basis, ? AS lag_weeks, ? AS estimate, ? AS revision) FROM row",
            [week, metric, basis, lag, estimate, revision],
        )
    found = mean_absolute_revisions(con)
    assert [
        (row["metric_id"], row["lag_weeks"], row["n_weeks"], row["mean_absolute_revision"]) for row in found
    ] == [("M1", 1, 2, pytest.approx(0.02)), ("M5", 8, 1, pytest.approx(0.04))]
