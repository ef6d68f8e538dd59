"""The weekly figures against the simulated market's known truth, and what must hold of any week."""

from __future__ import annotations

import hashlib
import json
import shutil
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from include.archive.integrity import verify
from include.archive.store import Archive
from include.partitions import day_key, week_days
from include.pipeline.gate import validate_core
from include.pipeline.publishing import check_coverage, measure, release, validate_out
from include.pipeline.rebuilding import rebuild
from include.publish.naming import CHECKSUMS
from include.publish.release import verify_release
from include.sample_market.config import MarketConfig
from include.settings import Settings
from include.validate.report import ValidationFailedError
from include.warehouse.connection import open_warehouse
from tests.page_code import run_page_code
from tests.pipeline.installation import MONDAY, Installation, changed, core_rows, rows

TUESDAY = MONDAY + timedelta(days=1)
N_BOARDS = MarketConfig().employers


def digests(settings: Settings) -> dict[str, str]:
    """Return a digest of every core table's rows."""
    return {
        name: hashlib.sha256(repr(found).encode()).hexdigest() for name, found in core_rows(settings).items()
    }


@pytest.fixture(scope="session")
def published(simulated_week: Installation) -> Path:
    """The release of the simulated week, through every gate."""
    settings = simulated_week.settings
    validate_core(settings, "2026-11-22")
    assert check_coverage(settings, MONDAY).coverage == 1.0
    measure(settings, MONDAY)
    validate_out(settings, MONDAY)
    return release(settings, MONDAY)


def test_every_board_was_read_on_every_day_and_nothing_was_lost(simulated_week: Installation) -> None:
    settings = simulated_week.settings
    assert rows(settings, "SELECT count(*), count(*) FILTER (is_complete) FROM core_board_reads") == [
        (7 * N_BOARDS, 7 * N_BOARDS)
    ]
    assert rows(
        settings,
        "SELECT sum(n_listed), sum(n_rejected), count(*) FILTER (n_promised > n_listed + n_rejected) "
        "FROM core_board_reads",
    ) == rows(
        settings,
        "SELECT (SELECT count(*) FROM core_sightings), (SELECT count(*) FROM core_rejected_records), 0",
    )


def test_the_archive_is_whole_and_each_board_was_listed_once_a_day(simulated_week: Installation) -> None:
    report = verify(Archive(simulated_week.settings.paths.archive))
    assert report.problems == ()
    assert report.n_manifests == 7 * N_BOARDS


def digests_of_rebuilt(settings: Settings, root: Path) -> dict[str, str]:
    """Return the digests of a warehouse that is built in `root` from a copy of the archive."""
    shutil.copytree(settings.paths.archive, root / "archive")
    copy = changed(settings, data_dir=root)
    rebuild(copy)
    return digests(copy)


def test_rebuilding_from_the_archive_gives_the_same_warehouse(
    small_market: Installation, tmp_path: Path
) -> None:
    for day in week_days(MONDAY)[:3]:
        small_market.collect(day)
        small_market.build(day)
    found = digests(small_market.settings)
    assert rows(
        small_market.settings, "SELECT count(*) > 0 FROM core_postings WHERE closed_date IS NOT NULL"
    ) == [(True,)]
    assert digests_of_rebuilt(small_market.settings, tmp_path / "rebuilt") == found


@pytest.mark.slow
def test_rebuilding_a_week_gives_the_same_warehouse(simulated_week: Installation, tmp_path: Path) -> None:
    assert digests_of_rebuilt(simulated_week.settings, tmp_path) == digests(simulated_week.settings)


@pytest.mark.slow
def test_publishing_after_a_rebuild_gives_the_release_that_is_out(small_market: Installation) -> None:
    settings = small_market.settings
    for day in (MONDAY, TUESDAY):
        small_market.collect(day)
        small_market.build(day)
        validate_core(settings, day_key(day))
    for is_rebuilt in (False, True):
        if is_rebuilt:
            rebuild(settings)
        measure(settings, MONDAY)
        validate_out(settings, MONDAY)
        assert release(settings, MONDAY).name == "2026-W47"


