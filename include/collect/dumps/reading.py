"""Reads a dump of postings (JSONL, JSON, CSV, Parquet, N-Quads) into listings, batch by batch.

    dump = open_dump(Path("ads.jsonl.gz"))
    for batch in dump.batches(5_000):
        ...  # batch.rows, batch.rejects; rows + rejects + skipped = records of the file

A column map says which column is which field; without one it is guessed from the column names.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec

from include.collect.adapters import ADAPTERS
from include.collect.dumps import answer_bundle, csv_rows, json_rows, nquads, parquet_rows
from include.collect.dumps.column_map import (
    ColumnMap,
    ColumnMapError,
    check_column_map,
    find_column_map,
    guess_column_map,
    read_column_map,
)
from include.collect.dumps.files import (
    DumpError,
    NumberedRow,
    Row,
    open_binary,
    record_pointer,
    workbook_refused,
)
from include.collect.dumps.rows import DumpRow, ListingReader, RowReader, SchemaOrgReader
from include.collect.parsing.records import RecordRefused
from include.collect.protocol import Reject, SeriesKind

MAX_BATCH_CHARACTERS = 50_000_000
"""Text of one batch after which it ends, and of one record at most (`files.MAX_RECORD_BYTES`)."""


class DumpBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Some consecutive records of a dump: `n_records == len(rows) + len(rejects) + n_skipped`.

    Attributes:
        rows: usable postings.
        rejects: records that could not be used; the pointer is the record's number, from 1.
        n_records: records read.
        n_skipped: records whose title cannot be a product role, where the map asks to skip those.
    """

    rows: tuple[DumpRow, ...]
    rejects: tuple[Reject, ...]
    n_records: int
    n_skipped: int = 0


class Dump:
    """An opened dump.

    Attributes:
        source: name for the `source` column.
        column_map: the map in use: the one given, else one guessed from the columns.
    """

    def __init__(
        self,
        path: Path,
        column_map: ColumnMap,
        numbered_rows: Callable[[], Iterator[NumberedRow]],
        read: Callable[[Row, int], DumpRow | None],
    ) -> None:
        self.column_map = column_map
        self.source = column_map.source or _source_name(path)
        self._numbered_rows = numbered_rows
        self._read = read

    @property
    def series_kind(self) -> SeriesKind:
        """How the postings' dates are known."""
        return self.column_map.kind

    def batches(self, size: int = 5_000) -> Iterator[DumpBatch]:
        """Yield all records in order, `size` at a time; can be called again to read from the start.

        A batch ends early where its texts are long, so that it fits into memory whatever a dump has in it.

        Raises:
            DumpError: the file is damaged or cut off; the message says where. Batches already yielded
                were whole.
        """
        rows: list[DumpRow] = []
        rejects: list[Reject] = []
        n_records = n_skipped = n_characters = 0
        for number, row in self._numbered_rows():
            n_records += 1
            found = row if isinstance(row, Reject) else self._read_or_refuse(row, number)
            if found is None:
                n_skipped += 1
            elif isinstance(found, Reject):
                rejects.append(found)
            else:
                rows.append(found)
                n_characters += _text_length(found)
            if n_records == size or n_characters > MAX_BATCH_CHARACTERS:
                yield DumpBatch(
                    rows=tuple(rows), rejects=tuple(rejects), n_records=n_records, n_skipped=n_skipped
                )
                rows, rejects, n_records, n_skipped, n_characters = [], [], 0, 0, 0
        if n_records:
            yield DumpBatch(
                rows=tuple(rows), rejects=tuple(rejects), n_records=n_records, n_skipped=n_skipped
            )

    def _read_or_refuse(self, row: Row, number: int) -> DumpRow | Reject | None:
        try:
            return self._read(row, number)
        except RecordRefused as refusal:
            return Reject.of(record_pointer(number), refusal.reason, refusal.detail, refusal.native_id)


def open_dump(path: Path, column_map: ColumnMap | Path | str | None = None) -> Dump:
    """Open a dump and check that it can be read.

    Args:
        path: `.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv`, `.txt`, `.parquet`, `.nq`; all but Parquet also
            with `.gz` or `.zip`; or `.answers.jsonl`, with or without `.gz` (see `answer_bundle`).
        column_map: a map, the path of one, the name of a shipped one (include/collect/dumps/column_maps), or
            None to use `FILE.columns.yaml` beside the dump if there is one, else a guess.

    Raises:
        DumpError: the file is missing, damaged or of an unknown kind.
        ColumnMapError: the map does not fit; the message lists the columns and shows a map to write.
    """
    suffix = _suffix(path)
    given = _given_map(path, column_map)
    if suffix == ".nq":
        used = given or ColumnMap(columns={})
        return Dump(path, used, lambda: nquads.read_job_postings(path), SchemaOrgReader(used).read)
    if answer_bundle.is_bundle(path):
        return _open_bundle(path, given)
    readers = {
        ".jsonl": _open_jsonl,
        ".ndjson": _open_jsonl,
        ".json": _open_json,
        ".csv": _open_csv,
        ".tsv": _open_csv,
        ".txt": _open_csv,
        ".parquet": _open_parquet,
    }
    if path.is_dir():
        raise DumpError(f"{path} is a folder: name one file of it")
    if suffix in (".xls", ".xlsx"):
        raise workbook_refused(path)
    if suffix not in readers:
        named = suffix or "a name that does not tell what is in the file"
        raise DumpError(
            f"{path}: {named} is not read here. Let it end in {', '.join(readers)} or .nq, before .gz or .zip"
        )
    if given is not None and (given.encoding or given.delimiter) and readers[suffix] is not _open_csv:
        raise ColumnMapError(
            f"{path}: `encoding` and `delimiter` are for CSV, and would do nothing here; take them out of "
            "the map. JSON is UTF-8: convert a file that is not (iconv)"
        )
    is_json = suffix in (".jsonl", ".ndjson", ".json")
    try:
        columns, numbered_rows = readers[suffix](path, given)
        used = given or guess_column_map(columns)
        check_column_map(used, columns, path, is_sample=is_json)
    except (ColumnMapError, DumpError) as error:
        if is_json and path.is_file() and (way := json_rows.enclosed_records(path)):
            keys = "".join(f'."{key}"' for key in way)
            raise DumpError(
                f"{path} is one object, and its records seem to be in `{'.'.join(way)}`. Take them out and "
                f"import that: jq -c '{keys}[]' {path.name} > ads.jsonl"
            ) from error
        raise
    return Dump(path, used, numbered_rows, RowReader(used).read)


