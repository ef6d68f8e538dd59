"""Write the warehouse file anew: a partition that is replaced leaves its old rows' blocks behind."""

from __future__ import annotations

import duckdb
import msgspec

from include.settings import Settings
from include.storage import StorageError
from include.warehouse.cards import load_table_cards, quote_name, quote_text
from include.warehouse.connection import replaced_warehouse, transaction
from include.warehouse.migrations import migrate

_META = "_meta"


class NoWarehouseError(FileNotFoundError):
    """Nothing was built yet, so there is nothing to compact."""


class CompactionReport(msgspec.Struct, frozen=True, kw_only=True):
    """Size of the warehouse file before and after, in bytes, and its rows, which stay the same."""

    bytes_before: int
    bytes_after: int
    n_rows: int


def compact(settings: Settings) -> CompactionReport:
    """Copy every table into a new file and put it in the place of the old one, in one step.

    Tables come from their cards, with comments; nothing but what the cards declare is carried over.

    Raises:
        NoWarehouseError: there is no warehouse yet.
        StorageError: the disk is full, or a table lost rows on the way; the old file stands.
        WarehouseLockedError: another process holds the warehouse.
    """
    live = settings.paths.warehouse
    if not live.exists():
        raise NoWarehouseError(f"{live} does not exist; build a day first")
    before = live.stat().st_size
    with replaced_warehouse(settings) as (connection, successor):
        with duckdb.connect(str(successor)) as fresh, transaction(fresh):
            migrate(fresh)
        connection.execute(f"ATTACH {quote_text(str(successor))} AS compacted")
        connection.execute(f"DELETE FROM compacted.{_META}")  # noqa: S608 - a constant
        counts = [_copy_table(connection, table) for table in (_META, *load_table_cards())]
        connection.execute("DETACH compacted")
        after = successor.stat().st_size
    return CompactionReport(bytes_before=before, bytes_after=after, n_rows=sum(counts))


def _copy_table(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    name = quote_name(table)
    connection.execute(f"INSERT INTO compacted.{name} BY NAME SELECT * FROM main.{name}")  # noqa: S608 - card names
    row = connection.execute(
        f"SELECT (SELECT count(*) FROM main.{name}), (SELECT count(*) FROM compacted.{name})"  # noqa: S608 - card names
    ).fetchone()
    if row is None or row[0] != row[1]:
        raise StorageError(
            f"{table} has other rows after compaction than before ({row}); the old file stands"
        )
    return int(row[0])
