-- Replaces one import. Parameter: getvariable('import_source'). Reads staged_postings. The dates are the
-- dump's own: nothing was seen by us.
DELETE FROM core_postings WHERE source = getvariable('import_source');
INSERT INTO core_postings BY NAME
SELECT
  staged.*,
  getvariable('data_origin') AS data_origin,
  staged.posted_date AS opened_date,
  NULL AS first_seen_date,
  NULL AS last_seen_date,
  false AS is_left_censored,
  0 AS n_reopened,
  1 AS n_versions,
  staged.content_hash AS first_content_hash
FROM staged_postings AS staged;
