"""A weekly release: one immutable folder per ISO week, written beside and renamed, `latest` moved last."""

from __future__ import annotations

import logging
import shutil
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from include.json_text import readable_json
from include.measure.revisions import MissingVintageError, measure_revisions
from include.measure.stamp import measured_stamp
from include.partitions import week_name
from include.publish.catalogue import write_catalogue
from include.publish.changes import DIFF, compare
from include.publish.credits import read_credits
from include.publish.database import write_database
from include.publish.datapackage import write_datapackage
from include.publish.exports import write_exports
from include.publish.headline import read_headline
from include.publish.identity import (
    Identity,
    check_measured_week,
    measured_identity,
    new_identity,
    newest_of_week,
    published_identity,
)
from include.publish.naming import CHECKSUMS, DATABASE, LATEST, ReleaseName, list_releases
from include.publish.notices import write_notices
from include.publish.page import write_page
from include.publish.revisions import check_frozen
from include.publish.specs import write_specs
from include.publish.summary import SUMMARY, FailedCheck, Summary
from include.publish.vintages import LEDGER, RESTORE_RELEASE, LedgerEntry, read_ledger, record
from include.storage import StorageError, atomic_directory, point_symlink, sha256_of_file
from include.warehouse.connection import transaction
from include.warehouse.rows import read_rows

_DRAFTS = ".draft"

_LOG = logging.getLogger(__name__)


class DamagedReleaseError(RuntimeError):
    """A published release is no longer what was published; the message names the files and the mend."""


def publish_week(
    connection: duckdb.DuckDBPyConnection,
    releases: Path,
    monday: date,
    data_origin: str,
    *,
    now: datetime | None = None,
) -> Path:
    """Write the release of a week and point `latest` at it.

    The same figures give the same files: publishing them again changes nothing. Other figures for a week that
    is out already become a revision beside it (`2026-W47-r2`); what was published stays.

    Args:
        connection: the warehouse with measured and validated out tables.
        releases: the folder of all releases.
        monday: the week.
        data_origin: stamped on title and summary.
        now: time of publication for the ledger, UTC; the clock's when None. No release carries it, but its
            database file, which is not part of the checksums.

    Returns:
        The release folder.

    Raises:
        StorageError: the release could not be written; nothing of it is visible.
        DamagedReleaseError: the release that this one would replace or be compared with has changed.
        FrozenFigureMovedError: a frozen figure moved without a change of method; nothing was released.
        MissingVintageError: an earlier release lost its series, so that revisions cannot be told.
        LedgerError: the ledger of releases cannot be read.
        OtherWeekMeasuredError: the out tables are another week's.
    """
    check_measured_week(connection, monday)
    now = now or datetime.now(UTC)
    drafts = releases / _DRAFTS
    shutil.rmtree(drafts, ignore_errors=True)
    _set_aside_unfinished(releases, monday)
    try:
        release = _publish(connection, releases, monday, data_origin, now)
    except (duckdb.IOException, OSError) as error:
        if isinstance(error, (FileExistsError, MissingVintageError)):
            raise
        raise StorageError(
            f"could not write the release of {week_name(monday)}: {error}. Nothing of it is visible; free "
            f"space or fix the permissions of {releases} and run again."
        ) from error
    finally:
        shutil.rmtree(drafts, ignore_errors=True)
    _point_latest(releases)
    write_catalogue(releases)
    return release


def verify_release(folder: Path) -> list[str]:
    """Check a release against its checksums; return one sentence per problem."""
    checksums = folder / CHECKSUMS
    if not checksums.is_file():
        return [f"{CHECKSUMS} is missing: the folder is no finished release"]
    try:
        lines = checksums.read_text(encoding="utf-8").splitlines()
    except OSError as error:
        return [_unreadable(CHECKSUMS, error)]
    except UnicodeDecodeError:
        return [f"{CHECKSUMS} cannot be read: it is no text"]
    problems = []
    for line in lines:
        digest, _, name = line.partition("  ")
        path = folder / name
        if not name:
            problems.append(f"{CHECKSUMS} has a line of another form: {line[:80]!r}")
        elif not path.is_file():
            problems.append(f"{name} is missing")
        else:
            problems += _compare_digest(path, digest, name, "differs from its checksum")
    return problems


def verify_releases(releases: Path) -> list[str]:
    """Check every release against its checksums, and against the ledger, which knows those that are gone.

    Returns:
        One sentence per problem, without the mend.

    Raises:
        LedgerError: the ledger cannot be read.
    """
    problems = [
        f"{name}: {problem}"
        for name in list_releases(releases)
        for problem in verify_release(releases / str(name))
    ]
    for vintage in read_ledger(releases):
        checksums = releases / vintage.release / CHECKSUMS
        if not checksums.is_file():
            problems.append(f"{vintage.release}: the ledger {LEDGER} has it and the folder is gone")
            continue
        found = _compare_digest(
            checksums, vintage.sha256, f"its {CHECKSUMS}", f"is not the one that the ledger {LEDGER} has"
        )
        if not found and vintage.database_sha256:
            found = _changed_database(releases, vintage)
        problems += [f"{vintage.release}: {problem}" for problem in found]
    latest = releases / LATEST
    if latest.is_symlink() and not latest.exists():
        problems.append(f"{LATEST} points at {latest.readlink()}, which is gone")
    return problems


