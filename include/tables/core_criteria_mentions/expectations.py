"""Criteria mentions: the words behind every success-criteria label."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows
from include.validate.families import evidence_checks

_SINCE = date(2026, 11, 23)

EXPECTATIONS: tuple[Check, ...] = (
    *evidence_checks(),
    NoRows(
        id="tiers_agree_with_signals",
        expect="A content's passages have the tiers that core_signals lists.",
        sql="""
            WITH found AS (
                SELECT content_hash, list_sort(list(DISTINCT tier)) AS tiers FROM $rows GROUP BY content_hash
            )
            SELECT content_hash, found.tiers, signals.criteria_tiers
            FROM found JOIN core_signals AS signals USING (content_hash)
            WHERE NOT list_has_all(found.tiers, signals.criteria_tiers)
        """,
        severity="critical",
        reason="A tier without a passage is a claim without evidence.",
        since=_SINCE,
        mend="Classify again with reclassify set.",
    ),
)
