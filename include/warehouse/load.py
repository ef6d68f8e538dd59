"""Staged Parquet into the core tables: one partition in, one partition replaced, in one transaction.

The SQL stands beside each table's card (`include/tables/<table>/query.sql`; `import.sql` where an imported
dump is loaded differently).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from typing import Any

import duckdb
import msgspec
import pyarrow as pa

from include.settings import DataOrigin
from include.warehouse.cards import quote_text, table_sql
from include.warehouse.connection import transaction
from include.warehouse.staging import STAGED_TABLES, Staging, staged_schema

_DAY_TABLES = (
    "core_sightings",
    "core_rejected_records",
    "core_board_reads",
    "core_posting_versions",
    "core_postings",
)
_IMPORT_TABLES = ("core_board_reads", "core_rejected_records", "core_posting_versions", "core_postings")
_SIGNAL_TABLES = ("core_certification_mentions", "core_criteria_mentions", "core_signals")


class LoadReport(msgspec.Struct, frozen=True, kw_only=True):
    """Counts after a load.

    Attributes:
        n_postings: postings staged for the partition.
        n_rejected: records refused in the partition.
        n_signals: contents whose labels were replaced.
    """

    partition_key: str
    n_postings: int
    n_rejected: int
    n_signals: int


class CountMismatchError(RuntimeError):
    """Records were lost between two stages; nothing was loaded."""


def load_day(
    connection: duckdb.DuckDBPyConnection,
    staging: Staging,
    day: date,
    data_origin: DataOrigin,
    *,
    unstaged: Mapping[str, Sequence[Mapping[str, Any]]] = MappingProxyType({}),
    switched_off: Sequence[Mapping[str, Any]] = (),
) -> LoadReport:
    """Replace one day in the core tables.

    Args:
        connection: the open warehouse.
        staging: the day's staging area.
        day: the partition.
        data_origin: stamped on every posting.
        unstaged: of each source that is not staged whole, rows of staged board reads for its boards. What
            there is of such a source is not read, and not removed: another run may be at it.
        switched_off: rows of staged board reads for boards that are off; one that was read all the same, or
            is expected, keeps its own row.

    Raises:
        CountMismatchError: postings and rejects do not add up to what the boards listed.
        duckdb.Error: the load failed; the warehouse is as it was.
    """
    with transaction(connection):
        _set_variables(connection, {"data_origin": data_origin}, day)
        _bind_staged(connection, staging, without=unstaged)
        for rows in (*unstaged.values(), switched_off):
            _add_board_reads(connection, rows)
        _check_counts(connection, staging.partition_key)
        _borrow_labels(connection, staging)
        _note_boards(connection)
        for table in (*_DAY_TABLES, *_SIGNAL_TABLES):
            _run(connection, table, "query.sql")
        return _report(connection, staging.partition_key)


def load_import(
    connection: duckdb.DuckDBPyConnection, staging: Staging, day: date, data_origin: DataOrigin
) -> LoadReport:
    """Replace one imported dump in the core tables.

    Args:
        connection: the open warehouse.
        staging: the import's staging area (`import/<name>`).
        day: day of the import.
        data_origin: stamped on every posting.

    Raises:
        CountMismatchError: postings and rejects do not add up to the records of the dump.
        duckdb.Error: the load failed; the warehouse is as it was.
    """
    with transaction(connection):
        _set_variables(connection, {"data_origin": data_origin, "import_source": staging.partition_key}, day)
        _bind_staged(connection, staging)
        _check_counts(connection, staging.partition_key)
        for table in _IMPORT_TABLES:
            _run(connection, table, "import.sql")
        for table in _SIGNAL_TABLES:
            _run(connection, table, "query.sql")
        return _report(connection, staging.partition_key)


def load_signals(connection: duckdb.DuckDBPyConnection, staging: Staging) -> int:
    """Replace the labels of all staged contents (re-classification of history).

    Those of contents that no posting has any more and that are not staged go: nothing could read them again,
    and as labels of an earlier classifier they would hold up every release.

    Returns:
        Number of contents whose labels were replaced.
    """
    with transaction(connection):
        _bind_staged(connection, staging)
        for table in _SIGNAL_TABLES:
            _run(connection, table, "query.sql")
            connection.execute(
                f"DELETE FROM {table} "  # noqa: S608 - the table names of this module
                "WHERE content_hash NOT IN (SELECT content_hash FROM staged_signals) "
                "AND content_hash NOT IN (SELECT content_hash FROM core_posting_versions)"
            )
        return _count(connection, "staged_signals")


def _set_variables(connection: duckdb.DuckDBPyConnection, texts: dict[str, str], day: date) -> None:
    connection.execute(f"SET VARIABLE day = DATE {quote_text(day.isoformat())}")
    for name, value in texts.items():
        connection.execute(f"SET VARIABLE {name} = {quote_text(value)}")


def _bind_staged(
    connection: duckdb.DuckDBPyConnection, staging: Staging, without: Collection[str] = ()
) -> None:
    for table in STAGED_TABLES:
        name = _staged_name(table)
        files = staging.files(table, without)
        if files:
            listed = ", ".join(quote_text(str(path)) for path in files)
            # By name: after an update one source of a day may be staged without a column that another has.
            source = f"read_parquet([{listed}], hive_partitioning = false, union_by_name = true)"
        else:  # a re-classification, for one, stages labels alone
            connection.register("_nothing_staged", staged_schema(table).empty_table())
            source = "_nothing_staged"
        connection.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM {source}"  # noqa: S608 - quoted above
        )


def _add_board_reads(connection: duckdb.DuckDBPyConnection, rows: Sequence[Mapping[str, Any]]) -> None:
    schema = staged_schema("core_board_reads")
    connection.register("_added", pa.Table.from_pylist([dict(row) for row in rows], schema=schema))
    connection.execute(
        "INSERT INTO staged_board_reads BY NAME "
        "SELECT * FROM _added ANTI JOIN staged_board_reads USING (source, board)"
    )
    connection.unregister("_added")


def _note_boards(connection: duckdb.DuckDBPyConnection) -> None:
    # Those that the day had before count, too: what a board that is gone from it had listed is seen no more.
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _boards AS SELECT source, board FROM staged_board_reads "
        "UNION SELECT source, board FROM core_board_reads "
        "WHERE day = getvariable('day') AND NOT is_import(source)"
    )


def _borrow_labels(connection: duckdb.DuckDBPyConnection, staging: Staging) -> None:
    # A text is labelled once, by the first day that stages it. Where that day has not been loaded (its run
    # was killed, or days are loaded out of order), its staged labels are taken from there.
    connection.execute(
        "CREATE OR REPLACE TEMP TABLE _unlabelled AS SELECT DISTINCT content_hash FROM staged_postings "
        "ANTI JOIN core_signals USING (content_hash) ANTI JOIN staged_signals USING (content_hash)"
    )
    if not _count(connection, "_unlabelled"):
        return
    for table in _SIGNAL_TABLES:
        files = [str(path) for path in staging.elsewhere(table)]
        if files:
            connection.execute(
                f"INSERT INTO {_staged_name(table)} BY NAME SELECT * "  # noqa: S608 - our own names
                "FROM read_parquet(?, hive_partitioning = false, union_by_name = true) "
                "SEMI JOIN _unlabelled USING (content_hash)",
                [files],
            )


def _staged_name(table: str) -> str:
    return table.replace("core_", "staged_", 1)


def _check_counts(connection: duckdb.DuckDBPyConnection, partition_key: str) -> None:
    listed, rejected = connection.execute(
        "SELECT coalesce(sum(n_listed), 0), coalesce(sum(n_rejected), 0) FROM staged_board_reads"
    ).fetchall()[0]
    postings = _count(connection, "staged_postings")
    rejects = _count(connection, "staged_rejected_records")
    if (listed, rejected) != (postings, rejects):
        raise CountMismatchError(
            f"partition {partition_key}: boards listed {listed} postings and {rejected} rejects, staged are "
            f"{postings} and {rejects}. Stage the partition again; if it persists, the stager loses records."
        )


def _report(connection: duckdb.DuckDBPyConnection, partition_key: str) -> LoadReport:
    return LoadReport(
        partition_key=partition_key,
        n_postings=_count(connection, "staged_postings"),
        n_rejected=_count(connection, "staged_rejected_records"),
        n_signals=_count(connection, "staged_signals"),
    )


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own names
    return int(row[0]) if row else 0


def _run(connection: duckdb.DuckDBPyConnection, table: str, file: str) -> None:
    connection.execute(table_sql(table, file))
