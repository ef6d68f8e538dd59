"""Validation results: a failure says what was found."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows

_SINCE = date(2026, 11, 23)

EXPECTATIONS: tuple[Check, ...] = (
    NoRows(
        id="failure_says_what_was_found",
        expect="A failed expectation has an observed value, and every one has a reason.",
        sql="""
            SELECT partition_key, table_name, expectation_id FROM $rows
            WHERE (NOT is_success AND coalesce(observed_value, '') = '') OR reason = '' OR n_unexpected < 0
        """,
        severity="critical",
        reason="Operators and readers of the release act on these rows.",
        since=_SINCE,
        mend="Validate the partition again.",
    ),
)
