-- One row per week and source: what was expected, what was read, what came of it.
-- Parameters: $last_week (Monday). A source without board reads (an imported dump) has no coverage share.
WITH boards AS (
    SELECT source, board, min(day) FILTER (is_expected) AS first_expected_day
    FROM core_board_reads
    GROUP BY ALL
),
answers AS (
    -- A window on many boards never proves an absence (is_complete), and is read whole all the same.
    SELECT
        source, board, day, status, is_expected,
        is_whole_read(status) AND NOT is_import(source) AS is_answered
    FROM core_board_reads
),
reads AS (
    SELECT
        date_trunc('week', day)::DATE AS week_start,
        source,
        count(DISTINCT day) FILTER (is_answered) AS days_observed,
        count(DISTINCT board) FILTER (is_expected) AS boards_expected,
        count(DISTINCT board) FILTER (is_answered) AS boards_answered,
        count_if(is_expected) AS board_days_expected,
        count_if(is_answered AND is_expected) AS board_days_complete,
        count(DISTINCT board) FILTER (status = 'switched_off') AS boards_switched_off
    FROM answers
    JOIN boards USING (source, board)
    WHERE day < $last_week + INTERVAL 7 DAYS
        -- What was off from the beginning was never part of the series.
        AND (status <> 'switched_off' OR day > first_expected_day)
    GROUP BY ALL
),
postings AS (
    SELECT
        date_trunc('week', opened_date)::DATE AS week_start,
        source,
        count(*) AS n_postings,
        count_if(is_product_role(role_family)) AS n_product_postings
    FROM core_postings
    WHERE opened_date < $last_week + INTERVAL 7 DAYS
        -- Back-dated ads belong to no week that was read.
        AND (is_import(source) OR series_kind = 'observed')
    GROUP BY ALL
),
openings AS (
    SELECT
        week_start, source,
        count_if(language = 'en' AND is_text_complete) AS n_openings,
        count_if(language = 'en' AND is_text_complete AND employer_key = '') AS n_without_employer,
        count_if(language IS DISTINCT FROM 'en') AS n_other_language,
        count_if(language = 'en' AND NOT is_text_complete) AS n_text_incomplete
    FROM core_openings
    WHERE week_start <= $last_week
        AND (is_import(source) OR series_kind = 'observed')
        AND is_product_role(role_family)
    GROUP BY ALL
),
rejects AS (
    SELECT date_trunc('week', day)::DATE AS week_start, source, count(*) AS n_rejected
    FROM core_rejected_records
    WHERE day < $last_week + INTERVAL 7 DAYS
    GROUP BY ALL
),
kinds AS (
    -- An import has one kind. Whatever we read ourselves is observed, also while all it has shown was open
    -- before the first read.
    SELECT source, CASE WHEN is_import(source) THEN min(series_kind) ELSE 'observed' END AS series_kind
    FROM core_postings
    GROUP BY source
),
keys AS (
    SELECT week_start, source FROM reads
    UNION SELECT week_start, source FROM postings
    UNION SELECT week_start, source FROM openings
    UNION SELECT week_start, source FROM rejects
)
SELECT
    k.week_start,
    k.source,
    coalesce(kinds.series_kind, 'observed') AS series_kind,
    coalesce(r.days_observed, 0)::INTEGER AS days_observed,
    coalesce(r.boards_expected, 0)::INTEGER AS boards_expected,
    coalesce(r.boards_answered, 0)::INTEGER AS boards_answered,
    coalesce(r.board_days_expected, 0)::INTEGER AS board_days_expected,
    coalesce(r.board_days_complete, 0)::INTEGER AS board_days_complete,
    coalesce(r.boards_switched_off, 0)::INTEGER AS boards_switched_off,
    CASE WHEN coalesce(kinds.series_kind, 'observed') = 'observed' AND r.board_days_expected > 0
        THEN r.board_days_complete / r.board_days_expected
    END AS coverage_share,
    coalesce(p.n_postings, 0) AS n_postings,
    coalesce(p.n_product_postings, 0) AS n_product_postings,
    coalesce(o.n_openings, 0) AS n_openings,
    coalesce(o.n_without_employer, 0) AS n_without_employer,
    coalesce(o.n_other_language, 0) AS n_other_language,
    coalesce(o.n_text_incomplete, 0) AS n_text_incomplete,
    coalesce(j.n_rejected, 0) AS n_rejected
FROM keys AS k
LEFT JOIN reads AS r USING (week_start, source)
LEFT JOIN postings AS p USING (week_start, source)
LEFT JOIN openings AS o USING (week_start, source)
LEFT JOIN rejects AS j USING (week_start, source)
LEFT JOIN kinds USING (source)
ORDER BY k.week_start, k.source
