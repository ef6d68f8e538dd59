"""Build: one partition from the archive into the warehouse, up to the gate."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from datetime import date

import duckdb
import msgspec

from include.archive.store import Archive
from include.classify.stage import stage_signals
from include.collect.adapters import ADAPTERS
from include.collect.plan import read_plan
from include.dedupe.openings import group_openings
from include.normalize.stage import StageReport, stage_day
from include.partitions import day_key, parse_day
from include.pipeline.importing import find_import
from include.pipeline.status import write_status
from include.settings import Settings
from include.validate.gate import validate_tables
from include.validate.report import ValidationReport
from include.warehouse.cards import load_cards
from include.warehouse.connection import open_warehouse, transaction
from include.warehouse.load import LoadReport, load_day, load_import, load_signals
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore

RECLASSIFY = "reclassify"
"""Staging folder (and source) of a re-classification."""


class GateReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a gate run ended."""

    partition_key: str
    n_checks: int
    n_warnings: int


def sources_of_day(settings: Settings, day: date) -> list[str]:
    """Return the sources planned or read on `day`, sorted."""
    planned = {board.source for board in read_plan(settings.paths.archive, day)}
    read = {archived.read.board.source for archived in Archive(settings.paths.archive).effective_reads(day)}
    return sorted(planned | read)


def stage_source(settings: Settings, day: date, source: str) -> StageReport:
    """Normalize what one source's boards answered on `day`.

    Raises:
        KeyError: no adapter reads the source.
        StorageError: a staged file could not be written.
    """
    staging = Staging(settings.paths.staging, day_key(day))
    # Rows of an earlier run must not pass for this one's when this one fails.
    shutil.rmtree(staging.path(source, "any").parent, ignore_errors=True)
    return stage_day(
        archive=Archive(settings.paths.archive),
        staging=staging,
        texts=TextStore(settings.paths.texts),
        adapter=ADAPTERS[source],
        expected=[board for board in read_plan(settings.paths.archive, day) if board.source == source],
        day=day,
    )


def classify_source(settings: Settings, partition_key: str, source: str) -> int:
    """Classify the new texts of one source and partition; return how many.

    Raises:
        StorageError: a staged file could not be written.
    """
    staging = Staging(settings.paths.staging, partition_key)
    return stage_signals(staging=staging, texts=TextStore(settings.paths.texts), source=source)


def load_partition(settings: Settings, partition_key: str) -> LoadReport:
    """Load a staged partition and group postings into openings, in two transactions.

    Args:
        settings: of the installation.
        partition_key: a day or `import/<name>`.

    Raises:
        KeyError: there is no import of this name.
        CountMismatchError: records were lost; nothing was loaded.
        WarehouseLockedError: another process holds the warehouse.
    """
    staging = Staging(settings.paths.staging, partition_key)
    with open_warehouse(settings) as connection:
        if partition_key.startswith("import/"):
            day = find_import(settings, partition_key.removeprefix("import/")).day
            report = load_import(connection, staging, day, settings.data_origin)
        else:
            day = parse_day(partition_key)
            _stage_missing_sources(settings, staging, day)
            report = load_day(connection, staging, day, settings.data_origin)
        _group(settings, connection)
    return report


def reclassify(settings: Settings) -> int:
    """Classify every stored text again with the current lexicon, rules and model.

    Returns:
        Number of contents whose labels were replaced.

    Raises:
        StorageError: a staged file could not be written.
        WarehouseLockedError: another process holds the warehouse.
    """
    texts = TextStore(settings.paths.texts)
    staging = Staging(settings.paths.staging, RECLASSIFY)
    stage_signals(staging=staging, texts=texts, source=RECLASSIFY, text_files=texts.files())
    with open_warehouse(settings) as connection:
        return load_signals(connection, staging)


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
    docs = settings.paths.data_docs / partition_key.replace("/", "=")
    report = validate_tables(settings.paths.warehouse, tables, partition_key, docs, config)
    with open_warehouse(settings) as connection:
        _keep_results(connection, report, tables)
        if not partition_key.startswith("import/") and not tables[0].startswith("out_"):
            write_status(settings, connection, parse_day(partition_key))
    report.raise_if_critical()
    return GateReport(
        partition_key=partition_key, n_checks=len(report.results), n_warnings=len(report.failed_warning)
    )


def _group(settings: Settings, connection: duckdb.DuckDBPyConnection) -> None:
    with transaction(connection):
        group_openings(connection, TextStore(settings.paths.texts).get)


def _stage_missing_sources(settings: Settings, staging: Staging, day: date) -> None:
    # A source whose staging failed must neither hold up the others nor vanish: its boards get a row each.
    for source in sources_of_day(settings, day):
        if staging.path(source, "core_board_reads").exists():
            continue
        with staging.writer(source, "core_board_reads") as writer:
            writer.write(
                [
                    {
                        "day": day,
                        "source": source,
                        "board": board.token,
                        "employer": board.employer,
                        "is_expected": True,
                        "status": "malformed",
                        "is_complete": False,
                        "n_promised": None,
                        "n_listed": 0,
                        "n_rejected": 0,
                        "n_requests": 0,
                        "body_bytes": 0,
                        "elapsed_seconds": 0.0,
                        "error": "normalize failed for this source; see the log of its task",
                        "manifest": None,
                    }
                    for board in read_plan(settings.paths.archive, day)
                    if board.source == source
                ]
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
