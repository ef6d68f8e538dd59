"""Import: a dump into the archive, and from there into the warehouse like any other partition."""

from __future__ import annotations

import re
import shutil
import tempfile
from datetime import date
from pathlib import Path

import duckdb
import msgspec

from include.archive.manifest import Import
from include.archive.store import Archive
from include.collect.dumps.files import check_whole
from include.collect.dumps.reading import check_new_dump, column_map_file, open_dump
from include.normalize.stage_dump import stage_dump
from include.normalize.stager import StageReport
from include.partitions import import_key
from include.settings import Settings
from include.storage import sha256_of_file
from include.warehouse.staging import Staging
from include.warehouse.texts import TextStore

BATCH_SIZE = 2_000
_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,63}")


class Refusal(msgspec.Struct, frozen=True, kw_only=True):
    """Records of an import that were refused for one reason.

    Attributes:
        reason: one of the reasons of core_rejected_records.
        n_records: how many.
        example: what was said of the first of them, with its place in the dump.
    """

    reason: str
    n_records: int
    example: str


class ImportNameError(ValueError):
    """An import's name is not usable as a partition key."""


class SameFileError(ValueError):
    """The file was imported under another name: a second time, each of its ads would count twice."""


def import_name(path: Path) -> str:
    """Return the default name of an import: the file's name without endings, in lower case."""
    stem = path.name.split(".")[0].lower()
    return re.sub(r"[^a-z0-9_-]+", "-", stem).strip("-_")[:64] or "dump"


def archive_dump(
    settings: Settings,
    path: Path,
    day: date,
    name: str | None = None,
    column_map: Path | str | None = None,
) -> Import:
    """Keep a dump verbatim, after checking that it is whole and that its columns can be read.

    Args:
        settings: of the installation.
        path: JSONL, JSON, CSV, Parquet or N-Quads file; all but Parquet also with .gz or .zip.
        day: day of the import; postings dated after it are refused.
        name: of the import; the file's name when absent.
        column_map: YAML that says which column is which, or the name of a shipped map such as
            `jobtech_history`. Absent: `FILE.columns.yaml` beside the dump, else guessed.

    Raises:
        ImportNameError: the name is not usable.
        DumpError: the file cannot be read to its end, or has no record.
        ColumnMapError: it lacks a column, or has one twice; the message shows what to write.
        ImportExistsError: another file was imported under this name.
        SameFileError: this file was imported under another name.
    """
    name = name or import_name(path)
    if not _NAME.fullmatch(name):
        raise ImportNameError(f"{name!r} is not a name of lower-case letters, digits, - and _ (64 at most)")
    map_file = column_map_file(path, column_map)
    check_new_dump(path, map_file)
    check_whole(path)  # archived, it would keep its name for ever and could never be loaded
    archive = Archive(settings.paths.archive)
    _refuse_second_name(archive, path, name)
    # The map's text, not its name: the import can be read again whatever becomes of the file.
    notes = {"column_map": map_file.read_text(encoding="utf-8")} if map_file else {}
    return archive.record_import(name, path, day, notes)


def _refuse_second_name(archive: Archive, path: Path, name: str) -> None:
    sha256 = sha256_of_file(path)
    for record in archive.imports():
        if record.sha256 == sha256 and record.name != name:
            raise SameFileError(
                f"{path.name} was imported on {record.day} as {record.name!r}: under another name each of "
                "its ads would count twice. To import it again, with another column map too, give the name "
                f"{record.name}."
            )


def find_import(settings: Settings, name: str) -> Import:
    """Return an archived import.

    Raises:
        KeyError: there is none of this name.
    """
    for record in Archive(settings.paths.archive).imports():
        if record.name == name:
            return record
    raise KeyError(f"no import {name!r} in {settings.paths.archive}")


def stage_import(settings: Settings, name: str) -> StageReport:
    """Normalize an archived dump, in constant memory.

    Raises:
        KeyError: there is no import of this name.
        CorruptObjectError: the archived dump is missing or damaged; nothing of it is staged.
        StorageError: a staged file could not be written.
    """
    archive = Archive(settings.paths.archive)
    record = find_import(settings, name)
    staging = Staging(settings.paths.staging, import_key(name))
    shutil.rmtree(staging.folder, ignore_errors=True)
    staging.folder.mkdir(parents=True)
    # A draft by its name: of a killed run upkeep removes it.
    with tempfile.TemporaryDirectory(dir=staging.folder, prefix=".", suffix=".tmp") as folder:
        # Parquet needs a seekable file and the format is told by the name, so the object is unpacked first.
        path = Path(folder) / record.file_name
        archive.objects.unpack(record.sha256, path)
        column_map = None
        if "column_map" in record.notes:
            column_map = Path(folder) / "columns.yaml"
            column_map.write_text(record.notes["column_map"], encoding="utf-8")
        dump = open_dump(path, column_map)
        return stage_dump(
            staging=staging,
            texts=TextStore(settings.paths.texts),
            name=name,
            maker=dump.source,
            day=record.day,
            series_kind=dump.series_kind,
            batches=dump.batches(BATCH_SIZE),
            raw=record.sha256,
            n_bytes=record.n_bytes,
        )


def refusals(settings: Settings, name: str) -> list[Refusal]:
    """Return why records of a staged import were refused, the most frequent reason first."""
    key = import_key(name)
    staged = Staging(settings.paths.staging, key).path(key, "core_rejected_records")
    with duckdb.connect() as connection:
        found = connection.execute(
            "SELECT reason, count(*) AS n_records, arg_min(raw_pointer, file_row_number), "
            "arg_min(detail, file_row_number) FROM read_parquet(?, file_row_number = true) "
            "GROUP BY reason ORDER BY n_records DESC, reason",
            [str(staged)],
        ).fetchall()
    return [
        Refusal(reason=reason, n_records=count, example=f"{pointer.partition('#')[2]}: {detail}")
        for reason, count, pointer, detail in found
    ]
