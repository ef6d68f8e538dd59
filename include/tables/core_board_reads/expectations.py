"""Board reads: does every record have a place, and is any source thinner than it was?"""

from __future__ import annotations

from datetime import date

from include.validate.checks import Band, Check, NoRows

_SINCE = date(2026, 11, 23)
_FIND_THE_BOARD = (
    "Look up the board's manifest in the archive and build the day again; the archive still has it."
)

_SWITCHED_OFF = "SELECT DISTINCT source, board FROM $rows WHERE status = 'switched_off'"

_LISTED_AGAINST_THE_PAST = f"""
    WITH off AS ({_SWITCHED_OFF}), days AS (
        SELECT source, day, sum(n_listed) AS n_listed
        FROM $table ANTI JOIN off USING (source, board)
        WHERE is_expected AND day BETWEEN $first_day - 28 AND $last_day AND NOT is_import(source)
        GROUP BY source, day
    ), compared AS (
        SELECT source, median(n_listed) FILTER (day >= $first_day) AS now,
            median(n_listed) FILTER (day < $first_day) AS past,
                count(*) FILTER (day < $first_day) AS n_past_days
        FROM days
        GROUP BY source
    )
    SELECT source, coalesce(now, 0) AS n_listed_now, past AS median_of_past, n_past_days,
        coalesce(now, 0) / past AS value
    FROM compared
    WHERE n_past_days >= 3 AND past > 0
"""  # noqa: S608 - a constant of this module

_SHARE_ANSWERED = """
    SELECT source, count(*) AS n_expected,
        count(*) FILTER (is_whole_read(status)) AS n_complete,
        count(*) FILTER (is_whole_read(status)) / count(*) AS value
    FROM $rows
    WHERE is_expected
    GROUP BY source
"""

