-- Postings of the boards of one day, their life derived anew from sightings and reads, so that days may
-- be loaded again or in any order. Reads staged_postings, _boards, core_sightings,
-- core_board_reads, core_rejected_records.
CREATE OR REPLACE TEMP TABLE _reads AS
SELECT
  source, board, day, is_complete,
  count(*) FILTER (is_complete) OVER (PARTITION BY source, board ORDER BY day) AS complete_reads_so_far,
  min(day) FILTER (is_complete) OVER (PARTITION BY source, board) AS first_complete_day,
  max(day) FILTER (is_answered_read(status)) OVER (
    PARTITION BY source, board ORDER BY day ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS last_answered_day
FROM core_board_reads
SEMI JOIN _boards USING (source, board);

-- A posting came back when a complete read between two days that listed it did not. A day lists it also when
-- its record was refused and its id could be read: `_listed`, made with core_board_reads, has no content then.
CREATE OR REPLACE TEMP TABLE _life AS
WITH ordered AS (
  SELECT
    l.posting_key, l.source, l.board, l.day, l.content_hash, r.first_complete_day,
    r.complete_reads_so_far - r.is_complete::INTEGER
      - lag(r.complete_reads_so_far) OVER (PARTITION BY l.posting_key ORDER BY l.day) AS reads_without_it
  FROM _listed AS l
  JOIN _reads AS r USING (source, board, day)
)
SELECT
  posting_key,
  any_value(source) AS source,
  any_value(board) AS board,
  min(day) FILTER (content_hash IS NOT NULL) AS first_seen_date,
  max(day) FILTER (content_hash IS NOT NULL) AS last_seen_date,
  max(day) AS last_listed_date,
  count(*) FILTER (reads_without_it > 0)::INTEGER AS n_reopened,
  count(DISTINCT content_hash)::INTEGER AS n_versions,
  arg_min(content_hash, day) FILTER (content_hash IS NOT NULL) AS first_content_hash,
  any_value(first_complete_day) AS first_complete_day
FROM ordered
GROUP BY posting_key
HAVING last_seen_date IS NOT NULL;

-- What the source says of a posting: today's words, unless a later day has been loaded before.
CREATE OR REPLACE TEMP TABLE _attributes AS
SELECT staged.*
FROM staged_postings AS staged
ANTI JOIN (
  SELECT posting_key FROM core_postings WHERE last_seen_date > getvariable('day')
) AS newer USING (posting_key)
UNION ALL BY NAME
SELECT known.* EXCLUDE (
  data_origin, opened_date, first_seen_date, last_seen_date, is_left_censored, n_reopened, n_versions,
  first_content_hash
)
FROM core_postings AS known
SEMI JOIN _boards AS reads ON reads.source = known.source AND reads.board = known.board
WHERE known.last_seen_date > getvariable('day')
  OR known.posting_key NOT IN (SELECT posting_key FROM staged_postings);

DELETE FROM core_postings
WHERE (source, board) IN (SELECT (source, board) FROM _boards);

-- A posting that a board already listed on its first complete read is of unknown age. It counts in the
-- stock; its own posting date places it in the reconstructed series only, never in the observed flow.
-- So is what appears after more than a week without an answer: the ads of all that time, as far as they are
-- still open, would pass for those of one week.
INSERT INTO core_postings BY NAME
WITH complete_reads AS (SELECT source, board, day FROM _reads WHERE is_complete), lives AS (
  SELECT
    life.*,
    closing.day AS closed_day,
    (
      life.first_seen_date <= coalesce(life.first_complete_day, life.first_seen_date)
      OR life.first_seen_date - first_read.last_answered_day > 7
    )
      AND coalesce(attributes.posted_date < life.first_seen_date, true) AS is_left_censored
  FROM _life AS life
  JOIN _attributes AS attributes USING (posting_key)
  JOIN _reads AS first_read
    ON life.source = first_read.source AND life.board = first_read.board AND life.first_seen_date = first_read.day
  ASOF LEFT JOIN complete_reads AS closing
    ON life.source = closing.source AND life.board = closing.board AND life.last_listed_date < closing.day
)
SELECT
  attributes.* REPLACE (
    CASE WHEN lives.is_left_censored THEN 'reconstructed' ELSE 'observed' END AS series_kind,
    lives.closed_day AS closed_date
  ),
  getvariable('data_origin') AS data_origin,
  CASE WHEN lives.is_left_censored THEN attributes.posted_date ELSE lives.first_seen_date END AS opened_date,
  lives.first_seen_date,
  lives.last_seen_date,
  lives.is_left_censored,
  lives.n_reopened,
  lives.n_versions,
  lives.first_content_hash
FROM _attributes AS attributes
JOIN lives USING (posting_key)
ORDER BY posting_key;
