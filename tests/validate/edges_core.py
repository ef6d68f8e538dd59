"""The edges of the expectations of core tables: every arm of a rule by itself, every bound from both sides.

`BREAKS` are changes of the sound warehouse that a check must find; `HOLDS` are changes that it must let pass.
"""

from __future__ import annotations

from tests.validate.edges import Edge, changes, of
from tests.validate.small_warehouse import DAY, WEEK


def _product_ads(n: int, n_words: int, more: str = "true AS is_text_complete") -> str:
    """Return SQL that leaves `n` product postings of one source, all of one length."""
    return (
        "DELETE FROM core_postings WHERE posting_key <> 'lever:b1:1'; "
        f"UPDATE core_postings SET n_words = {n_words}; "
        f"INSERT INTO core_postings SELECT p.* FROM core_postings AS p, range({n} - 1); "
        f"CREATE OR REPLACE TEMP TABLE ads_now AS SELECT * REPLACE ({more}) FROM core_postings; "
        "DELETE FROM core_postings; INSERT INTO core_postings FROM ads_now"
    )


def _roles(n: int, n_product: int) -> str:
    """Return SQL that leaves `n` postings, of which `n_product` are of product roles."""
    return (
        "DELETE FROM core_postings WHERE posting_key <> 'lever:b1:1'; "
        "CREATE OR REPLACE TEMP TABLE ads_now AS SELECT p.* REPLACE "
        f"(if(i < {n_product}, 'pm', 'not_product') AS role_family) "
        f"FROM core_postings AS p, range({n}) AS r(i); "
        "DELETE FROM core_postings; INSERT INTO core_postings FROM ads_now"
    )


def _market(n: int, k: int, column: str, label: str, origin: str = "public_boards", copies: int = 1) -> str:
    """Return SQL that leaves `n` product ads, of which `k` have a label; each is posted `copies` times."""
    return f"""
        CREATE OR REPLACE TEMP TABLE more AS SELECT i, sha256('more ' || i) AS content_hash
        FROM range({n}) AS r(i);
        CREATE OR REPLACE TEMP TABLE ad AS FROM core_postings WHERE posting_key = 'lever:b1:1';
        CREATE OR REPLACE TEMP TABLE label AS
        SELECT * REPLACE ('none' AS cert_status, 'none' AS criteria_status) FROM core_signals LIMIT 1;
        DELETE FROM core_postings; DELETE FROM core_signals;
        INSERT INTO core_postings SELECT ad.* REPLACE (more.content_hash AS content_hash,
            'pm' AS role_family, '{origin}' AS data_origin)
        FROM more, ad, range(if(i < {k}, {copies}, 1));
        INSERT INTO core_signals SELECT label.* REPLACE (more.content_hash AS content_hash,
            if(i < {k}, '{label}', {column}) AS {column}) FROM more, label;
    """


_UNREADABLE = """
    INSERT INTO core_postings SELECT p.* REPLACE (sha256('odd ' || i) AS content_hash)
    FROM (FROM core_postings LIMIT 1) AS p, range(900) AS r(i);
    INSERT INTO core_signals SELECT s.* REPLACE (sha256('odd ' || i) AS content_hash,
        'unsupported_language' AS cert_status, 'unsupported_language' AS criteria_status)
    FROM (FROM core_signals LIMIT 1) AS s, range(900) AS r(i);
"""
_NOT_PRODUCT = "(SELECT {} FROM core_postings WHERE role_family = 'not_product')"
_LEVER = "source = 'lever' AND day"
_IMPORT = (
    "INSERT INTO core_board_reads SELECT * REPLACE ('import/a_dump' AS source, 'a_dump' AS board, "
    "{} AS n_listed) FROM core_board_reads WHERE day = DATE '2026-11-12' AND board = 'b0'; "
)
_IMPORTED = (
    _IMPORT.format(60) + "INSERT INTO core_postings SELECT * REPLACE ('import/a_dump' AS source, "
    "'a_dump' AS board) FROM core_postings; "
)
_LONG_AGO = (  # the last of 20 days of 1,000 postings each was so many days before yesterday
    "UPDATE core_board_reads SET day = day - {}, n_listed = 1000 "
    "WHERE source = 'lever' AND day < DATE '2026-11-15'"
)
_MORE_BOARDS = (  # five boards of one source
    f"INSERT INTO core_board_reads SELECT r.* REPLACE ('more' || i AS board) FROM core_board_reads AS r, "
    f"range(3) AS s(i) WHERE r.day = DATE '{DAY}' AND r.source = 'lever' AND r.board = 'b1'; "
)

