"""Re-classify: label every stored text again when lexicon, rules or model have changed."""

from __future__ import annotations

from include.classify.stage import stage_signals
from include.classify.versions import VERSIONS
from include.settings import Settings
from include.warehouse.connection import open_warehouse
from include.warehouse.load import load_signals
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore

RECLASSIFY = "reclassify"
"""Staging folder (and source) of a re-classification."""


def has_outdated_labels(settings: Settings) -> bool:
    """Tell whether the warehouse has labels of another lexicon, set of rules or model than the current ones.

    Raises:
        WarehouseLockedError: another process holds the warehouse.
    """
    if not settings.paths.warehouse.exists():
        return False
    with open_warehouse(settings) as connection:
        found = connection.execute(
            "SELECT 1 FROM core_signals "
            "WHERE lexicon_version <> ? OR rules_version <> ? OR model_version <> ? LIMIT 1",
            [VERSIONS.lexicon, VERSIONS.rules, VERSIONS.model],
        ).fetchone()
    return found is not None


def reclassify(settings: Settings) -> int:
    """Classify every stored text again with the current lexicon, rules and model.

    Returns:
        Number of contents whose labels were replaced.

    Raises:
        StorageError: a staged file could not be written.
        WarehouseLockedError: another process holds the warehouse.
    """
    texts = TextStore(settings.paths.texts)
    staging = Staging(settings.paths.staging, RECLASSIFY)
    stage_signals(staging=staging, texts=texts, source=RECLASSIFY, text_files=texts.files())
    with open_warehouse(settings) as connection:
        return load_signals(connection, staging)
