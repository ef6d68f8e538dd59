"""What the figures of a release were measured from: the evidence beside them has to be of the same rows."""

from __future__ import annotations

from typing import Final

import duckdb

from include.publish.database import CORE_TABLES

_KEY: Final = "measured_from"
_TABLES: Final = tuple(table for table in CORE_TABLES if table != "core_validation_results")
"""Without the results of checks: those of a week are written after it was measured."""


def note_basis(connection: duckdb.DuckDBPyConnection) -> None:
    """Write down which rows the out tables are made from; call it in the transaction that makes them."""
    connection.execute("DELETE FROM _meta WHERE key = ?", [_KEY])
    connection.execute("INSERT INTO _meta VALUES (?, ?)", [_KEY, _digest(connection)])


def is_basis_unchanged(connection: duckdb.DuckDBPyConnection) -> bool:
    """Return whether the core tables are still those that the out tables were made from."""
    noted = connection.execute("SELECT value FROM _meta WHERE key = ?", [_KEY]).fetchone()
    return noted == (_digest(connection),)


def _digest(connection: duckdb.DuckDBPyConnection) -> str:
    """Return what differs when any row does, in whatever order they stand."""
    sums = [
        connection.execute("SELECT count(*), sum(hash(one)) FROM query_table(?) AS one", [table]).fetchone()
        for table in _TABLES
    ]
    return str(sums)
