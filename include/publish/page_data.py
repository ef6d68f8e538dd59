"""Rows of the out tables as dictionaries, for the page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

import duckdb


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


def pooled_kind(connection: duckdb.DuckDBPyConnection, monday: date) -> str | None:
    """Return the series that the pooled tables of the page are shown for: the one with most openings.

    Reconstructed dates come last: only ads that are still open are in them.
    """
    row = read_single(
        connection,
        "SELECT series_kind FROM out_cert_by_criteria_v1 WHERE week_start = ? GROUP BY series_kind "
        "ORDER BY series_kind = 'reconstructed', max(n_postings) DESC, series_kind",
        [monday],
    )
    return str(row["series_kind"]) if row else None
