"""Is all that was kept still there and sound: archive, releases, texts, samples, sums of the warehouse."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import msgspec

from include.archive.integrity import verify
from include.archive.plan import damaged_records, known_days
from include.archive.store import Archive
from include.audit.labels import DESIGN_FILE, AuditLabelError, read_design
from include.errors import ExplainedError
from include.partitions import day_key, import_key
from include.plurals import counted
from include.publish.naming import list_releases
from include.publish.release import verify_releases
from include.publish.vintages import RESTORE_RELEASE, LedgerError
from include.settings import Settings
from include.warehouse.connection import DamagedWarehouseError, open_warehouse
from include.warehouse.migrations import MigrationError
from include.warehouse.texts import DamagedTextsError, TextStore

_NAMED = 5
_REBUILD = "python -m include.pipeline rebuild"


class IntegrityReport(msgspec.Struct, frozen=True, kw_only=True):
    """What was checked and what is wrong.

    Attributes:
        n_objects: archived bodies, of days and of history, each read and compared with its checksum.
        n_manifests: archived reads and imports.
        n_releases: release folders, each file compared with its checksum, all of them with the ledger.
        n_text_files: Parquet files of texts, each page compared with its checksum.
        n_partitions: days and imports in the warehouse whose counts were added up.
        problems: one sentence each, with the mend; empty when all is well.
    """

    n_objects: int
    n_manifests: int
    n_releases: int
    n_text_files: int
    n_partitions: int
    problems: tuple[str, ...]

    def raise_if_broken(self) -> None:
        """Stop here when something is wrong.

        Raises:
            IntegrityError: lists every problem.
        """
        if self.problems:
            raise IntegrityError(
                f"{len(self.problems)} problems; nothing was backed up, compacted or removed.\n"
                + "\n".join(f"  {number}. {problem}" for number, problem in enumerate(self.problems, start=1))
            )


class IntegrityError(RuntimeError):
    """Something that was kept is damaged or does not add up; the message lists what, and the mend."""


class LostArchiveError(ExplainedError, RuntimeError):
    """The warehouse holds what the archive has lost; the message says what, and the mend."""


def check_integrity(settings: Settings) -> IntegrityReport:
    """Read everything that is kept and add up what can be added up. Changes nothing.

    Raises:
        WarehouseLockedError: another process holds the warehouse.
    """
    paths = settings.paths
    archive = Archive(paths.archive)
    found = verify(archive)
    history = verify(Archive(paths.history))
    problems = [f"archive: {problem}" for problem in (*found.problems, *damaged_records(paths.archive))]
    problems += [f"history: {problem}" for problem in history.problems]
    releases = list_releases(paths.releases)
    problems += _wrong_releases(paths.releases)
    texts = TextStore(paths.texts)
    problems += _damaged_texts(texts)
    problems += _damaged_designs(paths.audit)
    partitions: list[Any] = []
    days = known_days(paths.archive)
    if paths.warehouse.exists():
        try:
            with open_warehouse(settings) as connection:
                partitions = connection.execute(_PARTITIONS).fetchall()
                problems += _wrong_sums(partitions)
                problems += _not_built(archive, days, partitions)
                problems += _not_archived(connection, archive)
                problems += _lost_texts(connection, texts)
        except (DamagedWarehouseError, MigrationError) as error:
            problems.append(f"warehouse: {error}")
    elif _not_built(archive, days, []):
        problems.append(
            f"warehouse: {paths.warehouse} is gone; {counted(len(days), 'day')} and "
            f"{counted(len(archive.imports()), 'import')} are archived. {_REBUILD}"
        )
    return IntegrityReport(
        n_objects=found.n_objects + history.n_objects,
        n_manifests=found.n_manifests + history.n_manifests,
        n_releases=len(releases),
        n_text_files=len(texts.files()),
        n_partitions=len(partitions),
        problems=tuple(problems),
    )


def _wrong_releases(releases: Path) -> list[str]:
    try:
        return [f"release {problem}. {RESTORE_RELEASE}" for problem in verify_releases(releases)]
    except LedgerError as error:
        return [f"releases: {error}"]


def _damaged_designs(samples: Path) -> list[str]:
    """Return what is wrong with how the audit's samples were drawn, without which no label counts."""
    problems = []
    for design in sorted(samples.glob(f"*/{DESIGN_FILE}")):
        try:
            read_design(design)
        except (AuditLabelError, OSError, UnicodeDecodeError) as error:
            problems.append(f"audit: {error}")
    return problems


