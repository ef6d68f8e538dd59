"""The views of a release's database say what they are about."""

from __future__ import annotations

import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from include.publish.database import write_database
from include.publish.naming import ReleaseName
from include.publish.release import DATABASE

NOW = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
REQUIRED = "signal = 'certification' AND label = 'required'"


@pytest.mark.parametrize(
    "change",
    [
        "role_family = 'not_product'",
        "language = 'de'",
        "is_text_complete = false",
        "week_start = NULL",
        "week_start = DATE '2023-01-02'",  # before the series begins
    ],
)
def test_evidence_tells_what_is_behind_the_figures(market_file: Path, tmp_path: Path, change: str) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as warehouse:
        openings = (
            "SELECT o.opening_key FROM core_openings AS o JOIN core_certification_mentions AS m "
            "USING (content_hash) WHERE m.status = 'required' ORDER BY 1"
        )
        first, *others = [key for (key,) in warehouse.execute(openings).fetchall()]
        warehouse.execute(f"UPDATE core_openings SET {change} WHERE opening_key = ?", [first])
        file = write_database(warehouse, tmp_path / DATABASE, [], ReleaseName("2026-W47"), NOW)
    with duckdb.connect(str(file), read_only=True) as release:
        rows = release.execute(f"SELECT opening_key, is_counted FROM evidence WHERE {REQUIRED}").fetchall()
    assert sorted(rows) == sorted([(first, False), *((key, True) for key in others)])


