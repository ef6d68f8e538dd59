-- Replaces the labels of the staged contents, whatever partition or classifier version they came from.
DELETE FROM core_criteria_mentions WHERE content_hash IN (SELECT content_hash FROM staged_signals);
INSERT INTO core_criteria_mentions BY NAME
SELECT DISTINCT ON (content_hash, mention_index) * FROM staged_criteria_mentions ORDER BY content_hash, mention_index;