BREAKS: list[Edge] = [
    *of(
        "core_audit_labels",
        ("probability_is_usable", "UPDATE core_audit_labels SET inclusion_probability = 1.01"),
        (
            "probability_is_one_per_ad",
            "INSERT INTO core_audit_labels SELECT * REPLACE ('b' AS annotator, 'random' AS stratum) "
            "FROM core_audit_labels",
        ),
    ),
    *changes(
        "core_board_reads", "counts_are_possible", "n_promised = -1", "n_listed = -1", "n_rejected = -1",
        "n_new = -1", "n_changed = -1", "n_requests = -1", "body_bytes = -1", "elapsed_seconds = -1",
        "n_new = n_listed, n_changed = 1",
    ),
    *changes(
        "core_board_reads", "complete_reads_kept_their_promise",
        "n_promised = n_listed + n_rejected + 1",
    ),
    *of(
        "core_board_reads",
        (
            "listed_postings_are_stored",
            f"DELETE FROM core_sightings WHERE board = 'b1' AND day = DATE '{DAY}'; "
            "UPDATE core_board_reads SET n_listed = 1 WHERE board = 'b1'",
        ),
        ("rejected_records_are_stored", "UPDATE core_board_reads SET n_rejected = 1 WHERE board = 'b0'"),
        (
            "boards_answered_today",
            _MORE_BOARDS + "UPDATE core_board_reads SET status = 'failed' WHERE board IN ('more0', 'more1')",
        ),
        (
            "listed_against_last_weeks_days",  # half, less one posting
            "UPDATE core_board_reads SET n_listed = 20 WHERE source = 'lever'; "
            f"UPDATE core_board_reads SET n_listed = if(board = 'b1', 10, 9) WHERE {_LEVER} = DATE '{DAY}'",
        ),
        ("listed_against_last_weeks_days", _LONG_AGO.format(25)),
        (
            "listed_against_last_weeks_days",
            f"DELETE FROM core_board_reads WHERE {_LEVER} = DATE '{DAY}'",
        ),
        (
            "listed_against_last_weeks_days",  # from one posting to none
            f"UPDATE core_board_reads SET n_listed = (board = 'b1' AND day < DATE '{DAY}')::INTEGER "
            "WHERE source = 'lever'",
        ),
        (
            "listed_against_last_weeks_days",  # the day itself is no part of its past: 10 against 30, 30, 10
            "DELETE FROM core_board_reads WHERE source = 'lever' "
            "AND (board = 'b3' OR day < DATE '2026-11-12'); "
            "UPDATE core_board_reads SET n_listed = if(day < DATE '2026-11-14', 30, 10) "
            "WHERE source = 'lever'",
        ),
        (
            "no_source_fell_silent",
            "DELETE FROM core_board_reads WHERE source = 'lever' AND day <> DATE '2026-11-14'",
        ),
        (
            "no_source_fell_silent",
            f"DELETE FROM core_board_reads WHERE {_LEVER} <> DATE '2026-11-14'; "
            "UPDATE core_board_reads SET day = DATE '2026-10-18' WHERE source = 'lever'",
        ),
        ("few_records_are_rejected", "UPDATE core_board_reads SET n_listed = 18, n_rejected = 1"),
    ),
    *of("core_board_reads", ("listed_postings_are_stored", _IMPORT.format(1)), key="import/a_dump"),
    *of(
        "core_board_reads",
        (
            "boards_answered_this_week",
            f"UPDATE core_board_reads SET status = 'failed' WHERE {_LEVER} >= DATE '2026-11-09' "
            "AND (board = 'b1' OR day = DATE '2026-11-10')",
        ),
        (
            "week_against_the_weeks_before",
            "UPDATE core_board_reads SET n_listed = 20 WHERE source = 'lever'; "
            "UPDATE core_board_reads SET n_listed = if(board = 'b1', 10, 9) "
            f"WHERE {_LEVER} >= DATE '2026-11-09'",
        ),
        key=WEEK,
    ),
    *changes("core_rejected_records", "reason_is_a_code", "detail = ''", "detail = repeat('x', 301)"),
    *changes(
        "core_postings", "life_is_in_order", "last_seen_date = first_seen_date - 1",
        "closed_date = last_seen_date",
        "first_seen_date = NULL, last_seen_date = NULL, closed_date = opened_date - 1",
    ),
    *changes(
        "core_postings", "seen_postings_have_their_days", "first_seen_date = NULL, last_seen_date = NULL",
        "last_seen_date = NULL", "source = 'import/a_dump'",
    ),
    *changes(
        "core_postings", "observed_flow_is_dated_by_us",
        "is_left_censored = true", "opened_date = NULL",
    ),
    *changes(
        "core_postings", "key_is_made_of_its_parts",
        "native_id = '', posting_key = source || ':' || board || ':'",
    ),
    *changes("core_postings", "hashes_are_sha256", "first_content_hash = upper(first_content_hash)"),
    *changes(
        "core_postings", "contents_are_known_versions", "content_hash = sha256('other')",
        "first_content_hash = sha256('other')",
    ),
    *changes(
        "core_postings", "numbers_are_possible", "n_words = -1", "n_reopened = -1", "n_versions = 0",
        "pay_minimum = -1, pay_maximum = 9",
    ),
    *changes(
        "core_postings", "codes_have_their_form",
        "language = 'eng'", "country_code = 'de'", "pay_currency = 'EU'",
    ),
    *changes(
        "core_postings", "nobody_is_named", "department = 'ask me@example.org'", "city = 'me@example.org'",
        "locations = ['Berlin', 'me@example.org']",
    ),
    *changes("core_postings", "not_posted_after_it_was_seen", "posted_date = first_seen_date + 2"),
    *of(
        "core_postings",
        ("contents_are_known_versions", "DELETE FROM core_posting_versions"),
        ("median_length_of_complete_texts", _product_ads(100, 149)),
        ("median_length_of_complete_texts", _product_ads(100, 1501)),
        ("share_of_product_roles", _roles(1000, 4)),
        ("share_of_product_roles", _roles(1000, 601)),
        ("key_is_unique", "INSERT INTO core_postings FROM core_postings WHERE posting_key = 'lever:b1:1'"),
    ),
    *of(
        "core_postings",  # a key of an import that a board has too
        (
            "key_is_unique",
            "INSERT INTO core_postings SELECT * REPLACE ('import/a_dump' AS source) FROM core_postings",
        ),
        key="import/a_dump",
    ),
    *of(
        "core_posting_versions",
        (
            "product_texts_are_classified",
            "DELETE FROM core_signals WHERE content_hash = "
            "(SELECT content_hash FROM core_postings WHERE posting_key = 'lever:b1:1')",
        ),
    ),
    *changes(
        "core_openings", "life_is_in_order", "closed_date = first_seen_date - 1, opened_date = NULL",
        "last_seen_date = first_seen_date - 1",
        "first_seen_date = NULL, last_seen_date = NULL, closed_date = opened_date - 1",
    ),
    *changes(
        "core_openings", "counts_are_possible", "n_words = -1", "n_locations = -1", "n_reposts = -1",
        "n_postings = 3, n_reposts = 3",
    ),
    *changes("core_openings", "first_posting_exists", "data_origin = 'archive'"),
    *changes("core_openings", "openings_are_of_moderate_size", "n_postings = 201"),
    *of(
        "core_openings",
        ("members_add_up", "DELETE FROM core_opening_members WHERE opening_key = 'lever:b1:1'"),
        (
            "members_add_up",
            "UPDATE core_opening_members SET posting_key = 'lever:b1:0' WHERE posting_key = 'lever:b1:1'",
        ),
        ("first_posting_exists", "DELETE FROM core_postings WHERE posting_key = 'lever:b1:1'"),
    ),
    *changes("core_opening_members", "similarity_is_a_share", "similarity = -0.01", "similarity = 1.01"),
    *of(
        "core_signals",
        ("mention_counts_agree", "DELETE FROM core_criteria_mentions"),
        ("cert_status_is_its_strongest_mention", "UPDATE core_signals SET cert_status = 'required'"),
        (
            "timing_goes_with_an_asked_certification",
            "UPDATE core_signals SET cert_timing = 'at_hire' WHERE cert_status = 'none'",
        ),
        ("criteria_status_has_its_evidence", "UPDATE core_signals SET n_criteria_mentions = 0"),
        ("share_requiring_a_certification", _market(300, 13, "cert_status", "required")),
        ("share_requiring_a_certification", _market(300, 13, "cert_status", "required") + _UNREADABLE),
        ("share_preferring_a_certification", _market(300, 31, "cert_status", "preferred")),
        ("share_with_explicit_criteria", _market(300, 2, "criteria_status", "explicit")),
        ("share_with_explicit_criteria", _market(300, 46, "criteria_status", "explicit")),
        ("share_with_partial_criteria", _market(300, 14, "criteria_status", "partial")),
        ("share_with_partial_criteria", _market(300, 136, "criteria_status", "partial")),
        ("share_requiring_is_not_absurd", _market(300, 106, "cert_status", "required", "simulated")),
        ("share_of_unreadable_languages", _market(300, 121, "cert_status", "unsupported_language")),
    ),
    *of(
        "core_certification_mentions",
        (
            "timing_goes_with_an_asked_certification",
            "UPDATE core_certification_mentions SET status = 'mentioned_other'",
        ),
        (
            "mentions_are_numbered",  # 0 and 2
            "INSERT INTO core_certification_mentions SELECT * REPLACE (2 AS mention_index) "
            "FROM core_certification_mentions",
        ),
        (
            "mentions_are_numbered",  # 1 and 1
            "UPDATE core_certification_mentions SET mention_index = 1; "
            "INSERT INTO core_certification_mentions FROM core_certification_mentions",
        ),
        (
            "offsets_fit_the_quote",
            "UPDATE core_certification_mentions SET start_offset = -1, end_offset = 12",
        ),
    ),
    *of(
        "core_validation_results",
        ("failure_says_what_was_found", "UPDATE core_validation_results SET reason = ''"),
        ("failure_says_what_was_found", "UPDATE core_validation_results SET n_unexpected = -1"),
        key=WEEK,
    ),
]  # fmt: skip

