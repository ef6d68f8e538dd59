"""Posting versions: each belongs to a posting and has its days in order."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows

_SINCE = date(2026, 11, 23)

EXPECTATIONS: tuple[Check, ...] = (
    NoRows(
        id="posting_exists",
        expect="The posting of every version is in core_postings.",
        sql="SELECT posting_key, content_hash FROM $rows ANTI JOIN core_postings USING (posting_key)",
        severity="critical",
        reason="A version without its posting was read and lost.",
        since=_SINCE,
        mend="Rebuild the board's days from the archive.",
    ),
    NoRows(
        id="days_are_in_order",
        expect="A version is first seen no later than last seen.",
        sql="SELECT posting_key, content_hash, first_seen_date, last_seen_date FROM $rows "
        "WHERE last_seen_date < first_seen_date",
        severity="critical",
        reason="The first content by date is the one that flow metrics measure.",
        since=_SINCE,
        mend="Rebuild the board's days from the archive.",
    ),
    NoRows(
        id="hash_is_sha256",
        expect="content_hash is 64 lower-case hex digits.",
        sql="SELECT posting_key, content_hash FROM $rows "
        "WHERE NOT regexp_full_match(content_hash, '[0-9a-f]{64}')",
        severity="critical",
        reason="Texts, labels and evidence are found by this hash.",
        since=_SINCE,
        mend="Correct normalize and rebuild from the archive.",
    ),
    NoRows(
        id="product_texts_are_classified",
        expect="Every version of a product posting has its labels in core_signals.",
        sql="""
            SELECT posting_key, versions.content_hash FROM $rows AS versions
            SEMI JOIN (
                SELECT posting_key FROM core_postings WHERE is_product_role(role_family)
            ) AS product USING (posting_key)
            ANTI JOIN core_signals USING (content_hash)
        """,
        severity="critical",
        reason="An ad without labels leaves numerator and denominator together: the share moves unseen.",
        since=_SINCE,
        mend="Run build_warehouse with reclassify set.",
    ),
    NoRows(
        id="one_texts_version",
        expect="All texts that are measured were made by one version of what takes them from their source.",
        sql="""
            WITH measured AS (
                SELECT posting_key, texts_version FROM $table AS versions
                SEMI JOIN core_postings AS postings ON versions.posting_key = postings.posting_key
                    AND versions.content_hash = postings.first_content_hash
            )
            SELECT texts_version, count(*) AS n_postings, min(posting_key) AS example FROM measured
            WHERE (SELECT count(DISTINCT coalesce(texts_version, 'none')) FROM measured) > 1
            GROUP BY texts_version
        """,
        severity="warning",
        reason="What a rule reads may have changed between old ads and new ones; releases name the versions.",
        since=date(2026, 11, 29),
        mend="Build all texts again from the archive: python -m include.pipeline rebuild.",
    ),
)
