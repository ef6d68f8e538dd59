"""Planning and closing a day, on an archive in which nothing but the outcomes of reads stands."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from include.archive.plan import (
    SwitchedOff,
    handed_on_by,
    read_plan,
    read_switched_off,
    write_plan,
    write_switched_off,
)
from include.archive.reads import Board, ReadStatus
from include.archive.store import Archive
from include.collect.today import NotCollectableError, today
from include.pipeline import collecting
from include.settings import Settings
from tests.archive.samples import DAY, answer_of, read_of, record

BOARDS = "source,token,employer,enabled,options,note\ngreenhouse,acme,Acme,{},,\n"


def test_boards_that_are_enabled_after_a_day_began_without_any_are_planned_for_it(tmp_path: Path) -> None:
    """As `finish_day` says: enable boards, then clear the tasks of this run."""
    boards = tmp_path / "boards.csv"
    boards.write_text(BOARDS.format("false"), encoding="utf-8")
    settings = Settings(data_dir=tmp_path / "data", data_origin="public_boards", boards_file=boards)
    day = today(settings)
    assert collecting.plan_day(settings, day) == []
    with pytest.raises(collecting.NothingAnsweredError, match="Enable boards in"):
        collecting.finish_day(settings, day)
    boards.write_text(BOARDS.format("true"), encoding="utf-8")
    planned = [Board(source="greenhouse", token="acme", employer="Acme")]
    assert collecting.plan_day(settings, day) == planned
    boards.write_text(BOARDS.format("false"), encoding="utf-8")
    assert collecting.plan_day(settings, day) == planned, "a plan with boards stands"


def installation(tmp_path: Path) -> Settings:
    boards = tmp_path / "boards.csv"
    boards.write_text(BOARDS.format("true"), encoding="utf-8")
    return Settings(data_dir=tmp_path / "data", data_origin="public_boards", boards_file=boards)


def test_a_day_that_is_over_keeps_its_plan_and_gets_no_new_one(tmp_path: Path) -> None:
    """As when the task of planning is run again after midnight."""
    settings = installation(tmp_path)
    yesterday = today(settings) - timedelta(days=1)
    with pytest.raises(NotCollectableError, match="cannot be collected"):
        collecting.plan_day(settings, yesterday)
    planned = [Board(source="lever", token="b", employer="B")]
    write_plan(settings.paths.archive, yesterday, planned)
    assert collecting.plan_day(settings, yesterday) == planned
    assert read_switched_off(settings.paths.archive, yesterday) == []


def test_a_closed_day_says_how_its_boards_were_read(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    statuses: list[ReadStatus] = ["complete", "unchanged", "partial", "failed", "failed"]
    boards = [Board(source="lever", token=str(number), employer="B") for number in range(6)]
    write_plan(settings.paths.archive, DAY, boards)
    archive = Archive(settings.paths.archive)
    for board, status in zip(boards, statuses, strict=False):  # the last one is never tried
        record(archive, read_of(board, status=status), [answer_of()])
    record(archive, read_of(Board(source="ashby", token="x", employer="X")), [])  # nobody expected it
    report = collecting.finish_day(settings, DAY)
    assert (report.n_expected, report.n_whole) == (6, 2)
    assert report.statuses == {"complete": 1, "failed": 2, "missing": 1, "partial": 1, "unchanged": 1}
    assert handed_on_by(settings.paths.archive, DAY) == DAY


def test_the_sources_of_a_day_are_those_that_were_planned_or_read(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    boards = [Board(source=source, token="a", employer="A") for source in ("lever", "greenhouse", "ashby")]
    write_plan(settings.paths.archive, DAY, boards[:2])
    for board in boards[1:]:
        record(Archive(settings.paths.archive), read_of(board), [])
    assert collecting.sources_of_day(settings, DAY) == ["ashby", "greenhouse", "lever"]


def test_a_plan_holds_what_is_on_and_beside_it_stands_what_is_off(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    off = "lever,off,Off,false,,left for another system\n"
    settings.boards_file.write_text(BOARDS.format("true") + off, encoding="utf-8")
    day = today(settings)
    assert [board.token for board in collecting.plan_day(settings, day)] == ["acme"]
    (left_out,) = read_switched_off(settings.paths.archive, day)
    assert (left_out.board.token, left_out.note) == ("off", "left for another system")


@pytest.mark.parametrize(("status", "is_read"), [("partial", True), ("refused", False), ("failed", False)])
def test_a_day_of_which_one_board_gave_postings_is_closed(
    tmp_path: Path, status: ReadStatus, is_read: bool
) -> None:
    settings = installation(tmp_path)
    boards = [Board(source="lever", token=token, employer="B") for token in ("a", "b", "c")]
    write_plan(settings.paths.archive, DAY, boards)
    archive = Archive(settings.paths.archive)
    record(archive, read_of(boards[0], status="failed"), [])
    record(archive, read_of(boards[1], status=status), [answer_of()])
    if is_read:
        assert collecting.finish_day(settings, DAY).n_whole == 0
    else:
        with pytest.raises(collecting.NothingAnsweredError, match=r"none of 3 boards was read.*never tried"):
            collecting.finish_day(settings, DAY)
    assert (handed_on_by(settings.paths.archive, DAY) is not None) == is_read


def close(settings: Settings, *days: int) -> list[tuple[int, ...]]:
    """Read and close days, counted from Monday; return which lost days each of them handed on."""
    board = Board(source="lever", token="a", employer="B")
    lost = []
    for offset in days:
        day = DAY + timedelta(days=offset)
        write_plan(settings.paths.archive, day, [board])
        record(Archive(settings.paths.archive), read_of(board, day=day), [answer_of()])
        report = collecting.finish_day(settings, day)
        lost.append(tuple((lost_day - DAY).days for lost_day in report.lost_days))
    return lost


@pytest.mark.parametrize(
    ("days", "lost"),
    [
        ([0, 1], [(), ()]),
        ([2, 3], [(0, 1), ()]),  # reading began on a Wednesday
        ([0, 3], [(), (1, 2)]),
        ([2, 5], [(0, 1), (3, 4)]),
        ([0, 31], [(), tuple(range(1, 31))]),
        ([0, 32], [(), tuple(range(1, 32))]),
        # After more than a month: the rest of the week in which it stopped, and the month before.
        ([0, 1, 45], [(), (), (*range(2, 7), *range(14, 45))]),
        ([0, 6, 45], [(), tuple(range(1, 6)), tuple(range(14, 45))]),
        ([0, 8, 60], [(), tuple(range(1, 8)), (*range(9, 14), *range(29, 60))]),
    ],
)
def test_which_days_that_nobody_closed_are_handed_on(
    tmp_path: Path, days: list[int], lost: list[tuple[int, ...]]
) -> None:
    assert close(installation(tmp_path), *days) == lost


def test_a_closing_that_is_repeated_hands_on_the_same_days(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    assert close(settings, 0, 3) == [(), (1, 2)]
    assert collecting.finish_day(settings, DAY + timedelta(days=3)).lost_days == (
        DAY + timedelta(days=1),
        DAY + timedelta(days=2),
    )
    assert close(settings, 4) == [()]


def test_a_day_whose_build_has_begun_was_handed_on(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    (settings.paths.staging / f"{DAY + timedelta(days=1)}").mkdir(parents=True)
    assert close(settings, 0, 3) == [(), (2,)]


def test_a_plan_of_which_nothing_came_for_more_than_a_month_is_no_beginning(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    write_plan(settings.paths.archive, DAY + timedelta(days=2), [Board(source="b", token="b", employer="B")])
    assert close(settings, 45) == [tuple(range(14, 45))]


@pytest.mark.parametrize("is_planned", [True, False])
def test_a_day_that_was_only_planned_or_only_read_is_one_on_which_reading_went_on(
    tmp_path: Path, is_planned: bool
) -> None:
    """Reading began on that Sunday, so its whole week is handed on with it."""
    settings = installation(tmp_path)
    sunday, board = DAY + timedelta(days=6), Board(source="lever", token="a", employer="B")
    if is_planned:
        write_plan(settings.paths.archive, sunday, [board])
    else:
        record(Archive(settings.paths.archive), read_of(board, day=sunday), [answer_of()])
    assert close(settings, 7) == [(0, 1, 2, 3, 4, 5, 6)]


def test_what_is_off_when_a_lost_day_is_found_was_off_on_it(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    close(settings, 0)
    root, wednesday = settings.paths.archive, DAY + timedelta(days=2)
    kept, left = (Board(source="lever", token=token, employer="B") for token in ("a", "left"))
    write_switched_off(root, wednesday, [SwitchedOff(board=left, note="moved")])
    assert close(settings, 2) == [(1,)]
    tuesday = DAY + timedelta(days=1)
    assert read_plan(root, tuesday) == [kept]
    assert [off.board for off in read_switched_off(root, tuesday)] == [left]


def test_what_was_off_on_a_lost_day_is_not_expected_of_it(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    close(settings, 0)
    root, tuesday = settings.paths.archive, DAY + timedelta(days=1)
    board = Board(source="lever", token="a", employer="B")
    write_switched_off(root, tuesday, [SwitchedOff(board=board, note="")])
    assert close(settings, 2) == [(1,)]
    assert read_plan(root, tuesday) == []


def test_reading_that_began_on_a_wednesday_expects_nothing_of_the_days_before(tmp_path: Path) -> None:
    settings = installation(tmp_path)
    close(settings, 2, 4)
    planned = {day for day in range(5) if read_plan(settings.paths.archive, DAY + timedelta(days=day))}
    assert planned == {2, 3, 4}
    assert [handed_on_by(settings.paths.archive, DAY + timedelta(days=day)) for day in range(5)] == [
        DAY + timedelta(days=by) for by in (2, 2, 2, 4, 4)
    ]
