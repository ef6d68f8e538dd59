"""Sightings: every one leads to its read, its posting and its content."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows

_SINCE = date(2026, 11, 23)

EXPECTATIONS: tuple[Check, ...] = (
    NoRows(
        id="sighting_belongs_to_a_read",
        expect="Every sighting belongs to a board read of its day.",
        sql="""
            SELECT day, source, board, count(*) AS n_rows FROM $rows
            ANTI JOIN core_board_reads USING (day, source, board) GROUP BY ALL
        """,
        severity="critical",
        reason="First seen, last seen and closing compare sightings with reads; a stray sighting reopens "
        "ads.",
        since=_SINCE,
        mend="Build the day again.",
    ),
    NoRows(
        id="posting_exists",
        expect="The posting of every sighting is in core_postings.",
        sql="""
            SELECT day, posting_key FROM $rows
            ANTI JOIN core_postings USING (posting_key)
        """,
        severity="critical",
        reason="A sighting without its posting is a posting that was read and lost.",
        since=_SINCE,
        mend="Build the day again.",
    ),
    NoRows(
        id="content_is_a_known_version",
        expect="The content seen is a version of the posting.",
        sql="""
            SELECT day, posting_key, content_hash FROM $rows
            ANTI JOIN core_posting_versions USING (posting_key, content_hash)
        """,
        severity="critical",
        reason="Flow measures the first content, stock the latest; both are looked up among the versions.",
        since=_SINCE,
        mend="Build the day again.",
    ),
)
