"""Audit labels: usable as a probability sample, free of long quotes."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Check, NoRows

_SINCE = date(2026, 11, 23)

EXPECTATIONS: tuple[Check, ...] = (
    NoRows(
        id="probability_is_usable",
        expect="inclusion_probability is over 0 and at most 1.",
        sql="SELECT audit_week, content_hash, inclusion_probability FROM $rows "
        "WHERE NOT (inclusion_probability > 0 AND inclusion_probability <= 1)",
        severity="critical",
        reason="Estimates divide by it.",
        since=_SINCE,
        mend="Import the labels again together with the sample they belong to.",
    ),
    NoRows(
        id="probability_is_one_per_ad",
        expect="An ad of one audit week has one stratum and one inclusion probability.",
        sql="""
            SELECT audit_week, content_hash FROM $rows GROUP BY ALL
            HAVING count(DISTINCT inclusion_probability) > 1 OR count(DISTINCT stratum) > 1
        """,
        severity="critical",
        reason="The sample was drawn once; two probabilities mean that two samples were mixed.",
        since=_SINCE,
        mend="Import the labels again together with the sample they belong to.",
    ),
    NoRows(
        id="week_has_its_form",
        expect="audit_week is an ISO week such as 2026-W47.",
        sql=r"SELECT audit_week, content_hash FROM $rows WHERE NOT regexp_full_match(audit_week, "
        r"'\d{4}-W\d{2}')",
        severity="critical",
        reason="Corrections use only labels that were there at the time; the week says when.",
        since=_SINCE,
        mend="Correct the week in the label file and import it again.",
    ),
    NoRows(
        id="quote_is_short",
        expect="A quote has at most 300 characters.",
        sql="SELECT audit_week, content_hash, length(quote) AS quote_length FROM $rows WHERE "
        "length(quote) > 300",
        severity="critical",
        reason="Whole ads are not copied into the warehouse.",
        since=_SINCE,
        mend="Shorten the quote in the label file and import it again.",
    ),
    NoRows(
        id="labelled_ads_are_known",
        expect="Every labelled content has its labels in core_signals.",
        sql="SELECT DISTINCT audit_week, content_hash FROM $rows "
        "WHERE content_hash NOT IN (SELECT content_hash FROM core_signals)",
        severity="warning",
        reason="A label of an ad that the classifier never saw cannot correct anything.",
        since=_SINCE,
        mend="Build the day that held the ad again; if the text changed in normalize, draw a new sample.",
    ),
)
