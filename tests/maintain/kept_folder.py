"""What tests ask of a data folder in upkeep."""

from __future__ import annotations

from datetime import timedelta

from include.maintain.integrity import check_integrity
from include.settings import Settings
from include.warehouse.cards import load_table_cards
from tests.pipeline.installation import MONDAY, rows

TUESDAY = MONDAY + timedelta(days=1)


def tables(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    """Return every row of the warehouse, by table."""
    return {
        table: rows(settings, f"SELECT * FROM {table} ORDER BY ALL")
        for table in ("_meta", *load_table_cards())
    }


def problems(settings: Settings) -> str:
    """Return what the check of the folder complains of, one problem a line."""
    return "\n".join(check_integrity(settings).problems)
