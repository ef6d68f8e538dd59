"""Certification mentions: the words behind every certification label."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows
from include.validate.families import evidence_checks

_SINCE = date(2026, 11, 23)

EXPECTATIONS: tuple[Check, ...] = (
    *evidence_checks(),
    NoRows(
        id="timing_goes_with_an_asked_certification",
        expect="timing is set for required mentions, and only where a certification is asked for.",
        sql="""
            SELECT content_hash, mention_index, status, timing FROM $rows
            WHERE (status = 'required' AND timing IS NULL)
               OR (status NOT IN ('required', 'listed', 'preferred') AND timing IS NOT NULL)
        """,
        severity="critical",
        reason="The headline counts required at hire.",
        since=_SINCE,
        mend="Correct the rule that set the status and classify again with reclassify set.",
    ),
    NoRows(
        id="key_is_a_code",
        expect="cert_key is in snake_case.",
        sql="SELECT content_hash, mention_index, cert_key FROM $rows "
        "WHERE NOT regexp_full_match(cert_key, '[a-z0-9][a-z0-9_]*')",
        severity="warning",
        reason="Certifications are counted by key; a name in its place splits the count.",
        since=_SINCE,
        mend="Correct the lexicon entry and classify again.",
    ),
)
