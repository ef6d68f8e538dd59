"""Time and memory of one weekly measure over a warehouse of a million openings and five years.

Usage: .venv/bin/python -m benchmarks.bench_measure [--openings 1000000] [--weeks 260] [--threads 2]

Every opening is in the population (the worst case) and stays open for about six weeks, so the stock has
several million unit-weeks. Prints one line per figure.
"""

from __future__ import annotations

import argparse
import resource
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path

import duckdb

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from include.measure.stamp import ReleaseStamp
from include.measure.weekly import measure_week
from include.warehouse.cards import create_table_sql, load_card
from include.warehouse.macros import create_macros

LAST_WEEK = date(2026, 11, 16)

OPENINGS = """
INSERT INTO core_openings BY NAME
SELECT
    'greenhouse:b:' || i AS opening_key, 'observed' AS series_kind, 'simulated' AS data_origin,
    ['greenhouse', 'lever', 'ashby', 'workday', 'smartrecruiters', 'usajobs'][1 + h % 6] AS source,
    'e' || e AS employer, 'e' || e AS employer_key, 'Product Manager' AS title,
    ['pm', 'pm', 'pm', 'po', 'other_product'][1 + (h // 7) % 5] AS role_family,
    ['junior', 'mid', 'senior', 'lead', 'principal', 'director', 'unknown'][1 + (h // 11) % 7] AS seniority,
    'US' AS country_code,
    ['north_america', 'europe', 'asia_pacific', 'latin_america', 'africa', 'unknown'][1 + (h // 13) % 6]
        AS region,
    'en' AS language, ['remote', 'hybrid', 'on_site', 'unknown'][1 + (h // 17) % 4] AS workplace,
    true AS is_text_complete, (200 + h % 900)::INTEGER AS n_words, d AS opened_date,
    date_trunc('week', d)::DATE AS week_start, d + 7 + (h % 70)::INTEGER AS closed_date,
    d AS first_seen_date, d + 6 + (h % 70)::INTEGER AS last_seen_date, 1 AS n_postings, 1 AS n_locations,
    0 AS n_reposts, md5(i::VARCHAR) AS content_hash
FROM (
    SELECT i, (hash(i) % 1000003)::BIGINT AS h, ($employers * pow(random_share(i), 2.5))::INTEGER AS e,
        $first::DATE + (i % ($weeks * 7))::INTEGER AS d
    FROM range($openings) AS t(i)
)
"""
SIGNALS = """
INSERT INTO core_signals BY NAME
SELECT
    md5(i::VARCHAR) AS content_hash,
    CASE WHEN h < 8 THEN 'required' WHEN h < 14 THEN 'listed' WHEN h < 40 THEN 'preferred'
        WHEN h < 70 THEN 'mentioned_other' ELSE 'none' END AS cert_status,
    CASE WHEN h < 7 THEN 'at_hire' WHEN h < 8 THEN 'post_hire' END AS cert_timing,
    h < 1 AS is_cert_legally_mandated,
    CASE WHEN h % 20 = 3 THEN 'explicit' WHEN h % 5 = 1 THEN 'partial' ELSE 'none' END AS criteria_status,
    CASE WHEN h % 20 = 3 THEN ['E2'] ELSE [] END AS criteria_tiers,
    h % 3 = 0 AS has_generic_kpi, 'none' AS degree_status,
    CASE WHEN h % 9 = 0 THEN ['training_budget'] ELSE [] END AS dev_support,
    CASE WHEN h % 31 = 0 THEN 'safe' WHEN h % 7 = 0 THEN 'scrum' ELSE 'none' END AS framework_use,
    ['technical', 'marketing_gtm', 'generalist_other', 'catch_all'][1 + h % 4] AS archetype,
    h % 50 = 0 AS requires_clearance, (h < 70)::INTEGER AS n_certification_mentions,
    0 AS n_criteria_mentions, '1' AS lexicon_version, '1' AS rules_version, '1' AS model_version
FROM (SELECT i, (hash(i + 17) % 1000)::BIGINT AS h FROM range($openings) AS t(i))
"""
MENTIONS = """
INSERT INTO core_certification_mentions BY NAME
SELECT
    content_hash, 0 AS mention_index, 'safe_popm' AS cert_key, 'SAFe POPM' AS cert_name,
    'framework_agile' AS cert_class, cert_status AS status, cert_timing AS timing, NULL AS substitutable,
    is_cert_legally_mandated AS is_legally_mandated, 'modal' AS cue, 'r' AS rule, 'q' AS quote,
    0 AS start_offset, 1 AS end_offset, '1' AS lexicon_version, '1' AS rules_version, '1' AS model_version
FROM core_signals WHERE cert_status <> 'none'
"""


def build(con: duckdb.DuckDBPyConnection, openings: int, weeks: int) -> None:
    """Fill the core tables with `openings` openings spread over `weeks` weeks."""
    for table in (
        "core_openings", "core_postings", "core_signals", "core_certification_mentions", "core_board_reads",
        "core_rejected_records", "core_audit_labels",
    ):  # fmt: skip
        con.execute(create_table_sql(load_card(table)))
    create_macros(con)
    con.execute("CREATE MACRO random_share(i) AS (hash(i + 5) % 1000003) / 1000003.0")
    first = LAST_WEEK - timedelta(weeks=weeks - 1)
    con.execute(OPENINGS, {"openings": openings, "weeks": weeks, "first": first, "employers": openings // 60})
    con.execute(SIGNALS, {"openings": openings})
    con.execute(MENTIONS)


def main() -> None:
    """Build in memory, measure once, print the figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--openings", type=int, default=1_000_000)
    parser.add_argument("--weeks", type=int, default=260)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--database", type=Path, help="build (or reuse) the warehouse in this file")
    arguments = parser.parse_args()
    con = duckdb.connect(str(arguments.database or ":memory:"))
    con.execute(f"SET threads = {arguments.threads}; SET memory_limit = '1GB'")
    if not con.execute("SELECT 1 FROM duckdb_tables() WHERE table_name = 'core_openings'").fetchone():
        build(con, arguments.openings, arguments.weeks)
    built = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    stamp = ReleaseStamp(
        release_id="2026-W47", published_at=datetime(2026, 11, 23, 12), data_origin="simulated",
        methodology_version="1.0.0", taxonomy_version="1", code_version="0.1.0",
    )  # fmt: skip
    started, busy = time.perf_counter(), time.process_time()
    con.execute("BEGIN")
    measure_week(con, LAST_WEEK, stamp)
    con.execute("COMMIT")
    seconds, processor = time.perf_counter() - started, time.process_time() - busy
    rows = con.execute("SELECT count(*) FROM out_weekly_metrics_v1").fetchone()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"openings {arguments.openings}, weeks {arguments.weeks}, threads {arguments.threads}")
    print(f"weekly rows {rows[0] if rows else 0}")
    print(f"measure {seconds:.1f} s wall, {processor:.1f} s of processor time over all threads")
    print(f"peak memory {peak:.0f} MB (after building the input: {built:.0f} MB)")


if __name__ == "__main__":
    main()
