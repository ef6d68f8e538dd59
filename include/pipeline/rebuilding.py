"""Rebuild the warehouse from the archive and from the labels of people: nothing else is needed."""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from datetime import date

import duckdb

from include.archive.manifest import CorruptManifestError, Import
from include.archive.objects import CorruptObjectError
from include.archive.plan import known_days
from include.archive.store import Archive
from include.audit.labels import AuditLabelError
from include.collect.dumps.column_map import ColumnMapError
from include.collect.dumps.files import DumpError
from include.errors import ExplainedError
from include.maintain.integrity import LostArchiveError, require_archived
from include.partitions import day_key, import_key
from include.pipeline.auditing import import_labels
from include.pipeline.collecting import sources_of_day
from include.pipeline.gate import validate_core
from include.pipeline.importing import stage_import
from include.pipeline.loading import load_partition
from include.pipeline.staging import classify_source, stage_source
from include.settings import Settings
from include.storage import empty_directory
from include.validate.report import ValidationFailedError
from include.warehouse.connection import DamagedWarehouseError, connect_patiently, warehouse_alone
from include.warehouse.migrations import MigrationError

_UNREADABLE = (ColumnMapError, CorruptManifestError, CorruptObjectError, DumpError, KeyError)
"""A damaged file of the archive, or a source that no adapter reads any more."""


class IncompleteRebuildError(ExplainedError, RuntimeError):
    """Parts of the archive could not be used, or did not pass the gate; the message lists them."""


def rebuild(settings: Settings, say: Callable[[str], None] = lambda _: None) -> list[str]:
    """Drop warehouse, texts and staging, and build every archived partition again, oldest first.

    What cannot be read is left out and named at the end. Each partition passes its gate as it did the first
    time. Then the labels of the audit are taken in again. Releases, the archive and the labels' files stay.

    Args:
        settings: of the installation.
        say: is told each partition as it is done.

    Returns:
        The partition keys that were built.

    Raises:
        StorageError: a file could not be written.
        WarehouseLockedError: another process holds the warehouse; nothing was dropped.
        WrongOriginError: it holds data of another origin; nothing was dropped.
        LostArchiveError: it holds what the archive has nothing of, or is damaged and there is no archive;
            nothing was dropped.
        CorruptManifestError: the record of an import cannot be read; nothing was dropped.
        OSError: a file could not be removed.
        AuditLabelError: a label file cannot be used; all else is built, and nothing else is wrong.
        IncompleteRebuildError: what could not be read, and what critical checks found wrong.
    """
    imports, days = _drop(settings)
    run = _Rebuild(settings, say)
    for record in imports:
        run.build_import(record.name)
    for day in days:
        run.build_day(day)
    try:
        import_labels(settings)
    except AuditLabelError as error:
        if not run.troubles:
            raise
        run.troubles.append(str(error))
    if run.troubles:
        listed = "\n".join(run.troubles)
        raise IncompleteRebuildError(f"what could be built is built, but not all is well:\n{listed}")
    return run.done


class _Rebuild:
    """Builds partition after partition and remembers which, and what went wrong."""

    def __init__(self, settings: Settings, say: Callable[[str], None]) -> None:
        self._settings = settings
        self._say = say
        self.done: list[str] = []
        self.troubles: list[str] = []

    def build_import(self, name: str) -> None:
        key = import_key(name)
        try:
            stage_import(self._settings, name)
        except _UNREADABLE as error:
            self.troubles.append(f"{key} is left out: {error}")
            return
        classify_source(self._settings, key, key)
        self._load(key)

    def build_day(self, day: date) -> None:
        key = day_key(day)
        try:
            sources = sources_of_day(self._settings, day)
        except _UNREADABLE as error:
            self.troubles.append(f"{key} is left out: {error}")
            return
        for source in sources:
            try:
                stage_source(self._settings, day, source)
            except _UNREADABLE as error:  # its boards get a row each that says so, as in a daily build
                self.troubles.append(f"{key}, {source} is left out: {error}")
            else:
                classify_source(self._settings, key, source)
        self._load(key)

    def _load(self, key: str) -> None:
        try:
            report = load_partition(self._settings, key)
        except CorruptManifestError as error:  # of the boards that were switched off
            self.troubles.append(f"{key} is left out: {error}")
            return
        # The results of checks are part of a release: without them the next one would differ from the one
        # that is out.
        try:
            validate_core(self._settings, key)
        except ValidationFailedError as error:
            self.troubles.append(str(error))
        self._say(f"{key}: {report.n_postings} postings, {report.n_rejected} rejected")
        self.done.append(key)


def _drop(settings: Settings) -> tuple[list[Import], list[date]]:
    """Drop what is built again, and return what from: the archive's imports and days."""
    paths = settings.paths
    # Held until all is gone: who came in between the check and the end would write to a file that vanishes.
    with warehouse_alone(settings) as opened:
        imports = Archive(paths.archive).imports()
        days = known_days(paths.archive)
        # Only while the file is there can it tell whose data the folder holds, what of it the archive has
        # lost, and, where somebody opened it in another way than we do, that a process is writing to it.
        if paths.warehouse.exists():
            try:
                with opened() as connection:
                    require_archived(connection, settings)
            except DamagedWarehouseError as error:
                if not imports and not days:
                    raise LostArchiveError(
                        f"{error} But {paths.archive} has nothing. Nothing was dropped. Bring the archive "
                        f"back: mount its disk, or copy it from the backup. To do without it, move "
                        f"{paths.warehouse} away and rebuild"
                    ) from error
            except MigrationError:
                # As far as it can be asked: it is sound, and the former version of the code can read it.
                file = connect_patiently(paths.warehouse, {}, 0, read_only=True)
                with file as connection, contextlib.suppress(duckdb.Error):
                    require_archived(connection, settings)
        for folder in (paths.warehouse.parent, paths.texts, paths.staging):
            empty_directory(folder)
    return imports, days
