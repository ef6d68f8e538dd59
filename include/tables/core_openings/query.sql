-- Replaces all rows. Reads core_opening_members and core_postings: an opening has the words and the place of its
-- first posting, and the dates of all. Only postings of its own series say when it opened: one that stood there
-- when we first looked did not open when we saw a copy of it begin.
DELETE FROM core_openings;
INSERT INTO core_openings BY NAME
WITH lives AS (
  SELECT
    m.opening_key,
    min(p.opened_date) FILTER (p.series_kind = first.series_kind) AS opened_date,
    CASE WHEN bool_and(p.closed_date IS NOT NULL) THEN max(p.closed_date) END AS closed_date,
    min(p.first_seen_date) AS first_seen_date,
    max(p.last_seen_date) AS last_seen_date,
    count(*)::INTEGER AS n_postings,
    -- As grouping compares them: one board writes BERLIN, the next Berlin.
    len(list_distinct([lower(place) FOR place IN flatten(list(p.locations))]))::INTEGER AS n_locations,
    count(*) FILTER (m.link_rule = 'repost')::INTEGER AS n_reposts
  FROM core_opening_members AS m
  JOIN core_postings AS p USING (posting_key)
  JOIN core_postings AS first ON first.posting_key = m.opening_key
  GROUP BY m.opening_key
)
SELECT
  l.*,
  date_trunc('week', l.opened_date)::DATE AS week_start,
  p.series_kind, p.data_origin, p.source, p.employer, p.employer_key, p.title, p.role_family, p.seniority,
  p.country_code, p.region, p.language, p.workplace, p.is_text_complete, p.n_words,
  p.first_content_hash AS content_hash
FROM lives AS l
JOIN core_postings AS p ON p.posting_key = l.opening_key
ORDER BY l.opening_key;
