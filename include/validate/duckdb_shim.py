"""Makes Great Expectations 1.24 work on DuckDB through SQLAlchemy.

Great Expectations runs a query inside `with get_connection()` and fetches after the block. Closing a DuckDB
connection discards its open result, so every fetch finds nothing (`list index out of range`). For some
dialects (SQLite, SQL Server) Great Expectations keeps one connection open per engine; this shim adds DuckDB.
`canary.sing` proves at the start of every gate run that it still works.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from great_expectations.execution_engine.sqlalchemy_execution_engine import SqlAlchemyExecutionEngine

_MARK = "_hiring_signals_shim"


def install() -> None:
    """Patch Great Expectations once per process; later calls do nothing."""
    original = SqlAlchemyExecutionEngine.get_connection
    if getattr(original, _MARK, False):
        return

    @contextmanager
    def get_connection(self: Any) -> Iterator[Any]:
        if self.dialect_name != "duckdb":
            with original(self) as connection:
                yield connection
            return
        if not self._connection:
            self._connection = self.engine.connect()
        yield self._connection

    setattr(get_connection, _MARK, True)
    SqlAlchemyExecutionEngine.get_connection = get_connection  # type: ignore[method-assign]  # the shim


def close(source: Any) -> None:
    """Close every connection of a data source, so that this process may open the file for writing again."""
    execution_engine = source.get_execution_engine()
    if execution_engine._connection:
        execution_engine._connection.close()
        execution_engine._connection = None
    execution_engine.engine.dispose()
    source.get_engine().dispose()
