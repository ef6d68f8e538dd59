"""Rows of a query by column name, and rows by column name into a table."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb

Parameters = Sequence[Any] | Mapping[str, Any]


def read_rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Parameters = ()
) -> list[dict[str, Any]]:
    """Return a query's rows by column name."""
    result = connection.execute(query, parameters)
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def read_single(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Parameters = ()
) -> dict[str, Any] | None:
    """Return the first row of a query, or None."""
    return next(iter(read_rows(connection, query, parameters)), None)


def insert_rows(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Mapping[str, Any]]) -> None:
    """Append rows to a table.

    Args:
        connection: the warehouse.
        table: its name, one of ours.
        rows: by column name, all of the same columns.
    """
    if not rows:
        return
    names = list(rows[0])
    marks = ", ".join("?" for _ in names)
    connection.executemany(
        f"INSERT INTO {table} ({', '.join(names)}) VALUES ({marks})",  # noqa: S608 - names of our cards
        [[row[name] for name in names] for row in rows],
    )
