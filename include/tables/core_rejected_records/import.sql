-- Replaces one import. Parameter: getvariable('import_source'). Reads staged_rejected_records.
DELETE FROM core_rejected_records WHERE source = getvariable('import_source');
INSERT INTO core_rejected_records BY NAME
SELECT * FROM staged_rejected_records;
