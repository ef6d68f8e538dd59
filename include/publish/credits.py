"""The sources that a release rests on, and the lines of credit that their terms ask for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import duckdb

from include.partitions import IMPORT_PREFIX
from include.sources.cards import load_source_cards


@dataclass(frozen=True)
class Credit:
    """One source.

    Attributes:
        title: its name.
        homepage: None where the source has no card: a dump of the operator's own.
        attribution: line to print where figures from it appear; None when none is asked.
    """

    title: str
    homepage: str | None = None
    attribution: str | None = None


def read_credits(connection: duckdb.DuckDBPyConnection, monday: date, data_origin: str) -> list[Credit]:
    """Return the sources that listed anything up to the week, sorted by title.

    Args:
        connection: the warehouse.
        monday: the release's week.
        data_origin: simulated boards have the formats of real systems, to which nothing is owed.
    """
    if data_origin == "simulated":
        return [Credit("A generated labour market; simulated data")]
    names = connection.execute(
        # What an import's column map names as its source stands as the employer of its read.
        "SELECT DISTINCT CASE WHEN is_import(source) AND employer <> '' THEN employer "
        "ELSE source END "
        "FROM core_board_reads WHERE n_listed > 0 AND (day <= ? OR is_import(source))",
        [monday + timedelta(days=6)],
    ).fetchall()
    cards = load_source_cards()
    credits = {
        Credit(cards[name].title, str(cards[name].homepage), cards[name].attribution)
        if name in cards
        else Credit(f"Dump of the operator's own: {name.removeprefix(IMPORT_PREFIX)}")
        for (name,) in names
    }
    return sorted(credits, key=lambda credit: credit.title)