_PARTITIONS = """
WITH listed AS (
  SELECT
    CASE WHEN is_import(source) THEN source ELSE strftime(day, '%Y-%m-%d') END AS partition_key,
    sum(n_listed) AS n_listed, sum(n_rejected) AS n_rejected
  FROM core_board_reads GROUP BY partition_key
), kept AS (
  SELECT strftime(day, '%Y-%m-%d') AS partition_key, count(*) AS n_kept FROM core_sightings GROUP BY day
  UNION ALL
  SELECT source, count(*) FROM core_postings WHERE is_import(source) GROUP BY source
), refused AS (
  SELECT
    CASE WHEN is_import(source) THEN source ELSE strftime(day, '%Y-%m-%d') END AS partition_key,
    count(*) AS n_refused
  FROM core_rejected_records GROUP BY partition_key
)
SELECT
  partition_key, coalesce(n_listed, 0), coalesce(n_kept, 0), coalesce(n_rejected, 0), coalesce(n_refused, 0)
FROM listed FULL JOIN kept USING (partition_key) FULL JOIN refused USING (partition_key)
ORDER BY partition_key
"""


def _wrong_sums(partitions: list[Any]) -> list[str]:
    return [
        f"warehouse: {key} read {listed} postings and {rejected} rejects, but holds {kept} and {refused}. "
        "Build the day or import the dump again"
        for key, listed, kept, rejected, refused in partitions
        if (listed, rejected) != (kept, refused)
    ]


def _not_built(archive: Archive, days: list[date], partitions: list[Any]) -> list[str]:
    built = {row[0] for row in partitions}
    missing = [
        f"warehouse: {day_key(day)} is archived but not built. Run build_warehouse for that day"
        for day in days[:-1]  # the newest may be under way
        if day_key(day) not in built
    ]
    return missing + [
        f"warehouse: the import {record.name} is archived but not loaded. Run import_archive with the same "
        f"file and name again; where it cannot be read, move archive/imports/{record.name}.json away"
        for record in archive.imports()
        if import_key(record.name) not in built
    ]


def require_archived(connection: duckdb.DuckDBPyConnection, settings: Settings) -> None:
    """Refuse to drop a warehouse that could not be built again: the archive may be on a disk that is away.

    Args:
        connection: the open warehouse.
        settings: whose archive it was built from.

    Raises:
        LostArchiveError: the warehouse holds days or imports that the archive has nothing of.
    """
    if problems := _not_archived(connection, Archive(settings.paths.archive)):
        raise LostArchiveError(
            f"{problems[0]}. Nothing was dropped. To do without them, move {settings.paths.warehouse} away "
            "and rebuild"
        )


def _not_archived(connection: duckdb.DuckDBPyConnection, archive: Archive) -> list[str]:
    archived = {day_key(day) for day in archive.days()} | {
        import_key(record.name) for record in archive.imports()
    }
    held = connection.execute(
        "SELECT DISTINCT strftime(day, '%Y-%m-%d') AS partition_key FROM core_sightings "
        "UNION SELECT DISTINCT source FROM core_postings WHERE is_import(source) ORDER BY partition_key"
    ).fetchall()
    lost = [key for (key,) in held if key not in archived]
    if not lost:
        return []
    others = f" and {counted(len(lost) - _NAMED, 'other')}" if len(lost) > _NAMED else ""
    return [
        f"archive: {archive.root} has nothing of {', '.join(lost[:_NAMED])}{others}, which the warehouse "
        "holds. Bring the archive back: mount its disk, or copy it from the backup"
    ]


def _damaged_texts(texts: TextStore) -> list[str]:
    problems = []
    for path in texts.files():
        try:
            texts.check(path)
        except DamagedTextsError as error:
            problems.append(f"texts: {error}")
    return problems


def _lost_texts(connection: duckdb.DuckDBPyConnection, texts: TextStore) -> list[str]:
    hashes = [
        row[0]
        for row in connection.execute("SELECT DISTINCT content_hash FROM core_posting_versions").fetchall()
    ]
    try:
        n_lost = len(set(hashes) - texts.known(hashes))
    except (duckdb.Error, DamagedTextsError):
        return []  # a damaged file, which is named already
    return [f"texts: {n_lost} of {len(hashes)} ads have no text. {_REBUILD}"] if n_lost else []
