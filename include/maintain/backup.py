"""A copy of one data folder that it can be restored from: what cannot be made again, and what takes long.

An archived file never changes, so one that is in the backup already is never written again, and damage here
cannot reach it.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import msgspec

from include.partitions import day_key
from include.settings import Settings
from include.storage import StorageError, atomic_path, point_symlink, sha256_of_file
from include.warehouse.connection import open_warehouse

WAREHOUSE_COPIES_KEPT = 4
_ARCHIVES = ("archive", "history")
_FOLDERS = (*_ARCHIVES, "releases", "texts", "audit")
_UNFINISHED = "open"  # reads in progress; drafts are hidden
_ANSWERS = "objects"


class NoBackupFolderError(RuntimeError):
    """No folder was named for backups."""


class BackupReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a backup did.

    Attributes:
        folder: where it lies.
        n_copied: files written by this run.
        bytes_copied: their size.
        n_kept: files that were there already.
    """

    folder: str
    n_copied: int
    bytes_copied: int
    n_kept: int


def back_up(settings: Settings, day: date) -> BackupReport:
    """Bring the backup up to date and add a copy of the warehouse named after `day`.

    Raises:
        NoBackupFolderError: `HIRING_SIGNALS_BACKUP_DIR` is not set.
        StorageError: the backup cannot be written, lies inside the data folder, or a copy differs from its
            original.
        WarehouseLockedError: another process holds the warehouse.
    """
    target = _target(settings)
    root = settings.paths.root
    n_copied = bytes_copied = n_kept = 0
    archives = (settings.paths.archive, settings.paths.history)
    for path in _files(root):
        copy = target / path.relative_to(root)
        if _is_there(path, copy, is_immutable=any(path.is_relative_to(archive) for archive in archives)):
            n_kept += 1
            continue
        _copy(path, copy)
        n_copied += 1
        bytes_copied += copy.stat().st_size
    for link in sorted(root.glob("releases/*")):
        if link.is_symlink():
            point_symlink(target / link.relative_to(root), str(link.readlink()))
    if settings.paths.warehouse.exists():
        copy = target / "warehouse" / f"{day_key(day)}.duckdb"
        with open_warehouse(settings) as connection:
            connection.execute("CHECKPOINT")  # and nobody else can write while this connection is open
            _copy(settings.paths.warehouse, copy)
        n_copied += 1
        bytes_copied += copy.stat().st_size
        for old in sorted(copy.parent.glob("*.duckdb"))[:-WAREHOUSE_COPIES_KEPT]:
            old.unlink()
    return BackupReport(folder=str(target), n_copied=n_copied, bytes_copied=bytes_copied, n_kept=n_kept)


def _target(settings: Settings) -> Path:
    if settings.backup_dir is None:
        raise NoBackupFolderError(
            "no backup is made: HIRING_SIGNALS_BACKUP_DIR is not set. Name a folder on another disk; "
            "yesterday's boards cannot be read again."
        )
    target = settings.backup_dir.resolve() / settings.data_origin
    if target.is_relative_to(settings.paths.root.resolve()):
        raise StorageError(f"{target} lies inside the data folder; a backup belongs on another disk")
    return target


def _files(root: Path) -> Iterator[Path]:
    # Answers are archived before what refers to them, and a collection may go on meanwhile: so what refers to
    # them is listed before they are, and copied after them.
    referring = [path for folder in _FOLDERS for path in _below(root / folder)]
    for folder in _ARCHIVES:
        yield from _below(root / folder / _ANSWERS)
    yield from referring


def _below(top: Path) -> Iterator[Path]:
    # Links are followed, for a folder may lie on another disk. Those among the releases lead to one of
    # these, and are made anew.
    are_links_left_out = top.name == "releases"
    apart = (_UNFINISHED, _ANSWERS) if top.name in _ARCHIVES else ()
    for parent, folders, names in os.walk(top, followlinks=True):
        here = Path(parent)
        kept = [
            here / name
            for name in sorted((*folders, *names))
            if not name.startswith(".")
            and not (here == top and name in apart)
            and not (are_links_left_out and (here / name).is_symlink())
        ]
        folders[:] = [path.name for path in kept if path.is_dir()]
        yield from (path for path in kept if path.is_file())


def _is_there(path: Path, copy: Path, *, is_immutable: bool) -> bool:
    if not copy.exists():
        return False
    if is_immutable:
        return True
    here, there = path.stat(), copy.stat()
    return (here.st_size, here.st_mtime_ns) == (there.st_size, there.st_mtime_ns)


def _copy(path: Path, copy: Path) -> None:
    with atomic_path(copy) as temporary:
        shutil.copy2(path, temporary)
        if sha256_of_file(temporary) != sha256_of_file(path):
            raise StorageError(f"the copy of {path} differs from it; check the disk of {copy.parent}")
