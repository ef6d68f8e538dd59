"""Files that running processes share under a lock: turns, journals, single-flight caches.

They hold the state of work in progress, never data, so unlike everything in `include/storage.py` they are
written in place. The kernel frees a lock when its holder ends, however it ends; nothing is left to clean up.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import random
import time
from collections.abc import Iterator, Sequence
from pathlib import Path

from include.storage import StorageError

_SHORTEST_POLL = 0.004
_LONGEST_POLL = 0.02


class LockTimeout(TimeoutError):
    """Another process kept the lock for longer than the caller would wait."""


class LockedFile:
    """An open file under an exclusive lock; made by `locked_file`.

    Args:
        descriptor: open for reading and writing, locked.
        path: for messages.
    """

    def __init__(self, descriptor: int, path: Path) -> None:
        self._descriptor = descriptor
        self._path = path

    def read(self) -> bytes:
        """Return the whole content."""
        size = os.fstat(self._descriptor).st_size
        return os.pread(self._descriptor, size, 0)

    def replace(self, data: bytes) -> None:
        """Make `data` the whole content.

        Raises:
            StorageError: the disk is full.
        """
        with self._named_errors():
            # In this order, because ext4 flushes a file to disk that was cut to nothing and then written.
            _write_all(self._descriptor, data, 0)
            os.ftruncate(self._descriptor, len(data))

    def append(self, data: bytes) -> None:
        """Add `data` at the end.

        Raises:
            StorageError: the disk is full; a part of `data` may stand at the end.
        """
        with self._named_errors():
            _write_all(self._descriptor, data, os.fstat(self._descriptor).st_size)

    @contextlib.contextmanager
    def _named_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise StorageError(
                f"could not write {self._path}: {error.strerror or error}. Free space and run again."
            ) from error


@contextlib.contextmanager
def locked_file(path: Path, wait_seconds: float) -> Iterator[LockedFile]:
    """Hold an exclusive lock on `path`, which is made when absent.

    Locks are per open file, so they work between threads as well as between processes of one machine.

    Args:
        path: the lock file; it stays after use.
        wait_seconds: how long to wait for another holder; 0 tries once.

    Raises:
        LockTimeout: another holder kept it all that time.
        StorageError: the file cannot be made.
    """
    descriptor = _open(path)
    try:
        _lock((descriptor,), path, wait_seconds)
        yield LockedFile(descriptor, path)
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def shared_lock(path: Path, wait_seconds: float) -> Iterator[None]:
    """Hold a lock on `path` that others may share; it keeps out `locked_file`.

    Raises:
        LockTimeout: somebody held it with `locked_file` all that time.
        StorageError: the file cannot be made.
    """
    descriptor = _open(path)
    try:
        _lock((descriptor,), path, wait_seconds, fcntl.LOCK_SH)
        yield
    finally:
        os.close(descriptor)


@contextlib.contextmanager
def one_of_locks(paths: Sequence[Path], wait_seconds: float) -> Iterator[None]:
    """Hold an exclusive lock on any one of `paths`: a semaphore whose places the kernel frees.

    Raises:
        LockTimeout: all were held all that time.
        StorageError: a file cannot be made.
    """
    with contextlib.ExitStack() as opened:
        descriptors = []
        for path in paths:
            descriptors.append(_open(path))
            opened.callback(os.close, descriptors[-1])
        _lock(descriptors, paths[0].parent, wait_seconds)
        yield


def _open(path: Path) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC
    try:
        try:
            return os.open(path, flags, 0o644)
        except FileNotFoundError:
            path.parent.mkdir(parents=True, exist_ok=True)
            return os.open(path, flags, 0o644)
    except OSError as error:
        raise StorageError(
            f"could not open {path}: {error.strerror or error}. Fix the permissions of {path.parent}."
        ) from error


def _lock(descriptors: Sequence[int], path: Path, wait_seconds: float, kind: int = fcntl.LOCK_EX) -> None:
    deadline = time.monotonic() + wait_seconds
    while True:
        for descriptor in descriptors:
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
                return
        if time.monotonic() >= deadline:
            raise LockTimeout(f"{path} was held for more than {wait_seconds:.0f} s")
        # Random, so that waiting processes do not wake in step.
        time.sleep(random.uniform(_SHORTEST_POLL, _LONGEST_POLL))  # noqa: S311 - not for secrets


def _write_all(descriptor: int, data: bytes, offset: int) -> None:
    while data:
        written = os.pwrite(descriptor, data, offset)
        data, offset = data[written:], offset + written
