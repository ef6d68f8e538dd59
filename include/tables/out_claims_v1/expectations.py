"""Claims: every verdict rests on a figure, or says that ads cannot tell."""

from __future__ import annotations

from datetime import date

import msgspec

from include.validate.checks import Check, NoRows
from include.validate.families import release_checks

_SINCE = date(2026, 11, 23)
_MEASURE = "Correct the claim's rule in include/measure and measure the week again."

EXPECTATIONS: tuple[Check, ...] = (
    # A release without its ledger is poorer, not wrong.
    *(
        msgspec.structs.replace(check, severity="warning") if check.id == "week_has_rows" else check
        for check in release_checks()
    ),
    NoRows(
        id="verdict_rests_on_a_figure",
        expect="A claim that is supported or contradicted has a figure with its interval; an untestable "
        "one none.",
        sql="""
            SELECT claim_id, verdict, figure, figure_low, figure_high, metric_ids FROM $rows
            WHERE (verdict IN ('supported', 'contradicted')
                    AND (figure IS NULL OR figure_low IS NULL OR figure_high IS NULL OR len(metric_ids) = 0))
               OR (verdict = 'not_testable' AND (figure IS NOT NULL OR len(metric_ids) > 0))
        """,
        severity="critical",
        reason="A verdict without a figure is an opinion, and a figure on an untestable claim a pretence.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="interval_holds_the_figure",
        expect="figure lies between figure_low and figure_high.",
        sql="""
            SELECT claim_id, figure_low, figure, figure_high FROM $rows
            WHERE figure NOT BETWEEN figure_low - 1e-9 AND figure_high + 1e-9
        """,
        severity="critical",
        reason="An interval that misses its own figure belongs to another row.",
        since=_SINCE,
        mend=_MEASURE,
    ),
    NoRows(
        id="words_are_there",
        expect="Claim, rule, reading and what would change it are sentences.",
        sql="""
            SELECT claim_id FROM $rows
            WHERE least(length(claim), length(verdict_rule), length(reading),
                length(what_would_change_it)) < 10
        """,
        severity="critical",
        reason="The ledger is read by people; an empty cell there reads as an omission.",
        since=_SINCE,
        mend=_MEASURE,
    ),
)
