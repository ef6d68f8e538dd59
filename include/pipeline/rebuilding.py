"""Rebuild the warehouse from the archive and from the labels of people: nothing else is needed."""

from __future__ import annotations

import shutil
from collections.abc import Callable

from include.archive.store import Archive
from include.collect.plan import planned_days
from include.partitions import day_key
from include.pipeline.auditing import import_labels
from include.pipeline.collecting import sources_of_day
from include.pipeline.gate import validate_core
from include.pipeline.importing import stage_import
from include.pipeline.loading import load_partition
from include.pipeline.staging import classify_source, stage_source
from include.settings import Settings
from include.validate.report import ValidationFailedError
from include.warehouse.connection import DamagedWarehouseError, open_warehouse
from include.warehouse.migrations import MigrationError


def rebuild(settings: Settings, say: Callable[[str], None] = lambda _: None) -> list[str]:
    """Drop warehouse, texts and staging, and build every archived partition again, oldest first.

    Each passes its gate as it did the first time. Then the labels of the audit are taken in again. Releases,
    the archive and the labels' files stay.

    Args:
        settings: of the installation.
        say: is told each partition as it is done.

    Returns:
        The partition keys that were built.

    Raises:
        StorageError: a file could not be written.
        WarehouseLockedError: another process holds the warehouse; nothing was dropped.
        WrongOriginError: it holds data of another origin; nothing was dropped.
        OSError: a file could not be removed.
        AuditLabelError: a label file cannot be used; all else is built.
        ValidationFailedError: what critical checks found wrong; all is built.
    """
    paths = settings.paths
    if paths.warehouse.exists():
        _refuse_what_is_not_ours(settings)
    for folder in (paths.warehouse.parent, paths.texts, paths.staging):
        if folder.exists():
            shutil.rmtree(folder)
    archive = Archive(paths.archive)
    done: list[str] = []
    failed: list[str] = []

    def finish(key: str) -> None:
        report = load_partition(settings, key)
        # Its results go with the next release; without them that release would not be the one that is out.
        try:
            validate_core(settings, key)
        except ValidationFailedError as error:
            failed.append(str(error))
        say(f"{key}: {report.n_postings} postings, {report.n_rejected} rejected")
        done.append(key)

    for record in archive.imports():
        key = f"import/{record.name}"
        stage_import(settings, record.name)
        classify_source(settings, key, key)
        finish(key)
    # A day that was planned and never read counts too: its boards were missing.
    for day in sorted({*archive.days(), *planned_days(paths.archive)}):
        key = day_key(day)
        for source in sources_of_day(settings, day):
            stage_source(settings, day, source)
            classify_source(settings, key, source)
        finish(key)
    import_labels(settings)
    if failed:
        raise ValidationFailedError("all is built, but not all passed its gate:\n" + "\n".join(failed))
    return done


def _refuse_what_is_not_ours(settings: Settings) -> None:
    # Gone, the file could tell neither that a process is writing to it nor whose data the folder holds.
    try:
        with open_warehouse(settings):
            pass
    except (DamagedWarehouseError, MigrationError):
        return  # which a rebuild mends
