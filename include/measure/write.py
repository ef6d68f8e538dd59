"""Replace the rows of an out table, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import duckdb
import pyarrow as pa

from include.measure.stamp import ReleaseStamp
from include.warehouse.cards import Card, comment_sql, create_table_sql, load_card, table_sql


def replace_rows(
    con: duckdb.DuckDBPyConnection, table: str, blocks: Sequence[pa.Table], release: ReleaseStamp
) -> None:
    """Replace the table's rows by the blocks, in the order of the card's key."""
    blocks = [block for block in blocks if block.num_rows]
    if not blocks:
        _empty(con, load_card(table))
        return
    con.register("_measure_rows", pa.concat_tables(blocks, promote_options="permissive"))
    replace_by_select(con, table, "FROM _measure_rows", {}, release)
    con.unregister("_measure_rows")


def replace_by_query(con: duckdb.DuckDBPyConnection, table: str, monday: date, release: ReleaseStamp) -> None:
    """Replace the table's rows by the result of the query beside its card."""
    replace_by_select(con, table, table_sql(table), {"last_week": monday}, release)


def replace_by_select(
    con: duckdb.DuckDBPyConnection, table: str, query: str, values: Mapping[str, Any], release: ReleaseStamp
) -> None:
    """Replace the table's rows by the result of a query, in the order of the card's key."""
    card = load_card(table)
    _empty(con, card)
    stamp = release.as_columns()
    stamped = ", ".join(f"${name} AS {name}" for name in stamp)
    con.execute(
        f"INSERT INTO {table} BY NAME SELECT *, {stamped} FROM ({query}) "  # noqa: S608 - our own queries
        f"ORDER BY {', '.join(card.key)}",
        {**stamp, **values},
    )


def _empty(con: duckdb.DuckDBPyConnection, card: Card) -> None:
    """Empty the card's table; it is made anew where its columns are not the card's, in their order."""
    con.execute(create_table_sql(card))
    there = [row[0] for row in con.execute(f"DESCRIBE {card.name}").fetchall()]
    if tuple(there) == card.column_names:
        con.execute(f"DELETE FROM {card.name}")  # noqa: S608 (the card's own name)
        return
    con.execute(f"DROP TABLE {card.name}")
    con.execute(create_table_sql(card))
    for statement in comment_sql(card):
        con.execute(statement)
