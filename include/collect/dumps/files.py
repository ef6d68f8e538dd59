"""The file of a dump, opened whatever its packing, and its records, numbered from 1.

A reader of a format yields `(number, row)`. A record that cannot be read at all is yielded as a `Reject`; a
file that breaks off is a `DumpError` that says where.
"""

from __future__ import annotations

import contextlib
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import IO, cast

from include.collect.protocol import Reject
from include.errors import ExplainedError

Row = Mapping[str, object]
NumberedRow = tuple[int, "Row | Reject"]

MAX_RECORD_BYTES = 50_000_000
CHUNK_BYTES = 1 << 20
"""What is read at once of what nobody looks at."""

_OLD_WORKBOOK = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = 1  # bit of a zip member's flags


class DumpError(ExplainedError, ValueError):
    """A dump cannot be read; the message names the file, the place and the mend."""


def record_pointer(number: int) -> str:
    """Return the raw pointer of the record with this number, counted from 1."""
    return f"record {number}"


def unreadable(number: int, reason: str, detail: str) -> Reject:
    """Return the reject of a record that could not be read."""
    return Reject.of(record_pointer(number), reason, detail)


@contextlib.contextmanager
def open_binary(path: Path) -> Iterator[IO[bytes]]:
    """Open a plain, gzip or single-member zip file for reading, told apart by content.

    Raises:
        DumpError: the file is not there, is damaged, is a workbook, or a zip holds several files.
    """
    try:
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(path.open("rb"))
            magic = file.read(8)
            file.seek(0)
            if magic == _OLD_WORKBOOK:
                raise workbook_refused(path)
            opened: IO[bytes] = file
            if magic[:2] == b"\x1f\x8b":
                opened = cast("IO[bytes]", stack.enter_context(gzip.open(file, "rb")))
            elif magic.startswith(b"PK\x03\x04"):
                archive = stack.enter_context(zipfile.ZipFile(file))
                opened = stack.enter_context(_only_member(archive, path))
            yield opened
    except FileNotFoundError as error:
        raise DumpError(f"{path} is not there") from error
    except (EOFError, zlib.error, lzma.LZMAError, zipfile.BadZipFile, gzip.BadGzipFile) as error:
        if str(error).startswith("Not a gzipped file"):  # it began as one: gzip files may stand in a row
            raise DumpError(
                f"{path} goes on after the end of its compressed data with something else. Fetch it again; "
                f"if it is published so, unpack it (gzip -dc {path.name}) and import what comes out."
            ) from error
        raise DumpError(f"{path} is damaged or cut off: {error}. Fetch it again.") from error
    except OSError as error:
        raise DumpError(f"could not read {path}: {error.strerror or error}") from error


def workbook_refused(path: Path) -> DumpError:
    """Return the error of a workbook, whatever the name of the file says."""
    return DumpError(f"{path} is an Excel workbook: save its sheet as CSV UTF-8 and import that")


def _is_by_the_way(member: zipfile.ZipInfo) -> bool:
    """Return whether macOS has packed a file beside the one that was meant."""
    return member.filename.startswith("__MACOSX/") or PurePosixPath(member.filename).name == ".DS_Store"


def _only_member(archive: zipfile.ZipFile, path: Path) -> IO[bytes]:
    members = [member for member in archive.infolist() if not member.is_dir() and not _is_by_the_way(member)]
    if any(member.filename == "xl/workbook.xml" for member in members):
        raise workbook_refused(path)
    if len(members) != 1:
        raise DumpError(f"{path} holds {len(members)} files; unpack it and import them one by one")
    if members[0].flag_bits & _ENCRYPTED:
        raise DumpError(f"{path} is locked with a password; unpack it and import what comes out")
    try:
        return archive.open(members[0])
    except NotImplementedError as error:  # what `zipfile` raises for a packing that it does not know
        raise DumpError(
            f"{path} is packed in a way that is not read here; unpack it and import what comes out"
        ) from error


def check_whole(path: Path) -> None:
    """Read a compressed file to its end, where its checksum is; other files have none.

    Raises:
        DumpError: the file is not there, is damaged, cut off or empty.
    """
    with open_binary(path) as file:
        if not file.read(1):
            raise DumpError(f"{path} is empty. Fetch it again.")
        if isinstance(file, io.BufferedReader):
            return
        while file.read(CHUNK_BYTES):
            pass


def skip_rest_of_line(file: IO[bytes], beginning: bytes) -> None:
    """Read on to the end of a line whose beginning was read, in constant memory."""
    while beginning and not beginning.endswith(b"\n"):
        beginning = file.readline(CHUNK_BYTES)
