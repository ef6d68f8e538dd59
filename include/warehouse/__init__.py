"""The DuckDB warehouse: one writer, day partitions replaced in one transaction, rebuilt from the archive."""
