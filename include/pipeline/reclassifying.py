"""Re-classify: read every title and label every stored text again when what reads them has changed."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from include.classify.stage import stage_signals
from include.classify.versions import VERSIONS
from include.dedupe.openings import group_openings
from include.errors import ExplainedError
from include.normalize.titles import TITLES_VERSION, role_family, seniority, title_key
from include.plurals import counted
from include.settings import Settings
from include.warehouse.connection import open_warehouse, transaction
from include.warehouse.load import load_signals
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore

RECLASSIFY = "reclassify"
"""Staging folder (and source) of a re-classification."""


class LostTextsError(ExplainedError, RuntimeError):
    """Ads keep labels of an earlier classifier, because their texts are gone; the message has the mend."""


def has_outdated_labels(settings: Settings) -> bool:
    """Tell whether anything in the warehouse was read by other titles, lexicon, rules or model than today's.

    Raises:
        WarehouseLockedError: another process holds the warehouse.
    """
    if not settings.paths.warehouse.exists():
        return False
    with open_warehouse(settings) as connection:
        return _n_outdated_labels(connection) > 0 or _has_outdated_titles(connection)


def reclassify(settings: Settings) -> int:
    """Read every title and classify every stored text again with what reads them now.

    Returns:
        Number of contents whose labels were replaced.

    Raises:
        StorageError: a staged file could not be written.
        WarehouseLockedError: another process holds the warehouse.
        MigrationError: the warehouse has to be built again first.
        DamagedTextsError: a text file cannot be read; nothing was replaced.
        LostTextsError: ads have no text to be labelled by; all others are labelled.
    """
    with open_warehouse(settings):
        pass  # what cannot be written to is told before an hour of labelling, not after it
    texts = TextStore(settings.paths.texts)
    staging = Staging(settings.paths.staging, RECLASSIFY)
    stage_signals(staging=staging, texts=texts, source=RECLASSIFY, text_files=texts.files())
    with open_warehouse(settings) as connection:
        # In one transaction: titles that were read again, with openings of the old ones, would look done.
        with transaction(connection):
            if _read_titles_again(connection):
                group_openings(connection, texts.get)
        n_labelled = load_signals(connection, staging)
        n_lost = _n_outdated_labels(connection)
    if n_lost:
        raise LostTextsError(
            f"the labels of {counted(n_lost, 'ad')} are still those of an earlier classifier: {texts.root} "
            "has no text to label anew. Texts are made again from the archive: "
            "python -m include.pipeline rebuild"
        )
    return n_labelled


def _n_outdated_labels(connection: duckdb.DuckDBPyConnection) -> int:
    """Return how many contents have labels of another lexicon, other rules or another model."""
    [(n_outdated,)] = connection.execute(
        "SELECT count(*) FROM core_signals "
        "WHERE lexicon_version <> ? OR rules_version <> ? OR model_version <> ?",
        [VERSIONS.lexicon, VERSIONS.rules, VERSIONS.model],
    ).fetchall()
    return int(n_outdated)


def _has_outdated_titles(connection: duckdb.DuckDBPyConnection) -> bool:
    found = connection.execute(
        "SELECT 1 FROM core_postings WHERE titles_version IS DISTINCT FROM ? LIMIT 1", [TITLES_VERSION]
    ).fetchone()
    return found is not None


def _read_titles_again(connection: duckdb.DuckDBPyConnection) -> int:
    """Bring what postings' titles say to the current patterns; return how many postings were behind."""
    titles = [
        title
        for (title,) in connection.execute(
            "SELECT DISTINCT title FROM core_postings WHERE titles_version IS DISTINCT FROM ?",
            [TITLES_VERSION],
        ).fetchall()
    ]
    names = ("title", "title_key", "role_family", "seniority")
    rows = [(title, title_key(title), role_family(title), seniority(title)) for title in titles]
    columns = list(zip(*rows, strict=True)) or [()] * len(names)
    arrays = [pa.array(column, pa.string()) for column in columns]
    connection.register("_read_again", pa.table(arrays, names=list(names)))
    try:
        changed = connection.execute(
            """
            UPDATE core_postings SET
                title_key = now.title_key, role_family = now.role_family, seniority = now.seniority,
                titles_version = $version
            FROM _read_again AS now
            WHERE core_postings.title = now.title AND titles_version IS DISTINCT FROM $version
            """,
            {"version": TITLES_VERSION},
        ).fetchall()
    finally:
        connection.unregister("_read_again")
    return int(changed[0][0])
