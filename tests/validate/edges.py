"""Changes of the sound warehouse at the edges of expectations: what they are and how they are written."""

from __future__ import annotations

from tests.validate.small_warehouse import DAY, WEEK

Edge = tuple[str, str, str, str]
"""Table, check, partition key, SQL."""


def of(table: str, *edges: tuple[str, str], key: str | None = None) -> list[Edge]:
    """Return edges of one table: check and SQL of each."""
    key = key or (WEEK if table.startswith("out_") else DAY)
    return [(table, check, key, sql) for check, sql in edges]


def changes(table: str, check: str, *clauses: str) -> list[Edge]:
    """Return one edge for each SET clause."""
    return of(table, *((check, f"UPDATE {table} SET {clause}") for clause in clauses))
