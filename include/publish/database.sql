-- What a release's database has besides the tables of the cards: the tables `vintages` and `metrics`, its views
-- and its table macros. It runs in the release's own file, after those tables and the macros of the population.
-- Columns that a view takes over from a table get the words of that table's card (database.py).

CREATE TABLE vintages (release VARCHAR NOT NULL, visible_from TIMESTAMP NOT NULL);
COMMENT ON TABLE vintages IS 'The releases so far, this one included. Grain: one row per release.';
COMMENT ON COLUMN vintages.release IS 'ISO week, 2026-W47, or a revision of it, 2026-W47-r2';
COMMENT ON COLUMN vintages.visible_from IS 'when it was published, UTC';

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
COMMENT ON COLUMN metrics.breakdowns IS 'values of stratum_dim besides all; shares, rates and their differences stand under pooled, too';
COMMENT ON COLUMN metrics.notes IS 'how to read it';
COMMENT ON COLUMN metrics.known_bias IS 'what pulls it away from the truth';

CREATE VIEW headline AS
SELECT
  week_start, series_kind, weight_scheme, metric_id,
  -- Zero is added because a small negative gap would be rounded to minus zero.
  round(100 * coalesce(est_ppi, est_raw), 2) + 0 AS pct,
  round(100 * ci_low, 2) + 0 AS ci_low_pct, round(100 * ci_high, 2) + 0 AS ci_high_pct,
  n_postings, n_employers, round(n_eff, 1) AS n_eff, obs_status, window_weeks, audit_n, data_origin
FROM out_weekly_metrics_v1
WHERE metric_id IN ('M1', 'M5', 'M6') AND basis = 'flow' AND stratum_dim = 'all'
-- Newest first, and of a week what we observed first: the first rows are what a reader came for.
ORDER BY week_start DESC, series_kind <> 'observed', series_kind, weight_scheme DESC, metric_id;
COMMENT ON VIEW headline IS
  'In percent: M1 certification required, M5 success criteria explicit, M6 the gap in points. Newest first.';
COMMENT ON COLUMN headline.pct IS
  'the figure in percent (M6: in percentage points), corrected where audit_n is over 0; null when suppressed';
COMMENT ON COLUMN headline.ci_low_pct IS 'lower end of the 95 % interval, in the unit of pct';
COMMENT ON COLUMN headline.ci_high_pct IS 'upper end of the 95 % interval, in the unit of pct';

CREATE VIEW evidence AS
WITH passages AS (
  SELECT content_hash, 'certification' AS signal, status AS label, cert_name AS detail, quote, cue, rule, timing
  FROM core_certification_mentions
  UNION ALL
  SELECT content_hash, 'success criteria', tier, NULL, quote, NULL, rule, NULL FROM core_criteria_mentions
),
series AS (
  SELECT series_kind, min(week_start) AS first_week
  FROM out_weekly_metrics_v1 WHERE basis = 'flow' AND stratum_dim = 'all'
  GROUP BY series_kind
)
SELECT
  o.week_start, o.series_kind, o.employer, o.title, p.url, m.signal, m.label, m.detail, m.quote,
  coalesce(o.week_start >= s.first_week, false)
    AND is_measured(o.role_family, o.language, o.is_text_complete) AS is_counted,
  o.role_family, o.opening_key, m.content_hash, m.cue, m.rule, m.timing, o.data_origin
FROM core_openings AS o
JOIN passages AS m USING (content_hash)
JOIN core_postings AS p ON p.posting_key = o.opening_key
LEFT JOIN series AS s ON s.series_kind = o.series_kind
ORDER BY week_start DESC, series_kind, employer, opening_key, signal, label, quote;
COMMENT ON VIEW evidence IS
  'Every labelled passage with the ad it stands in, of all occupations; is_counted are those behind figures.';
COMMENT ON COLUMN evidence.url IS 'the ad''s address at its source';
COMMENT ON COLUMN evidence.signal IS 'certification or success criteria';
COMMENT ON COLUMN evidence.label IS
  'status of the certification (core_signals.cert_status), or tier of the criterion (core_criteria_mentions.tier)';
COMMENT ON COLUMN evidence.detail IS 'the certification; null for criteria';
COMMENT ON COLUMN evidence.quote IS
  'the words that name the certification or the criterion, at most 300 characters';
COMMENT ON COLUMN evidence.cue IS
  'what decided the status of a certification: a modal word, the heading above, a bare item and others; null for criteria';
COMMENT ON COLUMN evidence.rule IS 'the rule or model that fired';
COMMENT ON COLUMN evidence.timing IS
  'when a required certification must be held: at_hire, which M1 counts, or post_hire, which M1b counts and M1 does not; null for criteria and where a certification is only mentioned';
COMMENT ON COLUMN evidence.is_counted IS
  'the opening is in the figures: a product role, in English, with its whole text, of a week that its series has';

