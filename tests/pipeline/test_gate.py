"""What a gate run leaves: its results, its pages, and the status that operators see."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from include.pipeline.gate import run_gate, validate_core
from include.pipeline.status import BuildStatus, status_file
from include.settings import Settings
from include.validate.report import ValidationFailedError
from include.warehouse.cards import load_table_cards
from include.warehouse.connection import open_warehouse
from tests.pipeline.installation import rows
from tests.validate.small_warehouse import DAY, WEEK, build

RESULTS = "SELECT partition_key, table_name, count(*) FROM core_validation_results GROUP BY ALL ORDER BY ALL"


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A small sound warehouse."""
    found = Settings(data_dir=tmp_path / "data")
    small = tmp_path / "small.duckdb"
    build(small).close()
    with open_warehouse(found) as connection:
        connection.execute(f"ATTACH '{small}' AS small (READ_ONLY)")
        for name, card in load_table_cards().items():
            if card.layer == "core" and name != "core_validation_results":
                connection.execute(f"INSERT INTO {name} BY NAME FROM small.{name}")
    return found


def test_a_run_replaces_its_results_and_leaves_those_of_other_tables_and_partitions(
    settings: Settings,
) -> None:
    runs = (("core_board_reads", DAY), ("core_sightings", DAY), ("core_sightings", WEEK))
    reports = [run_gate(settings, [table], key) for table, key in runs]
    assert [report.partition_key for report in reports] == [DAY, DAY, WEEK]
    assert all(report.n_warnings == 0 < report.n_checks for report in reports)
    found = rows(settings, RESULTS)
    assert found == [
        (key, table, report.n_checks) for (table, key), report in zip(runs, reports, strict=True)
    ]
    run_gate(settings, ["core_sightings"], DAY)
    assert rows(settings, RESULTS) == found


def test_a_gate_of_a_build_checks_the_core_tables_and_tells_the_status(settings: Settings) -> None:
    validate_core(settings, DAY)
    checked = {
        table for (table,) in rows(settings, "SELECT DISTINCT table_name FROM core_validation_results")
    }
    assert checked <= {name for name, card in load_table_cards().items() if card.layer == "core"}
    assert (settings.paths.data_docs / DAY / "index.html").exists()
    status = msgspec.json.decode(status_file(settings.paths).read_bytes(), type=BuildStatus)
    assert (status.day.isoformat(), status.failed_checks) == (DAY, ())


@pytest.mark.parametrize(("key", "folder"), [(WEEK, WEEK), ("import/ads", "import=ads")])
def test_a_gate_of_a_week_or_an_import_is_no_build_of_a_day(
    settings: Settings, key: str, folder: str
) -> None:
    run_gate(settings, ["core_sightings"], key)
    assert not status_file(settings.paths).exists()
    assert (settings.paths.data_docs / folder / "index.html").exists()


def test_what_a_gate_found_is_kept_also_when_it_stops(settings: Settings) -> None:
    rows(settings, "UPDATE core_postings SET closed_date = first_seen_date - 9 WHERE native_id = '3'")
    with pytest.raises(ValidationFailedError, match="closed_date"):
        validate_core(settings, DAY)
    failed = rows(
        settings,
        "SELECT expectation_id FROM core_validation_results WHERE NOT is_success AND severity = 'critical'",
    )
    assert failed
    status = msgspec.json.decode(status_file(settings.paths).read_bytes(), type=BuildStatus)
    assert {(check.expectation_id,) for check in status.failed_checks if check.severity == "critical"} == set(
        failed
    )
