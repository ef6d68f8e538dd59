-- Replaces the labels of the staged contents, whatever partition or classifier version they came from.
DELETE FROM core_signals WHERE content_hash IN (SELECT content_hash FROM staged_signals);
INSERT INTO core_signals BY NAME
SELECT DISTINCT ON (content_hash) * FROM staged_signals ORDER BY content_hash;
