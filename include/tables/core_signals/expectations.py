"""Signals: labels that fit each other and their evidence, of one classifier version, at plausible rates."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Band, Check, NoRows

_SINCE = date(2026, 11, 23)
_RECLASSIFY = "Run build_warehouse with reclassify set; if it stays, the classifier contradicts itself."

_LABEL_SHARE = """
    SELECT data_origin, count(*) AS n_ads, count(*) FILTER ({condition}) / count(*) AS value
    FROM (
        SELECT DISTINCT content_hash, data_origin FROM core_postings
        WHERE is_product_role(role_family)
    ) AS ads JOIN $table AS signals USING (content_hash)
    WHERE cert_status <> 'unsupported_language' {origins}
    GROUP BY data_origin HAVING count(*) >= 300
"""
_REAL = "AND data_origin <> 'simulated'"


def _share(condition: str, origins: str = _REAL) -> str:
    return _LABEL_SHARE.replace("{condition}", condition).replace("{origins}", origins)


EXPECTATIONS: tuple[Check, ...] = (
    NoRows(
        id="one_classifier_version",
        expect="All labels come from one lexicon, one set of rules and one model.",
        sql="""
            SELECT lexicon_version, rules_version, model_version, count(*) AS n_contents FROM $table
            WHERE (SELECT count(*) FROM (
                SELECT DISTINCT lexicon_version, rules_version, model_version FROM $table)) > 1
            GROUP BY ALL
        """,
        severity="critical",
        reason="A change of classifier inside a series looks like a change of the market.",
        since=_SINCE,
        mend="Run build_warehouse with reclassify set, so that history is labelled by the current version.",
    ),
    NoRows(
        id="content_is_a_known_version",
        expect="Every labelled content is a version of some posting.",
        sql="SELECT content_hash FROM $rows "
        "WHERE content_hash NOT IN (SELECT content_hash FROM core_posting_versions)",
        severity="warning",
        reason="Labels of texts that no posting has any more are dead weight, counted nowhere.",
        since=_SINCE,
        mend="Nothing; python -m include.pipeline rebuild leaves them out.",
    ),
    NoRows(
        id="mention_counts_agree",
        expect="The counts of mentions are the numbers of rows in the mention tables.",
        sql="""
            WITH certs AS (SELECT content_hash, count(*) AS n FROM core_certification_mentions GROUP BY ALL),
            criteria AS (SELECT content_hash, count(*) AS n FROM core_criteria_mentions GROUP BY ALL)
            SELECT content_hash, n_certification_mentions, coalesce(certs.n, 0) AS n_certs_stored,
                n_criteria_mentions, coalesce(criteria.n, 0) AS n_criteria_stored
            FROM $rows AS signals
            LEFT JOIN certs USING (content_hash) LEFT JOIN criteria USING (content_hash)
            WHERE n_certification_mentions <> coalesce(certs.n, 0)
               OR n_criteria_mentions <> coalesce(criteria.n, 0)
        """,
        severity="critical",
        reason="Every claim has its evidence; a label whose evidence was lost cannot be checked.",
        since=_SINCE,
        mend=_RECLASSIFY,
    ),
    NoRows(
        id="cert_status_is_its_strongest_mention",
        expect="cert_status is the status of the strongest mention, or none without one.",
        sql="""
            WITH ranks AS (
                SELECT content_hash, list_min(list(list_position(
                    ['required', 'listed', 'preferred', 'mentioned_other', 'none'], status))) AS rank
                FROM core_certification_mentions GROUP BY content_hash
            )
            SELECT content_hash, cert_status,
                ['required', 'listed', 'preferred', 'mentioned_other', 'none'][coalesce(rank, 5)] AS strongest
            FROM $rows LEFT JOIN ranks USING (content_hash)
            WHERE cert_status <> 'unsupported_language' AND cert_status <> strongest
        """,
        severity="critical",
        reason="Codebook section 1, rule 5. The headline counts this label; a reader checks it by the "
        "mention.",
        since=_SINCE,
        mend=_RECLASSIFY,
    ),
    NoRows(
        id="timing_goes_with_an_asked_certification",
        expect="cert_timing is set for a required certification and for none that is not asked for.",
        sql="""
            SELECT content_hash, cert_status, cert_timing FROM $rows
            WHERE (cert_status = 'required' AND cert_timing IS NULL)
               OR (cert_status NOT IN ('required', 'listed', 'preferred') AND cert_timing IS NOT NULL)
        """,
        severity="critical",
        reason="The headline counts required at hire; a missing timing would be guessed.",
        since=_SINCE,
        mend=_RECLASSIFY,
    ),
    NoRows(
        id="criteria_status_has_its_evidence",
        expect="Explicit or partial criteria have tiers and a passage.",
        sql="""
            SELECT content_hash, criteria_status, criteria_tiers, n_criteria_mentions FROM $rows
            WHERE criteria_status IN ('explicit', 'partial')
              AND (len(criteria_tiers) = 0 OR n_criteria_mentions = 0)
        """,
        severity="critical",
        reason="Every claim has its evidence.",
        since=_SINCE,
        mend=_RECLASSIFY,
    ),
    NoRows(
        id="language_is_judged_once",
        expect="Both statuses are unsupported_language or neither is.",
        sql="""
            SELECT content_hash, cert_status, criteria_status FROM $rows
            WHERE (cert_status = 'unsupported_language') <> (criteria_status = 'unsupported_language')
        """,
        severity="critical",
        reason="The two headline shares have one denominator; their difference is published.",
        since=_SINCE,
        mend=_RECLASSIFY,
    ),
    Band(
        id="share_requiring_a_certification",
        expect="At most 4 percent of real product ads require a certification.",
        sql=_share("cert_status = 'required'"),
        minimum=0.0,
        maximum=0.04,
        severity="warning",
        reason="None of 420 product ads read whole required one (upper bound 0.7 percent); certification "
        "talk in benefits and boilerplate is four times as frequent as requests, so a jump is a "
        "classifier that lost a guard before it is news.",
        since=_SINCE,
        mend="Read the quotes of the required mentions, newest first, before believing the share.",
    ),
    Band(
        id="share_preferring_a_certification",
        expect="At most 10 percent of real product ads have a preferred certification as their strongest.",
        sql=_share("cert_status = 'preferred'"),
        minimum=0.0,
        maximum=0.10,
        severity="warning",
        reason="2 to 3 percent of the ads read whole.",
        since=_SINCE,
        mend="Read the quotes of the preferred mentions, newest first.",
    ),
    Band(
        id="share_with_explicit_criteria",
        expect="Between 1 and 15 percent of real product ads state explicit success criteria.",
        sql=_share("criteria_status = 'explicit'"),
        minimum=0.01,
        maximum=0.15,
        severity="warning",
        reason="4 to 6 percent of the ads read whole; keyword matching overstates it to over 20 percent.",
        since=_SINCE,
        mend="Read explicit passages with their rule; a rule that took over is visible in the counts.",
    ),
    Band(
        id="share_with_partial_criteria",
        expect="Between 5 and 45 percent of real product ads have partial criteria.",
        sql=_share("criteria_status = 'partial'"),
        minimum=0.05,
        maximum=0.45,
        severity="warning",
        reason="About 20 percent of the ads read whole; 45 leaves room for sources with long ads.",
        since=_SINCE,
        mend="Read partial passages with their rule.",
    ),
    Band(
        id="share_requiring_is_not_absurd",
        expect="At most 35 percent of product ads of any origin require a certification.",
        sql=_share("cert_status = 'required'", origins=""),
        minimum=0.0,
        maximum=0.35,
        severity="critical",
        reason="No market asks a third of product managers for a certificate; a classifier run amok does. "
        "The bound leaves room for simulated markets that exaggerate the effect to make it visible.",
        since=_SINCE,
        mend="Do not release. Compare labels with the last classifier version and read the difference.",
    ),
    Band(
        id="share_of_unreadable_languages",
        expect="At most 40 percent of the contents are in a language that the classifier does not read.",
        sql="""
            SELECT count(*) AS n_contents,
                count(*) FILTER (cert_status = 'unsupported_language') / count(*) AS value
            FROM $table HAVING count(*) >= 300
        """,
        minimum=0.0,
        maximum=0.4,
        severity="warning",
        reason="English, German, French, Spanish, Portuguese and Dutch are read; more of anything else "
        "means a broken language detector or a source outside the target.",
        since=_SINCE,
        mend="Count core_postings.language by source.",
    ),
)
