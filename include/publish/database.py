"""The DuckDB file of a release: out tables, the core tables behind them, comments, views and macros.

Posting texts stay out: the evidence tables carry the quoted words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from include.measure.registry import load_registry
from include.partitions import week_name
from include.publish.naming import ReleaseName
from include.publish.vintages import LedgerEntry
from include.warehouse.cards import comment_sql, create_table_sql, load_card, load_table_cards, quote_text
from include.warehouse.macros import create_population_macros

_SQL_FILE: Final = Path(__file__).with_name("database.sql")
_OF_KEPT_TEXTS = """content_hash IN (
    SELECT content_hash FROM release.core_openings
    UNION ALL SELECT content_hash FROM release.core_postings
    UNION ALL SELECT first_content_hash FROM release.core_postings
)"""
# Those that population.sql counts, and those that no date places in any week.
_HAD_BEGUN = "coalesce(least(opened_date, first_seen_date) <= $sunday, true)"
CORE_TABLES: Final = {
    "core_board_reads": "day <= $sunday OR is_import(source)",  # its day is that of importing
    "core_openings": _HAD_BEGUN,
    "core_opening_members": "opening_key IN (SELECT opening_key FROM release.core_openings)",
    "core_postings": " OR ".join(
        [_HAD_BEGUN, "posting_key IN (SELECT posting_key FROM release.core_opening_members)"]
    ),
    "core_signals": _OF_KEPT_TEXTS,
    "core_certification_mentions": _OF_KEPT_TEXTS,
    "core_criteria_mentions": _OF_KEPT_TEXTS,
    "core_validation_results": """CASE WHEN is_import(partition_key) THEN true
        WHEN contains(partition_key, 'W') THEN partition_key <= $week
        ELSE partition_key <= $sunday::VARCHAR END""",
}
"""The core tables of a release, and which of their rows; a condition may read the tables before its own.

A week may be published again when later ones are in the warehouse: what began after it is left out. What an
opening became (its copies, its closing) is as known at the time.
"""

_EXPLAINED_BY = {
    "headline": "out_weekly_metrics_v1",
    "evidence": "core_openings",
    "revision_statistics": "out_revisions_v1",
}
"""By view: the table whose card explains those of its columns that it does not make itself."""


def write_database(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    earlier: Sequence[LedgerEntry],
    release: ReleaseName,
    now: datetime,
) -> Path:
    """Write the release's DuckDB file from an open warehouse.

    Args:
        connection: the warehouse.
        path: the new file, which must not exist.
        earlier: the ledger before this release.
        release: the release in the making.
        now: its time of publication, UTC.

    Returns:
        `path`.
    """
    connection.execute(f"ATTACH {quote_text(str(path))} AS release")
    try:
        cards = load_table_cards()
        parameters = {"sunday": release.monday + timedelta(days=6), "week": week_name(release.monday)}
        for name in [*CORE_TABLES, *(name for name, card in cards.items() if card.layer == "out")]:
            card, rows = cards[name], CORE_TABLES.get(name, "true")
            connection.execute(create_table_sql(card, "release"))
            connection.execute(
                # By name: a migrated table has its newer columns last.
                f"INSERT INTO release.{name} BY NAME SELECT * FROM {name} "  # noqa: S608 - names of our cards
                f"WHERE {rows} ORDER BY {', '.join(card.key)}",
                {key: value for key, value in parameters.items() if f"${key}" in rows},
            )
            for statement in comment_sql(card, "release"):
                connection.execute(statement)
    finally:
        connection.execute("DETACH release")
    # Through a connection of its own: a view written while attached would name the attachment.
    with duckdb.connect(str(path)) as database:
        create_population_macros(database)
        database.execute(_SQL_FILE.read_text(encoding="utf-8"))
        _write_metrics(database)
        visible = [(vintage.release, vintage.recorded_at) for vintage in earlier] + [(str(release), now)]
        database.executemany(
            "INSERT INTO vintages VALUES (?, ?)",
            [(name, at.astimezone(UTC).replace(tzinfo=None)) for name, at in visible],
        )
        _comment_on_views(database)
    return path


def _write_metrics(database: duckdb.DuckDBPyConnection) -> None:
    database.executemany(
        "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                metric.id, metric.name, metric.version, metric.unit, metric.numerator_label,
                metric.denominator_label, metric.numerator, metric.denominator if metric.numerator else None,
                list(metric.weights), list(metric.dimensions), metric.notes, metric.known_bias,
            ]
            for metric in load_registry().metrics
        ],
    )  # fmt: skip


def _comment_on_views(database: duckdb.DuckDBPyConnection) -> None:
    for view, table in _EXPLAINED_BY.items():
        words = {column.name: column.words for column in load_card(table).columns}
        for (name,) in database.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ? AND comment IS NULL", [view]
        ).fetchall():
            database.execute(f"COMMENT ON COLUMN {view}.{name} IS {quote_text(words[name])}")
