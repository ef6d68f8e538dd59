"""The gate between the warehouse and everybody who reads it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any

import duckdb

from include.storage import swapped_directory
from include.validate.checks import Check
from include.validate.registry import checks_for
from include.validate.report import CheckResult, ValidationReport
from include.validate.scope import Scope, parse_scope
from include.warehouse.cards import load_card
from include.warehouse.connection import LOCK_PATIENCE_SECONDS, connect_patiently, open_patiently

if TYPE_CHECKING:  # at run time it would import Great Expectations, which takes seconds
    from include.validate.gx_suite import Outcome


class GateError(RuntimeError):
    """The gate could not be run; the message names the file or table and the mend."""


def validate_tables(
    warehouse: Path,
    tables: Sequence[str],
    partition_key: str,
    data_docs: Path,
    config: Mapping[str, Any] | None = None,
    *,
    patience_seconds: float = LOCK_PATIENCE_SECONDS,
) -> ValidationReport:
    """Check tables of a warehouse and write Data Docs.

    The file is opened read-only and closed again. Run it while no other connection of this process has the
    file open for writing (DuckDB refuses to mix the two).

    Args:
        warehouse: DuckDB file.
        tables: names of tables that have cards.
        partition_key: a day (`2026-11-16`), a week (`2026-W47`) or `import/<name>`.
        data_docs: folder that shows the latest run; swapped in whole.
        config: DuckDB settings, such as `memory_limit` and `threads`.
        patience_seconds: how long to wait for another process that has the file open for writing.

    Returns:
        One result per expectation, passed and failed; call `raise_if_critical` on it.

    Raises:
        GateError: the file or a table is missing, the file cannot be read, or a result went missing.
        WarehouseLockedError: another process kept the file for longer than that.
        CanaryError: the checks cannot be trusted.
        ExpectationsError: a table has no expectations.
        PartitionKeyError: the partition key has another form.
    """
    scope = parse_scope(partition_key)
    checks = {table: checks_for(table, scope.kind) for table in tables}
    _refuse_missing(warehouse, tables, config or {}, patience_seconds)

    # Importing Great Expectations takes seconds; everything above fails fast without it.
    from include.validate import canary
    from include.validate.gx_suite import TableSuite, run_suites, validation_context

    canary.sing()
    suites = [TableSuite(card=load_card(table), checks=checks[table]) for table in tables]
    connect: dict[str, Any] = {"read_only": True, "config": dict(config or {})}
    with swapped_directory(data_docs) as folder, ExitStack() as opened:
        # Another process may have come in since the first look.
        context, source = open_patiently(
            lambda: opened.enter_context(validation_context(str(warehouse.resolve()), connect)),
            warehouse,
            patience_seconds,
        )
        outcomes = run_suites(context, source, suites, scope, folder)
    results = []
    for table in tables:
        for check in checks[table]:
            if (table, check.id) not in outcomes:
                raise GateError(f"{table}.{check.id} gave no result, so the gate cannot pass; run it again")
            results.append(_result(scope, table, check, outcomes[table, check.id]))
    return ValidationReport(partition_key=scope.key, results=tuple(results))


def _result(scope: Scope, table: str, check: Check, outcome: Outcome) -> CheckResult:
    # A check that cannot be evaluated is not a mild one, whatever it was declared as.
    severity = "critical" if outcome.error is not None else check.severity
    return CheckResult(
        partition_key=scope.key,
        table_name=table,
        expectation_id=check.id,
        description=check.expect,
        severity=severity,
        is_success=outcome.is_success,
        observed_value=outcome.observed_value,
        n_unexpected=outcome.n_unexpected,
        reason=f"{check.reason} (judged {check.since.isoformat()})",
        mend=check.mend
        if outcome.error is None
        else "Correct the SQL of the expectation, or migrate the table.",
        sample_rows=outcome.sample_rows,
    )


def _refuse_missing(
    warehouse: Path, tables: Sequence[str], config: Mapping[str, Any], patience_seconds: float
) -> None:
    if not tables:
        raise GateError("no tables were named, so nothing would be checked; name at least one")
    if not warehouse.is_file():
        raise GateError(
            f"{warehouse} does not exist; build the warehouse first (build_warehouse or make run)"
        )
    try:
        connection = connect_patiently(warehouse.resolve(), config, patience_seconds, read_only=True)
    except duckdb.Error as error:
        raise GateError(
            f"{warehouse} cannot be opened for checking ({str(error).splitlines()[0]}); build it again from "
            "the archive (python -m include.pipeline rebuild), or restore it from a backup"
        ) from error
    with connection:
        there = {name for (name,) in connection.execute("SELECT table_name FROM duckdb_tables()").fetchall()}
    missing = [table for table in tables if table not in there]
    if missing:
        raise GateError(
            f"{warehouse} has no table {', '.join(missing)}; run the migrations (build_warehouse)"
        )
