"""Re-classify: label every stored text again when lexicon, rules or model have changed."""

from __future__ import annotations

from include.classify.stage import stage_signals
from include.settings import Settings
from include.warehouse.connection import open_warehouse
from include.warehouse.load import load_signals
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore

RECLASSIFY = "reclassify"
"""Staging folder (and source) of a re-classification."""


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
