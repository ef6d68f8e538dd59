"""A warehouse of a few dozen postings on which every expectation holds; tests poison copies of it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from include.validate.checks import Band, Check
from include.validate.scope import Scope
from include.validate.sql import compile_sql
from include.warehouse.cards import create_table_sql, load_table_cards
from include.warehouse.macros import create_macros

DAY = "2026-11-15"
WEEK = "2026-W46"  # Monday 2026-11-09

_FILL = r"""
SET VARIABLE origin = 'simulated';
CREATE TEMP TABLE days AS SELECT unnest(generate_series(DATE '2026-10-26', DATE '2026-11-15',
    INTERVAL 1 DAY))::DATE AS day;
CREATE TEMP TABLE ads AS
SELECT
    i, source, board, source || ':' || board || ':' || i AS posting_key, sha256('ad ' || i) AS content_hash,
    DATE '2026-10-26' + ((i * 3) % 14)::INTEGER AS first_seen,
    CASE WHEN i % 3 = 0 THEN 'pm' WHEN i % 3 = 1 THEN 'po' ELSE 'not_product' END AS role_family,
    i % 10 = 0 AS is_required, i % 4 = 0 AS is_explicit
FROM range(60) AS r(i)
CROSS JOIN LATERAL (SELECT CASE WHEN i % 2 = 0 THEN 'greenhouse' ELSE 'lever' END AS source,
    'b' || (i % 4) AS board);

INSERT INTO core_sightings BY NAME
SELECT day, posting_key, source, board, content_hash FROM days JOIN ads ON day >= first_seen;
INSERT INTO core_rejected_records BY NAME
SELECT day, source, board, 'parse' AS stage, 'abc#jobs[9]' AS raw_pointer, NULL AS native_id,
    'missing_id' AS reason, 'the record has no id' AS detail
FROM days CROSS JOIN (SELECT DISTINCT source,
    board FROM ads WHERE board = 'b1') WHERE day = DATE '2026-11-15';
INSERT INTO core_board_reads BY NAME
SELECT day, source, board, 'Employer ' || board AS employer, true AS is_expected, 'complete' AS status,
    true AS is_complete, NULL AS n_promised, count(posting_key) AS n_listed,
    (day = DATE '2026-11-15'
        AND board = 'b1')::INTEGER AS n_rejected, 0 AS n_new, 0 AS n_changed, 0 AS n_gone,
    1 AS n_requests, 1000 AS body_bytes, 0.5 AS elapsed_seconds, NULL AS error, 'm.json' AS manifest
FROM days CROSS JOIN (SELECT DISTINCT source, board FROM ads)
LEFT JOIN core_sightings USING (day, source, board)
GROUP BY ALL;
INSERT INTO core_postings BY NAME
SELECT posting_key, source, board, i::VARCHAR AS native_id, NULL AS opening_native_id,
    'observed' AS series_kind,
    getvariable('origin') AS data_origin, 'Employer ' || board AS employer,
        'employer ' || board AS employer_key,
    'Product Manager' AS title, 'product manager' AS title_key, role_family, 'mid' AS seniority,
    'DE' AS country_code, 'europe' AS region, 'Berlin' AS city, ['Berlin'] AS locations,
        'remote' AS workplace,
    NULL AS employment_type, NULL AS department, NULL AS pay_minimum, NULL AS pay_maximum,
        NULL AS pay_currency,
    'unknown' AS pay_period, 'en' AS language, true AS is_text_complete, 400 AS n_words,
        first_seen AS posted_date,
    first_seen AS opened_date, first_seen AS first_seen_date, DATE '2026-11-15' AS last_seen_date,
    NULL AS closed_date, false AS is_left_censored, 0 AS n_reopened, 1 AS n_versions,
    content_hash AS first_content_hash, content_hash, NULL AS url
FROM ads;
INSERT INTO core_posting_versions BY NAME
SELECT posting_key, content_hash, source, board, title, n_words, first_seen_date,
    last_seen_date FROM core_postings;
INSERT INTO core_openings BY NAME
SELECT * EXCLUDE (posting_key, week_start), posting_key AS opening_key, date_trunc('week',
    opened_date)::DATE AS week_start,
    1 AS n_postings, 1 AS n_locations, 0 AS n_reposts
