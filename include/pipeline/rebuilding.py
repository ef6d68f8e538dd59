"""Rebuild the warehouse from the archive alone: the proof that nothing else is needed."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from include.archive.store import Archive
from include.collect.plan import planned_days
from include.partitions import day_key
from include.pipeline.collecting import sources_of_day
from include.pipeline.importing import stage_import
from include.pipeline.loading import load_partition
from include.pipeline.staging import classify_source, stage_source
from include.settings import Settings


def rebuild(settings: Settings, say: Callable[[str], None] = lambda _: None) -> list[str]:
    """Drop warehouse, texts and staging, and build every archived partition again, oldest first.

    Releases, the archive and audit labels' files are not touched.

    Args:
        settings: of the installation.
        say: is told each partition as it is done.

    Returns:
        The partition keys that were built.

    Raises:
        StorageError: a file could not be written.
        WarehouseLockedError: another process holds the warehouse.
    """
    paths = settings.paths
    for folder in (paths.warehouse.parent, paths.texts, paths.staging):
        shutil.rmtree(folder, ignore_errors=True)
    archive = Archive(paths.archive)
    done = []
    for record in archive.imports():
        key = f"import/{record.name}"
        stage_import(settings, record.name)
        classify_source(settings, key, key)
        report = load_partition(settings, key)
        say(f"{key}: {report.n_postings} postings, {report.n_rejected} rejected")
        done.append(key)
    # A day that was planned and never read counts too: its boards were missing.
    for day in sorted({*archive.days(), *planned_days(paths.archive)}):
        key = day_key(day)
        for source in sources_of_day(settings, day):
            stage_source(settings, day, source)
            classify_source(settings, key, source)
        report = load_partition(settings, key)
        say(f"{key}: {report.n_postings} postings, {report.n_rejected} rejected")
        done.append(key)
    return done
