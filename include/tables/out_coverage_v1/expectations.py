"""Coverage: shares that follow from their counts."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Band, Check, NoRows
from include.validate.families import release_checks

_SINCE = date(2026, 11, 23)
_MEASURE = "Measure the week again; if it stays, the coverage query is wrong."

EXPECTATIONS: tuple[Check, ...] = (
    *release_checks(),
    NoRows(
        id="share_follows_from_counts",
        expect="coverage_share is board_days_complete / board_days_expected, between 0 and 1; null for "
        "imports.",
        sql="""
            SELECT week_start, source, board_days_complete, board_days_expected, coverage_share FROM $rows
            WHERE coverage_share NOT BETWEEN 0 AND 1
               OR abs(coverage_share - board_days_complete / nullif(board_days_expected, 0)) > 1e-9
               OR is_import(source) <> (coverage_share IS NULL) AND board_days_expected > 0
        """,
        severity="critical",
        reason="The share decides whether the release goes out; a reader must be able to compute it.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="counts_are_possible",
        expect="Answered and complete are among the expected, product postings among all, days among seven.",
        sql="""
            SELECT week_start, source, days_observed, boards_expected, boards_answered, n_postings,
                n_product_postings, n_openings, n_other_language, n_text_incomplete, n_rejected
            FROM $rows
            WHERE days_observed NOT BETWEEN 0 AND 7
               OR boards_answered > boards_expected AND NOT is_import(source)
               OR board_days_complete > board_days_expected AND NOT is_import(source)
               OR n_product_postings > n_postings
               OR least(boards_expected, boards_answered, board_days_expected, board_days_complete,
                   n_postings,
                    n_product_postings, n_openings, n_other_language, n_text_incomplete, n_rejected) < 0
        """,
        severity="critical",
        reason="Coverage is published beside every share.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    Band(
        id="most_boards_were_read",
        expect="Of all board reads expected in the week, at least 80 percent were complete.",
        sql="""
            SELECT week_start, sum(board_days_complete) / nullif(sum(board_days_expected), 0) AS value
            FROM $rows WHERE NOT is_import(source) GROUP BY week_start
        """,
        minimum=0.8,
        maximum=None,
        severity="warning",
        reason="0.8 is the default of minimum_board_coverage, under which the release itself is refused; the "
        "warning is published when an installation has lowered it.",
        since=_SINCE,
        mend="See which boards failed on the operators' page; mark the dead ones in boards.csv.",
        partitions=frozenset({"week"}),
    ),
)
