"""Bring a warehouse file to the current table cards.

A new table or a new nullable column is added from the cards, and the macros are those of the code. Any other
change needs a numbered file in `migrations/`, or a rebuild from the archive (`python -m include.pipeline
rebuild`), always possible.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from include.warehouse.cards import Card, comment_sql, create_table_sql, load_cards, quote_name
from include.warehouse.macros import MACROS_SQL, create_macros

MIGRATIONS_DIR = Path(__file__).resolve().parent / "migrations"


class MigrationError(RuntimeError):
    """The warehouse cannot be brought to the current cards; the message says how to mend it."""


def migrate(connection: duckdb.DuckDBPyConnection, folder: Path = MIGRATIONS_DIR) -> list[str]:
    """Apply what is missing, in one transaction.

    Args:
        connection: an open warehouse.
        folder: numbered SQL files (`0001_what.sql`), applied once each in order of their names.

    Returns:
        What was done, in words; empty when the file was current.

    Raises:
        MigrationError: a column differs from its card and no migration mends it.
    """
    connection.begin()
    try:
        done = _migrate(connection, folder)
    except BaseException:
        connection.rollback()
        raise
    connection.commit()
    return done


def _migrate(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[str]:
    is_new = not _tables(connection)
    connection.execute("CREATE TABLE IF NOT EXISTS _meta (key VARCHAR NOT NULL, value VARCHAR NOT NULL)")
    applied = {
        row[0] for row in connection.execute("SELECT value FROM _meta WHERE key = 'migration'").fetchall()
    }
    done = []
    for path in sorted(folder.glob("[0-9]*.sql")):
        if path.name in applied:
            continue
        if not is_new:  # a new file is made from the cards, which already say what migrations lead to
            connection.execute(path.read_text(encoding="utf-8"))
            done.append(f"applied {path.name}")
        connection.execute("INSERT INTO _meta VALUES ('migration', ?)", [path.name])
    existing = _tables(connection)
    for card in load_cards().values():
        if card.name not in existing:
            connection.execute(create_table_sql(card))
            for statement in comment_sql(card):
                connection.execute(statement)
            done.append(f"created {card.name}")
        else:
            done += _add_columns(connection, card, existing[card.name])
    return done + _refresh_macros(connection)


def _refresh_macros(connection: duckdb.DuckDBPyConnection) -> list[str]:
    # Compared first, so that merely opening a file does not write to it.
    row = connection.execute("SELECT value FROM _meta WHERE key = 'macros'").fetchone()
    if row == (MACROS_SQL,):
        return []
    create_macros(connection)
    connection.execute("DELETE FROM _meta WHERE key = 'macros'")
    connection.execute("INSERT INTO _meta VALUES ('macros', ?)", [MACROS_SQL])
    return ["defined the macros"]


def _add_columns(
    connection: duckdb.DuckDBPyConnection, card: Card, existing: dict[str, tuple[str, bool]]
) -> list[str]:
    done = []
    for column in card.columns:
        if column.name not in existing:
            if not column.nullable:
                raise MigrationError(
                    f"{card.name}.{column.name} is new and may not be null: add a file to {MIGRATIONS_DIR} "
                    "or rebuild the warehouse from the archive (python -m include.pipeline rebuild)"
                )
            connection.execute(f"ALTER TABLE {card.name} ADD COLUMN {quote_name(column.name)} {column.type}")
            done.append(f"added {card.name}.{column.name}")
        elif existing[column.name] != (column.type, column.nullable):
            raise MigrationError(
                f"{card.name}.{column.name} is {existing[column.name]} in the file and "
                f"{(column.type, column.nullable)} in its card (type, nullable): add a file to "
                f"{MIGRATIONS_DIR} or rebuild the warehouse from the archive "
                "(python -m include.pipeline rebuild)"
            )
    return done


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, tuple[str, bool]]]:
    tables: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, type_, nullable in connection.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND NOT internal"
    ).fetchall():
        tables.setdefault(table, {})[column] = (type_, nullable)
    return tables
