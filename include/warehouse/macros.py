"""The SQL macros: what many queries ask, said once.

They live in the database file, so every query that runs there says the same. DuckDB puts a macro's text in
the place of its call before it plans a query, so a macro costs nothing and its filter reaches the scan.

In every warehouse and release, since views of releases use them:

    is_product_role(role_family)                          the population of every metric
    is_measured(role_family, language, is_text_complete)  of these, what is counted: whole texts in English

In the warehouse alone:

    is_whole_read(status)     the whole board was read, as `BoardRead.is_whole` says
    is_answered_read(status)  the whole board or a part of it was read, as `BoardRead.is_answered` says
    is_import(key)            a source or partition key is an imported dump's
    week_index(day)           weeks from Monday 1970-01-05 to the week of a day
    monday_of(week_index)     the Monday of such a week
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import duckdb

from include.archive.reads import ANSWERED, WHOLE
from include.partitions import IMPORT_PREFIX, WEEK_ZERO
from include.role_families import PRODUCT_FAMILIES
from include.warehouse.cards import quote_text


def _listed(values: Iterable[str]) -> str:
    return f"({', '.join(map(quote_text, values))})"


_IS_PRODUCT_ROLE: Final = f"role_family IN {_listed(PRODUCT_FAMILIES)}"

# Without COMMENT ON MACRO, which DuckLake does not know.
_POPULATION_SQL: Final = f"""
CREATE OR REPLACE MACRO is_product_role(role_family) AS {_IS_PRODUCT_ROLE};
CREATE OR REPLACE MACRO is_measured(role_family, language, is_text_complete) AS
  {_IS_PRODUCT_ROLE} AND language = 'en' AND is_text_complete;
"""
MACROS_SQL: Final = f"""{_POPULATION_SQL}
CREATE OR REPLACE MACRO is_whole_read(status) AS status IN {_listed(WHOLE)};
CREATE OR REPLACE MACRO is_answered_read(status) AS status IN {_listed(ANSWERED)};
CREATE OR REPLACE MACRO is_import(key) AS starts_with(key, {quote_text(IMPORT_PREFIX)});
CREATE OR REPLACE MACRO week_index(day) AS date_diff('day', DATE '{WEEK_ZERO}', day) // 7;
CREATE OR REPLACE MACRO monday_of(week_index) AS DATE '{WEEK_ZERO}' + (7 * week_index)::INTEGER;
"""


def create_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define the macros in the connection's database, in the place of what was defined before."""
    connection.execute(MACROS_SQL)


def create_population_macros(connection: duckdb.DuckDBPyConnection) -> None:
    """Define those macros that a release carries."""
    connection.execute(_POPULATION_SQL)