def test_a_gap_that_rounds_to_zero_has_no_sign(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as warehouse:
        warehouse.execute(
            "UPDATE out_weekly_metrics_v1 SET est_raw = -1e-5, ci_low = -2e-5 WHERE metric_id = 'M6'"
        )
        file = write_database(warehouse, tmp_path / DATABASE, [], ReleaseName("2026-W47"), NOW)
    with duckdb.connect(str(file), read_only=True) as release:
        gap = "SELECT DISTINCT pct::VARCHAR, ci_low_pct::VARCHAR FROM headline WHERE metric_id = 'M6'"
        assert release.execute(gap).fetchall() == [("0.0", "0.0")]


def test_a_week_published_again_speaks_of_nothing_that_began_after_it(
    market_file: Path, tmp_path: Path
) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as warehouse:
        warehouse.execute(
            "INSERT INTO core_validation_results BY NAME SELECT unnest(?) AS partition_key, "
            "'core_postings' AS table_name, 'id' AS expectation_id, 'x' AS description, "
            "'warning' AS severity, true AS is_success, 'why' AS reason",
            [["2026-11-15", "2026-W46", "import/history", "2026-11-16", "2026-W47"]],
        )
        # An import that was made later holds ads of the week, and one without any date.
        warehouse.execute(
            "INSERT INTO core_board_reads BY NAME SELECT * REPLACE ('import/history' AS source, "
            "DATE '2026-12-01' AS day) FROM core_board_reads LIMIT 1"
        )
        undated = "SELECT min(opening_key) FROM core_openings WHERE week_start = DATE '2026-11-16'"
        [key] = warehouse.execute(undated).fetchone() or ("",)
        for table, name in (("core_openings", "opening_key"), ("core_postings", "posting_key")):
            warehouse.execute(
                f"UPDATE {table} SET opened_date = NULL, first_seen_date = NULL WHERE {name} = ?", [key]
            )
        warehouse.execute("UPDATE core_openings SET week_start = NULL WHERE opening_key = ?", [key])
        [n_before] = warehouse.execute(
            "SELECT count(*) FROM core_openings WHERE week_start <= DATE '2026-11-09'"
        ).fetchone() or (0,)
        file = write_database(warehouse, tmp_path / DATABASE, [], ReleaseName("2026-W46"), NOW)
    with duckdb.connect(str(file), read_only=True) as release:
        weeks = release.execute(
            "SELECT week_start, count(*) FROM core_openings GROUP BY ALL ORDER BY 1"
        ).fetchall()
        assert weeks == [(date(2026, 11, 9), n_before), (None, 1)]
        assert release.execute(
            "SELECT count(*) FROM core_openings JOIN core_signals USING (content_hash) "
            "JOIN core_postings ON posting_key = opening_key"
        ).fetchone() == (n_before + 1,)
        for table in ("core_signals", "core_postings"):
            assert release.execute(f"SELECT count(*) FROM {table}").fetchone() == (n_before + 1,)
        assert release.execute(
            "SELECT count(*) FROM core_certification_mentions ANTI JOIN core_openings USING (content_hash)"
        ).fetchone() == (0,)
        reads = release.execute(
            "SELECT source, max(day) FROM core_board_reads GROUP BY ALL ORDER BY 1"
        ).fetchall()
        assert reads == [("greenhouse", date(2026, 11, 9)), ("import/history", date(2026, 12, 1))]
        keys = release.execute("SELECT partition_key FROM core_validation_results ORDER BY 1").fetchall()
        assert keys == [("2026-11-15",), ("2026-W46",), ("import/history",)]


def test_a_copy_of_later_weeks_stays_with_its_opening(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as warehouse:
        first, copy = (
            warehouse.execute(
                f"SELECT min(opening_key) FROM core_openings WHERE week_start = DATE '{week}'"
            ).fetchone()[0]
            for week in ("2026-11-09", "2026-11-16")
        )
        warehouse.execute("DELETE FROM core_openings WHERE opening_key = ?", [copy])
        warehouse.execute(
            "INSERT INTO core_opening_members BY NAME SELECT ? AS opening_key, unnest(?) AS posting_key, "
            "unnest(['first', 'repost']) AS link_rule, 1.0 AS similarity",
            [first, [first, copy]],
        )
        file = write_database(warehouse, tmp_path / DATABASE, [], ReleaseName("2026-W46"), NOW)
    with duckdb.connect(str(file), read_only=True) as release:
        assert release.execute(
            "SELECT m.posting_key FROM core_opening_members AS m JOIN core_postings USING (posting_key) "
            "JOIN core_signals USING (content_hash) ORDER BY link_rule"
        ).fetchall() == [(first,), (copy,)]


def test_the_evidence_of_a_week_adds_up_to_its_figure(published: Path) -> None:
    with duckdb.connect(str(published / DATABASE), read_only=True) as release:
        found = release.execute(
            "SELECT week_start, count(DISTINCT opening_key) FROM evidence "
            f"WHERE is_counted AND {REQUIRED} GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        figures = release.execute(
            "SELECT week_start, x_raw FROM out_weekly_metrics_v1 WHERE metric_id = 'M1' AND basis = 'flow' "
            "AND stratum_dim = 'all' AND weight_scheme = 'posting' AND window_weeks = 1 ORDER BY ALL"
        ).fetchall()
    assert found == figures
    assert found


def test_what_may_be_obtained_after_hiring_is_told_from_what_m1_counts(
    market_file: Path, tmp_path: Path
) -> None:
    """A certification is required at hire, or within six months: the status is the same."""
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as warehouse:
        [later] = warehouse.execute("SELECT min(content_hash) FROM core_certification_mentions").fetchone()
        for table, column in (("core_signals", "cert_timing"), ("core_certification_mentions", "timing")):
            warehouse.execute(f"UPDATE {table} SET {column} = 'post_hire' WHERE content_hash = ?", [later])
        file = write_database(warehouse, tmp_path / DATABASE, [], ReleaseName("2026-W47"), NOW)
    with duckdb.connect(str(file), read_only=True) as release:
        [(counted,)] = release.execute("SELECT numerator_sql FROM metrics WHERE metric_id = 'M1'").fetchall()
        wanted = release.execute(
            f"SELECT opening_key FROM core_openings JOIN core_signals USING (content_hash) WHERE {counted}"
        ).fetchall()
        found = {
            timing: release.execute(
                "SELECT DISTINCT opening_key FROM evidence "
                f"WHERE is_counted AND {REQUIRED} AND timing IN ({timing})"
            ).fetchall()
            for timing in ("'at_hire'", "'at_hire', 'post_hire'")
        }
    at_hire, all_ = found.values()
    assert sorted(at_hire) == sorted(wanted)
    assert len(all_) == len(wanted) + 1


def test_a_figure_of_four_weeks_is_told_from_one_of_a_single_week(market_file: Path, tmp_path: Path) -> None:
    with duckdb.connect(str(shutil.copy(market_file, tmp_path / "warehouse.duckdb"))) as warehouse:
        warehouse.execute("UPDATE out_weekly_metrics_v1 SET window_weeks = 4 WHERE week_start = '2026-11-16'")
        file = write_database(warehouse, tmp_path / DATABASE, [], ReleaseName("2026-W47"), NOW)
    with duckdb.connect(str(file), read_only=True) as release:
        for query in ("FROM headline", "FROM weekly('M1')"):
            found = release.execute(f"SELECT DISTINCT week_start::VARCHAR, window_weeks {query}").fetchall()
            assert sorted(found) == [("2026-11-09", 1), ("2026-11-16", 4)]


@pytest.mark.parametrize(
    "query", ["FROM headline", "FROM weekly('M1')", "FROM evidence", "FROM as_of('2026-11-24')"]
)
def test_what_is_copied_out_of_a_view_still_says_that_it_is_simulated(published: Path, query: str) -> None:
    with duckdb.connect(str(published / DATABASE), read_only=True) as release:
        assert release.execute(f"SELECT DISTINCT data_origin {query}").fetchall() == [("simulated",)]


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("FROM weekly('m1')", "no metric is named m1: FROM metrics lists them"),
        ("FROM weekly('M4', weight := 'employer')", "M4 has no weight employer, only posting"),
        ("FROM weekly('M1', kind := 'archive')", "no kind of series is named archive: observed, archived"),
        ("FROM weekly('M10p')", "M10p has no weight posting, only panel"),
        ("FROM weekly('M14')", "M14 has no weight posting, only employer"),
        ("FROM as_of('2026-11-24', id := 'M99')", "no metric is named M99"),
        ("FROM as_of('2026-11-24', id := 'M12')", "no revisions are kept of M12, only of M1, M1b"),
    ],
)
def test_a_series_that_there_is_not_is_no_series_without_rows(published: Path, query: str, said: str) -> None:
    with (
        duckdb.connect(str(published / DATABASE), read_only=True) as release,
        pytest.raises(duckdb.InvalidInputException, match=said),
    ):
        release.execute(query)


