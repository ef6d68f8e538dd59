"""Rejected records: each belongs to a read and says why it was refused."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows

_SINCE = date(2026, 11, 23)

EXPECTATIONS: tuple[Check, ...] = (
    NoRows(
        id="reject_belongs_to_a_read",
        expect="Every rejected record belongs to a board read of its day.",
        sql="""
            SELECT day, source, board, count(*) AS n_rows FROM $rows
            ANTI JOIN core_board_reads USING (day, source, board) GROUP BY ALL
        """,
        severity="critical",
        reason="Counts in equal counts out plus rejected, board by board; a stray reject breaks the sum.",
        since=_SINCE,
        mend="Load board reads and rejects of a partition together; rebuild it.",
    ),
    NoRows(
        id="reason_is_a_code",
        expect="reason is a code in snake_case and detail a sentence of at most 300 characters.",
        sql="""
            SELECT day, source, board, raw_pointer, reason, length(detail) AS detail_length FROM $rows
            WHERE NOT regexp_matches(reason, '^[a-z][a-z0-9_]*$') OR length(detail) NOT BETWEEN 1 AND 300
        """,
        severity="warning",
        reason="Reasons are counted and compared over time; free text cannot be.",
        since=_SINCE,
        mend="Give the refusal a code where the record is refused.",
    ),
)
