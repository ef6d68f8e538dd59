-- The units every metric counts: one row per product opening with its labels, its strata and the weeks it
-- belongs to. Parameter $last_week: Monday of the release's week; later openings are left out. Reads the temp
-- table measure_source_families (source, family), from the source cards.
--
-- week_index counts weeks, so that windows are plain integer ranges (include/warehouse/macros.py).
-- Flow: the week of opened_date, from the first week of the series on. One that we watch begins when we do. One whose weeks are the dates
-- that ads carry would begin with whatever ad has the oldest, years before the next: it begins with the first
-- $window_weeks weeks that together hold $minimum_postings openings of $minimum_employers employers, without
-- which nothing of them could be shown, or, where no weeks do, with its newest opening.
-- Stock: every Sunday from the first sighting to the one before closing, whatever
-- the kind of the opening date, since being open is what we saw; a posting counts only up to the last week in which it was seen, so that a board that stops
-- answering does not keep its postings open for ever.
CREATE OR REPLACE TEMP TABLE measure_units AS
WITH mentions AS (
    SELECT
        content_hash,
        bool_or(status <> 'none' AND cue <> 'negated') AS has_cert_talk,
        bool_or(cert_class = 'pm_specific' AND status IN ('required', 'preferred')) AS asks_pm_specific,
        bool_or(cert_class = 'framework_agile' AND status = 'required') AS requires_framework_cert,
        bool_or(cert_key = 'cisco_ccna' AND status = 'required') AS asks_ccna,
        count(DISTINCT cert_key) FILTER (status <> 'none') AS n_certs,
        count(DISTINCT cert_key) FILTER (status <> 'none' AND cert_class = 'framework_agile') AS n_framework_certs,
        count(DISTINCT cert_key) FILTER (status <> 'none' AND starts_with(cert_key, 'safe_')) AS n_safe_certs,
        count(DISTINCT cert_key) FILTER (
            status <> 'none' AND regexp_matches(cert_key, '^(sa|so)_|^scrum')
        ) AS n_scrum_certs
    FROM core_certification_mentions
    GROUP BY content_hash
),
employers AS (
    -- Numbered by name, 0 for the ads that name no employer. Ranking the openings themselves would sort every
    -- row of the population.
    SELECT employer_key,
        CASE WHEN employer_key = '' THEN 0 ELSE row_number() OVER (ORDER BY employer_key) END AS employer_id
    FROM (SELECT DISTINCT employer_key FROM core_openings)
),
employer_weeks AS (
    SELECT employer_key, series_kind, week_start, count(*) AS n_openings
    FROM core_openings
    WHERE week_start IS NOT NULL AND week_start <= $last_week AND employer_key <> ''
    GROUP BY ALL
),
employer_size AS (
    -- Openings of any role in the 26 weeks that end with the week: what was known then, never later.
    SELECT
        employer_key, series_kind, week_start,
        sum(n_openings) OVER (
            PARTITION BY employer_key, series_kind ORDER BY week_start
            RANGE BETWEEN INTERVAL 175 DAYS PRECEDING AND CURRENT ROW
        ) AS n_recent
    FROM employer_weeks
),
units AS (
    SELECT
        o.opening_key,
        o.series_kind,
        i.employer_id,
        CASE WHEN o.week_start <= $last_week
            THEN week_index(o.week_start)::INTEGER
        END AS week_index,
        CASE WHEN o.first_seen_date IS NOT NULL
            THEN week_index(o.first_seen_date)::INTEGER
        END AS stock_from,
        -- For its age: what stood on a board before we first looked has only the date that it carries.
        CASE WHEN o.first_seen_date IS NOT NULL
            THEN week_index(least(o.first_seen_date, coalesce(o.opened_date, o.first_seen_date)))::INTEGER
        END AS open_since,
        -- Last week whose Sunday still saw it open. Closed on a Monday: open on the Sunday before.
        CASE WHEN o.first_seen_date IS NOT NULL
            THEN least(
                week_index($last_week),
                week_index(coalesce(o.last_seen_date, o.first_seen_date)),
                CASE WHEN o.closed_date IS NULL THEN 2147483647
                    ELSE week_index(o.closed_date) - 1
                END
            )::INTEGER
        END AS stock_to,
        o.source,
        CASE WHEN is_import(o.source) THEN 'import' ELSE coalesce(f.family, 'unknown') END AS source_family,
        -- Read from the name alone, so an agency with a neutral name counts as an employer.
        CASE WHEN o.employer_key = '' THEN 'unknown' WHEN regexp_matches(lower(o.employer), '\b(' ||
                'staffing|recruit(ing|ment|ers?)|personnel|manpower|headhunt(ing|ers?)|executive search|' ||
                'search (partners|group|consultants)|talent (solutions|partners|acquisition)|' ||
                'employment (agency|services)|personalvermittlung|interim|' ||
                'adecco|akkodis|cybercoders|hays|insight global|jobot|kelly services|kforce|michael page|' ||
                'motion recruitment|randstad|robert half|robert walters|teksystems' || ')\b')
            THEN 'staffing_agency' ELSE 'employer'
        END AS employer_type,
        o.region,
        o.seniority,
        o.role_family,
        o.workplace,
        o.n_words,
        CASE
            WHEN e.n_recent IS NULL THEN 'unknown'
            WHEN e.n_recent < 5 THEN '1 to 4'
            WHEN e.n_recent < 20 THEN '5 to 19'
            WHEN e.n_recent < 100 THEN '20 to 99'
            ELSE '100 and more'
        END AS employer_size,
        o.content_hash,
        s.cert_status,
        coalesce(s.cert_timing, 'at_hire') AS cert_timing,
        s.is_cert_legally_mandated,
        s.criteria_status,
        s.criteria_tiers,
        s.has_generic_kpi,
        s.degree_status,
        s.dev_support,
        s.framework_use,
        s.archetype,
        s.requires_clearance,
        coalesce(m.has_cert_talk, false) AS has_cert_talk,
        coalesce(m.asks_pm_specific, false) AS asks_pm_specific,
        coalesce(m.requires_framework_cert, false) AS requires_framework_cert,
        coalesce(m.asks_ccna, false) AS asks_ccna,
        coalesce(m.n_certs, 0) AS n_certs,
        coalesce(m.n_framework_certs, 0) AS n_framework_certs,
        coalesce(m.n_safe_certs, 0) AS n_safe_certs,
        coalesce(m.n_scrum_certs, 0) AS n_scrum_certs
    FROM core_openings AS o
    JOIN core_signals AS s USING (content_hash)
    JOIN employers AS i ON i.employer_key = o.employer_key
    LEFT JOIN mentions AS m USING (content_hash)
    LEFT JOIN measure_source_families AS f ON f.source = o.source
    LEFT JOIN employer_size AS e
        ON e.employer_key = o.employer_key AND e.series_kind = o.series_kind AND e.week_start = o.week_start
    WHERE is_measured(o.role_family, o.language, o.is_text_complete)
        AND s.cert_status <> 'unsupported_language'
        AND s.criteria_status <> 'unsupported_language'
        AND (o.week_start <= $last_week OR o.first_seen_date < $last_week + INTERVAL 7 DAYS)
),
flow AS (
    SELECT series_kind, week_index, employer_id, count(*) AS n
    FROM units
    WHERE week_index IS NOT NULL AND series_kind <> 'observed'
    GROUP BY ALL
),
thick AS (
    SELECT w.series_kind, w.week_index
    FROM (SELECT DISTINCT series_kind, week_index FROM flow) AS w
    JOIN flow AS f ON f.series_kind = w.series_kind
        AND f.week_index BETWEEN w.week_index AND w.week_index + $window_weeks - 1
    GROUP BY ALL
    HAVING sum(f.n) >= $minimum_postings
        AND count(DISTINCT f.employer_id) FILTER (f.employer_id <> 0) >= $minimum_employers
),
starts AS (
    SELECT series_kind, coalesce(min(t.week_index), max(f.week_index)) AS first_week
    FROM flow AS f LEFT JOIN thick AS t USING (series_kind, week_index)
    GROUP BY series_kind
)
SELECT u.* REPLACE (
    CASE WHEN s.first_week IS NULL OR u.week_index >= s.first_week THEN u.week_index END AS week_index
)
FROM units AS u LEFT JOIN starts AS s USING (series_kind)
-- Readers of the table rely on this order.
ORDER BY employer_id, opening_key
