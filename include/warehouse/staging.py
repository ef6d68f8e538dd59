"""Staged Parquet: what normalize and classify hand to load, one folder per partition and source.

Stages run in parallel and never open the warehouse; load reads whole folders in one transaction.
A partition is a day (`2026-11-16`) or one imported dump (`import/<name>`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from include.partitions import folder_name
from include.storage import StorageError, atomic_path
from include.warehouse.cards import load_card

_ARROW_TYPES = {
    "VARCHAR": pa.string(),
    "VARCHAR[]": pa.list_(pa.string()),
    "DATE": pa.date32(),
    "BOOLEAN": pa.bool_(),
    "INTEGER": pa.int32(),
    "BIGINT": pa.int64(),
    "DOUBLE": pa.float64(),
}

_DERIVED_AT_LOAD = {
    "core_postings": (
        "data_origin",
        "opened_date",
        "first_seen_date",
        "last_seen_date",
        "is_left_censored",
        "n_reopened",
        "n_versions",
        "first_content_hash",
    ),
    "core_board_reads": ("n_new", "n_changed", "n_gone"),
}

STAGED_TABLES = (
    "core_postings",
    "core_board_reads",
    "core_rejected_records",
    "core_signals",
    "core_certification_mentions",
    "core_criteria_mentions",
)


def staged_schema(table: str) -> pa.Schema:
    """Return the Arrow schema of a staged table: its card without the columns that load derives."""
    left_out = _DERIVED_AT_LOAD.get(table, ())
    return pa.schema(
        [
            pa.field(column.name, _ARROW_TYPES[column.type], nullable=column.nullable)
            for column in load_card(table).columns
            if column.name not in left_out
        ]
    )


class Staging:
    """The staging area of one partition.

    Args:
        root: the `staging` folder of the data root.
        partition_key: a day or `import/<name>`.
    """

    def __init__(self, root: Path, partition_key: str) -> None:
        self.partition_key = partition_key
        self.root = root
        self.folder = root / partition_key

    def source_folder(self, source: str) -> Path:
        """Return the folder of one source's files."""
        return self.folder / folder_name(source)

    def path(self, source: str, table: str) -> Path:
        """Return the file of one source's rows for one table."""
        return self.source_folder(source) / f"{table}.parquet"

    def files(self, table: str, without: Collection[str] = ()) -> list[Path]:
        """Return the staged files of one table, sorted by source; those of some sources can be left out."""
        left_out = {self.source_folder(source) for source in without}
        return sorted(path for path in self.folder.glob(f"*/{table}.parquet") if path.parent not in left_out)

    def begin(self, source: str) -> None:
        """Remove what an earlier run staged of a source; the folder that stays tells that it was begun.

        Raises:
            StorageError: it could not be removed.
        """
        folder = self.source_folder(source)
        try:
            folder.mkdir(parents=True, exist_ok=True)
            # In this order the board reads go first: what a killed run leaves of the others is not whole.
            # Drafts stay, for they may be those of another run.
            for path in sorted(folder.glob("*.parquet")):
                path.unlink(missing_ok=True)
        except OSError as error:
            raise StorageError(
                f"could not clear {folder}: {error.strerror or error}. Free space or fix its permissions and "
                "run again."
            ) from error

    def is_begun(self, source: str) -> bool:
        """Tell whether a source's staging was begun, and not removed since."""
        return self.source_folder(source).is_dir()

    def is_whole(self, source: str) -> bool:
        """Tell whether a source was staged to the end: its reads and its labels are each written last."""
        return all(self.path(source, table).exists() for table in ("core_board_reads", "core_signals"))

    def elsewhere(self, table: str) -> list[Path]:
        """Return the staged files of one table in every other partition."""
        own = set(self.files(table))
        return sorted(path for path in self.root.rglob(f"{table}.parquet") if path not in own)

    @contextmanager
    def writer(self, source: str, table: str) -> Iterator[RowWriter]:
        """Yield a writer for one source's rows; the file appears only when the block ends well.

        Raises:
            StorageError: the file could not be written.
        """
        schema = staged_schema(table)
        with (
            atomic_path(self.path(source, table)) as temporary,
            pq.ParquetWriter(temporary, schema, compression="zstd") as writer,
        ):
            yield RowWriter(writer, schema)


class RowWriter:
    """Appends rows, given as mappings by column name, to one Parquet file.

    Args:
        writer: an open Parquet writer.
        schema: its schema; mappings may hold more names than it has.
    """

    def __init__(self, writer: pq.ParquetWriter, schema: pa.Schema) -> None:
        self._writer = writer
        self._schema = schema
        self.count = 0

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Append rows.

        Raises:
            KeyError: a row lacks a column.
        """
        columns = [pa.array([row[field.name] for row in rows], field.type) for field in self._schema]
        self._writer.write_table(pa.table(columns, schema=self._schema))
        self.count += len(rows)
