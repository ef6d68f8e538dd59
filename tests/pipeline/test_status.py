"""The file that the operators' page reads speaks of the day that matters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec
import pytest

from include.pipeline.status import BuildStatus, read_status, status_file, write_status
from include.settings import Settings
from include.warehouse.connection import open_warehouse

OLD, NEW = date(2026, 11, 16), date(2026, 11, 17)

READ = """
INSERT INTO core_board_reads BY NAME
SELECT ?::DATE AS day, 'lever' AS source, 'one' AS board, 'One' AS employer, true AS is_expected, ? AS status,
  ? = 'complete' AS is_complete, 0 AS n_listed, 0 AS n_rejected, 0 AS n_new, 0 AS n_changed, 0 AS n_gone,
  1 AS n_requests, 0 AS body_bytes, 0.0 AS elapsed_seconds, 'r' AS manifest
"""
FAILED = """
INSERT INTO core_validation_results BY NAME
SELECT ? AS partition_key, 'core_signals' AS table_name, 'one' AS expectation_id, 'One.' AS description,
  'critical' AS severity, false AS is_success, 1 AS n_unexpected, 'So.' AS reason
"""


@pytest.mark.parametrize(("fails", "shown", "troubles"), [(False, NEW, ["gone"]), (True, OLD, [])])
def test_an_old_day_built_again_does_not_hide_the_newest_unless_its_gate_failed(
    tmp_path: Path, fails: bool, shown: date, troubles: list[str]
) -> None:
    settings = Settings(data_dir=tmp_path)
    with open_warehouse(settings) as connection:
        for day, status in ((OLD, "complete"), (NEW, "gone")):
            connection.execute(READ, [day, status, status])
        if fails:
            connection.execute(FAILED, [OLD.isoformat()])
        written = write_status(settings, connection, OLD)
    assert written.day == shown
    assert [trouble.status for trouble in written.troubles] == troubles
    assert bool(written.failed_checks) is fails
    assert msgspec.json.decode(status_file(settings.paths).read_bytes(), type=BuildStatus) == written


def test_a_status_counts_the_boards_of_its_day_and_names_those_that_were_not_read(tmp_path: Path) -> None:
    boards = [  # day, source, board, expected, status, listed, new, gone, rejected
        (NEW, "lever", "whole", True, "complete", 10, 1, 2, 3),
        (NEW, "ashby", "same", True, "unchanged", 20, 0, 0, 0),
        (NEW, "lever", "lost", True, "failed", 0, 0, 0, 0),
        (NEW, "ashby", "part", True, "partial", 5, 4, 0, 1),
        (NEW, "lever", "unasked", False, "complete", 7, 0, 0, 0),
        (NEW, "lever", "unasked-failed", False, "failed", 0, 0, 0, 0),
        (NEW, "lever", "off", False, "switched_off", 0, 0, 0, 0),
        (NEW, "ashby", "off too", False, "switched_off", 0, 0, 0, 0),
        (OLD, "ashby", "off too", True, "failed", 0, 0, 0, 0),
        (NEW, "lever", "never-on", False, "switched_off", 0, 0, 0, 0),
        (NEW, "import/ads", "ads", True, "failed", 900, 900, 900, 900),
        (OLD, "lever", "off", True, "complete", 4, 4, 4, 4),
        (OLD, "lever", "never-on", False, "switched_off", 0, 0, 0, 0),
    ]
    settings = Settings(data_dir=tmp_path, data_origin="public_boards")
    with open_warehouse(settings) as connection:
        for row in boards:
            connection.execute(
                "INSERT INTO core_board_reads BY NAME SELECT ?::DATE AS day, ? AS source, ? AS board, "
                "'One' AS employer, ? AS is_expected, ? AS status, false AS is_complete, ? AS n_listed, "
                "? AS n_new, ? AS n_gone, ? AS n_rejected, 0 AS n_changed, 1 AS n_requests, "
                "0 AS body_bytes, 0.0 AS elapsed_seconds, 'r' AS manifest",
                row,
            )
        connection.execute(FAILED.replace("'critical'", "'warning'"), [NEW.isoformat()])
        connection.execute(FAILED.replace("false AS", "true AS"), [NEW.isoformat()])
        connection.execute(FAILED.replace("'critical'", "'warning'"), [OLD.isoformat()])
        found = write_status(settings, connection, NEW)
    assert (found.day, found.data_origin) == (NEW, "public_boards")
    assert (found.boards_expected, found.boards_read) == (4, 2)
    assert (found.postings_listed, found.postings_new, found.postings_gone) == (42, 5, 2)
    assert found.records_rejected == 4
    assert [trouble.board for trouble in found.troubles] == ["part", "lost"]
    assert [off.board for off in found.switched_off] == ["off too", "off"]
    assert [check.severity for check in found.failed_checks] == ["warning"]


def test_critical_checks_are_named_before_warnings(tmp_path: Path) -> None:
    with open_warehouse(Settings(data_dir=tmp_path)) as connection:
        for table, severity in (("a", "warning"), ("c", "critical"), ("b", "critical"), ("d", "warning")):
            query = FAILED.replace("'critical'", f"'{severity}'").replace("'core_signals'", f"'{table}'")
            connection.execute(query, [NEW.isoformat()])
        found = read_status(connection, NEW, "simulated")
    assert [(check.table_name, check.severity) for check in found.failed_checks] == [
        ("b", "critical"), ("c", "critical"), ("a", "warning"), ("d", "warning"),
    ]  # fmt: skip


def test_a_day_without_any_read_is_shown_while_there_is_no_other(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with open_warehouse(settings) as connection:
        written = write_status(settings, connection, NEW)
    assert (written.day, written.boards_expected, written.postings_listed) == (NEW, 0, 0)


def test_an_import_and_a_warning_leave_the_newest_day_to_be_shown(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with open_warehouse(settings) as connection:
        for day, source in ((OLD, "lever"), (NEW, "lever"), (date(2026, 12, 1), "import/ads")):
            connection.execute(READ.replace("'lever'", "?"), [day, source, "complete", "complete"])
        connection.execute(FAILED.replace("'critical'", "'warning'"), [OLD.isoformat()])
        connection.execute(FAILED.replace("false AS", "true AS"), [OLD.isoformat()])
        assert write_status(settings, connection, OLD).day == NEW
        later = date(2026, 11, 18)  # of which no board has a row
        assert write_status(settings, connection, later).day == later
