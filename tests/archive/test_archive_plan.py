"""What was expected of a day, what was off on it, and who handed it on: written down once, read back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from include.archive.manifest import CorruptManifestError
from include.archive.plan import (
    SwitchedOff,
    damaged_records,
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
from tests.archive.samples import ACME, DAY

LEVER = Board(source="lever", token="b", employer="B")
OTHER = Board(source="greenhouse", token="b", employer="B")
NEXT_DAY = DAY + timedelta(days=1)


def test_the_first_plan_of_a_day_that_expects_a_board_stands(archive: Archive) -> None:
    assert read_plan(archive.root, DAY) == []
    assert write_plan(archive.root, DAY, []) == []
    assert known_days(archive.root) == []
    planned = [ACME, OTHER, LEVER]
    assert write_plan(archive.root, DAY, [LEVER, OTHER, ACME]) == planned
    assert write_plan(archive.root, DAY, [LEVER]) == planned
    assert read_plan(archive.root, DAY) == planned
    assert read_plan(archive.root, NEXT_DAY) == []


def test_known_days_are_told_oldest_first(archive: Archive) -> None:
    days = [DAY + timedelta(days=offset) for offset in (8, -40, 16, 0, 32, -8, 24)]
    for day in days:
        write_plan(archive.root, day, [ACME])
    assert known_days(archive.root) == sorted(days)


def test_the_first_record_of_boards_that_are_off_stands(archive: Archive) -> None:
    off = [SwitchedOff(board=board, note=board.source) for board in (LEVER, ACME)]
    write_switched_off(archive.root, DAY, [])
    write_switched_off(archive.root, DAY, off)
    write_switched_off(archive.root, DAY, off[:1])
    assert read_switched_off(archive.root, DAY) == off[::-1]
    assert read_switched_off(archive.root, NEXT_DAY) == []


def test_a_day_is_handed_on_once(archive: Archive) -> None:
    assert handed_on_by(archive.root, DAY) is None
    hand_on(archive.root, [DAY, NEXT_DAY], by=NEXT_DAY)
    hand_on(archive.root, [DAY], by=NEXT_DAY + timedelta(days=1))
    assert [handed_on_by(archive.root, day) for day in (DAY, NEXT_DAY)] == [NEXT_DAY, NEXT_DAY]


@pytest.mark.parametrize(
    ("folder", "loss"),
    [
        ("plans", "no board counts as expected"),
        ("switched_off", "its boards count as lost"),
        ("handed_on", "hands its day on again"),
    ],
)
@pytest.mark.parametrize("content", [b"[{", b"{}", b"[1]", None])
def test_a_damaged_record_is_named_with_what_is_lost_without_it(
    archive: Archive, folder: str, loss: str, content: bytes | None
) -> None:
    path = archive.root / folder / f"{DAY}.json"
    path.parent.mkdir(parents=True)
    path.mkdir() if content is None else path.write_bytes(content)
    write_plan(archive.root, NEXT_DAY, [ACME])
    (problem,) = damaged_records(archive.root)
    assert str(path) in problem
    assert loss in problem
    read = {"plans": read_plan, "switched_off": read_switched_off, "handed_on": handed_on_by}[folder]
    with pytest.raises(CorruptManifestError, match="Restore it from a backup"):
        read(archive.root, DAY)
