"""What many queries ask is defined once: SQL takes it from the code, and no query spells it out again."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

import duckdb
import pytest

from include.archive.reads import Board, BoardRead, ReadStatus
from include.measure.weeks import monday_of, week_index
from include.partitions import import_key, name_of_import
from include.role_families import PRODUCT_FAMILIES, RoleFamily
from include.settings import PROJECT_ROOT
from include.warehouse.macros import create_macros, create_population_macros

_SPELT_OUT = re.compile(
    r"(?:role_family|\bstatus)\s+(?:NOT\s+)?IN\s*\(\s*['\"](?:pm|po|complete|unchanged)'"
    r"|(?:LIKE\s*|starts_with\([\w.]+,\s*)'import/|DATE '1970-01-05'",
    re.IGNORECASE,
)


def test_sql_and_python_agree_on_every_family() -> None:
    with duckdb.connect() as con:
        create_macros(con)
        for family in get_args(RoleFamily):
            is_product = family in PRODUCT_FAMILIES
            assert con.execute("SELECT is_product_role(?)", [family]).fetchone() == (is_product,)
            assert con.execute("SELECT is_measured(?, 'en', true)", [family]).fetchone() == (is_product,)


def test_only_whole_english_texts_are_measured() -> None:
    with duckdb.connect() as con:
        create_macros(con)
        for language, is_text_complete in (("de", True), ("en", False)):
            answer = con.execute("SELECT is_measured('pm', ?, ?)", [language, is_text_complete])
            assert answer.fetchone() == (False,)


def test_sql_and_python_agree_on_every_read() -> None:
    with duckdb.connect() as con:
        create_macros(con)
        for status in get_args(ReadStatus):
            read = BoardRead(
                day=date(2026, 11, 16),
                board=Board(source="lever", token="acme", employer="Acme"),
                attempt=1,
                status=status,
                n_requests=1,
                body_bytes=0,
                elapsed_seconds=0.1,
                started_at=datetime(2026, 11, 16, tzinfo=UTC),
            )
            answer = con.execute("SELECT is_whole_read($1), is_answered_read($1)", [status]).fetchone()
            assert answer == (read.is_whole, read.is_answered)


@pytest.mark.parametrize(
    "key", [import_key("ads"), "2026-11-16", "2026-W47", "lever", "important/lever", "re-import/ads"]
)
def test_sql_and_python_agree_on_what_is_an_import(key: str) -> None:
    with duckdb.connect() as con:
        create_macros(con)
        assert con.execute("SELECT is_import(?)", [key]).fetchone() == (name_of_import(key) is not None,)


@pytest.mark.parametrize("monday", [date(1970, 1, 5), date(2026, 11, 16), date(2026, 12, 28)])
def test_sql_and_python_count_weeks_alike(monday: date) -> None:
    index = week_index(monday)
    with duckdb.connect() as con:
        create_macros(con)
        for days in range(7):
            day = monday + timedelta(days=days)
            assert con.execute("SELECT week_index(?)", [day]).fetchone() == (index,)
        assert con.execute("SELECT monday_of(?)", [index]).fetchone() == (monday_of(index),) == (monday,)


def test_a_view_with_the_macros_works_in_an_attached_file(tmp_path: Path) -> None:
    file = tmp_path / "release.duckdb"
    with duckdb.connect(str(file)) as con:
        create_population_macros(con)
        con.execute("CREATE VIEW seen AS SELECT is_measured('po', 'en', true) AS is_counted")
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{file}' AS release (READ_ONLY)")
        assert con.execute("FROM release.seen").fetchall() == [(True,)]


def test_no_query_spells_out_what_a_macro_says() -> None:
    files = [
        path
        for folder in ("include", "dags", "plugins", "docs", "benchmarks")
        for path in (PROJECT_ROOT / folder).rglob("*")
        if path.suffix in (".py", ".sql", ".md", ".yaml")
    ]
    assert len(files) > 300
    found = [path.name for path in files if _SPELT_OUT.search(path.read_text(encoding="utf-8"))]
    assert found == []
    for query in ("role_family IN ('pm')", "status NOT IN ('complete')", "o.source LIKE 'import/%'"):
        assert _SPELT_OUT.search(f"SELECT 1 FROM core WHERE {query}")
