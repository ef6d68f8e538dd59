"""Load: a staged partition into the warehouse, and postings into openings."""

from __future__ import annotations

import shutil
from datetime import date
from typing import Any

import duckdb

from include.archive.plan import read_plan, read_switched_off
from include.dedupe.openings import group_openings
from include.normalize.stager import unread_row
from include.partitions import name_of_import, parse_day
from include.pipeline.collecting import sources_of_day
from include.pipeline.importing import find_import
from include.settings import Settings
from include.warehouse.connection import open_warehouse, transaction
from include.warehouse.load import LoadReport, load_day, load_import
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore


class NotStagedError(RuntimeError):
    """Of a partition nothing, or of an import not all, is staged; what was loaded of it before stands."""


def load_partition(settings: Settings, partition_key: str) -> LoadReport:
    """Load a staged partition and group postings into openings, in two transactions.

    Args:
        settings: of the installation.
        partition_key: a day or `import/<name>`.

    Raises:
        KeyError: there is no import of this name.
        NotStagedError: the import is not staged whole, or the day was loaded and nothing of it is staged now.
        CountMismatchError: records were lost; nothing was loaded.
        WarehouseLockedError: another process holds the warehouse.
    """
    staging = Staging(settings.paths.staging, partition_key)
    with open_warehouse(settings) as connection:
        if name := name_of_import(partition_key):
            day = find_import(settings, name).day
            if not staging.is_whole(partition_key):
                raise _not_staged(staging, "stage")
            report = load_import(connection, staging, day, settings.data_origin)
        else:
            day = parse_day(partition_key)
            if not staging.folder.exists() and _is_loaded(connection, day):
                raise _not_staged(staging, "stage_source")
            _stage_missing_sources(settings, staging, day)
            report = load_day(
                connection, staging, day, settings.data_origin, switched_off=_switched_off(settings, day)
            )
        with transaction(connection):
            group_openings(connection, TextStore(settings.paths.texts).get)
    return report


def _not_staged(staging: Staging, task: str) -> NotStagedError:
    # Upkeep removes what was staged long ago; loading it again would replace the partition by nothing.
    return NotStagedError(
        f"{staging.partition_key} is not staged whole in {staging.folder}: clear the task `{task}` of its "
        "run, too. What was loaded of it before stands."
    )


def _is_loaded(connection: duckdb.DuckDBPyConnection, day: date) -> bool:
    return bool(connection.execute("SELECT 1 FROM core_sightings WHERE day = ? LIMIT 1", [day]).fetchall())


def _switched_off(settings: Settings, day: date) -> list[dict[str, Any]]:
    return [
        unread_row(off.board, day, "switched_off", off.note or "switched off in the boards file")
        | {"is_expected": False}
        for off in read_switched_off(settings.paths.archive, day)
    ]


def _stage_missing_sources(settings: Settings, staging: Staging, day: date) -> None:
    # A source whose staging failed must neither hold up the others nor vanish: its boards get a row each, and
    # whatever a killed task left of it goes, because it would not add up.
    for source in sources_of_day(settings, day):
        if staging.is_whole(source):
            continue
        shutil.rmtree(staging.source_folder(source), ignore_errors=True)
        with staging.writer(source, "core_board_reads") as writer:
            error = "normalize or classify failed for this source; see the log of its task"
            writer.write(
                [
                    unread_row(board, day, "malformed", error)
                    for board in read_plan(settings.paths.archive, day)
                    if board.source == source
                ]
            )
