"""Content-addressed objects: bytes that are named by their sha256, compressed, never changed."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Iterator
from pathlib import Path
from typing import IO

import zstandard

from include.archive.manifest import object_path
from include.errors import ExplainedError
from include.storage import StorageError, atomic_path, put_if_absent, sha256_of_file

_LEVEL = 6  # 3 is 2x faster but 8 % larger on JSON of boards; bodies are written once and kept for ever
_CHUNK = 1 << 20


class CorruptObjectError(ExplainedError, RuntimeError):
    """An archived object is missing or no longer has its checksum."""


class ObjectStore:
    """The objects below an archive's root.

    Args:
        root: of the archive.
    """

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, body: bytes, sha256: str) -> None:
        """Keep `body` as an object; nothing happens when it is there already.

        Raises:
            ValueError: `sha256` is not the body's digest.
            StorageError: the disk is full or the folder is not writable.
        """
        if hashlib.sha256(body).hexdigest() != sha256:
            raise ValueError(f"the body's sha256 is not {sha256}")
        path = object_path(self._root, sha256)
        if not path.exists():
            put_if_absent(path, zstandard.ZstdCompressor(level=_LEVEL, write_checksum=True).compress(body))

    def put_file(self, path: Path) -> str:
        """Keep a file of any size as an object, in constant memory.

        Returns:
            The sha256 of its bytes.

        Raises:
            StorageError: the disk is full or the folder is not writable.
            CorruptObjectError: the file changed while it was being read.
        """
        sha256 = sha256_of_file(path)
        target = object_path(self._root, sha256)
        if target.exists():
            return sha256
        digest = hashlib.sha256()
        with atomic_path(target) as temporary, path.open("rb") as source, temporary.open("wb") as sink:
            compressor = zstandard.ZstdCompressor(level=3, write_checksum=True)
            with compressor.stream_writer(sink, closefd=False) as writer:
                while chunk := source.read(_CHUNK):
                    digest.update(chunk)
                    writer.write(chunk)
            if digest.hexdigest() != sha256:
                raise CorruptObjectError(f"{path} changed while it was being archived; import it again")
        return sha256

    def read(self, sha256: str) -> bytes:
        """Return an object's bytes.

        Raises:
            CorruptObjectError: the object is missing or damaged.
        """
        return b"".join(self._checked(sha256))

    def open(self, sha256: str) -> IO[bytes]:
        """Open an object for reading in constant memory; close it after use.

        The digest is not checked (`check` does); damage shows as an error of the decompressor.

        Raises:
            CorruptObjectError: the object is missing.
        """
        path = object_path(self._root, sha256)
        if not path.exists():
            raise CorruptObjectError(_object_trouble(path, "is missing"))
        stream = zstandard.ZstdDecompressor().stream_reader(
            path.open("rb"), read_across_frames=True, closefd=True
        )
        return io.BufferedReader(stream, _CHUNK)

    def digests(self) -> list[str]:
        """Return the sha256 that each object is named by, sorted."""
        return sorted(path.stem for path in (self._root / "objects").glob("??/[!.]*.zst"))

    def check(self, sha256: str) -> None:
        """Read an object against its digest, in constant memory.

        Raises:
            CorruptObjectError: the object is missing or damaged.
        """
        for _ in self._checked(sha256):
            pass

    def unpack(self, sha256: str, path: Path) -> None:
        """Write an object's bytes to a file of one's own, in constant memory, and check them.

        Raises:
            CorruptObjectError: the object is missing or damaged; what is in the file is of no use.
            StorageError: the disk is full or the folder is not writable.
        """
        chunks = self._checked(sha256)
        try:
            with path.open("wb") as sink:
                for chunk in chunks:
                    sink.write(chunk)
        except OSError as error:
            raise StorageError(
                f"could not write {path}: {error.strerror or error}. Free space and run again."
            ) from error

    def _checked(self, sha256: str) -> Iterator[bytes]:
        # A frame that was cut off ends like a whole one, so only the digest tells.
        path = object_path(self._root, sha256)
        digest = hashlib.sha256()
        try:
            with self.open(sha256) as stream:
                while chunk := stream.read(_CHUNK):
                    digest.update(chunk)
                    yield chunk
        except (zstandard.ZstdError, OSError) as error:
            raise CorruptObjectError(_object_trouble(path, f"cannot be read ({error})")) from error
        if digest.hexdigest() != sha256:
            raise CorruptObjectError(_object_trouble(path, "does not have the sha256 it is named by"))


def _object_trouble(path: Path, trouble: str) -> str:
    return (
        f"the archived object {path} {trouble}. Restore it from a backup, or move it away and read the board "
        "or import the dump again: other objects are not affected."
    )
