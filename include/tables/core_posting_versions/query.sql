-- Versions of the postings of the boards of one day. Reads staged_postings, _boards and core_sightings.
CREATE OR REPLACE TEMP TABLE _versions AS
WITH seen AS (
  SELECT posting_key, content_hash, any_value(source) AS source, any_value(board) AS board,
    min(day) AS first_seen_date, max(day) AS last_seen_date
  FROM core_sightings
  SEMI JOIN _boards USING (source, board)
  GROUP BY posting_key, content_hash
)
SELECT
  seen.*,
  coalesce(staged.title, known.title) AS title,
  coalesce(staged.n_words, known.n_words) AS n_words,
  coalesce(staged.texts_version, known.texts_version) AS texts_version
FROM seen
LEFT JOIN staged_postings AS staged USING (posting_key, content_hash)
LEFT JOIN core_posting_versions AS known USING (posting_key, content_hash);

DELETE FROM core_posting_versions
WHERE (source, board) IN (SELECT (source, board) FROM _boards);
INSERT INTO core_posting_versions BY NAME
SELECT * FROM _versions ORDER BY posting_key, first_seen_date, content_hash;