def test_the_weekly_figures_are_those_of_the_market(simulated_week: Installation, published: Path) -> None:
    """Compare with the truth: counts nearly exactly, shares within what the classifier's errors allow."""
    truth = simulated_week.market.true_weekly(MONDAY, observed_since=MONDAY)
    rows = json.loads((published / "weekly_metrics_v1.json").read_text())
    found = {
        (row["metric_id"], row["weight_scheme"]): row
        for row in rows
        if row["week_start"] == MONDAY.isoformat()
        and (row["series_kind"], row["basis"], row["stratum_dim"]) == ("observed", "flow", "all")
    }
    n_openings = found["M1", "posting"]["n_postings"]
    assert abs(n_openings - truth.n_openings) <= 0.03 * truth.n_openings, (n_openings, truth.n_openings)
    assert abs(found["M1", "posting"]["n_employers"] - truth.n_employers) <= 1
    for metric, allowed in {"M1": 0.03, "M1b": 0.03, "M2": 0.03, "M5": 0.05, "M5l": 0.08}.items():
        for weight in ("posting", "employer"):
            true_share = getattr(truth.shares[metric], weight)
            row = found[metric, weight]
            assert abs(row["est_raw"] - true_share) <= allowed, (metric, weight, row["est_raw"], true_share)
            assert row["ci_low"] <= true_share <= row["ci_high"], (metric, weight)


def test_the_release_is_complete_marked_as_simulated_and_checks_out(published: Path) -> None:
    assert verify_release(published) == []
    assert (published.parent / "latest").resolve() == published.resolve()
    assert "SIMULATED" in json.loads((published / "datapackage.json").read_text())["title"]
    assert "Simulated data" in (published / "index.html").read_text()
    with duckdb.connect(str(published / "hiring_signals.duckdb"), read_only=True) as con:
        assert con.execute("SELECT count(*) FROM headline").fetchone() != (0,)
        assert con.execute("SELECT DISTINCT data_origin FROM out_weekly_metrics_v1").fetchall() == [
            ("simulated",)
        ]
        assert con.execute("SELECT count(*) FROM weekly('M1')").fetchone() == (1,)
        broken = con.execute("SELECT count(*) FROM evidence WHERE quote IS NULL OR title IS NULL").fetchone()
        assert broken == (0,)


def test_a_board_s_read_is_looked_at_as_the_page_on_collecting_says(
    simulated_week: Installation,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_DATA_DIR", str(simulated_week.settings.data_dir))
    run_page_code("collecting.md", "adapter", tmp_path)
    (n_listed,) = rows(
        simulated_week.settings,
        "SELECT n_listed FROM core_board_reads WHERE board = 'corvanedirect' AND day = DATE '2026-11-16'",
    )
    ending, answer, listing = capsys.readouterr().out.splitlines()
    assert ending == "1 complete None"
    assert answer.startswith("200 http://127.0.0.1:")
    assert listing == f"{n_listed[0]} postings ()"


def test_publishing_the_same_figures_again_changes_nothing(
    simulated_week: Installation, published: Path
) -> None:
    before = (published / CHECKSUMS).read_text()
    measure(simulated_week.settings, MONDAY)
    assert release(simulated_week.settings, MONDAY) == published
    assert (published / CHECKSUMS).read_text() == before
    folders = sorted(path.name for path in published.parent.iterdir() if path.is_dir())
    assert folders == [published.name, "latest"]


def test_poisoned_rows_stop_the_release(simulated_week: Installation, tmp_path: Path) -> None:
    warehouse = simulated_week.settings.paths.warehouse
    poisoned = changed(simulated_week.settings, data_dir=tmp_path)
    poisoned.paths.warehouse.parent.mkdir(parents=True)
    shutil.copy(warehouse, poisoned.paths.warehouse)
    with open_warehouse(poisoned) as con:
        con.execute(
            "UPDATE core_postings SET closed_date = first_seen_date - 9 WHERE posting_key = "
            "(SELECT min(posting_key) FROM core_postings)"
        )
    with pytest.raises(ValidationFailedError, match="closed_date"):
        validate_core(poisoned, "2026-11-22")
    with open_warehouse(poisoned) as con:
        failed = con.execute(
            "SELECT count(*) FROM core_validation_results WHERE NOT is_success AND severity = 'critical'"
        ).fetchone()
    assert failed is not None
    assert failed[0] > 0


def test_removed_personal_data_is_nowhere_in_the_stored_texts(simulated_week: Installation) -> None:
    texts = str(simulated_week.settings.paths.texts / "**" / "*.parquet")
    with duckdb.connect() as con:
        found = con.execute(
            "SELECT count(*), count(*) FILTER (contains(text, 'example.com') AND contains(text, '@')), "
            "count(*) FILTER (regexp_matches(text, '555-01\\d\\d')) FROM read_parquet(?)",
            [texts],
        ).fetchone()
    assert found is not None
    assert found[0] > 100
    assert found[1:] == (0, 0)