FROM (SELECT posting_key, series_kind, data_origin, source, employer, employer_key, title, role_family,
    seniority,
    country_code, region, language, workplace, is_text_complete, n_words, opened_date, NULL AS week_start,
        closed_date,
    first_seen_date, last_seen_date, content_hash FROM core_postings);
INSERT INTO core_opening_members BY NAME
SELECT posting_key, posting_key AS opening_key, 'first' AS link_rule, NULL AS similarity FROM core_postings;
CREATE TEMP TABLE versions AS SELECT '1.0' AS lexicon_version, '1.0' AS rules_version,
    'none' AS model_version;
INSERT INTO core_signals BY NAME
SELECT content_hash, if(is_required, 'required', 'none') AS cert_status, if(is_required, 'at_hire',
    NULL) AS cert_timing,
    false AS is_cert_legally_mandated, if(is_explicit, 'explicit', 'none') AS criteria_status,
    if(is_explicit, ['E1'], []) AS criteria_tiers, false AS has_generic_kpi, 'none' AS degree_status,
    []::VARCHAR[] AS dev_support, 'none' AS framework_use, 'catch_all' AS archetype,
        false AS requires_clearance,
    is_required::INTEGER AS n_certification_mentions, is_explicit::INTEGER AS n_criteria_mentions, versions.*
FROM ads CROSS JOIN versions;
INSERT INTO core_certification_mentions BY NAME
SELECT content_hash, 0 AS mention_index, 'cspo' AS cert_key, 'CSPO' AS cert_name,
    'framework_agile' AS cert_class,
    'required' AS status, 'at_hire' AS timing, NULL AS substitutable, false AS is_legally_mandated,
        'modal' AS cue,
    'r1' AS rule, 'CSPO required' AS quote, 10 AS start_offset, 23 AS end_offset, versions.*
FROM ads CROSS JOIN versions WHERE is_required;
INSERT INTO core_criteria_mentions BY NAME
SELECT content_hash, 0 AS mention_index, 'E1' AS tier, 'r2' AS rule, 'In 90 days you will ship' AS quote,
    5 AS start_offset, 29 AS end_offset, versions.*
FROM ads CROSS JOIN versions WHERE is_explicit;
INSERT INTO core_audit_labels BY NAME
SELECT '2026-W45' AS audit_week, content_hash, 'positive' AS stratum, 0.5 AS inclusion_probability,
    'a' AS annotator,
    'cert_status' AS label, 'required' AS value, 'CSPO required' AS quote
FROM ads WHERE is_required;
INSERT INTO core_validation_results BY NAME
SELECT '2026-W46' AS partition_key, 'core_postings' AS table_name, 'x' AS expectation_id, 'd' AS description,
    'warning' AS severity, false AS is_success, '1 row' AS observed_value, 1 AS n_unexpected,
        'because' AS reason;

CREATE TEMP TABLE stamp AS
SELECT DATE '2026-11-09' AS week_start, 'simulated' AS data_origin, '2026-W46' AS release_id,
    TIMESTAMP '2026-11-16 12:00:00' AS published_at, '1.0' AS methodology_version, '1.0' AS taxonomy_version,
    '0.1.0' AS code_version;
CREATE TEMP TABLE figures(metric_id, x_raw, est_raw) AS
VALUES ('M1', 6, 0.06), ('M1b', 8, 0.08), ('M5s', 10, 0.1), ('M5', 20, 0.2), ('M5l', 40, 0.4), ('M6', NULL,
    -0.14);
INSERT INTO out_weekly_metrics_v1 BY NAME
SELECT stamp.*, metric_id, '1.0' AS metric_version, 'posting' AS weight_scheme, 'flow' AS basis,
    'observed' AS series_kind, 'all' AS stratum_dim, 'all' AS stratum_value, 'n' AS numerator_label,
    'd' AS denominator_label, 'fraction' AS unit, 1 AS window_weeks, false AS is_holiday_week,
        100 AS n_postings,
    20 AS n_employers, 50.0 AS n_eff, 2.0 AS deff, x_raw, est_raw, NULL AS est_ppi, est_raw - 0.05 AS ci_low,
    est_raw + 0.05 AS ci_high, 'wilson' AS ci_method, 0 AS audit_n, NULL AS audit_window, NULL AS panel_est,
    'P' AS obs_status, 'F' AS conf_status
