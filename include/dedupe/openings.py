"""Openings of the warehouse: which postings advertise the same requisition. Groups, never deletes.

`include.dedupe.clustering` has the rules for product families. Postings of other families are joined by their
requisition id and title alone: nothing of theirs is published by opening.
"""

from __future__ import annotations

import duckdb
import pyarrow as pa

from include.dedupe.clustering import Candidate, Member, cluster
from include.warehouse.texts import ReadTexts

_MAX_TITLES_PER_OPENING_ID = 5
_PLACEHOLDER_ID = (
    r"^\W*(see\b.*|tbd|tba|n/?a|none|null|unknown|evergreen|pipeline|general|test|multiple|various|[0x\W]*)$"
)


def group_openings(
    con: duckdb.DuckDBPyConnection,
    read_texts: ReadTexts,
) -> None:
    """Replace the rows of core_opening_members and core_openings from core_postings.

    Call it inside a transaction; it neither begins nor commits one.

    Args:
        con: connection to the warehouse.
        read_texts: gives the stored texts.
    """
    con.execute(_POSTINGS_SQL, [_PLACEHOLDER_ID, _MAX_TITLES_PER_OPENING_ID])
    candidates = [Candidate(*row) for row in con.execute(_CANDIDATES_SQL).fetchall()]
    members = cluster(candidates, read_texts)
    columns = list(zip(*members, strict=True)) or [(), (), (), ()]
    types = (pa.string(), pa.string(), pa.string(), pa.float64())
    names = list(Member._fields)
    table = pa.table(
        [pa.array(column, kind) for column, kind in zip(columns, types, strict=True)], names=names
    )
    con.register("_product_members", table)
    try:
        con.execute("DELETE FROM core_opening_members")
        con.execute(_MEMBERS_SQL)
        con.execute("DELETE FROM core_openings")
        con.execute(_OPENINGS_SQL)
    finally:
        con.unregister("_product_members")
        con.execute("DROP TABLE IF EXISTS _dedupe_postings")


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
    posting_key, source, board, series, employer_key, title_key, opening_id,
    list_transform(locations, lambda place: lower(place)),
    coalesce(opened_date, posted_date, first_seen_date), closed_date, first_content_hash, n_words
FROM _dedupe_postings
WHERE is_product
"""
_MEMBERS_SQL = """
INSERT INTO core_opening_members BY NAME
SELECT posting_key, opening_key, link_rule, similarity FROM _product_members
UNION ALL BY NAME
SELECT
    posting_key,
    first_value(posting_key) OVER same_id AS opening_key,
    CASE WHEN posting_key = opening_key THEN 'first' ELSE 'opening_id' END AS link_rule,
    NULL::DOUBLE AS similarity
FROM _dedupe_postings
WHERE NOT is_product
WINDOW same_id AS (
    PARTITION BY
        series, employer_key, source, board,
        coalesce('id:' || opening_id || ':' || title_key, 'posting:' || posting_key)
    ORDER BY coalesce(opened_date, posted_date, first_seen_date) NULLS FIRST, posting_key
)
ORDER BY posting_key
"""
_OPENINGS_SQL = """
INSERT INTO core_openings BY NAME
WITH lives AS (
    SELECT
        m.opening_key,
        min(p.opened_date) AS opened_date,
        CASE WHEN bool_and(p.closed_date IS NOT NULL) THEN max(p.closed_date) END AS closed_date,
        min(p.first_seen_date) AS first_seen_date,
        max(p.last_seen_date) AS last_seen_date,
        count(*)::INTEGER AS n_postings,
        len(list_distinct(flatten(list(p.locations))))::INTEGER AS n_locations,
        count(*) FILTER (m.link_rule = 'repost')::INTEGER AS n_reposts
    FROM core_opening_members AS m
    JOIN core_postings AS p USING (posting_key)
    GROUP BY m.opening_key
)
SELECT
    l.*,
    date_trunc('week', l.opened_date)::DATE AS week_start,
    p.series_kind, p.data_origin, p.source, p.employer, p.employer_key, p.title, p.role_family, p.seniority,
    p.country_code, p.region, p.language, p.workplace, p.is_text_complete, p.n_words,
    p.first_content_hash AS content_hash
FROM lives AS l
JOIN core_postings AS p ON p.posting_key = l.opening_key
ORDER BY l.opening_key
"""
