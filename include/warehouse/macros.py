"""The SQL macros that say which postings and openings the figures speak of.

They live in the database file, so every query that runs there says the same. DuckDB puts a macro's text in
the place of its call before it plans a query, so a macro costs nothing and its filter reaches the scan.

    is_product_role(role_family)                          the population of every metric
    is_measured(role_family, language, is_text_complete)  of these, what is counted: whole texts in English
"""

from __future__ import annotations

from typing import Final

import duckdb

from include.normalize.posting import PRODUCT_FAMILIES
from include.warehouse.cards import quote_text

_IS_PRODUCT_ROLE: Final = f"role_family IN ({', '.join(map(quote_text, PRODUCT_FAMILIES))})"

# Without COMMENT ON MACRO, which DuckLake does not know.
MACROS_SQL: Final = f"""
CREATE OR REPLACE MACRO is_product_role(role_family) AS {_IS_PRODUCT_ROLE};
CREATE OR REPLACE MACRO is_measured(role_family, language, is_text_complete) AS
  {_IS_PRODUCT_ROLE} AND language = 'en' AND is_text_complete;
"""


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the macros in the connection's database, in the place of what was defined before."""
    connection.execute(MACROS_SQL)
