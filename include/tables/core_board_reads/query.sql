-- Replaces one day. Parameter: getvariable('day'). Reads staged_board_reads, core_sightings and
-- core_rejected_records, and _boards: those of the day as it is and as it was.
DELETE FROM core_board_reads WHERE day = getvariable('day') AND NOT is_import(source);

-- An empty answer from a board that listed postings the day before is more often a fault than a purge: it
-- proves nothing until a second read in a row says the same.
INSERT INTO core_board_reads BY NAME
WITH previous AS (
  SELECT source, board, arg_max(n_listed, day) AS n_listed, arg_max(status, day) AS status
  FROM core_board_reads
  WHERE day < getvariable('day') AND (is_whole_read(status) OR status = 'empty_after_nonempty')
  GROUP BY source, board
), judged AS (
  SELECT
    staged.*,
    staged.is_complete AND staged.n_listed = 0 AND staged.n_rejected = 0
      AND coalesce(previous.n_listed, 0) > 0 AS is_doubtful
  FROM staged_board_reads AS staged
  LEFT JOIN previous USING (source, board)
)
SELECT
  judged.* EXCLUDE (is_doubtful) REPLACE (
    CASE WHEN is_doubtful THEN 'empty_after_nonempty' ELSE status END AS status,
    is_complete AND NOT is_doubtful AS is_complete,
    CASE WHEN is_doubtful THEN 'no posting listed, though the last read listed some' ELSE error END AS error
  ),
  0 AS n_new, 0 AS n_changed, 0 AS n_gone
FROM judged
ORDER BY source, board;

-- New, changed and gone against the board's last complete read. A day loaded late changes the comparison of
-- the days after it, so these are counted again.
CREATE OR REPLACE TEMP TABLE _read_pairs AS
SELECT
  now.day, now.source, now.board, now.is_complete, max(before.day) AS previous_day
FROM core_board_reads AS now
SEMI JOIN _boards AS changed ON changed.source = now.source AND changed.board = now.board
LEFT JOIN core_board_reads AS before
  ON before.source = now.source AND before.board = now.board AND before.is_complete AND before.day < now.day
WHERE now.day >= getvariable('day')
GROUP BY ALL;

-- A record that was refused, but whose id could be read, is listed all the same: it is neither gone nor, when
-- it can be read again, new.
CREATE OR REPLACE TEMP TABLE _listed AS
SELECT day, source, board, posting_key, content_hash FROM core_sightings
SEMI JOIN _boards USING (source, board)
UNION ALL
SELECT DISTINCT day, source, board, source || ':' || board || ':' || native_id AS posting_key, NULL
FROM core_rejected_records
SEMI JOIN _boards USING (source, board)
ANTI JOIN core_sightings AS seen
  ON seen.day = core_rejected_records.day
  AND seen.posting_key
    = core_rejected_records.source || ':' || core_rejected_records.board || ':' || native_id
WHERE native_id IS NOT NULL AND posting_key IN (SELECT posting_key FROM core_sightings);

CREATE OR REPLACE TEMP TABLE _differences AS
WITH current_rows AS (
  SELECT p.day, p.source, p.board, l.posting_key, l.content_hash
  FROM _read_pairs AS p JOIN _listed AS l USING (day, source, board)
), previous_rows AS (
  SELECT p.day, p.source, p.board, l.posting_key, l.content_hash
  FROM _read_pairs AS p
  JOIN _listed AS l ON l.day = p.previous_day AND l.source = p.source AND l.board = p.board
)
SELECT
  day, source, board,
  count(*) FILTER (previous_rows.posting_key IS NULL AND current_rows.content_hash IS NOT NULL) AS n_new,
  count(*) FILTER (current_rows.content_hash <> previous_rows.content_hash) AS n_changed,
  count(*) FILTER (current_rows.posting_key IS NULL) AS n_absent
FROM current_rows
FULL JOIN previous_rows USING (day, source, board, posting_key)
GROUP BY day, source, board;

UPDATE core_board_reads AS reads
SET
  n_new = differences.n_new,
  n_changed = differences.n_changed,
  n_gone = CASE WHEN reads.is_complete THEN differences.n_absent ELSE 0 END
FROM _differences AS differences
WHERE reads.day = differences.day AND reads.source = differences.source AND reads.board = differences.board;
