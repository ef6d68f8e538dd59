-- Replaces one day. Parameter: getvariable('day'). Reads staged_postings.
DELETE FROM core_sightings WHERE day = getvariable('day');
INSERT INTO core_sightings BY NAME
SELECT getvariable('day') AS day, posting_key, source, board, content_hash
FROM staged_postings
ORDER BY source, board, posting_key;
