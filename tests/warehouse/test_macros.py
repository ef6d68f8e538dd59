"""One definition says what is measured: SQL takes it from the code, and no query spells it out again."""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import duckdb

from include.normalize.posting import PRODUCT_FAMILIES, RoleFamily
from include.settings import PROJECT_ROOT
from include.warehouse.macros import create_macros

_SPELT_OUT = re.compile(r"role_family\s+(?:NOT\s+)?IN\s*\(\s*['\"]", re.IGNORECASE)


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


def test_a_view_with_the_macros_works_in_an_attached_file(tmp_path: Path) -> None:
    file = tmp_path / "release.duckdb"
    with duckdb.connect(str(file)) as con:
        create_macros(con)
        con.execute("CREATE VIEW seen AS SELECT is_measured('po', 'en', true) AS is_counted")
    with duckdb.connect() as con:
        con.execute(f"ATTACH '{file}' AS release (READ_ONLY)")
        assert con.execute("FROM release.seen").fetchall() == [(True,)]


def test_no_query_spells_the_families_out() -> None:
    files = [
        path
        for folder in ("include", "dags", "plugins", "docs", "benchmarks")
        for path in (PROJECT_ROOT / folder).rglob("*")
        if path.suffix in (".py", ".sql", ".md", ".yaml")
    ]
    assert len(files) > 300
    assert [path.name for path in files if _SPELT_OUT.search(path.read_text(encoding="utf-8"))] == []
    assert _SPELT_OUT.search("WHERE role_family IN ('pm')")
