"""Great Expectations on DuckDB; the only importer of great_expectations beside the table folders."""
