"""Names of releases: `2026-W47`, its revision `2026-W47-r2`, titles, licence, and which folders hold one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from include.partitions import parse_week, week_name

CHECKSUMS = "SHA256SUMS"
"""Written last: a folder without it is not a release."""
LATEST = "latest"
DATABASE = "hiring_signals.duckdb"
LICENCE_URL = "https://creativecommons.org/licenses/by/4.0/"

_NAME = re.compile(r"(\d{4}-W\d{2})(?:-r([2-9]|[1-9]\d+))?")


@dataclass(frozen=True, order=True)
class ReleaseName:
    """One release of a week; sorts by week, then revision.

    Attributes:
        week: ISO week, `2026-W47`.
        revision: 1 for the first publication.
    """

    week: str
    revision: int = 1

    def __str__(self) -> str:
        return self.week if self.revision == 1 else f"{self.week}-r{self.revision}"

    @property
    def monday(self) -> date:
        """Monday of the release's week."""
        return parse_week(self.week)

    @property
    def next_revision(self) -> ReleaseName:
        """The name of the revision after this one."""
        return ReleaseName(self.week, self.revision + 1)

    @classmethod
    def first_of(cls, monday: date) -> ReleaseName:
        """Return the name of a week's first release."""
        return cls(week_name(monday))

    @classmethod
    def parse(cls, name: str) -> ReleaseName | None:
        """Return the release that a folder name stands for, or None when it stands for none."""
        match = _NAME.fullmatch(name)
        return cls(match[1], int(match[2] or 1)) if match else None


def list_releases(releases: Path) -> list[ReleaseName]:
    """Return the finished releases in a folder, by week and revision; other folders are passed over."""
    if not releases.is_dir():
        return []
    names = (ReleaseName.parse(path.name) for path in releases.iterdir() if not path.is_symlink())
    return sorted(name for name in names if name and (releases / str(name) / CHECKSUMS).is_file())


def titled(title: str, data_origin: str) -> str:
    """Return a title that says so when the data is simulated: a file or chart travels alone."""
    return f"{title} (SIMULATED DATA)" if data_origin == "simulated" else title