EXPECTATIONS: tuple[Check, ...] = (
    NoRows(
        id="listed_postings_are_stored",
        expect="A read's n_listed is its number of sightings (of postings, for an import).",
        sql="""
            WITH stored AS (
                SELECT day, source, board, count(*) AS n FROM core_sightings
                SEMI JOIN $rows AS reads USING (day, source, board) GROUP BY ALL
                UNION ALL
                SELECT reads.day, source, board, count(*) AS n FROM core_postings
                JOIN $rows AS reads USING (source, board) WHERE is_import(source) GROUP BY ALL
            )
            SELECT reads.day, source, board, reads.n_listed, coalesce(stored.n, 0) AS n_stored
            FROM $rows AS reads LEFT JOIN stored USING (day, source, board)
            WHERE reads.n_listed <> coalesce(stored.n, 0)
        """,
        severity="critical",
        reason="Counts in equal counts out plus rejected: a posting that was read must be somewhere.",
        since=_SINCE,
        mend=_FIND_THE_BOARD,
    ),
    NoRows(
        id="rejected_records_are_stored",
        expect="A read's n_rejected is its number of rows in core_rejected_records.",
        sql="""
            WITH stored AS (SELECT day, source, board, count(*) AS n FROM core_rejected_records GROUP BY ALL)
            SELECT reads.day, source, board, reads.n_rejected, coalesce(stored.n, 0) AS n_stored
            FROM $rows AS reads LEFT JOIN stored USING (day, source, board)
            WHERE reads.n_rejected <> coalesce(stored.n, 0)
        """,
        severity="critical",
        reason="Counts in equal counts out plus rejected: a refused record must keep its reason.",
        since=_SINCE,
        mend=_FIND_THE_BOARD,
    ),
    NoRows(
        id="complete_reads_kept_their_promise",
        expect="A complete read has at least as many records as the source promised.",
        sql="""
            SELECT day, source, board, n_promised, n_listed, n_rejected FROM $rows
            WHERE is_complete AND n_promised > n_listed + n_rejected
        """,
        severity="critical",
        reason="A short read taken for complete closes postings that are still open.",
        since=_SINCE,
        mend="Mend include/collect/completeness.py, which took the read for whole; build the day again.",
    ),
    NoRows(
        id="only_whole_answers_are_complete",
        expect="is_complete goes with status complete or unchanged only.",
        sql="SELECT day, source, board, status FROM $rows WHERE is_complete AND NOT is_whole_read(status)",
        severity="critical",
        reason="Closing a posting rests on is_complete; no other status proves absence.",
        since=_SINCE,
        mend="Correct the stage that sets is_complete and build the day again.",
    ),
    NoRows(
        id="only_complete_reads_close_postings",
        expect="n_gone is 0 unless the read was complete.",
        sql="SELECT day, source, board, status, n_gone FROM $rows WHERE n_gone > 0 AND NOT is_complete",
        severity="critical",
        reason="A board that did not answer must not close its postings.",
        since=_SINCE,
        mend="Build the day again.",
    ),
    NoRows(
        id="counts_are_possible",
        expect="No count is negative; new and changed postings are among the listed ones.",
        sql="""
            SELECT day, source, board, n_listed, n_rejected, n_new, n_changed, n_gone FROM $rows
            WHERE least(n_promised, n_listed, n_rejected, n_new, n_changed, n_gone, n_requests, body_bytes,
                elapsed_seconds) < 0 OR n_new + n_changed > n_listed
        """,
        severity="critical",
        reason="n_new and n_gone are the flow of the market; a negative one is an error of bookkeeping.",
        since=_SINCE,
        mend="Build the day again; the days after it are counted again with it.",
    ),
    NoRows(
        id="failures_say_why",
        expect="A read that failed has a sentence in error.",
        sql="""
            SELECT day, source, board, status FROM $rows
            WHERE status IN ('failed', 'malformed', 'refused', 'out_of_budget') AND coalesce(error, '') = ''
        """,
        severity="warning",
        reason="An operator cannot triage a failure without a cause.",
        since=_SINCE,
        mend="Give the failure its sentence where the read is recorded.",
    ),
    NoRows(
        id="formats_are_as_they_were",
        expect="No field that all records of a board and its source had is gone, and none is new to all.",
        sql="SELECT day, source, board, format_changes FROM $rows WHERE format_changes IS NOT NULL",
        severity="warning",
        reason="A source that renames a field empties a column silently: every ad still counts, without its "
        "text or its date. The rows are kept as they came, and the archive has the bytes.",
        since=date(2026, 11, 24),
        mend="Compare the named fields with the source's adapter; mend it and build the day again.",
        partitions=frozenset({"day"}),
    ),
    Band(
        id="boards_answered_today",
        expect="Of each source's expected boards, at least 80 percent were read completely.",
        sql=_SHARE_ANSWERED,
        minimum=0.8,
        maximum=None,
        severity="warning",
        reason="0.8 is the coverage that a release needs by default; one day under it can still be made good "
        "by the week's other days.",
        since=_SINCE,
        mend="See the failures on the operators' page; run collect again today, tomorrow is too late.",
        partitions=frozenset({"day"}),
    ),
    Band(
        id="boards_answered_this_week",
        expect="Of each source's expected board reads of the week, at least half were complete.",
        sql=_SHARE_ANSWERED,
        minimum=0.5,
        maximum=None,
        severity="warning",
        reason="Under one half, the week shows which boards answered rather than what the market did. "
        "Publishing refuses such a week unless it is told to allow it; then this is printed.",
        since=_SINCE,
        mend="Publish when the source is back, or switch its boards off in the boards file, with a note.",
        partitions=frozenset({"week"}),
    ),
    Band(
        id="listed_against_last_weeks_days",
        expect="Each source lists at least half of its median of the last 28 days.",
        sql=_LISTED_AGAINST_THE_PAST,
        minimum=0.5,
        maximum=None,
        severity="warning",
        reason="Boards shrink slowly; a source that halves overnight has changed its format or its door. One "
        "day is published with the warning, since yesterday cannot be collected again.",
        since=_SINCE,
        mend="Read one of the source's answers in the archive; mend the adapter and build the day again.",
        partitions=frozenset({"day"}),
    ),
    Band(
        id="week_against_the_weeks_before",
        expect="Each source's median day lists at least half of its median of the 28 days before the week.",
        sql=_LISTED_AGAINST_THE_PAST,
        minimum=0.5,
        maximum=None,
        severity="warning",
        reason="A week with half of a source is another market: its shares must not be joined to the series "
        "silently. Publishing refuses it unless it is told to allow it; then this is printed.",
        since=_SINCE,
        mend="Mend the adapter and build the days again; if the source is gone for good, switch it off in "
        "the boards file.",
        partitions=frozenset({"week"}),
    ),
    NoRows(
        id="no_source_fell_silent",
        expect="A source with expected boards in the last 28 days is still expected, or switched off.",
        sql=f"""
            SELECT DISTINCT source FROM $table ANTI JOIN ({_SWITCHED_OFF}) AS off USING (source, board)
            WHERE is_expected AND day BETWEEN $first_day - 28 AND $first_day - 1
                AND NOT is_import(source)
              AND source NOT IN (SELECT source FROM $rows WHERE is_expected)
        """,  # noqa: S608 - a constant of this module
        severity="warning",
        reason="A source that leaves the list changes the market we see: a break that the release must name. "
        "One that is switched off in the boards file is named in the release's coverage.",
        since=date(2026, 11, 28),
        mend="If it is off on purpose, keep its rows in the boards file with enabled false and a note; if "
        "not, restore the rows.",
        partitions=frozenset({"day", "week"}),
    ),
    Band(
        id="few_records_are_rejected",
        expect="Of each source's records, at most 5 percent were rejected.",
        sql="""
            SELECT source, sum(n_listed + n_rejected) AS n_records,
                sum(n_rejected) / nullif(sum(n_listed + n_rejected), 0) AS value
            FROM $rows GROUP BY source
        """,
        minimum=None,
        maximum=0.05,
        severity="warning",
        reason="Boards give well under 1 percent of unusable records; more means that a format has changed.",
        since=_SINCE,
        mend="Group core_rejected_records by reason, mend the adapter and rebuild from the archive.",
    ),
)
