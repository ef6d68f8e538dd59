"""Postings: possible lives, whole identities, plausible texts."""

from __future__ import annotations

from datetime import date

from include.validate.checks import Band, Check, NoRows

_SINCE = date(2026, 11, 23)
_REBUILD = (
    "Build the day of the posting's last sighting again; if it comes back, its life is derived wrongly."
)

EXPECTATIONS: tuple[Check, ...] = (
    NoRows(
        id="life_is_in_order",
        expect="A posting is first seen, last seen and closed in this order, and opened before it closed.",
        sql="""
            SELECT posting_key, opened_date, first_seen_date, last_seen_date, closed_date FROM $rows
            WHERE closed_date < first_seen_date OR closed_date <= last_seen_date
               OR last_seen_date < first_seen_date OR closed_date < opened_date
        """,
        severity="critical",
        reason="Durations, stock and reposts are counted from these dates.",
        since=_SINCE,
        mend=_REBUILD,
    ),
    NoRows(
        id="seen_postings_have_their_days",
        expect="A posting read from a board has the days it was seen; an imported one has none.",
        sql="""
            SELECT posting_key, source, first_seen_date, last_seen_date FROM $rows
            WHERE is_import(source) <> (first_seen_date IS NULL)
               OR (first_seen_date IS NULL) <> (last_seen_date IS NULL)
        """,
        severity="critical",
        reason="Observed and archived series are kept apart by what we saw ourselves.",
        since=_SINCE,
        mend=_REBUILD,
    ),
    NoRows(
        id="observed_flow_is_dated_by_us",
        expect="An observed posting opens on the day we first saw it and is not left-censored.",
        sql="""
            SELECT posting_key, opened_date, first_seen_date, is_left_censored FROM $rows
            WHERE series_kind = 'observed' AND NOT is_import(source)
              AND (is_left_censored OR opened_date IS DISTINCT FROM first_seen_date)
        """,
        severity="critical",
        reason="A posting that was already there on the first read, or came while nobody looked, would swell "
        "the flow of the week in which it was first seen.",
        since=_SINCE,
        mend=_REBUILD,
    ),
    NoRows(
        id="key_is_made_of_its_parts",
        expect="posting_key is source:board:native_id.",
        sql="""
            SELECT posting_key, source, board, native_id FROM $rows
            WHERE posting_key <> source || ':' || board || ':' || native_id OR native_id = ''
        """,
        severity="critical",
        reason="Two spellings of one key make two postings of one ad.",
        since=_SINCE,
        mend="Correct the adapter's native_id or normalize; rebuild from the archive.",
    ),
    NoRows(
        id="hashes_are_sha256",
        expect="content_hash and first_content_hash are 64 lower-case hex digits.",
        sql="""
            SELECT posting_key, content_hash, first_content_hash FROM $rows
            WHERE NOT regexp_full_match(content_hash, '[0-9a-f]{64}')
               OR NOT regexp_full_match(first_content_hash, '[0-9a-f]{64}')
        """,
        severity="critical",
        reason="Texts, labels and evidence are found by this hash.",
        since=_SINCE,
        mend="Correct normalize and rebuild from the archive.",
    ),
    NoRows(
        id="contents_are_known_versions",
        expect="First and latest content are versions of the posting, and n_versions counts them all.",
        sql="""
            WITH versions AS (
                SELECT posting_key,
                    list(content_hash) AS hashes FROM core_posting_versions GROUP BY posting_key
            )
            SELECT posting_key, n_versions, coalesce(len(hashes), 0) AS n_stored
            FROM $rows AS postings LEFT JOIN versions USING (posting_key)
            WHERE hashes IS NULL OR n_versions <> len(hashes)
               OR NOT list_contains(hashes, content_hash) OR NOT list_contains(hashes, first_content_hash)
        """,
        severity="critical",
        reason="Flow metrics measure the first content: it must be there to be measured.",
        since=_SINCE,
        mend="Rebuild the board's days from the archive.",
    ),
    NoRows(
        id="one_titles_version",
        expect="All titles were read by one version of the patterns.",
        sql="""
            SELECT titles_version, count(*) AS n_postings, min(posting_key) AS example FROM $table
            WHERE (SELECT count(DISTINCT coalesce(titles_version, 'none')) FROM $table) > 1
            GROUP BY titles_version
        """,
        severity="critical",
        reason="Patterns decide who is in the population: two versions in a series look like a change of the "
        "market.",
        since=date(2026, 11, 28),
        mend="Run build_warehouse with reclassify set, so that all titles are read by the current version.",
    ),
    NoRows(
        id="one_origin",
        expect="Simulated and real postings never share a warehouse.",
        sql="""
            SELECT data_origin, count(*) AS n_postings, min(posting_key) AS example FROM $table
            WHERE (SELECT count(DISTINCT data_origin) FROM $table) > 1 GROUP BY data_origin
        """,
        severity="critical",
        reason="A simulated ad in a real share is an invented figure.",
        since=_SINCE,
        mend="Drop the warehouse and rebuild each origin in its own data folder.",
    ),
    NoRows(
        id="numbers_are_possible",
        expect="Counts and pay are not negative, a posting has a version, and a pay range is not upside "
        "down.",
        sql="""
            SELECT posting_key, n_words, n_versions, n_reopened, pay_minimum, pay_maximum FROM $rows
            WHERE n_words < 0 OR n_reopened < 0 OR n_versions < 1 OR pay_minimum < 0
                OR pay_maximum < pay_minimum
        """,
        severity="critical",
        reason="Normalize turns an impossible number into a null or a reject; one that got through is a bug.",
        since=_SINCE,
        mend="Correct normalize and rebuild from the archive.",
    ),
    NoRows(
        id="codes_have_their_form",
        expect="language is an ISO 639-1 code or und; country_code and pay_currency have 2 and 3 capitals.",
        sql="""
            SELECT posting_key, language, country_code, pay_currency FROM $rows
            WHERE NOT regexp_full_match(language, '[a-z]{2}|und')
               OR NOT regexp_full_match(coalesce(country_code, 'XX'), '[A-Z]{2}')
               OR NOT regexp_full_match(coalesce(pay_currency, 'XXX'), '[A-Z]{3}')
        """,
        severity="warning",
        reason="Strata are made of these codes; a stray form makes a stratum of its own.",
        since=_SINCE,
        mend="Correct normalize and rebuild from the archive.",
    ),
    NoRows(
        id="nobody_is_named",
        expect="No title, department or place holds a mail address.",
        sql=r"""
            SELECT posting_key FROM $rows
            WHERE regexp_matches(concat_ws(' ', title, department, city, array_to_string(locations, ' ')),
                '[\w.+-]+@[\w-]+\.[A-Za-z]{2,}')
        """,
        severity="warning",
        reason="No personal data is kept; recruiters do put addresses into titles.",
        since=_SINCE,
        mend="Mend the scrubber in include/normalize and rebuild from the archive.",
    ),
    NoRows(
        id="not_posted_after_it_was_seen",
        expect="A posting's own posting date is not later than the day after we first saw it.",
        sql="""
            SELECT posting_key, posted_date, first_seen_date FROM $rows
            WHERE posted_date > first_seen_date + 1 AND n_reopened = 0 AND n_versions = 1
        """,
        severity="warning",
        reason="Sources refresh dates to look new; one day allows for time zones. Shows a source whose dates "
        "cannot be trusted for the reconstructed series.",
        since=_SINCE,
        mend="Nothing for a few; note it on the source's card when it is the rule.",
    ),
    Band(
        id="median_length_of_complete_texts",
        expect="The median complete text of a source with 100 product postings has 150 to 1,500 words.",
        sql="""
            SELECT source, count(*) AS n_postings, median(n_words) AS value FROM $rows
            WHERE is_text_complete AND is_product_role(role_family)
            GROUP BY source HAVING count(*) >= 100
        """,
        minimum=150,
        maximum=1500,
        severity="warning",
        reason="Under it, the text was cut or lost its sections (explicit criteria fall with length); "
        "over it, several ads or a whole page were taken for one.",
        since=_SINCE,
        mend="Read three of the source's postings beside the archived answers; mend the adapter.",
    ),
    Band(
        id="share_of_product_roles",
        expect="Of all postings of the warehouse, 0.5 to 60 percent are product roles, given 1,000 of them.",
        sql="""
            SELECT count(*) AS n_postings,
                count(*) FILTER (is_product_role(role_family)) / count(*) AS value
            FROM $rows HAVING count(*) >= 1000
        """,
        minimum=0.005,
        maximum=0.6,
        severity="warning",
        reason="Company boards list one product role in fifteen to forty; outside the band the title filter "
        "has changed. The upper bound leaves room for dumps that were searched by title.",
        since=_SINCE,
        mend="Compare role_family before and after the last change of include/normalize.",
    ),
)
