"""Rows of a dump in Parquet, in memory that does not grow with the file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from include.collect.dumps.files import MAX_RECORD_BYTES, DumpError, NumberedRow, Row, unreadable
from include.collect.protocol import Reject

MAX_PARQUET_BYTES = 500_000_000
"""What is unpacked at once of a column of a Parquet file, one value at least."""

_PARQUET_ROWS = 16  # more rows at once are not read faster
_NO_VALUE = (OverflowError, ValueError, LookupError)
"""What conversion raises for dates out of Python's range and for time zones that there are not."""


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
        raise DumpError(_not_whole(path, error)) from error


def _not_whole(path: Path, error: Exception) -> str:
    reason = " ".join(str(error).split()).rstrip(".")  # Arrow's words have lines and a full stop of their own
    return f"{path} is not a whole Parquet file: {reason}. Fetch it again."


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
        raise DumpError(_not_whole(path, error)) from error
