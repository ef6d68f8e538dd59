"""The DuckDB file of a release: out tables, the core tables behind them, comments, views and macros.

Posting texts stay out: the evidence tables carry the quoted words.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

import duckdb

from include.measure.registry import load_registry
from include.partitions import week_name
from include.publish.naming import ReleaseName
from include.publish.vintages import LedgerEntry
from include.warehouse.cards import comment_sql, create_table_sql, load_card, load_cards, quote_text
from include.warehouse.macros import create_population_macros

_OF_KEPT_TEXTS = """content_hash IN (
    SELECT content_hash FROM release.core_openings
    UNION ALL SELECT content_hash FROM release.core_postings
    UNION ALL SELECT first_content_hash FROM release.core_postings
)"""
# Those that population.sql counts, and those that no date places in any week.
_HAD_BEGUN = "coalesce(least(opened_date, first_seen_date) <= $sunday, true)"
CORE_TABLES: Final = {
    "core_board_reads": "day <= $sunday OR is_import(source)",  # its day is that of importing
    "core_openings": _HAD_BEGUN,
    "core_opening_members": "opening_key IN (SELECT opening_key FROM release.core_openings)",
    "core_postings": " OR ".join(
        [_HAD_BEGUN, "posting_key IN (SELECT posting_key FROM release.core_opening_members)"]
    ),
    "core_signals": _OF_KEPT_TEXTS,
    "core_certification_mentions": _OF_KEPT_TEXTS,
    "core_criteria_mentions": _OF_KEPT_TEXTS,
    "core_validation_results": """CASE WHEN is_import(partition_key) THEN true
        WHEN contains(partition_key, 'W') THEN partition_key <= $week
        ELSE partition_key <= $sunday::VARCHAR END""",
}
"""The core tables of a release, each after those it follows, and which of their rows it speaks of.

A week may be published again when later ones are in the warehouse: what began after it is left out. What an
opening became (its copies, its closing) is as known at the time.
"""

_VINTAGES = """
CREATE TABLE vintages (release VARCHAR NOT NULL, visible_from TIMESTAMP NOT NULL);
COMMENT ON TABLE vintages IS 'The releases so far, this one included. Grain: one row per release.';
COMMENT ON COLUMN vintages.release IS 'ISO week, 2026-W47, or a revision of it, 2026-W47-r2';
COMMENT ON COLUMN vintages.visible_from IS 'when it was published, UTC';
"""

_METRICS = """
CREATE TABLE metrics (
  metric_id VARCHAR NOT NULL, name VARCHAR NOT NULL, version VARCHAR NOT NULL, unit VARCHAR NOT NULL,
  numerator VARCHAR NOT NULL, denominator VARCHAR NOT NULL, numerator_sql VARCHAR, denominator_sql VARCHAR,
  weights VARCHAR[] NOT NULL, breakdowns VARCHAR[] NOT NULL,
  notes VARCHAR NOT NULL, known_bias VARCHAR NOT NULL
);
COMMENT ON TABLE metrics IS
  'What each metric_id counts, how to read it and its known bias. Grain: one row per metric.';
COMMENT ON COLUMN metrics.metric_id IS 'short stable id, such as M1';
COMMENT ON COLUMN metrics.name IS 'name for programs';
COMMENT ON COLUMN metrics.version IS 'version of the definition';
COMMENT ON COLUMN metrics.unit IS 'unit of the figures, as column unit of out_weekly_metrics_v1';
COMMENT ON COLUMN metrics.numerator IS 'what is counted, or how the figure is made';
COMMENT ON COLUMN metrics.denominator IS 'out of what';
COMMENT ON COLUMN metrics.numerator_sql IS
  'condition or count per opening, on columns of include/measure/population.sql; null where none makes it';
COMMENT ON COLUMN metrics.denominator_sql IS 'as numerator_sql; TRUE is every product opening';
COMMENT ON COLUMN metrics.weights IS 'weights that are published';
COMMENT ON COLUMN metrics.breakdowns IS 'values of stratum_dim besides all';
COMMENT ON COLUMN metrics.notes IS 'how to read it';
COMMENT ON COLUMN metrics.known_bias IS 'what pulls it away from the truth';
"""

_VIEWS = """
CREATE VIEW headline AS
SELECT
  week_start, series_kind, weight_scheme, metric_id,
  round(100 * coalesce(est_ppi, est_raw), 2) AS pct,
  round(100 * ci_low, 2) AS ci_low_pct, round(100 * ci_high, 2) AS ci_high_pct,
  n_postings, n_employers, round(n_eff, 1) AS n_eff, obs_status, window_weeks, audit_n, data_origin
