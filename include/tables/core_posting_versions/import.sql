-- Replaces one import. Parameters: getvariable('import_source'), getvariable('day'). Reads staged_postings.
DELETE FROM core_posting_versions WHERE source = getvariable('import_source');
INSERT INTO core_posting_versions BY NAME
SELECT
  posting_key, content_hash, source, board, title, n_words, texts_version,
  coalesce(posted_date, getvariable('day')) AS first_seen_date,
  coalesce(closed_date, posted_date, getvariable('day')) AS last_seen_date
FROM staged_postings;
