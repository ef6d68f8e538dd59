"""Load: a staged partition into the warehouse, and postings into openings."""

from __future__ import annotations

from collections.abc import Sequence
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

_UNSTAGED = "normalize or classify failed for this source; see the log of its task"
"""Error of the boards whose source was not staged whole."""


class NotStagedError(RuntimeError):
    """What was loaded of a partition is not staged any more, or an import not whole; the warehouse stands."""


def load_partition(settings: Settings, partition_key: str) -> LoadReport:
    """Load a staged partition and group postings into openings, in two transactions.

    Args:
        settings: of the installation.
        partition_key: a day or `import/<name>`.

    Raises:
        KeyError: there is no import of this name.
        NotStagedError: the import is not staged whole, or a source that was loaded of the day is not staged
            any more; nothing was loaded.
        CountMismatchError: records were lost; nothing was loaded.
        WarehouseLockedError: another process holds the warehouse.
    """
    staging = Staging(settings.paths.staging, partition_key)
    with open_warehouse(settings) as connection:
        if name := name_of_import(partition_key):
            day = find_import(settings, name).day
            if not staging.is_whole(partition_key):
                raise NotStagedError(
                    f"{partition_key} is not staged whole in {staging.folder}: clear the task `stage` of its "
                    "run, too. What was loaded of it before stands."
                )
            report = load_import(connection, staging, day, settings.data_origin)
        else:
            day = parse_day(partition_key)
            sources = sources_of_day(settings, day)
            _refuse_tidied_day(connection, staging, day, sources)
            report = load_day(
                connection,
                staging,
                day,
                settings.data_origin,
                unstaged=_unstaged(settings, staging, day, sources),
                switched_off=_switched_off(settings, day),
            )
        with transaction(connection):
            group_openings(connection, TextStore(settings.paths.texts).get)
    return report


def _refuse_tidied_day(
    connection: duckdb.DuckDBPyConnection, staging: Staging, day: date, sources: Sequence[str]
) -> None:
    # Upkeep removes what was staged long ago. Where one source of such a day is then staged again alone, or
    # none, loading would replace the others by nothing.
    loaded = {
        source
        for (source,) in connection.execute(
            "SELECT DISTINCT source FROM core_board_reads WHERE day = ? AND NOT is_import(source) "
            "AND status <> 'switched_off' AND error IS DISTINCT FROM ?",
            [day, _UNSTAGED],
        ).fetchall()
    }
    # A source that nobody planned or read that day any more may go, but with a build of the day only.
    expected = loaded.intersection(sources) if staging.folder.exists() else loaded
    gone = sorted(source for source in expected if not staging.is_begun(source))
    if gone:
        raise NotStagedError(
            f"{staging.partition_key} was loaded before, and of {', '.join(gone)} nothing is staged any more "
            f"in {staging.folder}, as of days that were staged long ago. Clear every mapped task of "
            "`stage_source` of its run, or trigger build_warehouse for the day. What was loaded of it stands."
        )


def _unstaged(
    settings: Settings, staging: Staging, day: date, sources: Sequence[str]
) -> dict[str, list[dict[str, Any]]]:
    # A source whose staging failed must neither hold up the others nor vanish: its boards get a row each.
    plan = read_plan(settings.paths.archive, day)
    return {
        source: [unread_row(board, day, "malformed", _UNSTAGED) for board in plan if board.source == source]
        for source in sources
        if not staging.is_whole(source)
    }


def _switched_off(settings: Settings, day: date) -> list[dict[str, Any]]:
    return [
        unread_row(off.board, day, "switched_off", off.note or "switched off in the boards file")
        | {"is_expected": False}
        for off in read_switched_off(settings.paths.archive, day)
    ]
