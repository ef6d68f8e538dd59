"""Collect: plan a day and close it; between the two every board is read (`include.sources.reading`)."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import msgspec

from include.archive.plan import (
    SwitchedOff,
    hand_on,
    handed_on_by,
    known_days,
    read_plan,
    read_switched_off,
    write_plan,
    write_switched_off,
)
from include.archive.reads import Board
from include.archive.store import Archive
from include.collect.boards import load_boards
from include.collect.today import require_today
from include.partitions import day_key, week_days, week_start
from include.settings import Settings

MAX_LOST_DAYS = 31


class NothingAnsweredError(RuntimeError):
    """Not one expected board was read: the fault is on our side, or the network's."""


class DayReport(msgspec.Struct, frozen=True, kw_only=True):
    """How a day's collection ended.

    Attributes:
        statuses: number of expected boards by read status; `missing` were never tried.
        lost_days: earlier days on which nothing was read, and in the first week those before reading began,
            now handed on so that their week is not held up.
    """

    day: date
    n_expected: int
    n_whole: int
    statuses: dict[str, int]
    lost_days: tuple[date, ...]


def plan_day(settings: Settings, day: date) -> list[Board]:
    """Fix which boards are expected on `day`, and which are switched off; return the expected ones.

    Raises:
        NotCollectableError: boards no longer show that day.
        BoardsFileError: boards.csv is wrong.
    """
    planned = read_plan(settings.paths.archive, day)
    if planned:
        return planned
    require_today(settings, day)
    rows = load_boards(settings.boards_file)
    off = [SwitchedOff(board=row.board, note=row.note) for row in rows if not row.is_enabled]
    write_switched_off(settings.paths.archive, day, off)
    return write_plan(settings.paths.archive, day, [row.board for row in rows if row.is_enabled])


def finish_day(settings: Settings, day: date) -> DayReport:
    """Compare what was read with what was expected, and find earlier days that were never handed on.

    Repeated, it hands on the same days again.

    Raises:
        NothingAnsweredError: no board was expected, or none was read; nothing is handed on.
    """
    archive = Archive(settings.paths.archive)
    expected = read_plan(settings.paths.archive, day)
    if not expected:
        raise NothingAnsweredError(
            f"no board was expected on {day}: the log of plan_boards says why. Enable boards in "
            f"{settings.boards_file}, then clear the tasks of this run."
        )
    reads = {archived.read.board.key: archived.read for archived in archive.effective_reads(day)}
    found = [reads.get(board.key) for board in expected]
    n_whole = sum(read is not None and read.is_whole for read in found)
    if not any(read is not None and read.is_answered for read in found):
        errors = Counter(read.error or read.status if read else "never tried" for read in found)
        commonest = "; ".join(f"{count} x {error}" for error, count in errors.most_common(3))
        raise NothingAnsweredError(
            f"none of {len(expected)} boards was read on {day}: {commonest}. Check the network "
            "and the contact setting; where a host asked for a pause, wait until the time it named. Then "
            "clear the failed tasks of this run."
        )
    lost = _lost_days(settings, day)
    hand_on(settings.paths.archive, [*lost, day], by=day)
    return DayReport(
        day=day,
        n_expected=len(expected),
        n_whole=n_whole,
        statuses=dict(sorted(Counter(read.status if read else "missing" for read in found).items())),
        lost_days=tuple(lost),
    )


def sources_of_day(settings: Settings, day: date) -> list[str]:
    """Return the sources planned or read on `day`, sorted."""
    planned = {board.source for board in read_plan(settings.paths.archive, day)}
    read = {archived.read.board.source for archived in Archive(settings.paths.archive).effective_reads(day)}
    return sorted(planned | read)


def _lost_days(settings: Settings, day: date) -> list[date]:
    """Return the earlier days that are to be handed on with `day`, each with a plan of what was expected.

    The weekly roll-up waits for every day of its week. So a day that was never collected, on which no board
    answered, or whose closing died after good reads is handed on with what there is: its week is then
    published, or refused for coverage.
    """
    known = known_days(settings.paths.archive)
    began = min(known, default=day)
    first = max(began, day - timedelta(days=MAX_LOST_DAYS))
    # After a pause longer than that, the week in which it began lacks its other days; without them it would
    # look as if it had been read whole.
    before = reversed([known_day for known_day in known if known_day < first])
    stopped = next((known_day for known_day in before if _is_handed_on(settings, known_day, day)), first)
    earlier = [week_day for week_day in week_days(week_start(stopped)) if stopped < week_day < first]
    earlier += [first + timedelta(days=offset) for offset in range((day - first).days)]
    lost = [earlier_day for earlier_day in earlier if not _is_handed_on(settings, earlier_day, day)]
    for lost_day in lost:
        _plan_lost_day(settings, lost_day, day)
    if first == began and lost == earlier:
        # Nothing was ever handed on before. Reading that begins on a Wednesday has to hand on Monday and
        # Tuesday too; no board was expected then, so they get no plan and do not count against coverage.
        lost = [week_day for week_day in week_days(week_start(began)) if week_day < began] + lost
    return lost


def _plan_lost_day(settings: Settings, lost_day: date, day: date) -> None:
    """Expect on a lost day what is expected on `day`, unless a plan was made then.

    A day on which every board was off has no plan either: what was off stays unexpected.
    """
    root = settings.paths.archive
    write_switched_off(root, lost_day, read_switched_off(root, day))
    off = {switched_off.board.key for switched_off in read_switched_off(root, lost_day)}
    write_plan(root, lost_day, [board for board in read_plan(root, day) if board.key not in off])


def _is_handed_on(settings: Settings, earlier: date, day: date) -> bool:
    by = handed_on_by(settings.paths.archive, earlier)
    if by is not None:
        return by != day  # what this day's closing handed on before, it hands on again when it is repeated
    return (settings.paths.staging / day_key(earlier)).exists()  # its build has begun
