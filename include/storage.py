"""The one module that knows how a file is put in its place.

Every other module writes through these functions, so that a reader never sees a half-written file and a
later move to an object store changes this file alone.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import secrets
import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from include.errors import ExplainedError

_LONGEST_NAME = 160  # most file systems allow 255 bytes; endings and the temporary name need room


class StorageError(ExplainedError, RuntimeError):
    """A file could not be written; the message names the path and the mend."""


@contextlib.contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Yield a temporary path beside `path`; move it into place only when the block ends well.

    Args:
        path: the final file. Its folder is made when absent; an existing file is replaced.

    Yields:
        The path to write to. Write it whole: it is synced to disk and renamed at the end.

    Raises:
        StorageError: the disk is full, the folder is not writable or the block wrote nothing.
    """
    temporary = _temporary_beside(path)
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(path)
        _sync(path.parent)
    except OSError as error:
        raise _could_not_write(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)


@contextlib.contextmanager
def atomic_directory(path: Path) -> Iterator[Path]:
    """Yield a temporary folder beside `path`; rename it to `path` only when the block ends well.

    Args:
        path: the final folder, which must not exist yet (published folders are immutable).

    Raises:
        FileExistsError: `path` is there already.
        StorageError: writing failed; nothing is visible under `path`.
    """
    if path.exists():
        raise FileExistsError(f"{path} exists already and is immutable")
    temporary = _temporary_beside(path)
    try:
        temporary.mkdir()
        yield temporary
        for written in (*temporary.rglob("*"), temporary):
            if not written.is_symlink():
                _sync(written)
        temporary.rename(path)
        _sync(path.parent)
    except OSError as error:
        raise _could_not_write(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


@contextlib.contextmanager
def swapped_directory(path: Path) -> Iterator[Path]:
    """Yield a temporary folder; show it as `path`, in the place of the former one, when the block ends well.

    A folder with files in it cannot be replaced in one step, so `path` is a symbolic link to a hidden folder
    beside it. The former folder is removed after the swap.

    Raises:
        StorageError: writing failed, or `path` is a folder that this function did not make.
    """
    if path.exists() and not path.is_symlink():
        raise StorageError(f"{path} is not a link that can be swapped; move it away and run again")
    former = path.resolve() if path.is_symlink() else None
    temporary = _temporary_beside(path)
    version = temporary.with_suffix("")
    try:
        temporary.mkdir()
        yield temporary
        temporary.rename(version)
        point_symlink(path, version.name)
    except StorageError:
        shutil.rmtree(version, ignore_errors=True)  # no link leads to it
        raise
    except OSError as error:
        raise _could_not_write(path, error) from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
    if former is not None and former.parent == version.parent:
        shutil.rmtree(former, ignore_errors=True)


def remove_directory(path: Path) -> None:
    """Remove a folder so that nobody sees a part of it: it is renamed to a hidden draft first.

    Raises:
        OSError: it could not be renamed or removed.
    """
    removed = _temporary_beside(path)
    path.rename(removed)
    shutil.rmtree(removed)


def empty_directory(path: Path) -> None:
    """Remove all that is in a folder, but not the folder itself, which may be a link to another disk.

    Raises:
        OSError: something could not be removed.
    """
    # Backwards, so that the log of a database goes before its file: DuckDB would write it into the next one.
    for inside in sorted(path.glob("*"), reverse=True):
        if inside.is_dir() and not inside.is_symlink():
            remove_directory(inside)
        else:
            inside.unlink()


def write_bytes(path: Path, data: bytes) -> None:
    """Write `data` to `path` in one step, replacing what was there.

    Raises:
        StorageError: see `atomic_path`.
    """
    with atomic_path(path) as temporary:
        temporary.write_bytes(data)


def write_text(path: Path, text: str) -> None:
    """Write `text` as UTF-8 to `path` in one step, replacing what was there.

    Raises:
        StorageError: see `atomic_path`.
    """
    write_bytes(path, text.encode("utf-8"))


def put_if_absent(path: Path, data: bytes) -> bool:
    """Write `data` to `path` unless a file is there already (immutable, content-addressed stores).

    Returns:
        True when this call wrote the file, False when it was there.

    Raises:
        StorageError: the disk is full or the folder is not writable.
    """
    if path.exists():
        return False
    temporary = _temporary_beside(path)
    try:
        temporary.write_bytes(data)
        _sync(temporary)
        os.link(temporary, path)  # unlike rename, link refuses to replace: first writer wins
        _sync(path.parent)
    except FileExistsError:
        return False
    except OSError as error:
        raise _could_not_write(path, error) from error
    finally:
        temporary.unlink(missing_ok=True)
    return True


def point_symlink(link: Path, target: str) -> None:
    """Make `link` a symbolic link to `target` (a name beside it) in one step.

    Raises:
        StorageError: the link could not be made.
    """
    temporary = _temporary_beside(link)
    try:
        temporary.symlink_to(target)
        temporary.replace(link)
    except OSError as error:
        raise StorageError(f"could not point {link} at {target}: {error.strerror or error}") from error
    finally:
        temporary.unlink(missing_ok=True)


def quoted(name: str) -> str:
    """Return `name` as one file name, reversibly for all but very long names.

    Dots are quoted too, so that neither `..` nor an ending put behind the name can be imitated.
    """
    safe = quote(name, safe="").replace(".", "%2E")
    if len(safe) <= _LONGEST_NAME:
        return safe
    return f"{safe[:80]}~{hashlib.sha256(name.encode()).hexdigest()}"


def sha256_of_file(path: Path) -> str:
    """Return the hex sha256 of a file, read in constant memory."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _could_not_write(path: Path, error: OSError) -> StorageError:
    return StorageError(
        f"could not write {path}: {error.strerror or error}. Nothing was changed; free space or fix the "
        f"permissions of {path.parent} and run again."
    )


def _temporary_beside(path: Path) -> Path:
    # The same folder, so that the rename stays within one file system and is atomic.
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"could not make the folder {path.parent}: {error.strerror or error}") from error
    return path.parent / f".{path.name}.{secrets.token_hex(6)}.tmp"


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
