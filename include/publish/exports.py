"""Out tables as files: Parquet, CSV and JSON in key order, and one wide table for spreadsheets."""

from __future__ import annotations

from pathlib import Path

import duckdb

from include.publish.spreadsheet import write_workbook
from include.publish.wide import WIDE_SQL, WIDE_TABLE, about_rows, wide_card
from include.warehouse.cards import Card, Column, load_table_cards, quote_name, quote_text

WORKBOOK = f"{WIDE_TABLE}.xlsx"
LIST_SEPARATOR = ";"
"""Between the values of a list in CSV."""
FORMATS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER true",
    "json": "FORMAT json, ARRAY true",
}


def out_cards() -> list[Card]:
    """Return the cards of the published tables, by name."""
    return [card for card in load_table_cards().values() if card.layer == "out"]


def csv_cards() -> list[Card]:
    """Return the card of every CSV file: the published tables and the wide table for spreadsheets."""
    return [*out_cards(), wide_card()]


def file_stem(card: Card) -> str:
    """Return a published table's file name without ending: `out_weekly_metrics_v1` is `weekly_metrics_v1`."""
    return card.name.removeprefix("out_")


def write_exports(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Write every out table in every format, and the wide table as CSV and as a workbook.

    Args:
        connection: where the out tables are.
        folder: the release folder in the making.
    """
    for card in out_cards():
        order = ", ".join(quote_name(name) for name in card.key)
        for ending, options in FORMATS.items():
            path = folder / f"{file_stem(card)}.{ending}"
            columns = ", ".join(_exported(column, ending) for column in card.columns)
            connection.execute(
                f"COPY (SELECT {columns} FROM {card.name} ORDER BY {order}) "  # noqa: S608 - names of our cards
                f"TO {quote_text(str(path))} ({options})"
            )
    path = folder / f"{WIDE_TABLE}.csv"
    connection.execute(f"COPY ({WIDE_SQL}) TO {quote_text(str(path))} (FORMAT csv, HEADER true)")
    wide = connection.execute(WIDE_SQL)
    names = [column[0] for column in wide.description]
    write_workbook(folder / WORKBOOK, {WIDE_TABLE: [names, *wide.fetchall()], "about": about_rows()})


def _exported(column: Column, ending: str) -> str:
    name = quote_name(column.name)
    return (
        f"array_to_string({name}, '{LIST_SEPARATOR}') AS {name}"
        if is_list(column) and ending == "csv"
        else name
    )


def is_list(column: Column) -> bool:
    """Return whether a column holds lists, which CSV carries as text."""
    return column.type.endswith("[]")
