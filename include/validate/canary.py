"""Proves that Great Expectations still sees DuckDB's rows before anybody believes it.

An upgrade of Great Expectations, SQLAlchemy, duckdb-engine or DuckDB could make every expectation pass, or
every one fail, without a word. One suite that must pass and one that must fail, with every kind of check in
use, run on tables of one row at the start of each gate run.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import duckdb

from include.validate.checks import Band, Check, NoRows
from include.validate.gx_suite import Outcome, TableSuite, run_suites, validation_context
from include.validate.scope import parse_scope
from include.warehouse.cards import Card, Column

_COMMON: dict[str, Any] = {
    "expect": "canary",
    "severity": "critical",
    "reason": "Proves that checks can pass and can fail.",
    "since": date(2026, 11, 23),
    "mend": "Pin the versions that last worked.",
}


class CanaryError(RuntimeError):
    """The checks cannot be trusted: one that must pass failed, or one that must fail passed."""


def sing() -> None:
    """Run both suites.

    Raises:
        CanaryError: names the expectations that gave the wrong answer.
    """
    outcomes = _run()
    wrong = [
        f"{check} on {table} {'passed' if outcome.is_success else 'failed'} ({outcome.observed_value})"
        for (table, check), outcome in outcomes.items()
        if outcome.is_success != (table == "must_pass") or outcome.error is not None
    ]
    if wrong or len(outcomes) != 2 * len(_checks(good=True)):
        raise CanaryError(
            "Great Expectations on DuckDB cannot be trusted, so nothing is released: "
            f"{'; '.join(wrong) or 'expectations went missing'}. Install the versions of requirements.txt; "
            "if they are installed, see include/validate/duckdb_shim.py."
        )


def _run() -> dict[tuple[str, str], Outcome]:
    with tempfile.TemporaryDirectory(prefix="canary-") as folder:
        database = str(Path(folder) / "canary.duckdb")
        with duckdb.connect(database) as connection:
            for table in ("must_pass", "must_fail"):
                connection.execute(f"CREATE TABLE {table} AS SELECT 1 AS a, 'x:y' AS b")
        suites = [
            TableSuite(card=_card("must_pass"), checks=_checks(good=True)),
            TableSuite(card=_card("must_fail"), checks=_checks(good=False)),
        ]
        with validation_context(database, {"read_only": True}) as (context, source):
            return run_suites(context, source, suites, parse_scope("import/canary"), docs_folder=None)


def _card(table: str) -> Card:
    columns = (
        Column(name="a", type="INTEGER", nullable=False, description="one"),
        Column(name="b", type="VARCHAR", nullable=False, description="text with a colon"),
    )
    return Card(
        name=table,
        layer="core",
        title=table,
        grain="one row",
        key=("a",),
        partition=None,
        description="canary",
        columns=columns,
    )


def _checks(*, good: bool) -> tuple[Check, ...]:
    return (
        NoRows(
            id="rows",
            sql=f"SELECT a FROM $rows WHERE {'NOT' if good else ''} regexp_matches(b, '^x:[a-z]{{1}}$')",  # noqa: S608
            **_COMMON,
        ),
        Band(
            id="band",
            sql="SELECT sum(a) AS value FROM $table",
            minimum=1 if good else 2,
            maximum=3,
            **_COMMON,
        ),
    )
