"""Rows of a dump file, one by one in constant memory: JSONL, JSON, CSV, Parquet; plain, gzip or zip.

Each reader yields `(number, row)` with the number of the record from 1. A record that cannot be read at all
is yielded as a `Reject`; a file that breaks off is a `DumpError` that says where.
"""

from __future__ import annotations

import codecs
import contextlib
import csv
import gzip
import io
import lzma
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import IO, cast

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq

from include.collect.protocol import Reject
from include.errors import ExplainedError
from include.json_text import whole_characters

Row = Mapping[str, object]
NumberedRow = tuple[int, "Row | Reject"]

MAX_RECORD_BYTES = 50_000_000
MAX_ARRAY_BYTES = 1_000_000_000
"""Longest JSON array, unpacked: it is read whole, and takes about twice its length in memory."""
MAX_PARQUET_BYTES = 500_000_000
"""What is unpacked at once of a column of a Parquet file, one value at least."""
_PARQUET_ROWS = 16  # more rows at once are not read faster
_CHUNK = 1 << 20
_ENCRYPTED = 1  # bit of a zip member's flags
_SAMPLE_BYTES = 1 << 18
_SAMPLE_RECORDS = 200
_NO_VALUE = (OverflowError, ValueError, LookupError)
"""What conversion raises for dates out of Python's range and for time zones that there are not."""
_DELIMITERS = (",", ";", "\t", "|")


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
        DumpError: the file is not there, is damaged, or a zip holds several files.
    """
    try:
        with contextlib.ExitStack() as stack:
            file = stack.enter_context(path.open("rb"))
            magic = file.read(4)
            file.seek(0)
            opened: IO[bytes] = file
            if magic[:2] == b"\x1f\x8b":
                opened = cast("IO[bytes]", stack.enter_context(gzip.open(file, "rb")))
            elif magic == b"PK\x03\x04":
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


def _only_member(archive: zipfile.ZipFile, path: Path) -> IO[bytes]:
    members = [member for member in archive.infolist() if not member.is_dir()]
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
        while file.read(_CHUNK):
            pass


def read_jsonl(path: Path) -> Iterator[NumberedRow]:
    """Yield the objects of a JSON Lines file; blank lines are not records."""
    number = 0
    with open_binary(path) as file:
        while line := file.readline(MAX_RECORD_BYTES + 1):
            if number == 0:
                line = line.removeprefix(codecs.BOM_UTF8)
            if not line.strip():
                continue
            number += 1
            if len(line) > MAX_RECORD_BYTES:
                while line and not line.endswith(b"\n"):
                    line = file.readline(1 << 20)
                yield (
                    number,
                    unreadable(number, "too_large", f"the line is longer than {MAX_RECORD_BYTES} bytes"),
                )
                continue
            yield number, _json_object(line, number)


def read_json(path: Path) -> Iterator[NumberedRow]:
    """Yield the objects of a file that is one JSON array; it is read whole.

    Raises:
        DumpError: the file is not one array, or longer than `MAX_ARRAY_BYTES`.
    """
    with open_binary(path) as file:
        content = file.read(MAX_ARRAY_BYTES + 1)
    if len(content) > MAX_ARRAY_BYTES:
        raise DumpError(
            f"{path} is one JSON array of more than {MAX_ARRAY_BYTES:,} bytes, and an array is read whole. "
            "Write it as JSON Lines (jq -c '.[]') and import that."
        )
    content = whole_characters(content.removeprefix(codecs.BOM_UTF8))
    try:
        raws = msgspec.json.decode(content, type=list[msgspec.Raw])
    except msgspec.DecodeError as error:
        raise DumpError(f"{path} is neither JSON Lines nor one JSON array: {error}") from error
    for number, raw in enumerate(raws, 1):
        yield number, _json_object(bytes(raw), number)


def _json_object(line: bytes, number: int) -> Row | Reject:
    try:
        value = msgspec.json.decode(whole_characters(line))
    except UnicodeDecodeError as error:
        return unreadable(number, "bad_encoding", f"{error}: JSON is UTF-8; convert the file (iconv)")
    except msgspec.DecodeError as error:
        return unreadable(number, "not_json", f"the line is not JSON: {error}")
    except RecursionError:
        return unreadable(number, "too_deep", "the record is nested too deeply")
    if not isinstance(value, dict):
        return unreadable(
            number, "not_an_object", f"the line is a JSON {type(value).__name__}, not an object"
        )
    return value


def json_columns(rows: Iterator[NumberedRow], path: Path) -> list[str]:
    """Return the fields of the first records in order of appearance, objects as `outer.inner`.

    Args:
        rows: of the file, from the start.
        path: the file, for messages.

    Raises:
        DumpError: there are records, and none of the first can be read.
    """
    columns: dict[str, None] = {}
    first_reject: Reject | None = None
    for number, row in rows:
        if isinstance(row, Reject):
            first_reject = first_reject or row
        else:
            for name, value in row.items():
                columns[name] = None
                inner = value[0] if isinstance(value, list) and value else value
                if isinstance(inner, dict):
                    columns.update((f"{name}.{key}", None) for key in inner)
        if number >= _SAMPLE_RECORDS:
            break
    if first_reject is not None and not columns:
        raise DumpError(
            f"{path} has no record that can be read among the first {number}. Is it what its ending says? "
            f"{first_reject.raw_pointer.capitalize()}: {first_reject.detail}"
        )
    return list(columns)


def read_parquet(path: Path, columns: list[str] | None) -> Iterator[NumberedRow]:
    """Yield the rows of a Parquet file, only the columns asked for.

    Text that its writer did not mark as text (Hive, Impala) comes as bytes, and is read as UTF-8. A long text
    that all rows share stands in the file once; few rows at a time are read, lest it be unpacked for all.

    Raises:
        DumpError: the file is not Parquet or is cut off, or takes more memory than there is.
    """
    try:
        # Buffered streams instead of whole column chunks: flat memory on long texts.
        with pq.ParquetFile(path, buffer_size=1 << 20, pre_buffer=False) as file:
            number = 0
            for batch in file.iter_batches(batch_size=_rows_at_once(file.metadata), columns=columns):
                for row in _parquet_rows(batch):
                    number += 1
                    yield number, _sound_row(row, number)
    except FileNotFoundError as error:
        raise DumpError(f"{path} is not there") from error
    except pa.ArrowMemoryError as error:
        raise DumpError(
            f"{path} takes more memory than there is after record {number} ({error}). Write it with row "
            "groups of a few thousand rows, or as JSON Lines, and import that."
        ) from error
    except (pa.ArrowException, OSError) as error:
        raise DumpError(f"{path} is not a whole Parquet file: {error}. Fetch it again.") from error


def _rows_at_once(file: pq.FileMetaData) -> int:
    """Return how many rows are read at once: no value is longer than the chunk of the column it stands in."""
    longest = max(
        (
            group.column(column).total_uncompressed_size
            for group in map(file.row_group, range(file.num_row_groups))
            for column in range(group.num_columns)
        ),
        default=0,
    )
    return max(1, min(_PARQUET_ROWS, MAX_PARQUET_BYTES // max(longest, 1)))


def _parquet_rows(batch: pa.RecordBatch) -> Iterator[dict[str, object] | Exception]:
    """Yield the rows of a batch; the error for one that Python cannot hold (a date in the year 10000)."""
    try:
        yield from batch.to_pylist()
        return
    except _NO_VALUE:
        pass
    for index in range(batch.num_rows):
        try:
            yield batch.slice(index, 1).to_pylist()[0]
        except _NO_VALUE as error:
            yield error


def _sound_row(row: dict[str, object] | Exception, number: int) -> Row | Reject:
    if isinstance(row, Exception):
        return unreadable(number, "unreadable_value", f"a value of the row cannot be read: {row}")
    if sum(len(value) for value in row.values() if isinstance(value, str | bytes)) > MAX_RECORD_BYTES:
        return unreadable(number, "too_large", f"the row is longer than {MAX_RECORD_BYTES} characters")
    try:
        return {
            name: value.decode("utf-8") if isinstance(value, bytes) else value for name, value in row.items()
        }
    except UnicodeDecodeError as error:
        return unreadable(number, "bad_encoding", f"the row has bytes that are not UTF-8 text: {error}")


def parquet_columns(path: Path) -> list[str]:
    """Return the column names of a Parquet file.

    Raises:
        DumpError: the file is not Parquet or is cut off.
    """
    try:
        return list(pq.read_schema(path).names)
    except FileNotFoundError as error:
        raise DumpError(f"{path} is not there") from error
    except (pa.ArrowException, OSError) as error:
        raise DumpError(f"{path} is not a whole Parquet file: {error}. Fetch it again.") from error


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
            elif any("\udc80" <= mark <= "\udcff" for value in values for mark in _odd(value)):
                detail = f"the row has bytes that are not {dialect.encoding}; name the encoding in the map"
                yield number, unreadable(number, "bad_encoding", detail)
            else:
                yield number, dict(zip(names, values, strict=True))


def _names(rows: Iterator[list[str]], path: Path) -> list[str]:
    try:
        return [name.strip() for name in next(rows, [])]
    except csv.Error as error:
        raise DumpError(f"{path}: its first row, which names the columns, is not CSV: {error}") from error


def _odd(value: str) -> str:
    # Only text that is not plain ASCII can hold bytes that were not decodable.
    return "" if value.isascii() else value


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
                line = self._text.readline(_CHUNK)
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
