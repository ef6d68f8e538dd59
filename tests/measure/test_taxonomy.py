"""A release names the versions that made its labels, not those of the code that publishes it."""

from __future__ import annotations

import duckdb
import pytest

from include.measure.taxonomy import MixedTaxonomyError, taxonomy_version


@pytest.fixture
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute(
        "CREATE TABLE core_postings (posting_key VARCHAR, first_content_hash VARCHAR, titles_version VARCHAR)"
    )
    connection.execute(
        "CREATE TABLE core_posting_versions "
        "(posting_key VARCHAR, content_hash VARCHAR, texts_version VARCHAR)"
    )
    connection.execute(
        "CREATE TABLE core_signals (lexicon_version VARCHAR, rules_version VARCHAR, model_version VARCHAR)"
    )
    return connection


def add_postings(con: duckdb.DuckDBPyConnection, titles: str | None, *texts: str | None) -> None:
    """Add a posting for each version of texts; all have titles of one version."""
    for number, version in enumerate(texts):
        con.execute("INSERT INTO core_postings VALUES (?, 'first', ?)", [str(number), titles])
        con.execute("INSERT INTO core_posting_versions VALUES (?, 'first', ?)", [str(number), version])


def test_the_versions_are_those_of_the_rows(con: duckdb.DuckDBPyConnection) -> None:
    add_postings(con, "2", "1", "1")
    con.execute("INSERT INTO core_signals VALUES ('0.9', '0.8', 'a, b'), ('0.9', '0.8', 'a, b')")
    assert taxonomy_version(con) == "texts 1, titles 2, lexicon 0.9, rules 0.8, model a, b"


def test_postings_older_than_the_column_and_empty_tables_say_so(con: duckdb.DuckDBPyConnection) -> None:
    assert taxonomy_version(con) == "texts none, titles none, lexicon none, rules none, model none"
    add_postings(con, None, None)
    assert taxonomy_version(con).startswith("texts unrecorded, titles unrecorded, ")


def test_texts_of_two_versions_are_both_named(con: duckdb.DuckDBPyConnection) -> None:
    add_postings(con, "2", "2", "1", None, "1")
    assert taxonomy_version(con).startswith("texts 1 and 2 and unrecorded, titles 2, ")


def test_the_text_that_is_measured_is_the_one_whose_version_is_named(con: duckdb.DuckDBPyConnection) -> None:
    add_postings(con, "2", "1")
    con.execute("INSERT INTO core_posting_versions VALUES ('0', 'later', '2')")
    assert taxonomy_version(con).startswith("texts 1, ")


def test_rows_of_two_versions_are_refused(con: duckdb.DuckDBPyConnection) -> None:
    con.execute("INSERT INTO core_signals VALUES ('1', '1', 'a'), ('2', '1', 'a')")
    with pytest.raises(MixedTaxonomyError) as caught:
        taxonomy_version(con)
    said = str(caught.value)
    assert "core_signals holds rows of 2 versions (lexicon 1, rules 1, model a; lexicon 2," in said
    assert "reclassify" in said
