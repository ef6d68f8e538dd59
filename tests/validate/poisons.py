"""For every expectation, changes of the sound warehouse that it must find."""

from __future__ import annotations

from tests.validate.small_warehouse import DAY, WEEK


def _of(table: str, *poisons: tuple[str, str]) -> list[tuple[str, str, str, str]]:
    key = WEEK if table.startswith("out_") else DAY
    return [(table, check, key, sql) for check, sql in poisons]


_MAIL = "'write to someone@example.org'"


POISONS = [
    *_of(
        "core_board_reads",
        ("columns_as_card", "ALTER TABLE core_board_reads DROP COLUMN manifest"),
        ("key_is_unique", "INSERT INTO core_board_reads FROM core_board_reads"),
        ("required_columns_are_filled", "UPDATE core_board_reads SET employer = NULL"),
        ("codes_are_in_their_lists", "UPDATE core_board_reads SET status = 'fine'"),
        ("listed_postings_are_stored", "DELETE FROM core_sightings WHERE posting_key = 'lever:b1:1'"),
        ("rejected_records_are_stored", "DELETE FROM core_rejected_records"),
        ("complete_reads_kept_their_promise", "UPDATE core_board_reads SET n_promised = n_listed + 9"),
        ("only_whole_answers_are_complete", "UPDATE core_board_reads SET status = 'partial'"),
        ("only_complete_reads_close_postings", "UPDATE core_board_reads SET is_complete = false, n_gone = 1"),
        ("counts_are_possible", "UPDATE core_board_reads SET n_gone = -1"),
        ("failures_say_why", "UPDATE core_board_reads SET status = 'failed', is_complete = false"),
        ("formats_are_as_they_were", "UPDATE core_board_reads SET format_changes = 'gone: jobs[].title'"),
        ("boards_answered_today", "UPDATE core_board_reads SET status = 'failed' WHERE board = 'b0'"),
        (
            "listed_against_last_weeks_days",
            f"UPDATE core_board_reads SET n_listed = 1 WHERE day = DATE '{DAY}' AND source = 'lever'",
        ),
        (
            "no_source_fell_silent",
            f"DELETE FROM core_board_reads WHERE day = DATE '{DAY}' AND source = 'lever'",
        ),
        ("few_records_are_rejected", "UPDATE core_board_reads SET n_rejected = 5"),
    ),
    (
        "core_board_reads",
        "listed_against_last_weeks_days",
        DAY,  # to zero, with no row at all
        f"UPDATE core_board_reads SET n_listed = 0 WHERE day = DATE '{DAY}' AND source = 'greenhouse'",
    ),
    (
        "core_board_reads",
        "boards_answered_this_week",
        WEEK,
        "UPDATE core_board_reads SET status = 'failed' WHERE source = 'lever' AND day > DATE '2026-11-10'",
    ),
    (
        "core_board_reads",
        "week_against_the_weeks_before",
        WEEK,
        "DELETE FROM core_board_reads WHERE source = 'lever' AND day >= DATE '2026-11-09'",
    ),
    *_of(
        "core_rejected_records",
        ("reject_belongs_to_a_read", "UPDATE core_rejected_records SET board = 'elsewhere'"),
        ("reason_is_a_code", "UPDATE core_rejected_records SET reason = 'It was odd'"),
    ),
    *_of(
        "core_sightings",
        ("sighting_belongs_to_a_read", "UPDATE core_sightings SET board = 'elsewhere'"),
        ("posting_exists", "DELETE FROM core_postings WHERE board = 'b0'"),
        ("content_is_a_known_version", "UPDATE core_sightings SET content_hash = 'other'"),
    ),
    *_of(
        "core_postings",
        ("life_is_in_order", "UPDATE core_postings SET closed_date = first_seen_date - 1"),
        ("seen_postings_have_their_days", "UPDATE core_postings SET first_seen_date = NULL"),
        ("observed_flow_is_dated_by_us", "UPDATE core_postings SET opened_date = first_seen_date - 9"),
        ("key_is_made_of_its_parts", "UPDATE core_postings SET native_id = upper(native_id) || 'A'"),
        ("hashes_are_sha256", "UPDATE core_postings SET content_hash = left(content_hash, 40)"),
        ("contents_are_known_versions", "UPDATE core_postings SET n_versions = 2"),
        ("one_titles_version", "UPDATE core_postings SET titles_version = '2' WHERE board = 'b0'"),
        ("one_origin", "UPDATE core_postings SET data_origin = 'public_boards' WHERE board = 'b0'"),
        ("numbers_are_possible", "UPDATE core_postings SET pay_minimum = 9, pay_maximum = 1"),
        ("codes_have_their_form", "UPDATE core_postings SET country_code = 'Germany'"),
        ("nobody_is_named", f"UPDATE core_postings SET title = {_MAIL}"),
        ("not_posted_after_it_was_seen", "UPDATE core_postings SET posted_date = first_seen_date + 5"),
        (
            "median_length_of_complete_texts",
            "INSERT INTO core_postings SELECT p.* REPLACE (50 AS n_words) FROM core_postings AS p, range(9)",
        ),
        (
            "share_of_product_roles",
            "INSERT INTO core_postings SELECT p.* FROM core_postings AS p, range(60) "
            "WHERE role_family = 'pm'",
        ),
    ),
    *_of(
        "core_posting_versions",
        ("posting_exists", "DELETE FROM core_postings WHERE board = 'b0'"),
        ("days_are_in_order", "UPDATE core_posting_versions SET last_seen_date = first_seen_date - 1"),
        ("hash_is_sha256", "UPDATE core_posting_versions SET content_hash = 'x'"),
        ("product_texts_are_classified", "DELETE FROM core_signals"),
        ("one_texts_version", "UPDATE core_posting_versions SET texts_version = '2' WHERE board = 'b0'"),
    ),
    *_of(
        "core_openings",
        ("members_add_up", "UPDATE core_openings SET n_postings = 2"),
        ("first_posting_exists", "UPDATE core_openings SET series_kind = 'archived'"),
        ("week_is_that_of_opening", "UPDATE core_openings SET week_start = opened_date + 1"),
        ("life_is_in_order", "UPDATE core_openings SET closed_date = opened_date - 1"),
        ("counts_are_possible", "UPDATE core_openings SET n_reposts = 1"),
        ("product_openings_are_classified", "DELETE FROM core_signals"),
        ("openings_are_of_moderate_size", "UPDATE core_openings SET n_postings = 300"),
    ),
    *_of(
        "core_opening_members",
        (
            "no_product_posting_is_left_out",
            "DELETE FROM core_opening_members WHERE posting_key = 'lever:b1:1'",
        ),
        ("both_ends_exist", "DELETE FROM core_openings"),
        ("first_is_the_key", "UPDATE core_opening_members SET link_rule = 'repost'"),
        ("similarity_is_a_share", "UPDATE core_opening_members SET similarity = 1.5"),
    ),
    *_of(
        "core_signals",
        ("one_classifier_version", "UPDATE core_signals SET rules_version = '2' WHERE cert_status = 'none'"),
        ("content_is_a_known_version", "DELETE FROM core_posting_versions"),
        ("mention_counts_agree", "DELETE FROM core_certification_mentions"),
        ("cert_status_is_its_strongest_mention", "UPDATE core_signals SET cert_status = 'preferred'"),
        ("timing_goes_with_an_asked_certification", "UPDATE core_signals SET cert_timing = NULL"),
        ("criteria_status_has_its_evidence", "UPDATE core_signals SET criteria_tiers = []"),
        ("language_is_judged_once", "UPDATE core_signals SET cert_status = 'unsupported_language'"),
        ("share_requiring_a_certification", "CALL_REAL_MARKET"),
        ("share_preferring_a_certification", "CALL_REAL_MARKET"),
        ("share_with_explicit_criteria", "CALL_REAL_MARKET"),
        ("share_with_partial_criteria", "CALL_REAL_MARKET"),
        ("share_requiring_is_not_absurd", "CALL_REAL_MARKET"),
        ("share_of_unreadable_languages", "CALL_FOREIGN_MARKET"),
    ),
    *_of(
        "core_certification_mentions",
        ("offsets_fit_the_quote", "UPDATE core_certification_mentions SET end_offset = end_offset + 1"),
        ("quote_is_short", "UPDATE core_certification_mentions SET quote = repeat('x', 301)"),
        ("quote_names_nobody", f"UPDATE core_certification_mentions SET quote = {_MAIL}"),
        ("content_has_signals", "DELETE FROM core_signals"),
        ("mentions_are_numbered", "UPDATE core_certification_mentions SET mention_index = 1"),
        ("versions_agree_with_signals", "UPDATE core_certification_mentions SET rules_version = '0.9'"),
        ("timing_goes_with_an_asked_certification", "UPDATE core_certification_mentions SET timing = NULL"),
        ("key_is_a_code", "UPDATE core_certification_mentions SET cert_key = 'Certified Owner'"),
    ),
    *_of(
        "core_criteria_mentions",
        ("offsets_fit_the_quote", "UPDATE core_criteria_mentions SET start_offset = -1"),
        ("quote_is_short", "UPDATE core_criteria_mentions SET quote = ''"),
        ("quote_names_nobody", f"UPDATE core_criteria_mentions SET quote = {_MAIL}"),
        ("content_has_signals", "DELETE FROM core_signals"),
        ("mentions_are_numbered", "UPDATE core_criteria_mentions SET mention_index = 3"),
        ("versions_agree_with_signals", "UPDATE core_criteria_mentions SET model_version = '0.9'"),
        ("tiers_agree_with_signals", "UPDATE core_criteria_mentions SET tier = 'G'"),
    ),
    *_of(
        "core_audit_labels",
        ("probability_is_usable", "UPDATE core_audit_labels SET inclusion_probability = 0"),
        (
            "probability_is_one_per_ad",
            "INSERT INTO core_audit_labels SELECT * REPLACE ('b' AS annotator, 0.1 AS inclusion_probability) "
            "FROM core_audit_labels",
        ),
        ("week_has_its_form", "UPDATE core_audit_labels SET audit_week = 'week 45'"),
        ("quote_is_short", "UPDATE core_audit_labels SET quote = repeat('x', 301)"),
        ("labelled_ads_are_known", "DELETE FROM core_signals"),
    ),
    (
        "core_validation_results",
        "failure_says_what_was_found",
        WEEK,
        "UPDATE core_validation_results SET observed_value = NULL",
    ),
    *_of(
        "out_coverage_v1",
        ("release_stamp_is_consistent", "UPDATE out_coverage_v1 SET published_at = now()::TIMESTAMP"),
        ("one_origin_and_one_method", "UPDATE out_coverage_v1 SET code_version = '2' WHERE source = 'lever'"),
        ("week_has_rows", "DELETE FROM out_coverage_v1"),
        ("share_follows_from_counts", "UPDATE out_coverage_v1 SET coverage_share = 0.9"),
        ("counts_are_possible", "UPDATE out_coverage_v1 SET days_observed = 8"),
        ("most_boards_were_read", "UPDATE out_coverage_v1 SET board_days_complete = 7, coverage_share = 0.5"),
    ),
    *_of(
        "out_certifications_v1",
        ("release_stamp_is_consistent", "UPDATE out_certifications_v1 SET release_id = '2026-W45'"),
        (
            "one_origin_and_one_method",
            "UPDATE out_certifications_v1 SET data_origin = 'archive' WHERE window_weeks = 13",
        ),
        ("counts_are_possible", "UPDATE out_certifications_v1 SET n_employers = 1000"),
        ("window_is_large_enough", "UPDATE out_certifications_v1 SET n_postings = 29"),
        ("class_is_known", "UPDATE out_certifications_v1 SET cert_class = 'misc'"),
        (
            "longer_windows_hold_more",
            "UPDATE out_certifications_v1 SET n_openings = 4 WHERE window_weeks = 13",
        ),
    ),
    *_of(
        "out_weekly_metrics_v1",
        ("release_stamp_is_consistent", "UPDATE out_weekly_metrics_v1 SET release_id = 'week 46'"),
        (
            "one_origin_and_one_method",
            "UPDATE out_weekly_metrics_v1 SET data_origin = 'archive' WHERE metric_id = 'M1'",
        ),
        ("week_has_rows", "DELETE FROM out_weekly_metrics_v1"),
        (
            "shares_lie_between_0_and_1",
            "UPDATE out_weekly_metrics_v1 SET ci_low = -0.1 WHERE metric_id = 'M5'",
        ),
        (
            "shares_lie_between_0_and_1",
            "UPDATE out_weekly_metrics_v1 SET ci_low = -1.1 WHERE metric_id = 'M6'",
        ),
        ("metric_is_registered", "UPDATE out_weekly_metrics_v1 SET metric_id = 'M99'"),
        ("interval_holds_the_estimate", "UPDATE out_weekly_metrics_v1 SET ci_high = est_raw - 0.01"),
        (
            "inner_band_lies_in_the_interval",
            "UPDATE out_weekly_metrics_v1 SET est_ppi = est_raw, inner_high = ci_high, inner_low = -1",
        ),
        ("counts_are_possible", "UPDATE out_weekly_metrics_v1 SET n_eff = n_postings + 1"),
        ("raw_share_follows_from_counts", "UPDATE out_weekly_metrics_v1 SET x_raw = 1"),
        ("suppressed_rows_are_empty", "UPDATE out_weekly_metrics_v1 SET obs_status = 'Q'"),
        ("published_rows_are_whole", "UPDATE out_weekly_metrics_v1 SET n_eff = NULL"),
        ("small_cells_are_suppressed", "UPDATE out_weekly_metrics_v1 SET n_employers = 14"),
        ("headline_is_there", "DELETE FROM out_weekly_metrics_v1 WHERE metric_id = 'M5'"),
        ("gap_is_the_difference", "UPDATE out_weekly_metrics_v1 SET est_raw = 0 WHERE metric_id = 'M6'"),
        (
            "change_on_a_year_is_the_difference",
            "INSERT INTO out_weekly_metrics_v1 SELECT * REPLACE ('M1y' AS metric_id) "
            "FROM out_weekly_metrics_v1 WHERE metric_id = 'M1'",
        ),
        ("m1_is_not_over_m1b", "UPDATE out_weekly_metrics_v1 SET est_raw = 0.09 WHERE metric_id = 'M1'"),
        ("m5s_is_not_over_m5", "UPDATE out_weekly_metrics_v1 SET est_raw = 0.3 WHERE metric_id = 'M5s'"),
        ("m5_is_not_over_m5l", "UPDATE out_weekly_metrics_v1 SET est_raw = 0.5 WHERE metric_id = 'M5'"),
        ("m1_is_believable", "UPDATE out_weekly_metrics_v1 SET data_origin = 'archive'"),
        ("m5_is_believable", "UPDATE out_weekly_metrics_v1 SET data_origin = 'archive', est_raw = 0.3"),
        ("m1_is_not_absurd", "UPDATE out_weekly_metrics_v1 SET est_raw = 0.5"),
        ("median_design_effect", "UPDATE out_weekly_metrics_v1 SET deff = 30"),
    ),
    *_of(
        "out_cert_by_criteria_v1",
        (
            "release_stamp_is_consistent",
            "UPDATE out_cert_by_criteria_v1 SET published_at = '2026-11-16 11:00:00'",
        ),
        (
            "one_origin_and_one_method",
            "UPDATE out_cert_by_criteria_v1 SET taxonomy_version = '2' WHERE exposure = 'cert_required'",
        ),
        ("cells_add_up", "UPDATE out_cert_by_criteria_v1 SET n_both = 3"),
        ("corrected_cells_add_up", "UPDATE out_cert_by_criteria_v1 SET p_both_ppi = 0.3"),
        ("difference_follows_from_cells", "UPDATE out_cert_by_criteria_v1 SET rd = 0.05"),
        ("intervals_hold_their_estimates", "UPDATE out_cert_by_criteria_v1 SET phi = 0.2"),
        ("suppressed_rows_are_empty", "UPDATE out_cert_by_criteria_v1 SET obs_status = 'Q'"),
        ("windows_are_13_and_26", "UPDATE out_cert_by_criteria_v1 SET window_weeks = 4"),
    ),
    *_of(
        "out_claims_v1",
        ("release_stamp_is_consistent", "UPDATE out_claims_v1 SET release_id = '2026-W40'"),
        (
            "one_origin_and_one_method",
            "UPDATE out_claims_v1 SET data_origin = 'archive' WHERE claim_id = 'c1'",
        ),
        ("week_has_rows", "DELETE FROM out_claims_v1"),
        ("verdict_rests_on_a_figure", "UPDATE out_claims_v1 SET figure = NULL"),
        ("interval_holds_the_figure", "UPDATE out_claims_v1 SET figure = 1"),
        ("words_are_there", "UPDATE out_claims_v1 SET reading = ''"),
    ),
    *_of(
        "out_revisions_v1",
        ("release_stamp_is_consistent", "UPDATE out_revisions_v1 SET week_start = DATE '2026-09-08'"),
        ("release_stamp_is_consistent", "UPDATE out_revisions_v1 SET week_start = DATE '2026-11-16'"),
        (
            "one_origin_and_one_method",
            "INSERT INTO out_revisions_v1 SELECT * REPLACE ('2' AS code_version) FROM out_revisions_v1",
        ),
        ("frozen_weeks_stand_still", "UPDATE out_revisions_v1 SET is_violation = true"),
        ("revision_is_the_difference", "UPDATE out_revisions_v1 SET revision = 0"),
        ("lag_is_counted_from_the_week", "UPDATE out_revisions_v1 SET lag_weeks = 7"),
    ),
]


