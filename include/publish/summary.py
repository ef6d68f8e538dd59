"""What `release.json` says: enough for a page, a bot or an operator."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import msgspec

from include.publish.headline import Headline

SUMMARY = "release.json"


class FailedCheck(msgspec.Struct, frozen=True, kw_only=True):
    """A warning that is published with the release."""

    table_name: str
    expectation_id: str
    description: str
    observed_value: str | None


class Summary(msgspec.Struct, frozen=True, kw_only=True):
    """The content of `release.json`.

    Attributes:
        release: ISO week, `2026-W47`.
        version: name of the release: the week, or a revision of it (`2026-W47-r2`).
        compared_with: the release that diff.json compares with.
    """

    release: str
    week_start: date
    data_origin: str
    headline: Headline | None
    warnings: tuple[FailedCheck, ...]
    version: str = ""
    compared_with: str | None = None


def read_summary(release: Path) -> Summary:
    """Return what a release folder's `release.json` says.

    Raises:
        OSError: it cannot be read.
        msgspec.DecodeError: it is not what a release writes.
    """
    return msgspec.json.decode((release / SUMMARY).read_bytes(), type=Summary)
