"""Bring a warehouse file to the current table cards.

A new table or a new nullable column is added from the cards, and the macros are those of the code. A table of
figures that has changed otherwise is made anew: figures are measured again before anything is published, and
what was published stands in its release. Any other change needs a numbered file in `migrations/`, or a
rebuild from the archive (`python -m include.pipeline rebuild`), always possible.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

import duckdb

from include.errors import ExplainedError
from include.warehouse.cards import Card, comment_sql, create_table_sql, load_table_cards, quote_name
from include.warehouse.macros import MACROS_SQL, create_macros

MIGRATIONS_DIR = Path(__file__).resolve().parent / "migrations"


class MigrationError(ExplainedError, RuntimeError):
    """The warehouse cannot be brought to the current cards; the message says how to mend it."""


def migrate(connection: duckdb.DuckDBPyConnection, folder: Path = MIGRATIONS_DIR) -> list[str]:
    """Apply what is missing. Call it inside a transaction: a half-migrated file would be of no version.

    Args:
        connection: an open warehouse.
        folder: numbered SQL files (`0001_what.sql`), applied once each in order of their names.

    Returns:
        What was done, in words; empty when the file was current.

    Raises:
        MigrationError: a column differs from its card and no migration mends it.
    """
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
    for card in load_table_cards().values():
        columns = existing.get(card.name)
        if columns is None:
            _create(connection, card)
            done.append(f"created {card.name}")
        elif card.layer == "out" and _needs_replacing(card, columns):
            connection.execute(f"DROP TABLE {card.name}")
            _create(connection, card)
            done.append(f"made {card.name} anew")
        else:
            done += _add_columns(connection, card, columns)
    return done + _refresh_macros(connection)


def _create(connection: duckdb.DuckDBPyConnection, card: Card) -> None:
    connection.execute(create_table_sql(card))
    for statement in comment_sql(card):
        connection.execute(statement)


def _needs_replacing(card: Card, existing: Mapping[str, tuple[str, bool]]) -> bool:
    """Return whether a table has a column that its card has not, or another; a nullable one can be added."""
    known = {column.name: (column.type, column.nullable) for column in card.columns}
    return any(known.get(name) != found for name, found in existing.items()) or any(
        not column.nullable and column.name not in existing for column in card.columns
    )


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
                raise _cannot(connection, f"{card.name}.{column.name} is not in it, and may not be null")
            connection.execute(f"ALTER TABLE {card.name} ADD COLUMN {quote_name(column.name)} {column.type}")
            done.append(f"added {card.name}.{column.name}")
        elif existing[column.name] != (column.type, column.nullable):
            found, wanted = (
                f"{type_}{'' if nullable else ' NOT NULL'}"
                for type_, nullable in (existing[column.name], (column.type, column.nullable))
            )
            raise _cannot(connection, f"{card.name}.{column.name} is {found} in it, and {wanted} now")
    return done


def _cannot(connection: duckdb.DuckDBPyConnection, what: str) -> MigrationError:
    row = connection.execute("SELECT path FROM duckdb_databases() WHERE NOT internal").fetchone()
    file = row[0] if row and row[0] else "the warehouse"
    return MigrationError(
        f"{file} was made by another version of the code: {what}. Build it again from the archive (python -m "
        "include.pipeline rebuild): nothing is lost by that. Who changed the card can add a file to "
        f"{MIGRATIONS_DIR} instead."
    )


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, tuple[str, bool]]]:
    tables: dict[str, dict[str, tuple[str, bool]]] = {}
    for table, column, type_, nullable in connection.execute(
        "SELECT table_name, column_name, data_type, is_nullable FROM duckdb_columns() "
        "WHERE schema_name = 'main' AND NOT internal"
    ).fetchall():
        tables.setdefault(table, {})[column] = (type_, nullable)
    return tables
