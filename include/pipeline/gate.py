"""The gate: validate tables, keep what was found, and stop on a critical failure."""

from __future__ import annotations

from collections.abc import Sequence

import duckdb
import msgspec

from include.partitions import folder_name
from include.pipeline.status import write_status
from include.settings import Settings
from include.validate.gate import validate_tables
from include.validate.report import ValidationReport
from include.validate.scope import parse_scope
from include.warehouse.cards import load_table_cards
from include.warehouse.connection import open_warehouse, resource_limits, transaction
from include.warehouse.rows import insert_rows


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
    tables = [name for name, card in load_table_cards().items() if card.layer == "core"]
    return run_gate(settings, tables, partition_key)


def run_gate(settings: Settings, tables: Sequence[str], partition_key: str) -> GateReport:
    """Validate tables, keep the results in the warehouse, and stop on a critical failure.

    Raises:
        ValidationFailedError: a critical expectation failed; its message says what to do.
    """
    scope = parse_scope(partition_key)
    docs = settings.paths.data_docs / folder_name(partition_key)
    report = validate_tables(settings.paths.warehouse, tables, partition_key, docs, resource_limits(settings))
    with open_warehouse(settings) as connection:
        _keep_results(connection, report, tables)
        if scope.kind == "day" and scope.first_day:
            write_status(settings, connection, scope.first_day)
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
        insert_rows(connection, "core_validation_results", report.rows())