def _changed_database(releases: Path, vintage: LedgerEntry) -> list[str]:
    database = releases / vintage.release / DATABASE
    if not database.is_file():
        return [f"{DATABASE} is missing"]
    return _compare_digest(
        database, vintage.database_sha256, DATABASE, f"is not the one that the ledger {LEDGER} has"
    )


def _compare_digest(path: Path, digest: str, name: str, otherwise: str) -> list[str]:
    """Return what is wrong with a file of this digest; one that cannot be read hides no other's problem."""
    try:
        return [] if sha256_of_file(path) == digest else [f"{name} {otherwise}"]
    except OSError as error:
        return [_unreadable(name, error)]


def _unreadable(name: str, error: OSError) -> str:
    return f"{name} cannot be read: {error.strerror or error}"


def _publish(
    connection: duckdb.DuckDBPyConnection, releases: Path, monday: date, data_origin: str, now: datetime
) -> Path:
    draft = releases / _DRAFTS / week_name(monday)
    newest = newest_of_week(releases, monday)
    if newest:
        _check_undamaged(releases, newest)
        published = published_identity(releases, newest)
        # What it was compared with may have been withdrawn since: then its words are others.
        if published.base is None or published.base in list_releases(releases):
            # Written as the release that is out, to see whether anything in it would be another.
            with atomic_directory(draft) as folder:
                _write_documents(connection, folder, published, releases, data_origin)
            if (draft / CHECKSUMS).read_bytes() == (releases / str(newest) / CHECKSUMS).read_bytes():
                record(releases)
                return releases / str(newest)
            shutil.rmtree(draft)
    identity = new_identity(releases, monday)
    if newest and measured_identity(connection, releases, monday) != identity:
        # The figures are those of the release that is out, so the triangle was measured as its own; but its
        # words are others (a check of a day, a release withdrawn), and this is a revision.
        with transaction(connection):
            own, earlier = identity.vintages(releases)
            measure_revisions(connection, measured_stamp(connection), own, earlier)
    check_frozen(connection)
    if identity.base:
        _check_undamaged(releases, identity.base)
    with atomic_directory(draft) as folder:
        _write_documents(connection, folder, identity, releases, data_origin)
        write_database(connection, folder / DATABASE, read_ledger(releases), identity.name, now)
    target = releases / str(identity.name)
    draft.rename(target)
    record(releases, identity.name, now)
    return target


def _write_documents(
    connection: duckdb.DuckDBPyConnection,
    folder: Path,
    identity: Identity,
    releases: Path,
    data_origin: str,
) -> None:
    monday, name = identity.name.monday, identity.name
    write_exports(connection, folder)
    changes = compare(connection, releases, folder, name, identity.base)
    (folder / DIFF).write_bytes(readable_json(changes))
    warnings = read_rows(
        connection,
        "SELECT table_name, expectation_id, description, observed_value FROM core_validation_results "
        "WHERE partition_key = ? AND NOT is_success ORDER BY table_name, expectation_id",
        [week_name(monday)],
    )
    summary = Summary(
        release=week_name(monday),
        week_start=monday,
        data_origin=data_origin,
        headline=read_headline(connection, monday),
        warnings=tuple(FailedCheck(**row) for row in warnings),
        version=str(name),
        compared_with=changes.compared_with,
    )
    (folder / SUMMARY).write_bytes(readable_json(summary))
    sources = read_credits(connection, monday, data_origin)
    write_datapackage(folder, name, data_origin, sources)
    write_notices(folder, name, data_origin, sources)
    write_specs(connection, folder, name, data_origin)
    write_page(connection, folder, summary, changes, sources)
    _write_checksums(folder)


def _write_checksums(folder: Path) -> None:
    # The database file is left out: DuckDB does not promise the same bytes for the same rows. Its tables are
    # those of the Parquet files, which are in.
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != DATABASE)
    lines = [f"{sha256_of_file(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def _check_undamaged(releases: Path, name: ReleaseName) -> None:
    problems = verify_release(releases / str(name))
    if problems:
        raise DamagedReleaseError(
            f"release {releases / str(name)} is not what was published: {'; '.join(problems)}. A release is "
            f"never rewritten. {RESTORE_RELEASE}."
        )


def _set_aside_unfinished(releases: Path, monday: date) -> None:
    # Our own writes are renamed into place whole; such a folder comes from a copy that was cut short.
    for path in sorted(releases.glob(f"{week_name(monday)}*")):
        if ReleaseName.parse(path.name) and path.is_dir() and not (path / CHECKSUMS).is_file():
            aside = releases / ".unfinished" / path.name
            number = 1
            while aside.exists():
                number += 1
                aside = aside.with_name(f"{path.name}.{number}")
            aside.parent.mkdir(exist_ok=True)
            path.rename(aside)
            _LOG.warning("%s has no %s, so it is no finished release; moved to %s", path, CHECKSUMS, aside)


def _point_latest(releases: Path) -> None:
    # By week and revision, not by time of publication: a week published late does not become the latest.
    point_symlink(releases / LATEST, str(max(list_releases(releases))))