def check_new_dump(path: Path, column_map: ColumnMap | Path | str | None = None) -> None:
    """Check that a dump can be read, and that it and its map are not in vain.

    Archives may hold empty dumps and maps with useless patterns, so `open_dump` takes both.

    Args:
        path: as of `open_dump`.
        column_map: as of `open_dump`.

    Raises:
        DumpError: as `open_dump`, or the dump has no record.
        ColumnMapError: as `open_dump`, or a pattern of dates is none.
    """
    dump = open_dump(path, column_map)
    for field, patterns in dump.column_map.formats.items():
        for pattern in patterns:
            if "%" not in pattern:
                raise ColumnMapError(f"{pattern!r} of formats.{field} is no pattern such as %d/%m/%Y")
    # A part of a crawl may have no posting, nor a month of threads.
    is_table = _suffix(path) != ".nq" and not answer_bundle.is_bundle(path)
    if is_table and next(dump.batches(1), None) is None:
        raise DumpError(f"{path} has no record: there is nothing to import")


def _open_bundle(path: Path, given: ColumnMap | None) -> Dump:
    source = answer_bundle.bundle_head(path).source
    used = given or ColumnMap(
        columns={}, source=source, series_kind=ADAPTERS[source].series_kind, only_product_titles=True
    )

    def numbered_rows() -> Iterator[NumberedRow]:
        for number, found in enumerate(answer_bundle.read_bundle(path), 1):
            yield number, found if isinstance(found, Reject) else {"listing": found}

    return Dump(path, used, numbered_rows, ListingReader(used).read)


def _text_length(row: DumpRow) -> int:
    values = (row.board, *msgspec.structs.astuple(row.listing))
    return sum(len(value) for value in values if isinstance(value, str))


_Opened = tuple[list[str], Callable[[], Iterator[NumberedRow]]]


def _open_jsonl(path: Path, given: ColumnMap | None) -> _Opened:
    return json_rows.json_columns(json_rows.read_jsonl(path), path), lambda: json_rows.read_jsonl(path)


def _open_json(path: Path, given: ColumnMap | None) -> _Opened:
    with open_binary(path) as file:
        is_array = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    if not is_array:
        return _open_jsonl(path, given)
    return json_rows.json_columns(json_rows.read_json(path), path), lambda: json_rows.read_json(path)


def _open_csv(path: Path, given: ColumnMap | None) -> _Opened:
    dialect = csv_rows.sniff_csv(path, given.encoding, given.delimiter) if given else csv_rows.sniff_csv(path)
    return csv_rows.csv_columns(path, dialect), lambda: csv_rows.read_csv(path, dialect)


def _open_parquet(path: Path, given: ColumnMap | None) -> _Opened:
    columns = parquet_rows.parquet_columns(path)
    used = given or guess_column_map(columns)
    mapped = {name for field in used.columns for name in used.column_names(field)}
    needed = [
        column for column in columns if column in mapped or any(m.startswith(f"{column}.") for m in mapped)
    ]
    return columns, lambda: parquet_rows.read_parquet(path, needed)


def _given_map(path: Path, column_map: ColumnMap | Path | str | None) -> ColumnMap | None:
    if isinstance(column_map, ColumnMap):
        return column_map
    file = column_map_file(path, column_map)
    return read_column_map(file) if file is not None else None


def column_map_file(path: Path, column_map: Path | str | None) -> Path | None:
    """Return the file of the map that a dump is to be read with, None when it is to be guessed.

    Args:
        path: the dump.
        column_map: path of a map, name of a shipped one, or None to look for `FILE.columns.yaml` beside it.
    """
    if column_map is not None:
        return find_column_map(column_map)
    beside = path.with_name(f"{path.name}.columns.yaml")
    return beside if beside.exists() else None


def _suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in (".gz", ".zip"):
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _source_name(path: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "_", path.name.split(".")[0].lower()).strip("_") or "dump"
