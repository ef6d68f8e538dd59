"""The gate: validate tables, keep what was found, and stop on a critical failure."""

from __future__ import annotations

import re
from collections.abc import Sequence

import duckdb
import msgspec

from include.partitions import folder_name, parse_day
from include.pipeline.status import write_status
from include.settings import Settings
from include.validate.gate import validate_tables
from include.validate.report import ValidationReport
from include.warehouse.cards import load_cards
from include.warehouse.connection import open_warehouse, transaction

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")


class GateReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a gate run ended."""

    partition_key: str
    n_checks: int
    n_warnings: int


def validate_core(settings: Settings, partition_key: str) -> GateReport:
    """Run the expectations of every core table on one partition; the last step of a build.

    Raises:
        ValidationFailedError: a critical expectation failed: nothing downstream may run.
    """
    tables = [name for name, card in load_cards().items() if card.layer == "core"]
    return run_gate(settings, tables, partition_key)


def run_gate(settings: Settings, tables: Sequence[str], partition_key: str) -> GateReport:
    """Validate tables, keep the results in the warehouse, and stop on a critical failure.

    Raises:
        ValidationFailedError: a critical expectation failed; its message says what to do.
    """
    config = {"memory_limit": settings.duckdb_memory_limit, "threads": settings.duckdb_threads}
    docs = settings.paths.data_docs / folder_name(partition_key)
    report = validate_tables(settings.paths.warehouse, tables, partition_key, docs, config)
    with open_warehouse(settings) as connection:
        _keep_results(connection, report, tables)
        if _DAY.fullmatch(partition_key):
            write_status(settings, connection, parse_day(partition_key))
    report.raise_if_critical()
    return GateReport(
        partition_key=partition_key, n_checks=len(report.results), n_warnings=len(report.failed_warning)
    )


def _keep_results(
    connection: duckdb.DuckDBPyConnection, report: ValidationReport, tables: Sequence[str]
) -> None:
    with transaction(connection):
        connection.execute(
            "DELETE FROM core_validation_results WHERE partition_key = ? AND list_contains(?, table_name)",
            [report.partition_key, list(tables)],
        )
        for row in report.rows():
            names = ", ".join(row)
            marks = ", ".join("?" for _ in row)
            connection.execute(
                f"INSERT INTO core_validation_results ({names}) VALUES ({marks})",  # noqa: S608 - card names
                list(row.values()),
            )
