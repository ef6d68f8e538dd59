"""A weekly release: one immutable folder per ISO week, written beside and renamed, `latest` moved last."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path

import duckdb
import msgspec

from include.partitions import week_name
from include.publish.database import write_database
from include.publish.datapackage import write_datapackage
from include.publish.exports import write_exports
from include.publish.headline import Headline, read_headline
from include.publish.page import write_page
from include.storage import atomic_directory, point_symlink, sha256_of_file

CHECKSUMS = "SHA256SUMS"
DATABASE = "hiring_signals.duckdb"
SUMMARY = "release.json"


class FailedCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A warning that is published with the release."""

    table_name: str
    expectation_id: str
    description: str
    observed_value: str | None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """What `release.json` says: enough for a page, a bot or an operator."""

    release: str
    week_start: date
    data_origin: str
    headline: Headline | None
    warnings: tuple[FailedCheck, ...]


def publish_week(
    connection: duckdb.DuckDBPyConnection, releases: Path, monday: date, data_origin: str
) -> Path:
    """Write the release of a week and point `latest` at it.

    The same figures give the same files: publishing them again changes nothing. Other figures for a week that
    is out already become a revision beside it (`2026-W47-r2`); what was published stays.

    Args:
        connection: the warehouse with measured and validated out tables.
        releases: the folder of all releases.
        monday: the week.
        data_origin: stamped on title and summary.

    Returns:
        The release folder.

    Raises:
        StorageError: the release could not be written; nothing of it is visible.
    """
    shutil.rmtree(releases / ".draft", ignore_errors=True)
    draft = releases / ".draft" / week_name(monday)
    with atomic_directory(draft) as folder:
        _write(connection, folder, monday, data_origin)
    try:
        release = _place(draft, releases, monday)
    finally:
        shutil.rmtree(releases / ".draft", ignore_errors=True)
    _point_latest(releases)
    return release


def verify_release(folder: Path) -> list[str]:
    """Check a release against its checksums; return one sentence per problem."""
    problems = []
    for line in (folder / CHECKSUMS).read_text(encoding="utf-8").splitlines():
        digest, name = line.split("  ", 1)
        path = folder / name
        if not path.is_file():
            problems.append(f"{name} is missing")
        elif sha256_of_file(path) != digest:
            problems.append(f"{name} differs from its checksum")
    return problems


def _write(connection: duckdb.DuckDBPyConnection, folder: Path, monday: date, data_origin: str) -> None:
    write_exports(connection, folder)
    headline = read_headline(connection, monday)
    warnings = connection.execute(
        "SELECT table_name, expectation_id, description, observed_value FROM core_validation_results "
        "WHERE partition_key = ? AND NOT is_success ORDER BY table_name, expectation_id",
        [week_name(monday)],
    ).fetchall()
    summary = Summary(
        release=week_name(monday),
        week_start=monday,
        data_origin=data_origin,
        headline=headline,
        warnings=tuple(
            FailedCheck(table_name=r[0], expectation_id=r[1], description=r[2], observed_value=r[3])
            for r in warnings
        ),
    )
    (folder / SUMMARY).write_bytes(msgspec.json.format(msgspec.json.encode(summary)))
    write_datapackage(folder, monday, week_name(monday), data_origin)
    write_page(connection, folder, monday)
    write_database(connection, folder / DATABASE)
    _write_checksums(folder)


def _write_checksums(folder: Path) -> None:
    # The database file is left out: DuckDB does not promise the same bytes for the same rows. Its tables are
    # those of the Parquet files, which are in.
    files = sorted(path for path in folder.rglob("*") if path.is_file() and path.name != DATABASE)
    lines = [f"{sha256_of_file(path)}  {path.relative_to(folder).as_posix()}\n" for path in files]
    (folder / CHECKSUMS).write_text("".join(lines), encoding="utf-8")


def _place(draft: Path, releases: Path, monday: date) -> Path:
    name = week_name(monday)
    revision = 1
    while True:
        target = releases / (name if revision == 1 else f"{name}-r{revision}")
        if not target.exists():
            draft.rename(target)
            return target
        if (target / CHECKSUMS).read_bytes() == (draft / CHECKSUMS).read_bytes():
            return target
        revision += 1


def _point_latest(releases: Path) -> None:
    # By week and revision, not by time of publication: a week published late does not become the latest.
    newest = max(
        (
            path.name
            for path in releases.iterdir()
            if path.is_dir() and not path.is_symlink() and path.name[0] != "."
        ),
        key=lambda name: (name[:8], int(name[10:] or 1)),
    )
    point_symlink(releases / "latest", newest)