FROM figures CROSS JOIN stamp;
UPDATE out_weekly_metrics_v1 SET ci_low = 0.01 WHERE metric_id = 'M1';
INSERT INTO out_coverage_v1 BY NAME
SELECT stamp.*, source, 'observed' AS series_kind, 7 AS days_observed, 2 AS boards_expected,
    2 AS boards_answered,
    14 AS board_days_expected, 14 AS board_days_complete, 1.0 AS coverage_share, 30 AS n_postings,
    20 AS n_product_postings, 20 AS n_openings, 0 AS n_other_language, 0 AS n_text_incomplete, 0 AS n_rejected
FROM stamp CROSS JOIN (VALUES ('greenhouse'), ('lever')) AS s(source);
INSERT INTO out_certifications_v1 BY NAME
SELECT stamp.*, window_weeks, 'observed' AS series_kind, 'cspo' AS cert_key, 'CSPO' AS cert_name,
    'framework_agile' AS cert_class, 'required' AS status, window_weeks * 6 AS n_openings, 4 AS n_employers,
    100 AS n_postings
FROM stamp CROSS JOIN (VALUES (1), (13)) AS w(window_weeks);
INSERT INTO out_cert_by_criteria_v1 BY NAME
SELECT stamp.*, 13 AS window_weeks, 'observed' AS series_kind, exposure, 3 AS weeks_observed,
    100 AS n_postings,
    20 AS n_employers, 2 AS n_both, 18 AS n_exposure_only, 8 AS n_criteria_only, 72 AS n_neither,
        0 AS audit_n,
    0.25 AS p_both_ppi, 0.25 AS p_exposure_only_ppi, 0.25 AS p_criteria_only_ppi, 0.25 AS p_neither_ppi,
    0.9 AS instead_share, 0.9 AS otherwise_share, 0.0 AS rd, -0.1 AS rd_low, 0.1 AS rd_high,
        1.0 AS odds_ratio,
    0.5 AS odds_ratio_low, 2.0 AS odds_ratio_high, 0.0 AS phi, -0.1 AS phi_low, 0.1 AS phi_high,
        0 AS mh_strata,
    'P' AS obs_status, 'F' AS conf_status
FROM stamp CROSS JOIN (VALUES ('cert_required'), ('degree_required')) AS e(exposure);
INSERT INTO out_claims_v1 BY NAME
SELECT stamp.*, claim_id, 2 AS essay, 'Ads require certifications.' AS claim, verdict, metric_ids, figure,
    figure - 0.01 AS figure_low, figure + 0.01 AS figure_high, 'Fixed beforehand.' AS verdict_rule,
    'One sentence on it.' AS reading, 'More ads would change it.' AS what_would_change_it
FROM stamp CROSS JOIN (VALUES ('c1', 'supported', ['M1'], 0.06), ('c2', 'not_testable', [], NULL))
    AS c(claim_id, verdict, metric_ids, figure);
INSERT INTO out_revisions_v1 BY NAME
SELECT stamp.* REPLACE (DATE '2026-09-07' AS week_start), 'M1' AS metric_id, 'posting' AS weight_scheme,
    'flow' AS basis, 'observed' AS series_kind, '2026-W46' AS vintage, 9 AS lag_weeks,
    '1.0' AS vintage_methodology_version, 0.06 AS estimate, 0.05 AS first_estimate, 0.01 AS revision,
    true AS is_frozen, false AS is_violation
FROM stamp;
"""


def build(path: Path | str) -> duckdb.DuckDBPyConnection:
    """Create the warehouse and return the open connection; without NOT NULL, so that nulls can be put in."""
    connection = duckdb.connect(str(path))
    create_macros(connection)
    for card in load_table_cards().values():
        connection.execute(create_table_sql(card).replace(" NOT NULL", ""))
    connection.execute(_FILL)
    return connection


def holds(connection: duckdb.DuckDBPyConnection, table: str, check: Check, scope: Scope) -> bool:
    """Evaluate a check directly in DuckDB, as Great Expectations does with the compiled SQL."""
    card = load_table_cards()[table]
    sql = compile_sql(check.sql, scope, card).format(batch=table).replace("\\:", ":")
    if not isinstance(check, Band):
        return connection.execute(sql).fetchone() is None
    cursor = connection.execute(sql)
    place = [column[0] for column in cursor.description].index("value")
    values = [row[place] for row in cursor.fetchall() if row[place] is not None]
    low = float("-inf") if check.minimum is None else check.minimum
    high = float("inf") if check.maximum is None else check.maximum
    return all(low <= value <= high for value in values)