HOLDS: list[Edge] = [
    *changes("core_audit_labels", "probability_is_usable", "inclusion_probability = 1"),
    *changes("core_audit_labels", "quote_is_short", "quote = repeat('x', 300)"),
    *of(
        "core_audit_labels",
        (
            "probability_is_one_per_ad",
            "INSERT INTO core_audit_labels SELECT * REPLACE ('b' AS annotator) FROM core_audit_labels",
        ),
    ),
    *changes(
        "core_board_reads", "counts_are_possible",
        "n_new = n_listed", "n_changed = n_listed, n_gone = 0",
    ),
    *changes("core_board_reads", "complete_reads_kept_their_promise", "n_promised = n_listed + n_rejected"),
    *changes("core_board_reads", "only_complete_reads_close_postings", "n_gone = 3", "is_complete = false"),
    *changes("core_board_reads", "boards_answered_today", "status = 'unchanged'"),
    *changes(
        "core_board_reads", "few_records_are_rejected",
        "n_listed = 19, n_rejected = 1", "n_listed = 0, n_rejected = 0",
    ),
    *of(
        "core_board_reads",
        (
            "listed_postings_are_stored",  # a posting of the board that is gone today
            f"DELETE FROM core_sightings WHERE posting_key = 'lever:b1:1' AND day = DATE '{DAY}'; "
            f"UPDATE core_board_reads SET n_listed = n_listed - 1 WHERE day = DATE '{DAY}' AND board = 'b1'",
        ),
        (
            "boards_answered_today",
            _MORE_BOARDS + "UPDATE core_board_reads SET status = 'failed' WHERE board = 'more0'",
        ),
        (
            "boards_answered_today",
            "UPDATE core_board_reads SET status = 'failed', is_expected = false WHERE board = 'b0'",
        ),
        (
            "listed_against_last_weeks_days",
            "UPDATE core_board_reads SET n_listed = 20 WHERE source = 'lever'; "
            f"UPDATE core_board_reads SET n_listed = 10 WHERE {_LEVER} = DATE '{DAY}'",
        ),
        ("listed_against_last_weeks_days", _LONG_AGO.format(26)),
        (
            "listed_against_last_weeks_days",
            f"UPDATE core_board_reads SET n_listed = 0 WHERE {_LEVER} < DATE '{DAY}'",
        ),
        (
            "listed_against_last_weeks_days",  # boards that nobody asked for do not count
            "UPDATE core_board_reads SET is_expected = false, n_listed = 1000 "
            f"WHERE board = 'b1' AND {_LEVER} < DATE '{DAY}'",
        ),
        (
            "listed_against_last_weeks_days",
            "INSERT INTO core_board_reads SELECT * REPLACE ('import/a_dump' AS source) FROM core_board_reads "
            f"WHERE {_LEVER} < DATE '{DAY}'",
        ),
        (
            "no_source_fell_silent",
            f"DELETE FROM core_board_reads WHERE {_LEVER} <> DATE '2026-11-14'; "
            "UPDATE core_board_reads SET day = DATE '2026-10-17' WHERE source = 'lever'",
        ),
        ("no_source_fell_silent", _IMPORT.format(60)),
    ),
    *of("core_board_reads", ("listed_postings_are_stored", _IMPORTED), key="import/a_dump"),
    *of(
        "core_board_reads",
        (
            "boards_answered_this_week",
            "UPDATE core_board_reads SET status = 'failed' "
            f"WHERE {_LEVER} >= DATE '2026-11-09' AND board = 'b1'",
        ),
        (
            "week_against_the_weeks_before",
            "UPDATE core_board_reads SET n_listed = 20 WHERE source = 'lever'; "
            f"UPDATE core_board_reads SET n_listed = 10 WHERE {_LEVER} >= DATE '2026-11-09'",
        ),
        key=WEEK,
    ),
    *changes("core_rejected_records", "reason_is_a_code", "detail = 'x'", "detail = repeat('x', 300)"),
    *changes(
        "core_postings", "life_is_in_order",
        "last_seen_date = first_seen_date, closed_date = first_seen_date + 1, "
        "opened_date = first_seen_date + 1",
    ),
    *changes(
        "core_postings", "observed_flow_is_dated_by_us",
        "series_kind = 'reconstructed', is_left_censored = true, opened_date = first_seen_date - 9",
    ),
    *changes(
        "core_postings", "numbers_are_possible",
        "n_words = 0, n_reopened = 0, n_versions = 1, pay_minimum = 0, pay_maximum = 0",
    ),
    *changes(
        "core_postings", "codes_have_their_form",
        "language = 'und', country_code = NULL, pay_currency = 'EUR'",
    ),
    *changes(
        "core_postings", "not_posted_after_it_was_seen", "posted_date = first_seen_date + 1",
        "posted_date = first_seen_date + 2, n_reopened = 1",
        "posted_date = first_seen_date + 2, n_versions = 2",
    ),
    *of(
        "core_postings",
        ("median_length_of_complete_texts", _product_ads(100, 150)),
        ("median_length_of_complete_texts", _product_ads(100, 1500)),
        ("median_length_of_complete_texts", _product_ads(99, 149)),
        ("median_length_of_complete_texts", _product_ads(100, 149, "false AS is_text_complete")),
        ("median_length_of_complete_texts", _product_ads(100, 149, "'not_product' AS role_family")),
        ("share_of_product_roles", _roles(1000, 5)),
        ("share_of_product_roles", _roles(1000, 600)),
        ("share_of_product_roles", _roles(999, 0)),
    ),
    *changes("core_posting_versions", "days_are_in_order", "last_seen_date = first_seen_date"),
    *of(
        "core_posting_versions",
        (
            "product_texts_are_classified",
            f"DELETE FROM core_signals WHERE content_hash IN {_NOT_PRODUCT.format('content_hash')}",
        ),
    ),
    *changes(
        "core_openings", "life_is_in_order",
        "last_seen_date = first_seen_date, closed_date = first_seen_date, opened_date = first_seen_date",
    ),
    *changes(
        "core_openings", "counts_are_possible",
        "n_words = 0, n_locations = 0", "n_postings = 3, n_reposts = 2",
    ),
    *changes(
        "core_openings", "openings_are_of_moderate_size", "n_postings = 200",
        "n_postings = 300, role_family = 'not_product'",
    ),
    *of(
        "core_openings",
        (
            "members_add_up",  # one opening of two postings
            "UPDATE core_opening_members SET opening_key = 'lever:b1:1' WHERE posting_key = 'lever:b3:3'; "
            "DELETE FROM core_openings WHERE opening_key = 'lever:b3:3'; "
            "UPDATE core_openings SET n_postings = 2 WHERE opening_key = 'lever:b1:1'",
        ),
        (
            "product_openings_are_classified",
            f"DELETE FROM core_signals WHERE content_hash IN {_NOT_PRODUCT.format('content_hash')}",
        ),
    ),
    *of(
        "core_opening_members",
        ("similarity_is_a_share", "UPDATE core_opening_members SET similarity = 0"),
        ("similarity_is_a_share", "UPDATE core_opening_members SET similarity = 1"),
        (
            "no_product_posting_is_left_out",
            f"DELETE FROM core_opening_members WHERE posting_key IN {_NOT_PRODUCT.format('posting_key')}",
        ),
    ),
    *of(
        "core_signals",
        ("share_requiring_a_certification", _market(300, 12, "cert_status", "required")),
        ("share_requiring_a_certification", _market(300, 12, "cert_status", "required", copies=9)),
        ("share_requiring_a_certification", _market(299, 299, "cert_status", "required")),
        ("share_requiring_a_certification", _market(300, 300, "cert_status", "required", "simulated")),
        ("share_requiring_a_certification", _market(300, 0, "cert_status", "required")),
        (
            "share_requiring_a_certification",  # ads of other roles are no part of the share
            _market(300, 300, "cert_status", "required")
            + "UPDATE core_postings SET role_family = 'not_product'",
        ),
        ("share_preferring_a_certification", _market(300, 30, "cert_status", "preferred")),
        ("share_preferring_a_certification", _market(300, 0, "cert_status", "preferred")),
        ("share_with_explicit_criteria", _market(300, 3, "criteria_status", "explicit")),
        ("share_with_explicit_criteria", _market(300, 45, "criteria_status", "explicit")),
        ("share_with_partial_criteria", _market(300, 15, "criteria_status", "partial")),
        ("share_with_partial_criteria", _market(300, 135, "criteria_status", "partial")),
        ("share_requiring_is_not_absurd", _market(300, 105, "cert_status", "required", "simulated")),
        ("share_requiring_is_not_absurd", _market(300, 0, "cert_status", "required", "simulated")),
        ("share_of_unreadable_languages", _market(300, 120, "cert_status", "unsupported_language")),
        ("share_of_unreadable_languages", _market(300, 0, "cert_status", "unsupported_language")),
        ("share_of_unreadable_languages", _market(299, 299, "cert_status", "unsupported_language")),
        (
            "cert_status_is_its_strongest_mention",
            "UPDATE core_signals SET cert_status = 'unsupported_language', "
            "criteria_status = 'unsupported_language'",
        ),
        (
            "timing_goes_with_an_asked_certification",
            "UPDATE core_signals SET cert_status = 'listed' WHERE cert_status = 'required'",
        ),
    ),
    *of(
        "core_certification_mentions",
        (
            "offsets_fit_the_quote",
            "UPDATE core_certification_mentions SET start_offset = 0, end_offset = length(quote)",
        ),
        ("quote_is_short", "UPDATE core_certification_mentions SET quote = 'x'"),
        ("quote_is_short", "UPDATE core_certification_mentions SET quote = repeat('x', 300)"),
        (
            "timing_goes_with_an_asked_certification",
            "UPDATE core_certification_mentions SET status = 'listed', timing = NULL",
        ),
    ),
    *of(
        "core_validation_results",
        ("failure_says_what_was_found", "UPDATE core_validation_results SET n_unexpected = 0"),
        (
            "failure_says_what_was_found",
            "UPDATE core_validation_results SET is_success = true, observed_value = ''",
        ),
        key=WEEK,
    ),
]  # fmt: skip
