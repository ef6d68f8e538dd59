"""Expectations that follow from a table's card, so that nobody writes them by hand.

One SQL statement covers all columns of a table: per column the overhead would be larger than the query.
"""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows
from include.warehouse.cards import Card, quote_name, quote_text

_SINCE = date(2026, 11, 23)


def card_checks(card: Card) -> tuple[Check, ...]:
    """Return the checks that every table has: columns, nulls, allowed values, unique key."""
    every = (_columns_as_card, _key_is_unique, _required_are_filled, _codes_are_listed)
    return tuple(check for check in (make(card) for make in every) if check is not None)


def _columns_as_card(card: Card) -> NoRows:
    names = f"[{', '.join(map(quote_text, card.column_names))}]"
    return NoRows(
        id="columns_as_card",
        expect="The columns are those of the table card, in any order (migrations add at the end).",
        # Great Expectations' own check of columns reflects the table, which takes longer than all others.
        sql=f"""
            WITH there AS (
                SELECT list(column_name) AS names FROM duckdb_columns()
                WHERE database_name = current_database() AND table_name = {quote_text(card.name)}
            ), compared AS (
                SELECT list_filter({names}, lambda name: NOT list_contains(there.names, name)) AS missing,
                    list_filter(there.names, lambda name: NOT list_contains({names}, name)) AS not_in_card
                FROM there
            )
            SELECT missing, not_in_card FROM compared
            WHERE len(missing) + len(not_in_card) > 0 AND (SELECT count(*) FROM $table) >= 0
        """,  # noqa: S608 - names from the cards
        severity="critical",
        reason="Readers and exports rely on the card.",
        since=_SINCE,
        mend="Run the migrations, or rebuild the warehouse from the archive.",
    )


def _key_is_unique(card: Card) -> NoRows:
    # A key that holds the partition column can only clash within its partition.
    reach = "$rows" if card.partition in card.key else "$table"
    return NoRows(
        id="key_is_unique",
        expect=f"({', '.join(card.key)}) identifies a row.",
        sql=f"SELECT {_names(card.key)}, count(*) AS n_rows FROM {reach} "  # noqa: S608 - names from the cards
        f"GROUP BY ALL HAVING count(*) > 1",
        severity="critical",
        reason=f"Grain: {card.grain}. No index enforces it, so this check does.",
        since=_SINCE,
        mend="Build the partition again; if it comes back, the stage that writes the table counts twice.",
    )


def _required_are_filled(card: Card) -> NoRows | None:
    required = [column.name for column in card.columns if not column.nullable]
    if not required:
        return None
    missing = ", ".join(
        f"CASE WHEN {quote_name(name)} IS NULL THEN {quote_text(name)} END" for name in required
    )
    return NoRows(
        id="required_columns_are_filled",
        expect="Every column that the card calls required has a value.",
        sql=f"SELECT {_names(card.key)}, concat_ws(', ', {missing}) AS empty_columns FROM $rows "  # noqa: S608 - names from the cards
        f"WHERE {' OR '.join(f'{quote_name(name)} IS NULL' for name in required)}",
        severity="critical",
        reason="The card declares these columns not nullable.",
        since=_SINCE,
        mend="Find the stage that writes it; a record without it belongs in core_rejected_records.",
    )


def _codes_are_listed(card: Card) -> NoRows | None:
    wrong = {
        column.name: f"{quote_name(column.name)} NOT IN ({', '.join(map(quote_text, column.allowed))})"
        for column in card.columns
        if column.allowed
    }
    if not wrong:
        return None
    found = ", ".join(
        f"CASE WHEN {condition} THEN {quote_text(name + '=')} || {quote_name(name)} END"
        for name, condition in wrong.items()
    )
    return NoRows(
        id="codes_are_in_their_lists",
        expect="Every coded column holds only the values that the card lists.",
        sql=f"SELECT {_names(card.key)}, concat_ws(', ', {found}) AS wrong_codes FROM $rows "  # noqa: S608 - names from the cards
        f"WHERE {' OR '.join(wrong.values())}",
        severity="critical",
        reason="An unlisted code would drop out of every count that names the codes.",
        since=_SINCE,
        mend="Correct the stage that writes it, or add the code to the card and to its readers.",
    )


def _names(columns: tuple[str, ...]) -> str:
    return ", ".join(map(quote_name, columns))
