"""Which rows a partition key stands for."""

from __future__ import annotations

from datetime import date, timedelta

import msgspec

from include.partitions import name_of_import, parse_day, parse_week
from include.validate.checks import PartitionKind
from include.warehouse.cards import Card, quote_text


class Scope(msgspec.Struct, frozen=True, kw_only=True):
    """The rows under check.

    Attributes:
        key: the partition key as given.
        kind: what sort of key it is.
        first_day: first day covered; None for an import, which covers every row.
        last_day: last day covered.
    """

    key: str
    kind: PartitionKind
    first_day: date | None
    last_day: date | None


def parse_scope(partition_key: str) -> Scope:
    """Read a partition key: a day `2026-11-16`, a week `2026-W47` or `2026-11-16 (W47)`, or `import/<name>`.

    Raises:
        PartitionKeyError: the key has none of these forms.
    """
    if name_of_import(partition_key):
        return Scope(key=partition_key, kind="import", first_day=None, last_day=None)
    if "W" in partition_key:
        monday = parse_week(partition_key)
        return Scope(key=partition_key, kind="week", first_day=monday, last_day=monday + timedelta(days=6))
    day = parse_day(partition_key)
    return Scope(key=partition_key, kind="day", first_day=day, last_day=day)


def rows_condition(scope: Scope, card: Card) -> str:
    """Return the SQL condition that picks the scope's rows of a table.

    An import owns the rows whose `source` it is. A table without partitions is checked whole otherwise: its
    rows change under any partition.

    Raises:
        ValueError: no rule says how the table's partition column relates to a day or week.
    """
    if card.partition == "partition_key":
        return f"partition_key = {quote_text(scope.key)}"
    if scope.first_day is None or scope.last_day is None:
        return f"source = {quote_text(scope.key)}" if "source" in card.column_names else "true"
    if card.partition is None:
        return "true"
    if card.partition == "day":
        days = f"day BETWEEN {date_literal(scope.first_day)} AND {date_literal(scope.last_day)}"
        # A dump is loaded under a day of its own choosing; its own gate checks it.
        return f"{days} AND NOT is_import(source)"
    if card.partition == "week_start":
        # All that the table holds is published, so all of it is checked: a row of a later week as well.
        return "true"
    raise ValueError(f"no rule for the partition column {card.partition!r}; add it to {__name__}")


def date_literal(day: date | None) -> str:
    """Return a day as an SQL literal; None gives NULL."""
    return "NULL::DATE" if day is None else f"DATE '{day.isoformat()}'"
