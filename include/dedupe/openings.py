"""Openings of the warehouse: which postings advertise the same requisition. Groups, never deletes.

`include.dedupe.clustering` has the rules for product families; the SQL beside the two tables' cards does
the rest.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from include.dedupe.clustering import Candidate, Member, cluster
from include.warehouse.cards import table_sql
from include.warehouse.texts import ReadTexts

_MAX_TITLES_PER_OPENING_ID = 5
_PLACEHOLDER_ID = (
    r"^\W*(see\b.*|tbd|tba|n/?a|none|null|unknown|evergreen|pipeline|general|test|multiple|various|[0x\W]*)$"
)


def group_openings(
    connection: duckdb.DuckDBPyConnection,
    read_texts: ReadTexts,
) -> None:
    """Replace the rows of core_opening_members and core_openings from core_postings.

    Call it inside a transaction; it neither begins nor commits one.

    Args:
        connection: to the warehouse.
        read_texts: gives the stored texts.
    """
    connection.execute(_POSTINGS_SQL, [_PLACEHOLDER_ID, _MAX_TITLES_PER_OPENING_ID])
    candidates = [Candidate(*row) for row in connection.execute(_CANDIDATES_SQL).fetchall()]
    members = cluster(candidates, read_texts)
    columns = list(zip(*members, strict=True)) or [(), (), (), ()]
    types = (pa.string(), pa.string(), pa.string(), pa.float64())
    names = list(Member._fields)
    table = pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)], names=names
    )
    connection.register("_product_members", table)
    try:
        connection.execute(table_sql("core_opening_members"))
        connection.execute(table_sql("core_openings"))
    finally:
        connection.unregister("_product_members")
        connection.execute("DROP TABLE IF EXISTS _dedupe_postings")


_POSTINGS_SQL = """
CREATE OR REPLACE TEMP TABLE _dedupe_postings AS
WITH trusted AS (
    SELECT source, board, opening_native_id
    FROM core_postings
    WHERE opening_native_id IS NOT NULL AND NOT regexp_matches(lower(opening_native_id), $1)
    GROUP BY ALL
    HAVING count(DISTINCT title_key) <= $2
)
SELECT
    p.* EXCLUDE (opening_native_id),
    series_kind || '/' || data_origin AS series,
    t.opening_native_id AS opening_id,
    is_product_role(role_family) AS is_product
FROM core_postings AS p
LEFT JOIN trusted AS t USING (source, board, opening_native_id)
"""
_CANDIDATES_SQL = """
SELECT
    posting_key, source, board,
    CASE WHEN is_import(source) THEN series ELSE data_origin END,
    series_kind = 'reconstructed' AND NOT is_import(source),
    employer_key, title_key, opening_id,
    list_transform(locations, lambda place: lower(place)),
    coalesce(opened_date, posted_date, first_seen_date), closed_date, first_seen_date,
    first_content_hash, n_words
FROM _dedupe_postings
WHERE is_product
"""
