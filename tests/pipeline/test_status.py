"""The file that the operators' page reads speaks of the day that matters."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from include.pipeline.status import write_status
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
