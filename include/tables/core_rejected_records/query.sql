-- Replaces one day. Parameter: getvariable('day'). Reads staged_rejected_records.
DELETE FROM core_rejected_records WHERE day = getvariable('day') AND NOT is_import(source);
INSERT INTO core_rejected_records BY NAME
SELECT * FROM staged_rejected_records ORDER BY source, board, raw_pointer;
