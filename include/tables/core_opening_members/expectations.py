"""Opening members: every product posting is in exactly one opening, for a reason."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows

_SINCE = date(2026, 11, 23)
_REGROUP = "Run build_warehouse for any day: its task load groups all postings anew."

EXPECTATIONS: tuple[Check, ...] = (
    NoRows(
        id="no_product_posting_is_left_out",
        expect="Every product posting is a member of an opening.",
        sql="""
            SELECT posting_key FROM core_postings
            ANTI JOIN $table AS members USING (posting_key)
            WHERE is_product_role(role_family)
        """,
        severity="critical",
        reason="Postings are grouped, never deleted; one that is in no opening is counted nowhere.",
        since=_SINCE,
        mend=_REGROUP,
    ),
    NoRows(
        id="both_ends_exist",
        expect="The posting is in core_postings and the opening in core_openings.",
        sql="""
            SELECT posting_key, opening_key FROM $table AS members
            WHERE posting_key NOT IN (SELECT posting_key FROM core_postings)
               OR opening_key NOT IN (SELECT opening_key FROM core_openings)
        """,
        severity="critical",
        reason="A membership that leads nowhere is left from an earlier grouping.",
        since=_SINCE,
        mend=_REGROUP,
    ),
    NoRows(
        id="first_is_the_key",
        expect="link_rule is first for the opening's own key and for no other posting.",
        sql="SELECT posting_key, opening_key, link_rule FROM $rows "
        "WHERE (link_rule = 'first') <> (posting_key = opening_key)",
        severity="critical",
        reason="The first posting's text is what is measured.",
        since=_SINCE,
        mend=_REGROUP,
    ),
    NoRows(
        id="similarity_is_a_share",
        expect="similarity lies between 0 and 1.",
        sql="SELECT posting_key, similarity FROM $rows WHERE similarity NOT BETWEEN 0 AND 1",
        severity="critical",
        reason="It is an estimated Jaccard similarity.",
        since=_SINCE,
        mend=_REGROUP,
    ),
)