FROM out_weekly_metrics_v1
WHERE metric_id IN ('M1', 'M5', 'M6') AND basis = 'flow' AND stratum_dim = 'all'
-- Newest first, and of a week what we observed first: the first rows are what a reader came for.
ORDER BY week_start DESC, series_kind <> 'observed', series_kind, weight_scheme DESC, metric_id;
COMMENT ON VIEW headline IS
  'In percent: M1 certification required, M5 success criteria explicit, M6 the gap in points. Newest first.';

CREATE VIEW evidence AS
WITH passages AS (
  SELECT content_hash, 'certification' AS signal, status AS label, cert_name AS detail, quote, cue, rule
  FROM core_certification_mentions
  UNION ALL
  SELECT content_hash, 'success criteria', tier, NULL, quote, NULL, rule FROM core_criteria_mentions
)
SELECT
  o.week_start, o.series_kind, o.employer, o.title, p.url, m.signal, m.label, m.detail, m.quote,
  o.week_start IS NOT NULL AND is_measured(o.role_family, o.language, o.is_text_complete) AS is_counted,
  o.role_family, o.opening_key, m.content_hash, m.cue, m.rule, o.data_origin
FROM core_openings AS o
JOIN passages AS m USING (content_hash)
JOIN core_postings AS p ON p.posting_key = o.opening_key
ORDER BY week_start DESC, series_kind, employer, opening_key, signal, label, quote;
COMMENT ON VIEW evidence IS
  'Every labelled passage with the ad it stands in, of all occupations; is_counted are those behind figures.';

CREATE VIEW revision_statistics AS
-- Weeks first published late (imported history) are left out: their first figure was no first look.
WITH fresh AS (
  SELECT DISTINCT week_start, metric_id, weight_scheme, basis, series_kind
  FROM out_revisions_v1 WHERE lag_weeks = 0 AND estimate IS NOT NULL
)
SELECT
  metric_id, weight_scheme, series_kind, lag_weeks, count(DISTINCT week_start) AS n_weeks,
  avg(abs(revision)) AS mean_absolute_revision, max(abs(revision)) AS largest_revision
FROM out_revisions_v1 SEMI JOIN fresh USING (week_start, metric_id, weight_scheme, basis, series_kind)
WHERE basis = 'flow' AND revision IS NOT NULL AND lag_weeks > 0
GROUP BY ALL;
COMMENT ON VIEW revision_statistics IS
  'How far figures moved after their first publication, by weeks since the measured week.';

CREATE MACRO as_of(day, id := 'M1', weight := 'posting', kind := 'observed') AS TABLE
SELECT week_start, estimate, vintage, visible_from, data_origin
FROM (
  SELECT r.*, v.visible_from FROM out_revisions_v1 AS r JOIN vintages AS v ON v.release = r.vintage
  WHERE r.metric_id = id AND r.weight_scheme = weight AND r.series_kind = kind AND r.basis = 'flow'
    AND v.visible_from < CAST(day AS DATE) + INTERVAL 1 DAY
)
-- As `latest` does: the newest week, not what was published last, and of it the highest revision.
QUALIFY row_number() OVER (
  PARTITION BY week_start ORDER BY left(vintage, 8) DESC, length(vintage) DESC, vintage DESC
) = 1
ORDER BY week_start;

CREATE MACRO weekly(id, weight := 'posting', kind := 'observed') AS TABLE
SELECT week_start, est_raw, ci_low, ci_high, n_postings, n_employers, n_eff, obs_status, window_weeks,
  est_ppi, audit_n, data_origin
FROM out_weekly_metrics_v1
WHERE metric_id = id AND weight_scheme = weight AND series_kind = kind AND basis = 'flow'
  AND stratum_dim = 'all'
