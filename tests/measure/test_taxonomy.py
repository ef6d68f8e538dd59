"""A release names the versions that made its labels, not those of the code that publishes it."""

from __future__ import annotations

import duckdb
import pytest

from include.measure.taxonomy import MixedTaxonomyError, taxonomy_version


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE core_postings (titles_version VARCHAR, texts_version VARCHAR)")
    connection.execute(
        "CREATE TABLE core_signals (lexicon_version VARCHAR, rules_version VARCHAR, model_version VARCHAR)"
    )
    return connection


def test_the_versions_are_those_of_the_rows(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO core_postings VALUES ('2', '1'), ('2', '1')")
    con.execute("INSERT INTO core_signals VALUES ('0.9', '0.8', 'a, b'), ('0.9', '0.8', 'a, b')")
    assert taxonomy_version(con) == "texts 1, titles 2, lexicon 0.9, rules 0.8, model a, b"


def test_postings_older_than_the_column_and_empty_tables_say_so(con: duckdb.DuckDBPyConnection) -> None:
    assert taxonomy_version(con) == "texts none, titles none, lexicon none, rules none, model none"
    con.execute("INSERT INTO core_postings VALUES (NULL, NULL)")
    assert taxonomy_version(con).startswith("texts unrecorded, titles unrecorded, ")


def test_texts_of_two_versions_are_both_named(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO core_postings VALUES ('2', '2'), ('2', '1'), ('2', NULL), ('2', '1')")
    assert taxonomy_version(con).startswith("texts 1 and 2 and unrecorded, titles 2, ")


def test_rows_of_two_versions_are_refused(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO core_signals VALUES ('1', '1', 'a'), ('2', '1', 'a')")
    with pytest.raises(MixedTaxonomyError) as caught:
        taxonomy_version(con)
    said = str(caught.value)
    assert "core_signals holds rows of 2 versions (lexicon 1, rules 1, model a; lexicon 2," in said
    assert "reclassify" in said
