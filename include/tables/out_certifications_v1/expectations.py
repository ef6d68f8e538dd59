"""Certifications: counts that are possible and agree with the codebook's classes."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows
from include.validate.families import release_checks

_SINCE = date(2026, 11, 23)
_MEASURE = "Measure the week again; if it stays, the certifications query counts twice."

EXPECTATIONS: tuple[Check, ...] = (
    *(check for check in release_checks() if check.id != "week_has_rows"),  # a week may name no certification
    NoRows(
        id="counts_are_possible",
        expect="A row has at least one opening, and no more employers than openings.",
        sql="""
            SELECT week_start, cert_key, status, n_openings, n_employers FROM $rows
            WHERE n_openings < 1 OR n_employers NOT BETWEEN 0 AND n_openings
        """,
        severity="critical",
        reason="A certification that nobody names has no row.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="window_is_large_enough",
        expect="A window has at least 30 openings.",
        sql="SELECT week_start, series_kind, window_weeks, n_postings FROM $rows WHERE n_postings < 30",
        severity="critical",
        reason="The threshold of publication; employers and dominance are checked where windows are chosen.",
        since=date(2026, 11, 29),
        mend=_MEASURE,
    ),
    NoRows(
        id="class_is_known",
        expect="cert_class is a class of the codebook, one per certification.",
        sql="""
            SELECT cert_key, list(DISTINCT cert_class) AS classes FROM $rows
            GROUP BY cert_key
            HAVING count(DISTINCT cert_class) > 1
                OR bool_or(cert_class NOT IN
                    ('framework_agile', 'pm_specific', 'project_mgmt', 'technical_vendor', 'other'))
        """,
        severity="critical",
        reason="Classes are added up in the framework exception.",
        since=_SINCE,
        mend="Correct the lexicon and classify again.",
    ),
    NoRows(
        id="longer_windows_hold_more",
        expect="A longer window that ends with the same week has no fewer openings.",
        sql="""
            SELECT short.week_start, short.cert_key, short.status, short.window_weeks, short.n_openings,
                long.window_weeks AS longer_window, long.n_openings AS n_in_longer
            FROM $rows AS short JOIN $rows AS long USING (week_start, series_kind, cert_key, status)
            WHERE long.window_weeks > short.window_weeks AND long.n_openings < short.n_openings
        """,
        severity="critical",
        reason="The longer window contains the shorter one.",
        since=_SINCE,
        mend=_MEASURE,
    ),
)
