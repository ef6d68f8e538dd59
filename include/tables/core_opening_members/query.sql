-- Replaces all rows. Reads _product_members, the product postings that `include.dedupe.clustering` has grouped,
-- and _dedupe_postings (`include.dedupe.openings`). Postings of other families are joined by requisition id and
-- title alone: nothing of theirs is published by opening.
DELETE FROM core_opening_members;
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
ORDER BY posting_key;
