"""Which boards a day's collection is expected to read, and which days were handed on to be built.

The plan is written down before the first request: a failed mapped task vanishes from its downstream's list,
so coverage is counted against the plan. What the operator has switched off is written down beside it, so that
a board that is off is not taken for one that was lost.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from include.archive.manifest import CorruptManifestError
from include.archive.reads import Board
from include.archive.store import Archive
from include.json_text import readable_json
from include.partitions import PartitionKeyError, parse_day
from include.storage import put_if_absent

_log = logging.getLogger(__name__)


class SwitchedOff(msgspec.Struct, frozen=True, kw_only=True):
    """A board that stands in the boards file and is not to be read.

    Attributes:
        note: why, as the boards file says; may be empty.
    """

    board: Board
    note: str


class _HandedOn(msgspec.Struct, frozen=True, kw_only=True):
    """That a day was handed on, by the closing of which day."""

    by: date


def plan_path(archive_root: Path, day: date) -> Path:
    """Return where the plan of `day` is kept."""
    return archive_root / "plans" / f"{day.isoformat()}.json"


def write_plan(archive_root: Path, day: date, boards: Sequence[Board]) -> list[Board]:
    """Fix the boards expected on `day`; the first plan of a day that expects any stands.

    A plan without boards is not written down: boards that are enabled later that day can still be planned.

    Returns:
        The boards of the plan that stands, sorted by source and token.

    Raises:
        StorageError: the plan could not be written.
    """
    plan = sorted(boards, key=lambda board: board.key)
    if plan:
        put_if_absent(plan_path(archive_root, day), readable_json(plan))
    return read_plan(archive_root, day)


def read_plan(archive_root: Path, day: date) -> list[Board]:
    """Return the boards expected on `day`; empty when the day was never planned.

    Raises:
        CorruptManifestError: the plan cannot be read; the message names it.
    """
    plan: list[Board] = _load(plan_path(archive_root, day)) or []
    return plan


def write_switched_off(archive_root: Path, day: date, boards: Sequence[SwitchedOff]) -> None:
    """Write down which boards are switched off on `day`; the first record of a day stands.

    Raises:
        StorageError: it could not be written.
    """
    if boards:
        ordered = sorted(boards, key=lambda off: off.board.key)
        put_if_absent(_switched_off_path(archive_root, day), readable_json(ordered))


def read_switched_off(archive_root: Path, day: date) -> list[SwitchedOff]:
    """Return the boards that were switched off on `day`.

    Raises:
        CorruptManifestError: the record cannot be read; the message names it.
    """
    boards: list[SwitchedOff] = _load(_switched_off_path(archive_root, day)) or []
    return boards


def known_days(archive_root: Path) -> list[date]:
    """Return every day that was read or planned, oldest first.

    A day that was planned and never read counts too: its boards were missing.
    """
    days = set(Archive(archive_root).days())
    for path in (archive_root / "plans").glob("*.json"):
        try:
            days.add(parse_day(path.stem))
        except PartitionKeyError:
            _log.warning("%s is not the plan of a day and is left out", path)
    return sorted(days)


def hand_on(archive_root: Path, days: Sequence[date], by: date) -> None:
    """Write down that `days` were handed on to be built when the collection of the day `by` was closed.

    Raises:
        StorageError: it could not be written.
    """
    for day in days:
        put_if_absent(_handed_on_path(archive_root, day), msgspec.json.encode(_HandedOn(by=by)))


def handed_on_by(archive_root: Path, day: date) -> date | None:
    """Return the day whose closing handed `day` on, None when nobody did.

    Raises:
        CorruptManifestError: the record cannot be read; the message names it.
    """
    record: _HandedOn | None = _load(_handed_on_path(archive_root, day))
    return record.by if record else None


def damaged_records(archive_root: Path) -> list[str]:
    """Return one sentence, with the mend, for each file of this module that cannot be read."""
    problems = []
    for folder in _RECORDS:
        for path in sorted((archive_root / folder).glob("*.json")):
            try:
                _load(path)
            except CorruptManifestError as error:
                problems.append(str(error))
    return problems


_RECORDS: Mapping[str, tuple[Any, str]] = {
    "plans": (list[Board], "no board counts as expected on its day"),
    "switched_off": (list[SwitchedOff], "its boards count as lost on its day"),
    "handed_on": (_HandedOn, "the next collection hands its day on again"),
}
"""By folder: what a file holds, and what follows when it is moved away."""


def _load(path: Path) -> Any:
    if not path.exists():
        return None
    kind, loss = _RECORDS[path.parent.name]
    try:
        return msgspec.json.decode(path.read_bytes(), type=kind)
    except (msgspec.DecodeError, OSError) as error:
        raise CorruptManifestError(
            f"{path} cannot be read ({error}). Restore it from a backup, or move it away: then {loss}."
        ) from error


def _switched_off_path(archive_root: Path, day: date) -> Path:
    return archive_root / "switched_off" / f"{day.isoformat()}.json"


def _handed_on_path(archive_root: Path, day: date) -> Path:
    return archive_root / "handed_on" / f"{day.isoformat()}.json"
