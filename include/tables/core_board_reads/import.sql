-- Replaces one import. Parameter: getvariable('import_source'). Reads staged_board_reads.
DELETE FROM core_board_reads WHERE source = getvariable('import_source');
INSERT INTO core_board_reads BY NAME
SELECT *, 0 AS n_new, 0 AS n_changed, 0 AS n_gone FROM staged_board_reads;