def _market(cert: str, criteria: str, origin: str) -> str:
    """Return SQL that makes 400 more product ads, all with the same labels."""
    return f"""
        CREATE TEMP TABLE more AS SELECT i, sha256('more ' || i) AS content_hash FROM range(400) AS r(i);
        INSERT INTO core_postings SELECT p.* REPLACE (more.content_hash AS content_hash, 'pm' AS role_family,
            '{origin}' AS data_origin)
        FROM more CROSS JOIN (FROM core_postings WHERE posting_key = 'lever:b1:1') AS p;
        INSERT INTO core_signals SELECT s.* REPLACE (more.content_hash AS content_hash,
            '{cert}' AS cert_status,
            '{criteria}' AS criteria_status)
        FROM more CROSS JOIN (FROM core_signals LIMIT 1) AS s
    """


MARKETS = {
    "share_requiring_a_certification": _market("required", "none", "public_boards"),
    "share_preferring_a_certification": _market("preferred", "none", "public_boards"),
    "share_with_explicit_criteria": _market("none", "explicit", "public_boards"),
    "share_with_partial_criteria": _market("none", "partial", "public_boards"),
    "share_requiring_is_not_absurd": _market("required", "none", "simulated"),
    "share_of_unreadable_languages": _market("unsupported_language", "unsupported_language", "archive"),
}