def test_every_macro_is_explained(published: Path) -> None:
    with duckdb.connect(str(published / DATABASE), read_only=True) as release:
        macros = dict(
            release.execute(
                "SELECT function_name, comment FROM duckdb_functions() WHERE NOT internal"
            ).fetchall()
        )
    assert macros.keys() == {
        "as_of", "weekly", "known_metric", "revised_metric", "is_measured", "is_product_role",
    }  # fmt: skip
    assert all(macros.values())


def test_a_first_release_says_nothing_of_revisions(published: Path) -> None:
    with duckdb.connect(str(published / DATABASE), read_only=True) as release:
        assert release.execute("SELECT count(*) FROM out_revisions_v1").fetchone() != (0,)
        assert release.execute("FROM revision_statistics").fetchall() == []


def test_every_column_is_explained_without_a_book_that_is_not_there(published: Path) -> None:
    with duckdb.connect(str(published / DATABASE), read_only=True) as release:
        comments = release.execute(
            "SELECT table_name || '.' || column_name, coalesce(comment, '') FROM duckdb_columns() "
            "WHERE NOT internal"
        ).fetchall()
    words = dict(comments)
    assert [name for name, text in comments if not text or "codebook" in text.lower()] == []
    assert (
        "listed (a bare item in a neutral list, neither must nor nice to have)"
        in words["core_signals.cert_status"]
    )
    assert "Values: observed, archived, reconstructed" in words["headline.series_kind"]


def test_the_database_says_what_each_metric_counts(published: Path) -> None:
    with duckdb.connect(str(published / DATABASE), read_only=True) as release:
        unexplained = release.execute(
            "SELECT DISTINCT metric_id FROM out_weekly_metrics_v1 ANTI JOIN metrics USING (metric_id)"
        ).fetchall()
        differing = release.execute(
            "SELECT DISTINCT w.metric_id FROM out_weekly_metrics_v1 AS w JOIN metrics AS m USING (metric_id) "
            "WHERE (w.numerator_label, w.denominator_label, w.unit) <> (m.numerator, m.denominator, m.unit)"
        ).fetchall()
        (predicate,) = release.execute("SELECT numerator_sql FROM metrics WHERE metric_id = 'M1'").fetchall()[
            0
        ]
        weightless = release.execute(
            "SELECT DISTINCT w.metric_id FROM out_weekly_metrics_v1 AS w JOIN metrics AS m USING (metric_id) "
            "WHERE NOT list_contains(m.weights, w.weight_scheme)"
        ).fetchall()
    assert unexplained == []
    assert differing == []
    assert weightless == []
    assert predicate == "cert_status = 'required' AND cert_timing = 'at_hire'"


def test_evidence_of_a_certification_says_what_decided_its_status(published: Path) -> None:
    with duckdb.connect(str(published / DATABASE), read_only=True) as release:
        found = release.execute(
            "SELECT DISTINCT e.cue = m.cue, e.rule = m.rule FROM evidence AS e "
            "JOIN core_certification_mentions AS m USING (content_hash, quote) "
            "WHERE e.signal = 'certification'"
        ).fetchall()
    assert found == [(True, True)]
