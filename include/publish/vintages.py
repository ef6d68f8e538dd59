"""When each release became visible: a ledger beside the releases, and `as_of` over it.

The ledger is the one place that holds the clock's time of publication. Releases carry the time they were due,
so that a rebuilt release is the same byte for byte.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from datetime import UTC, date, datetime, time
from pathlib import Path

from include.publish.naming import CHECKSUMS, DATABASE, ReleaseName, list_releases
from include.storage import sha256_of_file, write_text

LEDGER = "vintages.csv"
RESTORE_RELEASE = (
    f"Bring the folder back from a backup. Without one, move what is left of it away, remove its line from "
    f"{LEDGER} and publish its week again (docs/operators.md, Recovering)"
)
"""What to do about a release that is damaged or gone."""


_MADE_AGAIN = "it is made again from the releases, with the times of their checksum files."
_BRING_BACK = f"Bring it back from a backup, or remove it: {_MADE_AGAIN}"


class LedgerError(ValueError):
    """The ledger cannot be read, or has a release that is gone or changed; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class LedgerEntry:
    """One release in the ledger.

    Attributes:
        release: name of the release.
        recorded_at: when it became visible, UTC.
        sha256: of its SHA256SUMS: it stands for every byte of the release but the database file's.
        database_sha256: of the database file as it was published; empty in older lines.
    """

    release: str
    recorded_at: datetime
    sha256: str
    database_sha256: str = ""


def read_ledger(releases: Path) -> list[LedgerEntry]:
    """Return the releases in the order in which they became visible.

    A release that the ledger lacks (the run was killed just before it was entered) comes last, with the
    time of its checksum file.

    Raises:
        LedgerError: a line is not of the ledger's form.
    """
    path = releases / LEDGER
    vintages = _parse(path) if path.is_file() else []
    known = {vintage.release for vintage in vintages}
    missing = [
        _entry(releases, name, datetime.fromtimestamp(_checksums(releases, name).stat().st_mtime, UTC))
        for name in list_releases(releases)
        if str(name) not in known
    ]
    return [*vintages, *sorted(missing, key=lambda vintage: vintage.recorded_at)]


def record(releases: Path, release: ReleaseName | None = None, recorded_at: datetime | None = None) -> None:
    """Write the ledger with every release that is there; enter `release` as visible since `recorded_at`.

    Raises:
        LedgerError: the ledger cannot be read.
        StorageError: the ledger could not be written; the next run enters the release.
    """
    vintages = read_ledger(releases)
    if release and recorded_at:
        vintages = [vintage for vintage in vintages if vintage.release != str(release)]
        vintages.append(_entry(releases, release, recorded_at))
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, [field.name for field in fields(LedgerEntry)], lineterminator="\n")
    writer.writeheader()
    for vintage in vintages:
        writer.writerow(asdict(vintage) | {"recorded_at": vintage.recorded_at.isoformat(timespec="seconds")})
    write_text(releases / LEDGER, buffer.getvalue())


def as_of(releases: Path, day: date) -> Path | None:
    """Return the release that `latest` stood for at the end of `day` (UTC), untouched since, or None.

    Among the releases visible by then it is the one of the latest week, in its newest revision.

    Raises:
        LedgerError: the ledger cannot be read, or names a release that is no longer there.
    """
    end = datetime.combine(day, time.max, tzinfo=UTC)
    visible = [vintage for vintage in read_ledger(releases) if vintage.recorded_at <= end]
    if not visible:
        return None
    newest = max(visible, key=lambda vintage: ReleaseName.parse(vintage.release) or ReleaseName(""))
    folder = releases / newest.release
    if not (folder / CHECKSUMS).is_file():
        raise LedgerError(f"{folder} was published and is no longer there. {RESTORE_RELEASE}")
    if sha256_of_file(folder / CHECKSUMS) != newest.sha256:
        raise LedgerError(f"{folder} is not what was published. {RESTORE_RELEASE}")
    return folder


def _checksums(releases: Path, name: ReleaseName) -> Path:
    return releases / str(name) / CHECKSUMS


def _entry(releases: Path, name: ReleaseName, recorded_at: datetime) -> LedgerEntry:
    database = releases / str(name) / DATABASE
    return LedgerEntry(
        release=str(name),
        recorded_at=recorded_at,
        sha256=sha256_of_file(_checksums(releases, name)),
        database_sha256=sha256_of_file(database) if database.is_file() else "",
    )


def _parse(path: Path) -> list[LedgerEntry]:
    try:
        with path.open(encoding="utf-8", newline="") as file:
            reader = csv.DictReader(file)
            header, rows = set(reader.fieldnames or ()), list(reader)
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise LedgerError(f"{path} cannot be read: {error}. {_BRING_BACK}") from error
    if not {"release", "recorded_at", "sha256"} <= header:
        raise LedgerError(f"{path} has no header release,recorded_at,sha256: it is damaged. {_BRING_BACK}")
    vintages = []
    for number, row in enumerate(rows, start=2):
        try:
            vintages.append(_parse_row(row))
        except (KeyError, TypeError, ValueError) as error:
            raise LedgerError(
                f"{path}, line {number}: {error}. Mend the line, or remove the file: {_MADE_AGAIN}"
            ) from error
    return vintages


def _parse_row(row: Mapping[str, str]) -> LedgerEntry:
    recorded_at = datetime.fromisoformat(row["recorded_at"])
    if recorded_at.tzinfo is None or ReleaseName.parse(row["release"]) is None:
        raise ValueError("the time has no zone or the name is no release's")
    if not row["sha256"]:
        raise ValueError("the digest is missing")
    return LedgerEntry(
        release=row["release"],
        recorded_at=recorded_at,
        sha256=row["sha256"],
        database_sha256=row.get("database_sha256") or "",
    )
