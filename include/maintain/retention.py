"""Remove what can be made again and has served its time: staged days, check pages, drafts of killed tasks."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path

import msgspec

from include.archive.store import Archive
from include.partitions import (
    PartitionKeyError,
    import_key,
    key_of_folder,
    name_of_import,
    parse_day,
    parse_week,
)
from include.settings import Settings
from include.storage import remove_directory
from include.warehouse.staging import Staging

LEFTOVER_SECONDS = 24 * 3600.0
"""A hidden draft that nobody touched for a day belongs to a task that is dead."""


class RetentionReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was removed."""

    staged_partitions: tuple[str, ...]
    check_pages: tuple[str, ...]
    n_leftovers: int
    bytes_freed: int


def apply_retention(settings: Settings, day: date) -> RetentionReport:
    """Remove staged partitions and check pages older than `keep_days` before `day`, and dead drafts.

    A day that was never staged to the end is kept: its texts still wait for their labels.

    Raises:
        OSError: a file could not be removed.
    """
    oldest = day - timedelta(days=settings.keep_days)
    imports = {record.name: record.day for record in Archive(settings.paths.archive).imports()}
    freed = 0
    staged = []
    for key in _staged_partitions(settings.paths.staging):
        dated = _dated(key, imports)
        if dated is not None and dated < oldest and _is_complete(settings, key):
            freed += _remove(settings.paths.staging / key)
            staged.append(key)
    pages = []
    for path in sorted(settings.paths.data_docs.glob("[!.]*")):
        dated = _dated(key_of_folder(path.name), imports)
        if dated is not None and dated < oldest:
            freed += _remove(path)
            pages.append(path.name)
    leftovers = _leftovers(settings)
    freed += sum(_remove(path) for path in leftovers)
    return RetentionReport(
        staged_partitions=tuple(staged),
        check_pages=tuple(pages),
        n_leftovers=len(leftovers),
        bytes_freed=freed,
    )


def _staged_partitions(staging: Path) -> list[str]:
    days = [path.name for path in staging.glob("[0-9]*")]
    return sorted(days + [import_key(path.name) for path in staging.glob("import/[!.]*")])


def _is_complete(settings: Settings, key: str) -> bool:
    staging = Staging(settings.paths.staging, key)
    # A draft counts too: an import that is being unpacked has nothing else yet.
    sources = [key_of_folder(path.name) for path in staging.folder.iterdir() if path.is_dir()]
    return all(staging.is_whole(source) for source in sources)


def _dated(key: str, imports: Mapping[str, date]) -> date | None:
    """Return the day of a partition, None when its key is of no known form or names no import."""
    if name := name_of_import(key):
        return imports.get(name)
    try:
        return parse_week(key) if "W" in key else parse_day(key)
    except PartitionKeyError:
        return None  # not ours to judge


def _leftovers(settings: Settings) -> list[Path]:
    dead = time.time() - LEFTOVER_SECONDS
    found = [
        *settings.paths.root.rglob(".*.tmp"),
        *(settings.paths.warehouse.parent / "spill").glob("*"),
        *_unlinked_versions(settings.paths.data_docs),
    ]
    return sorted(path for path in found if _is_older(path, dead))


def _is_older(path: Path, moment: float) -> bool:
    try:
        return path.lstat().st_mtime < moment
    except FileNotFoundError:
        return False  # its writer is alive, and has put it in its place since


def _unlinked_versions(folder: Path) -> list[Path]:
    # Check pages are links to hidden folders. One that no link leads to is left of a task that was killed
    # between writing it and moving the link, or between that and removing the former one.
    linked = {path.resolve() for path in folder.glob("*") if path.is_symlink()}
    return [
        path
        for path in folder.glob(".*")
        if path.is_dir() and path.suffix != ".tmp" and path.resolve() not in linked
    ]


def _remove(path: Path) -> int:
    real = path.resolve() if path.is_symlink() else path  # a swapped folder is a link to its version
    size = sum(
        file.stat().st_size for file in (real.rglob("*") if real.is_dir() else [real]) if file.is_file()
    )
    if path.is_symlink():
        path.unlink()
    if real.is_dir():
        remove_directory(real)
    else:
        real.unlink(missing_ok=True)
    return size
