"""By which versions the rows that a release rests on were read: by the tables, not by the code at hand.

After an update of the classifier a week may be published before history is labelled again; its release then
names the versions that made its labels.
"""

from __future__ import annotations

import duckdb


class MixedTaxonomyError(ValueError):
    """Rows were read by more than one version; the message names them and the mend."""


def taxonomy_version(connection: duckdb.DuckDBPyConnection) -> str:
    """Return the versions of texts, titles, lexicon, rules and model of the core tables, in one text.

    Texts may be of several versions (`texts 1 and 2`), because only a rebuild makes old ones again. Only the
    first text of every posting is looked at: it is the one that is measured.

    Args:
        connection: the warehouse. Postings older than the column have texts or titles of version
            `unrecorded`; a table without rows has version `none`.

    Raises:
        MixedTaxonomyError: a table holds rows of more than one version.
    """
    texts = [
        version
        for (version,) in connection.execute(
            "SELECT DISTINCT coalesce(texts_version, 'unrecorded') AS v "
            "FROM core_posting_versions AS versions SEMI JOIN core_postings AS postings "
            "ON versions.posting_key = postings.posting_key "
            "AND versions.content_hash = postings.first_content_hash ORDER BY v"
        ).fetchall()
    ]
    titles = _only(
        connection,
        "core_postings",
        "SELECT DISTINCT 'titles ' || coalesce(titles_version, 'unrecorded') AS v FROM core_postings",
    )
    classifier = _only(
        connection,
        "core_signals",
        "SELECT DISTINCT 'lexicon ' || lexicon_version || ', rules ' || rules_version || ', model ' "
        "|| model_version AS v FROM core_signals",
    )
    return (
        f"texts {' and '.join(texts) or 'none'}, {titles or 'titles none'}, "
        f"{classifier or 'lexicon none, rules none, model none'}"
    )


def _only(connection: duckdb.DuckDBPyConnection, table: str, query: str) -> str | None:
    versions = [version for (version,) in connection.execute(f"{query} ORDER BY v").fetchall()]
    if len(versions) > 1:
        raise MixedTaxonomyError(
            f"{table} holds rows of {len(versions)} versions ({'; '.join(versions)}), which a series would "
            "show as a change of the market. Run build_warehouse with reclassify set, then publish."
        )
    return versions[0] if versions else None
