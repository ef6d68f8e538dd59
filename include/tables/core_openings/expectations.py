"""Openings: the counting unit of every metric, so its sums must close."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows

_SINCE = date(2026, 11, 23)
_REGROUP = "Run build_warehouse for any day: its task load groups all postings anew."

EXPECTATIONS: tuple[Check, ...] = (
    NoRows(
        id="members_add_up",
        expect="n_postings is the number of members, of which the opening's first posting is one.",
        sql="""
            WITH members AS (
                SELECT opening_key, count(*) AS n, bool_or(posting_key = opening_key) AS has_first
                FROM core_opening_members GROUP BY opening_key
            )
            SELECT opening_key, n_postings, coalesce(members.n, 0) AS n_members, has_first
            FROM $rows LEFT JOIN members USING (opening_key)
            WHERE n_postings <> coalesce(members.n, 0) OR NOT coalesce(has_first, false)
        """,
        severity="critical",
        reason="Postings are grouped, never deleted: every one is in exactly one opening.",
        since=_SINCE,
        mend=_REGROUP,
    ),
    NoRows(
        id="first_posting_exists",
        expect="The opening's key is a posting, of the same series kind and origin.",
        sql="""
            SELECT opening_key, openings.series_kind, postings.series_kind AS posting_series_kind
            FROM $rows AS openings LEFT JOIN core_postings AS postings ON posting_key = opening_key
            WHERE posting_key IS NULL OR postings.series_kind <> openings.series_kind
               OR postings.data_origin <> openings.data_origin
        """,
        severity="critical",
        reason="Series kinds are never joined silently, nor are origins.",
        since=_SINCE,
        mend=_REGROUP,
    ),
    NoRows(
        id="week_is_that_of_opening",
        expect="week_start is the Monday of opened_date; one is null only with the other.",
        sql="SELECT opening_key, opened_date, week_start FROM $rows "
        "WHERE week_start IS DISTINCT FROM date_trunc('week', opened_date)::DATE",
        severity="critical",
        reason="week_start places the opening in its week's flow.",
        since=_SINCE,
        mend=_REGROUP,
    ),
    NoRows(
        id="life_is_in_order",
        expect="An opening is first seen, last seen and closed in this order, and opened before it closed.",
        sql="""
            SELECT opening_key, opened_date, first_seen_date, last_seen_date, closed_date FROM $rows
            WHERE closed_date < first_seen_date OR last_seen_date < first_seen_date
                OR closed_date < opened_date
        """,
        severity="critical",
        reason="Stock is counted from these dates.",
        since=_SINCE,
        mend=_REGROUP,
    ),
    NoRows(
        id="counts_are_possible",
        expect="An opening has a posting, fewer reposts than postings, and no negative count.",
        sql="""
            SELECT opening_key, n_postings, n_reposts, n_locations, n_words FROM $rows
            WHERE n_postings < 1 OR n_reposts NOT BETWEEN 0 AND n_postings - 1 OR n_locations < 0
                OR n_words < 0
        """,
        severity="critical",
        reason="Reposts and copies are what grouping is for; an impossible count is an error of grouping.",
        since=_SINCE,
        mend=_REGROUP,
    ),
    NoRows(
        id="product_openings_are_classified",
        expect="The measured content of every product opening has its labels in core_signals.",
        sql="""
            SELECT opening_key, content_hash FROM $rows ANTI JOIN core_signals USING (content_hash)
            WHERE is_product_role(role_family)
        """,
        severity="critical",
        reason="An opening without labels leaves numerator and denominator together: the share moves unseen.",
        since=_SINCE,
        mend="Run build_warehouse with reclassify set.",
    ),
    NoRows(
        id="openings_are_of_moderate_size",
        expect="No product opening gathers more than 200 postings.",
        sql="SELECT opening_key, n_postings, n_locations FROM $rows "
        "WHERE n_postings > 200 AND is_product_role(role_family)",
        severity="warning",
        reason="Requisitions copied to many cities reach dozens; hundreds mean that short or boilerplate "
        "texts were taken for copies of each other.",
        since=_SINCE,
        mend="Read a few members; if they are different jobs, tighten the grouping.",
    ),
)
