"""Rows of a dump in CSV, in constant memory, whatever its encoding and delimiter."""

from __future__ import annotations

import codecs
import contextlib
import csv
import io
from collections.abc import Iterator
from pathlib import Path

import msgspec

from include.collect.dumps.files import (
    CHUNK_BYTES,
    MAX_RECORD_BYTES,
    DumpError,
    NumberedRow,
    open_binary,
    unreadable,
)

_SAMPLE_BYTES = 1 << 18
_DELIMITERS = (",", ";", "\t", "|")


class CsvDialect(msgspec.Struct, frozen=True):
    """How a CSV file is written."""

    encoding: str
    delimiter: str


def sniff_csv(path: Path, encoding: str | None = None, delimiter: str | None = None) -> CsvDialect:
    """Tell encoding (by byte order mark, zero bytes, UTF-8 validity) and delimiter (by the header line).

    Args:
        path: the file.
        encoding: taken as it is when given.
        delimiter: taken as it is when given.

    Raises:
        DumpError: the encoding is unknown, or none of text.
    """
    with open_binary(path) as file:
        sample = file.read(_SAMPLE_BYTES)
    encoding = encoding or _sniff_encoding(sample)
    try:
        b"\0\0\0\0".decode(encoding, "replace")  # unlike the decoder itself, refuses those of bytes, as `hex`
        decoder = codecs.getincrementaldecoder(encoding)(errors="replace")
    except (LookupError, ValueError) as error:
        raise DumpError(f"{path}: {encoding!r} is not an encoding of text, such as utf-8") from error
    header = next(iter(decoder.decode(sample).lstrip("\ufeff").splitlines()), "")
    return CsvDialect(
        encoding, delimiter or max(_DELIMITERS, key=lambda mark: _outside_quotes(header).count(mark))
    )


def _sniff_encoding(sample: bytes) -> str:
    if sample.startswith((codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)):
        return "utf-32"  # asked first, because its mark begins with that of UTF-16
    if sample.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    if sample.startswith(codecs.BOM_UTF8):
        return "utf-8-sig"
    # UTF-16 without a mark: every other byte of Latin text is zero.
    if sample[1:400:2].count(0) > 100 or (len(sample) > 3 and sample[1::2][:20].count(0) > 8):
        return "utf-16-le"
    if sample[0:400:2].count(0) > 100 or (len(sample) > 3 and sample[0::2][:20].count(0) > 8):
        return "utf-16-be"
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(sample)  # incremental: a character cut by the end of the sample is no error
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _outside_quotes(line: str) -> str:
    return "".join(line.split('"')[::2])


def csv_columns(path: Path, dialect: CsvDialect) -> list[str]:
    """Return the names in the header line.

    Raises:
        DumpError: the file is damaged, or its first row is not CSV.
    """
    with _csv_rows(path, dialect) as rows:
        return _names(rows, path)


def read_csv(path: Path, dialect: CsvDialect) -> Iterator[NumberedRow]:
    """Yield the rows of a CSV file below its header; rows of another length are rejects.

    Raises:
        DumpError: the file is damaged, or its first row is not CSV.
    """
    with _csv_rows(path, dialect) as rows:
        names = _names(rows, path)
        number = 0
        while True:
            try:
                values = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                number += 1
                yield number, unreadable(number, "not_csv", f"the row is not CSV: {error}")
                continue
            if not values:
                continue
            number += 1
            if len(values) != len(names):
                detail = f"{len(values)} fields where the header has {len(names)}; check quotes and delimiter"
                yield number, unreadable(number, "wrong_field_count", detail)
            elif any(map(_has_undecoded_bytes, values)):
                detail = f"the row has bytes that are not {dialect.encoding}; name the encoding in the map"
                yield number, unreadable(number, "bad_encoding", detail)
            else:
                yield number, dict(zip(names, values, strict=True))


def _names(rows: Iterator[list[str]], path: Path) -> list[str]:
    try:
        return [name.strip() for name in next(rows, [])]
    except csv.Error as error:
        raise DumpError(f"{path}: its first row, which names the columns, is not CSV: {error}") from error


def _has_undecoded_bytes(value: str) -> bool:
    return not value.isascii() and any("\udc80" <= mark <= "\udcff" for mark in value)


class _LinesOfRow(Iterator[str]):
    """Lines of a text, of which one row of CSV takes no more than `MAX_RECORD_BYTES` characters.

    The parser itself limits a field only, and a line of a thousand million delimiters packs small.
    """

    def __init__(self, text: io.TextIOWrapper) -> None:
        self._text = text
        self._n_left = MAX_RECORD_BYTES

    def start_row(self) -> None:
        self._n_left = MAX_RECORD_BYTES

    def __next__(self) -> str:
        line = self._text.readline(MAX_RECORD_BYTES + 1)
        if not line:
            raise StopIteration
        self._n_left -= len(line)
        if self._n_left < 0:
            while line and not line.endswith(("\n", "\r")):
                line = self._text.readline(CHUNK_BYTES)
            raise csv.Error(f"it is longer than {MAX_RECORD_BYTES} characters")
        return line


class _CsvRows(Iterator[list[str]]):
    """Rows of CSV, one by one; a `csv.Error` costs that row, and the next call goes on behind it."""

    def __init__(self, text: io.TextIOWrapper, delimiter: str) -> None:
        self._lines = _LinesOfRow(text)
        self._rows = csv.reader(self._lines, delimiter=delimiter)

    def __next__(self) -> list[str]:
        self._lines.start_row()
        return next(self._rows)


@contextlib.contextmanager
def _csv_rows(path: Path, dialect: CsvDialect) -> Iterator[_CsvRows]:
    csv.field_size_limit(MAX_RECORD_BYTES)
    # UTF-16 and -32 have no undecodable single bytes to carry along: there a damaged unit becomes U+FFFD.
    errors = "replace" if dialect.encoding.startswith(("utf-16", "utf-32")) else "surrogateescape"
    with (
        open_binary(path) as file,
        io.TextIOWrapper(file, encoding=dialect.encoding, errors=errors, newline="") as text,
    ):
        if dialect.encoding in ("utf-16-le", "utf-16-be", "utf-8") and text.read(1) != "\ufeff":
            text.seek(0)
        yield _CsvRows(text, dialect.delimiter)
