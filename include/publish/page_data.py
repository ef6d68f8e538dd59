"""Rows of the out tables as dictionaries, and what a figure of the page consists of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import duckdb
from markupsafe import Markup


class PageFigure(NamedTuple):
    """A chart, the rows behind it for the table, and what its caption needs."""

    chart: Markup
    rows: list[dict[str, Any]]
    facts: dict[str, Any]


def read_rows(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[Any] = ()
) -> list[dict[str, Any]]:
    """Return a query's rows by column name."""
    result = connection.execute(query, list(parameters))
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def read_single(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[Any] = ()
) -> dict[str, Any] | None:
    """Return the first row of a query, or None."""
    rows = read_rows(connection, query, parameters)
    return rows[0] if rows else None
