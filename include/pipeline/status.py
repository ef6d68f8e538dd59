"""What an operator asks first, in a small file: the page that shows it need not open the warehouse."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb
import msgspec

from include.json_text import readable_json
from include.partitions import day_key
from include.settings import DataOrigin, DataPaths, Settings
from include.storage import write_bytes
from include.warehouse.rows import read_rows


class BoardTrouble(msgspec.Struct, frozen=True, kw_only=True):
    """A board that was expected and not read whole, or is switched off."""

    source: str
    board: str
    employer: str
    status: str
    error: str | None


class CheckTrouble(msgspec.Struct, frozen=True, kw_only=True):
    """A failed expectation."""

    table_name: str
    expectation_id: str
    severity: str
    description: str
    observed_value: str | None


class BuildStatus(msgspec.Struct, frozen=True, kw_only=True):
    """The newest built day, or one that failed its gate just now: boards, counts, failed checks.

    Attributes:
        switched_off: boards that were expected once and are off now, by the boards file; `error` says why.
    """

    day: date
    data_origin: str
    boards_expected: int
    boards_read: int
    postings_listed: int
    postings_new: int
    postings_gone: int
    records_rejected: int
    troubles: tuple[BoardTrouble, ...]
    switched_off: tuple[BoardTrouble, ...] = ()
    failed_checks: tuple[CheckTrouble, ...]


def status_file(paths: DataPaths) -> Path:
    """Return where the status of the last build stands."""
    return paths.status / "build.json"


def write_status(settings: Settings, connection: duckdb.DuckDBPyConnection, day: date) -> BuildStatus:
    """Write the status of the last build and return what it says.

    Args:
        settings: where the file goes.
        connection: the warehouse.
        day: built and checked a moment ago. The file speaks of it when it failed its gate, else of the newest
            day: an old day that is built again must not hide what is wrong with today's boards.

    Raises:
        StorageError: the file could not be written.
    """
    status = read_status(connection, _day_to_show(connection, day), settings.data_origin)
    write_bytes(status_file(settings.paths), readable_json(status))
    return status


def read_status(connection: duckdb.DuckDBPyConnection, day: date, data_origin: DataOrigin) -> BuildStatus:
    """Return what the warehouse says of a day's boards, counts and checks."""
    [totals] = read_rows(
        connection,
        "SELECT count(*) FILTER (is_expected) AS boards_expected, "
        "count(*) FILTER (is_expected AND is_whole_read(status)) AS boards_read, "
        "coalesce(sum(n_listed), 0) AS postings_listed, coalesce(sum(n_new), 0) AS postings_new, "
        "coalesce(sum(n_gone), 0) AS postings_gone, coalesce(sum(n_rejected), 0) AS records_rejected "
        "FROM core_board_reads WHERE day = ? AND NOT is_import(source)",
        [day],
    )
    troubles = read_rows(
        connection,
        "SELECT source, board, employer, status, error FROM core_board_reads "
        "WHERE day = ? AND NOT is_import(source) AND is_expected AND NOT is_whole_read(status) "
        "ORDER BY source, board",
        [day],
    )
    switched_off = read_rows(
        connection,
        "SELECT source, board, employer, status, error FROM core_board_reads AS off "
        "SEMI JOIN (SELECT source, board FROM core_board_reads WHERE is_expected AND day < $day) AS once "
        "USING (source, board) WHERE day = $day AND status = 'switched_off' ORDER BY source, board",
        {"day": day},
    )
    failed = read_rows(
        connection,
        "SELECT table_name, expectation_id, severity, description, observed_value "
        "FROM core_validation_results WHERE partition_key = ? AND NOT is_success "
        "ORDER BY severity, table_name, expectation_id",
        [day_key(day)],
    )
    return BuildStatus(
        day=day,
        data_origin=data_origin,
        troubles=tuple(BoardTrouble(**row) for row in troubles),
        switched_off=tuple(BoardTrouble(**row) for row in switched_off),
        failed_checks=tuple(CheckTrouble(**row) for row in failed),
        **totals,
    )


def _day_to_show(connection: duckdb.DuckDBPyConnection, day: date) -> date:
    row = connection.execute(
        "SELECT (SELECT max(day) FROM core_board_reads WHERE NOT is_import(source)), "
        "EXISTS (FROM core_validation_results "
        "WHERE partition_key = ? AND severity = 'critical' AND NOT is_success)",
        [day_key(day)],
    ).fetchone()
    newest, is_failed = row if row else (None, False)
    return day if is_failed or newest is None else max(day, newest)
