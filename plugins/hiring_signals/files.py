"""What the pipeline has written for readers: the last build's status and the last release.

Small files that are replaced in one step; the warehouse itself is never opened here (it has one writer, and
a reader would hold it up).
"""

from __future__ import annotations

from pathlib import Path

import msgspec

from include.pipeline.status import BuildStatus, status_file
from include.publish.naming import LATEST
from include.publish.summary import SUMMARY, Summary, read_summary
from include.publish.vintages import RESTORE_RELEASE
from include.settings import DataPaths


class ReleaseFile(msgspec.Struct, frozen=True, kw_only=True):
    """One file of the release."""

    name: str
    size_bytes: int


class Build(msgspec.Struct, frozen=True, kw_only=True):
    """The newest built day, or why it cannot be shown and what to do.

    Attributes:
        checks: folder of its Data Docs below `data_docs`, or None.
    """

    status: BuildStatus | None = None
    checks: str | None = None
    problem: str | None = None


class Release(msgspec.Struct, frozen=True, kw_only=True):
    """The last release, or why it cannot be shown and what to do.

    Attributes:
        folder: its name below `releases`.
        checks: folder of its Data Docs below `data_docs`, or None.
    """

    folder: str | None = None
    summary: Summary | None = None
    files: tuple[ReleaseFile, ...] = ()
    checks: str | None = None
    problem: str | None = None


def read_build(paths: DataPaths) -> Build:
    """Return the newest built day."""
    file = status_file(paths)
    if not file.is_file():
        return Build(
            problem=f"No day has been built yet ({file} is not there). Run collect_postings, or "
            "import_archive for history; the status is written when a day passes through build_warehouse."
        )
    try:
        status = msgspec.json.decode(file.read_bytes(), type=BuildStatus)
    except (OSError, msgspec.DecodeError) as error:
        return Build(
            problem=_unreadable(file, error, "Run build_warehouse for any day; it writes the file anew.")
        )
    return Build(status=status, checks=_checks(paths, status.day.isoformat()))


def read_release(paths: DataPaths) -> Release:
    """Return the release that `latest` points at."""
    latest = paths.releases / LATEST
    if not latest.exists():
        return Release(
            problem=f"Nothing has been released yet ({latest} is not there). publish_weekly runs when all "
            "seven days of a week are built; run it by hand with the parameter week for an earlier one."
        )
    folder = latest.resolve()
    try:
        summary = read_summary(folder)
    except (OSError, msgspec.DecodeError) as error:
        return Release(
            folder=folder.name,
            problem=_unreadable(folder / SUMMARY, error, f"{RESTORE_RELEASE}."),
        )
    files = tuple(
        ReleaseFile(name=path.relative_to(folder).as_posix(), size_bytes=path.stat().st_size)
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    )
    return Release(folder=folder.name, summary=summary, files=files, checks=_checks(paths, summary.release))


def find_file(root: Path, path: str) -> Path | None:
    """Return a file below `root`, or None when there is none or the path leads outside.

    A folder stands for its index page. Hidden files are not served.
    """
    if any(part.startswith(".") for part in Path(path).parts):
        return None
    try:
        target = (root / path).resolve()
        if target.is_dir():
            target /= "index.html"
        return target if target.is_relative_to(root.resolve()) and target.is_file() else None
    except (OSError, ValueError):
        return None  # no file can have this name: too long, or with a zero


def _checks(paths: DataPaths, key: str) -> str | None:
    return key if (paths.data_docs / key / "index.html").is_file() else None


def _unreadable(file: Path, error: Exception, mend: str) -> str:
    return f"{file} cannot be read: {error}. {mend}"
