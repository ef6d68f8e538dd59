"""From the SQL of a check to the SQL that Great Expectations runs."""

from __future__ import annotations

import re
from string import Template

from include.validate.scope import Scope, date_literal, rows_condition
from include.warehouse.cards import Card

# SQLAlchemy reads `:word` as a bind parameter, also inside quotes; `::type` is left alone.
_BIND_PARAMETER = re.compile(r"(?<![:\w\\]):(?=\w)")


def compile_sql(sql: str, scope: Scope, card: Card) -> str:
    """Fill the placeholders of `checks` and escape what Great Expectations and SQLAlchemy would misread.

    Args:
        sql: as declared in an expectations file.
        scope: partition under check.
        card: of the table under check.

    Returns:
        SQL in which `{batch}` is the table, literal braces are doubled and literal colons escaped.
    """
    escaped = _BIND_PARAMETER.sub(r"\\:", sql.strip().replace("{", "{{").replace("}", "}}"))
    # Great Expectations puts an alias of its own behind {batch} in queries without a join: hence brackets.
    return Template(escaped).safe_substitute(
        rows=f"(SELECT * FROM {{batch}} WHERE {rows_condition(scope, card)})",  # noqa: S608 - from the scope and card
        table="(SELECT * FROM {batch})",
        first_day=date_literal(scope.first_day),
        last_day=date_literal(scope.last_day),
    )
