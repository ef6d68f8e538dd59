"""Stage: one source of one day, from the archive to staged Parquet. Opens no warehouse."""

from __future__ import annotations

from datetime import date

from include.archive.plan import read_plan
from include.archive.store import Archive
from include.classify.stage import stage_signals
from include.collect.adapters import ADAPTERS
from include.normalize.stage_day import stage_day
from include.normalize.stager import StageReport
from include.partitions import day_key
from include.settings import Settings
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore


def stage_source(settings: Settings, day: date, source: str) -> StageReport:
    """Normalize what one source's boards answered on `day`.

    Raises:
        KeyError: no adapter reads the source.
        StorageError: a staged file could not be written.
    """
    staging = Staging(settings.paths.staging, day_key(day))
    # Rows of an earlier run must not pass for this one's when this one fails.
    staging.begin(source)
    return stage_day(
        archive=Archive(settings.paths.archive),
        staging=staging,
        texts=TextStore(settings.paths.texts),
        adapter=ADAPTERS[source],
        expected=[board for board in read_plan(settings.paths.archive, day) if board.source == source],
        day=day,
    )


def classify_source(settings: Settings, partition_key: str, source: str) -> int:
    """Classify the new texts of one source and partition, and those that a failed day left; return how many.

    Raises:
        StorageError: a staged file could not be written.
    """
    texts = TextStore(settings.paths.texts)
    own = texts.path(source, partition_key)
    # A day whose staging failed may have kept its texts already. They are new to no later day: label them
    # here.
    unlabelled = [
        path
        for path in sorted(own.parent.glob("*.parquet"))
        if path.name < own.name and _is_half_staged(settings, path.stem, source)
    ]
    staging = Staging(settings.paths.staging, partition_key)
    return stage_signals(staging=staging, texts=texts, source=source, text_files=[*unlabelled, own])


def _is_half_staged(settings: Settings, partition_key: str, source: str) -> bool:
    staging = Staging(settings.paths.staging, partition_key)
    return staging.folder.exists() and not staging.is_whole(source)
