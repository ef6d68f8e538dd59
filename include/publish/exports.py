"""Out tables as files: Parquet, CSV and JSON in key order, and one wide table for spreadsheets."""

from __future__ import annotations

from pathlib import Path

import duckdb

from include.publish.headline import HEADLINE_METRICS
from include.publish.spreadsheet import write_workbook
from include.warehouse.cards import Card, Column, load_cards, quote_name, quote_text

WIDE_FILE = "headline_wide.csv"
WORKBOOK = "headline_wide.xlsx"
LIST_SEPARATOR = ";"
"""Between the values of a list in CSV."""
FORMATS = {
    "parquet": "FORMAT parquet, COMPRESSION zstd",
    "csv": "FORMAT csv, HEADER true",
    "json": "FORMAT json, ARRAY true",
}


def out_cards() -> list[Card]:
    """Return the cards of the published tables, by name."""
    return [card for card in load_cards().values() if card.layer == "out"]


def file_stem(card: Card) -> str:
    """Return a published table's file name without ending: `out_weekly_metrics_v1` is `weekly_metrics_v1`."""
    return card.name.removeprefix("out_")


def write_exports(connection: duckdb.DuckDBPyConnection, folder: Path) -> list[Path]:
    """Write every out table in every format, and the wide table as CSV and as a workbook.

    Args:
        connection: where the out tables are.
        folder: the release folder in the making.

    Returns:
        The files, in the order written.
    """
    written = []
    for card in out_cards():
        order = ", ".join(quote_name(name) for name in card.key)
        for ending, options in FORMATS.items():
            path = folder / f"{file_stem(card)}.{ending}"
            columns = ", ".join(_exported(column, ending) for column in card.columns)
            connection.execute(
                f"COPY (SELECT {columns} FROM {card.name} ORDER BY {order}) "  # noqa: S608 - names of our cards
                f"TO {quote_text(str(path))} ({options})"
            )
            written.append(path)
    path = folder / WIDE_FILE
    connection.execute(f"COPY ({WIDE_SQL}) TO {quote_text(str(path))} (FORMAT csv, HEADER true)")
    wide = connection.execute(WIDE_SQL)
    names = [column[0] for column in wide.description]
    write_workbook(folder / WORKBOOK, Path(WORKBOOK).stem, names, wide.fetchall())
    return [*written, path, folder / WORKBOOK]


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


_WIDE_METRICS = ", ".join(map(quote_text, HEADLINE_METRICS))
WIDE_SQL = f"""
WITH rows AS (
  SELECT
    week_start, series_kind, weight_scheme, metric_id, n_postings, n_employers, obs_status,
    window_weeks, data_origin, release_id,
    -- The corrected figure where there is one: the interval is its.
    -- Two decimals: where the comma parts decimals, a spreadsheet takes three after a point for thousands.
    round(100 * coalesce(est_ppi, est_raw), 2) AS pct,
    round(100 * ci_low, 2) AS low, round(100 * ci_high, 2) AS high
  FROM out_weekly_metrics_v1
  WHERE basis = 'flow' AND stratum_dim = 'all' AND weight_scheme IN ('posting', 'employer')
    AND metric_id IN ({_WIDE_METRICS})
)
SELECT * EXCLUDE (window_weeks, data_origin, release_id), window_weeks, data_origin, release_id
FROM (PIVOT rows
ON metric_id IN ({_WIDE_METRICS})
USING first(pct) AS pct, first(low) AS ci_low_pct, first(high) AS ci_high_pct, first(obs_status) AS status
GROUP BY week_start, series_kind, weight_scheme, n_postings, n_employers,
  window_weeks, data_origin, release_id)
ORDER BY week_start, series_kind, weight_scheme
"""  # noqa: S608 - metric ids of ours