ORDER BY week_start;
"""

_VIEW_COLUMNS = {
    "headline": (
        "out_weekly_metrics_v1",
        {
            "pct": "the figure in percent (M6: in percentage points), corrected where audit_n is over 0; "
            "null when suppressed",
            "ci_low_pct": "lower end of the 95 % interval, in the unit of pct",
            "ci_high_pct": "upper end of the 95 % interval, in the unit of pct",
        },
    ),
    "evidence": (
        "core_openings",
        {
            "url": "the ad's address at its source",
            "signal": "certification or success criteria",
            "label": "status of the certification (core_signals.cert_status), or tier of the criterion "
            "(core_criteria_mentions.tier)",
            "detail": "the certification; null for criteria",
            "quote": "the words that name the certification or the criterion, at most 300 characters",
            "cue": "what decided the status of a certification: a modal word, the heading above, a bare item "
            "and others; null for criteria",
            "rule": "the rule or model that fired",
            "is_counted": "the opening is in the figures: a product role, in English, with its whole text",
        },
    ),
    "revision_statistics": (
        "out_revisions_v1",
        {
            "n_weeks": "measured weeks that were published again that long after",
            "mean_absolute_revision": "mean distance from the first published figure, as a fraction",
            "largest_revision": "largest distance from the first published figure, as a fraction",
        },
    ),
}
"""By view: the table whose card explains its columns, and words for the columns that the view makes."""


def write_database(
    connection: duckdb.DuckDBPyConnection,
    path: Path,
    earlier: Sequence[LedgerEntry],
    release: ReleaseName,
    now: datetime,
) -> Path:
    """Write the release's DuckDB file from an open warehouse.

    Args:
        connection: the warehouse.
        path: the new file, which must not exist.
        earlier: the ledger before this release.
        release: the release in the making.
        now: its time of publication, UTC.

    Returns:
        `path`.
    """
    connection.execute(f"ATTACH {quote_text(str(path))} AS release")
    try:
        cards = load_cards()
        parameters = {"sunday": release.monday + timedelta(days=6), "week": week_name(release.monday)}
        for name in [*CORE_TABLES, *(name for name, card in cards.items() if card.layer == "out")]:
            card, rows = cards[name], CORE_TABLES.get(name, "true")
            connection.execute(create_table_sql(card, "release"))
            connection.execute(
                # By name: a migrated table has its newer columns last.
                f"INSERT INTO release.{name} BY NAME SELECT * FROM {name} "  # noqa: S608 - names of our cards
                f"WHERE {rows} ORDER BY {', '.join(card.key)}",
                {key: value for key, value in parameters.items() if f"${key}" in rows},
            )
            for statement in comment_sql(card, "release"):
                connection.execute(statement)
    finally:
        connection.execute("DETACH release")
    # Through a connection of its own: a view written while attached would name the attachment.
    with duckdb.connect(str(path)) as database:
        database.execute(_VINTAGES)
        _write_metrics(database)
        visible = [(vintage.release, vintage.recorded_at) for vintage in earlier] + [(str(release), now)]
        database.executemany(
            "INSERT INTO vintages VALUES (?, ?)",
            [(name, at.astimezone(UTC).replace(tzinfo=None)) for name, at in visible],
        )
        create_population_macros(database)
        database.execute(_VIEWS)
        _comment_on_views(database)
    return path


def _write_metrics(database: duckdb.DuckDBPyConnection) -> None:
    database.execute(_METRICS)
    database.executemany(
        "INSERT INTO metrics VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            [
                metric.id, metric.name, metric.version, metric.unit, metric.numerator_label,
                metric.denominator_label, metric.numerator, metric.denominator if metric.numerator else None,
                list(metric.weights), list(metric.dimensions), metric.notes, metric.known_bias,
            ]
            for metric in load_registry().metrics
        ],
    )  # fmt: skip


def _comment_on_views(database: duckdb.DuckDBPyConnection) -> None:
    for view, (table, own_words) in _VIEW_COLUMNS.items():
        words = {column.name: column.words for column in load_card(table).columns} | own_words
        for (name,) in database.execute(
            "SELECT column_name FROM duckdb_columns() WHERE table_name = ? ORDER BY column_index", [view]
        ).fetchall():
            database.execute(f"COMMENT ON COLUMN {view}.{name} IS {quote_text(words[name])}")