CREATE VIEW revision_statistics AS
-- Weeks first published late (imported history, a skipped week) are left out: their first figure was no first
-- look. Of several revisions of a release the last one counts.
WITH fresh AS (
  SELECT DISTINCT week_start, metric_id, weight_scheme, basis, series_kind
  FROM out_revisions_v1 WHERE lag_weeks = 0 AND revision = 0
), lasting AS (
  FROM out_revisions_v1 SEMI JOIN fresh USING (week_start, metric_id, weight_scheme, basis, series_kind)
  QUALIFY row_number() OVER (
    PARTITION BY week_start, metric_id, weight_scheme, basis, series_kind, lag_weeks
    ORDER BY length(vintage) DESC, vintage DESC
  ) = 1
)
SELECT
  metric_id, weight_scheme, series_kind, lag_weeks, count(*) AS n_weeks,
  avg(abs(revision)) AS mean_absolute_revision, max(abs(revision)) AS largest_revision
FROM lasting
WHERE basis = 'flow' AND revision IS NOT NULL AND lag_weeks > 0
GROUP BY ALL;
COMMENT ON VIEW revision_statistics IS
  'How far figures moved after their first publication, by weeks since the measured week.';
COMMENT ON COLUMN revision_statistics.n_weeks IS 'measured weeks that were published again that long after';
COMMENT ON COLUMN revision_statistics.mean_absolute_revision IS
  'mean distance from the first published figure, as a fraction';
COMMENT ON COLUMN revision_statistics.largest_revision IS
  'largest distance from the first published figure, as a fraction';

-- A name that nothing has would give no rows, which reads as a series without figures.
CREATE MACRO known_metric(id, weight, kind) AS (
  SELECT CASE
    WHEN count(*) = 0 THEN error('no metric is named ' || id || ': FROM metrics lists them')
    WHEN NOT list_contains(any_value(m.weights), weight)
      THEN error(id || ' has no weight ' || weight || ', only ' || array_to_string(any_value(m.weights), ', '))
    WHEN kind NOT IN ('observed', 'archived', 'reconstructed')
      THEN error('no kind of series is named ' || kind || ': observed, archived and reconstructed are')
    ELSE id
  END
  FROM metrics AS m WHERE m.metric_id = id
);
COMMENT ON MACRO known_metric IS 'The metric id, if it is one and has this weight; an error that says which there are if not.';

CREATE MACRO revised_metric(id, weight, kind) AS (
  SELECT CASE
    WHEN count(*) FILTER (r.metric_id = known_metric(id, weight, kind)) = 0
      THEN error('no revisions are kept of ' || id || ', only of ' || string_agg(DISTINCT r.metric_id, ', ' ORDER BY r.metric_id))
    ELSE id
  END
  FROM out_revisions_v1 AS r
);
COMMENT ON MACRO revised_metric IS 'The metric id, if revisions of it are kept; an error that says of which they are if not.';

CREATE MACRO as_of(day, id := 'M1', weight := 'posting', kind := 'observed') AS TABLE
WITH visible AS (
  SELECT release, visible_from, strptime(left(release, 8) || '-1', '%G-W%V-%u')::DATE AS monday
  FROM vintages WHERE visible_from < CAST(day AS DATE) + INTERVAL 1 DAY
), seen AS (
  -- As `latest` does: the newest week, not what was published last, and of it the highest revision. Also where
  -- it gives no figure of a week any more.
  SELECT w.week_start, max_by(release, (monday, length(release), release)) AS vintage
  FROM (SELECT DISTINCT week_start FROM out_revisions_v1) AS w
  JOIN visible ON w.week_start BETWEEN monday - 84 AND monday
  GROUP BY w.week_start
)
SELECT r.week_start, r.estimate, r.corrected_estimate, r.vintage, v.visible_from, r.data_origin
FROM out_revisions_v1 AS r SEMI JOIN seen USING (week_start, vintage) JOIN visible AS v ON v.release = r.vintage
WHERE r.metric_id = revised_metric(id, weight, kind) AND r.weight_scheme = weight AND r.series_kind = kind
  AND r.basis = 'flow' AND r.lag_weeks <= 12
ORDER BY r.week_start;
COMMENT ON MACRO TABLE as_of IS
  'What readers saw on a day, such as as_of(''2026-11-24''), of the last twelve weeks before each release.';

CREATE MACRO weekly(id, weight := 'posting', kind := 'observed') AS TABLE
SELECT week_start, est_raw, ci_low, ci_high, n_postings, n_employers, n_eff, obs_status, window_weeks,
  est_ppi, audit_n, data_origin
FROM out_weekly_metrics_v1
WHERE metric_id = known_metric(id, weight, kind) AND weight_scheme = weight AND series_kind = kind
  AND basis = 'flow' AND stratum_dim = 'all'
ORDER BY week_start;
COMMENT ON MACRO TABLE weekly IS
  'One series of the whole market, such as weekly(''M1'', weight := ''employer'', kind := ''archived''), in fractions.';

COMMENT ON MACRO is_product_role IS 'Whether a title of this role_family names a product role.';
COMMENT ON MACRO is_measured IS 'Whether figures are about an opening: a product role, in English, with its whole text.';
