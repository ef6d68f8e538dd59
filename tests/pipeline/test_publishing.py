"""What a week that is published by hand is refused for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from include.pipeline import publishing
from include.pipeline.gate import GateReport
from include.pipeline.publishing import FailedPartitionError, validate_out
from include.settings import Settings
from include.warehouse.connection import open_warehouse
from tests.pipeline.installation import MONDAY

Fail = Callable[[str, str, bool], None]


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An empty warehouse; the expectations of out tables, which are tested elsewhere, hold."""

    def gate(settings: Settings, tables: list[str], key: str) -> GateReport:
        return GateReport(partition_key=key, n_checks=len(tables), n_warnings=0)

    monkeypatch.setattr(publishing, "run_gate", gate)
    return Settings(data_dir=tmp_path)


@pytest.fixture
def checked(settings: Settings) -> Fail:
    """Put a check of a partition on record."""

    def record(partition_key: str, severity: str, is_success: bool) -> None:
        with open_warehouse(settings) as connection:
            connection.execute(
                "INSERT INTO core_validation_results BY NAME SELECT ? AS partition_key, ? AS severity, "
                "? AS is_success, 'core_postings' AS table_name, 'ids_are_unique' AS expectation_id, "
                "'Ids are unique.' AS description, 'why' AS reason",
                [partition_key, severity, is_success],
            )

    return record


@pytest.mark.parametrize(
    "partition_key", ["2026-10-01", "2026-11-15", "2026-11-16", "2026-11-22", "import/history"]
)
def test_a_week_is_refused_while_what_it_rests_on_fails_its_gate(
    settings: Settings, checked: Fail, partition_key: str
) -> None:
    checked(partition_key, "critical", False)
    with pytest.raises(FailedPartitionError) as caught:
        validate_out(settings, MONDAY)
    assert "2026-W47 is not published" in str(caught.value)
    assert f"{partition_key} (core_postings.ids_are_unique)" in str(caught.value)
    assert 'trigger publish_weekly with {"week": "2026-W47"}' in str(caught.value)


def test_warnings_passed_checks_later_days_and_other_releases_hold_up_nothing(
    settings: Settings, checked: Fail
) -> None:
    checked("2026-11-16", "warning", False)
    checked("2026-11-17", "critical", True)
    checked("2026-11-23", "critical", False)
    checked("2026-W46", "critical", False)  # was not released, and is measured anew with the series
    checked("2026-W47", "critical", False)  # which is to be found out anew
    assert validate_out(settings, MONDAY).partition_key == "2026-W47"
