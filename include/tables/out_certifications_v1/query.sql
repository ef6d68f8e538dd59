-- Which certifications the openings of the 13 and 26 weeks that end with each week talk about, and how.
-- Only windows that may be published: those of measure_windows (series_kind, week_index, window_weeks).
-- Reads measure_units (population.sql), measure_windows and measure_buckets (cert_key, cert_name, cert_class): what the lexicon
-- calls keys that stand for no single credential, and their class. An opening counts once per certification, at its strongest status.
WITH ranked AS (
    SELECT
        content_hash, cert_key, m.cert_name, coalesce(b.cert_class, m.cert_class) AS cert_class, status,
        CASE status WHEN 'required' THEN 0 WHEN 'listed' THEN 1 WHEN 'preferred' THEN 2 ELSE 3 END AS rank
    FROM core_certification_mentions AS m
    -- A mention that names no credential has the class of the words around it; a row adds up many of them.
    LEFT JOIN measure_buckets AS b USING (cert_key)
    WHERE status <> 'none'
),
strongest AS (
    SELECT content_hash, cert_key, min(cert_class) AS cert_class, arg_min(status, rank) AS status
    FROM ranked
    GROUP BY content_hash, cert_key
),
names AS (
    -- A credential is called what ads most often call it; equal counts go to the first in the alphabet. A bucket
    -- of many has no such name: the winner would be one of them, or a bare "certificate" in any language.
    SELECT w.cert_key, coalesce(b.cert_name, w.cert_name) AS cert_name
    FROM (SELECT cert_key, cert_name, count(*) AS n FROM ranked GROUP BY ALL) AS w
    LEFT JOIN measure_buckets AS b USING (cert_key)
    QUALIFY row_number() OVER (PARTITION BY w.cert_key ORDER BY w.n DESC, w.cert_name) = 1
),
classes AS (
    SELECT cert_key, min(cert_class) AS cert_class FROM strongest GROUP BY cert_key
),
windows AS (SELECT unnest([13, 26]) AS window_weeks),
asked AS (
    SELECT u.series_kind, u.employer_id, s.cert_key, s.status, u.week_index, count(*) AS n
    FROM measure_units AS u
    JOIN strongest AS s USING (content_hash)
    WHERE u.week_index IS NOT NULL
    GROUP BY ALL
),
asked_until AS (
    SELECT *, lead(week_index) OVER (
        PARTITION BY series_kind, employer_id, cert_key, status ORDER BY week_index
    ) - week_index AS weeks_to_next
    FROM asked
),
counts AS (
    -- An employer counts in a window by the latest week in which it asked: no DISTINCT over all openings. Number
    -- 0 stands for the ads that name none (population.sql).
    SELECT
        window_weeks, series_kind, week_index + age AS week_index, cert_key, status,
        sum(n)::BIGINT AS n_openings,
        count(*) FILTER (employer_id <> 0 AND age < coalesce(weeks_to_next, window_weeks)) AS n_employers
    FROM (SELECT *, unnest(range(window_weeks)) AS age FROM asked_until CROSS JOIN windows)
    WHERE week_index + age <= week_index($last_week)
    GROUP BY ALL
),
denominators AS (
    SELECT
        window_weeks, series_kind,
        unnest(range(week_index, week_index + window_weeks)) AS week_index, n
    FROM (
        SELECT series_kind, week_index, count(*) AS n FROM measure_units
        WHERE week_index IS NOT NULL GROUP BY ALL
    ) CROSS JOIN windows
),
totals AS (
    SELECT window_weeks, series_kind, week_index, sum(n)::BIGINT AS n_postings FROM denominators GROUP BY ALL
)
SELECT
    monday_of(week_index) AS week_start,
    window_weeks,
    series_kind,
    cert_key,
    names.cert_name,
    classes.cert_class,
    status,
    n_openings,
    n_employers,
    totals.n_postings
FROM counts
SEMI JOIN measure_windows USING (window_weeks, series_kind, week_index)
JOIN totals USING (window_weeks, series_kind, week_index)
JOIN names USING (cert_key)
JOIN classes USING (cert_key)
ORDER BY week_start, window_weeks, series_kind, cert_key, status
