"""A source that is switched off on purpose holds nothing up and stays in sight; one that is lost does."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from include.pipeline.collecting import finish_day
from include.pipeline.publishing import CoverageError, check_coverage, measure
from include.pipeline.status import write_status
from include.settings import Settings
from include.validate.registry import checks_for
from include.validate.scope import parse_scope
from include.warehouse.connection import open_warehouse
from tests.faults.conftest import TUESDAY, WEDNESDAY, put_a_week_back
from tests.pipeline.installation import MONDAY, Installation, changed, rows
from tests.validate.small_warehouse import holds

Copied = Callable[[str], Installation]
NOTE = "left for another system"


def edit_boards(settings: Settings, *, keep: bool) -> Settings:
    """Give the installation a boards file of its own in which lever's rows are off, or gone."""
    with settings.boards_file.open(encoding="utf-8", newline="") as file:
        found = list(csv.DictReader(file))
    off = [row | {"enabled": "false", "note": NOTE} for row in found if row["source"] == "lever"]
    path = settings.data_dir / "own_boards.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, found[0].keys(), lineterminator="\n")
        writer.writeheader()
        writer.writerows([row for row in found if row["source"] != "lever"] + (off if keep else []))
    return changed(settings, boards_file=path)


def wednesday(made: Installation, *, keep: bool) -> Installation:
    """Monday is of the week before; on Wednesday lever is off or gone."""
    put_a_week_back(made)
    made.settings = edit_boards(made.settings, keep=keep)
    made.collect(WEDNESDAY)
    made.build(WEDNESDAY)
    return made


def failed_checks(settings: Settings, day: date) -> set[str]:
    scope = parse_scope(day.isoformat())
    with open_warehouse(settings) as con:
        checks = checks_for("core_board_reads", scope.kind)
        return {check.id for check in checks if not holds(con, "core_board_reads", check, scope)}


def test_it_is_not_missed_and_is_shown_as_off(copied: Copied) -> None:
    made = wednesday(copied("off"), keep=True)
    n_off = rows(made.settings, "SELECT count(DISTINCT board) FROM core_board_reads WHERE source = 'lever'")
    coverage = check_coverage(made.settings, MONDAY)
    assert coverage.problems == ()
    assert coverage.coverage == 1.0
    assert rows(
        made.settings,
        "SELECT DISTINCT is_expected, is_complete, n_listed, error FROM core_board_reads "
        "WHERE status = 'switched_off'",
    ) == [(False, False, 0, NOTE)]
    with open_warehouse(made.settings) as con:
        status = write_status(made.settings, con, WEDNESDAY)
    assert {(off.source, off.error) for off in status.switched_off} == {("lever", NOTE)}
    assert "lever" not in {trouble.source for trouble in status.troubles}
    measure(made.settings, MONDAY)
    assert rows(
        made.settings,
        "SELECT boards_switched_off, boards_expected FROM out_coverage_v1 "
        f"WHERE source = 'lever' AND week_start = DATE '{MONDAY}'",
    ) == [(n_off[0][0], 0)]
    assert "no_source_fell_silent" not in failed_checks(made.settings, WEDNESDAY)


@pytest.mark.parametrize(("weeks", "refused"), [(1, False), (2, True)])
def test_a_source_that_died_is_switched_off_after_its_week_was_refused(
    copied: Copied, weeks: int, refused: bool
) -> None:
    """Lever dies in a week; its boards are switched off in the week after it, or one later."""
    made = wednesday(copied(f"died {weeks}"), keep=True)
    rows(
        made.settings,
        f"UPDATE core_board_reads SET day = day + {7 * (weeks - 1)} WHERE status = 'switched_off'",
    )
    monday = MONDAY - timedelta(weeks=1)
    # The week before is whole, the week itself has one day on which every board of lever fails.
    rows(
        made.settings,
        "INSERT INTO core_board_reads SELECT * REPLACE (day - 7 AS day) FROM core_board_reads "
        f"WHERE day = DATE '{monday}'",
    )
    rows(
        made.settings,
        "UPDATE core_board_reads SET status = 'failed', is_complete = false, n_listed = 0 "
        f"WHERE source = 'lever' AND day = DATE '{monday}'",
    )
    settings = changed(made.settings, minimum_board_coverage=0.5)
    if refused:
        with pytest.raises(CoverageError, match="lever listed 0 postings on its median day"):
            check_coverage(settings, monday)
    else:
        coverage = check_coverage(settings, monday)
        assert coverage.coverage < 1, "its failed reads still count"
    # Not silently: the release prints the warning.
    scope = parse_scope("2026-W46")
    with open_warehouse(settings) as con:
        [check] = [c for c in checks_for("core_board_reads", "week") if c.id == "boards_answered_this_week"]
        assert not holds(con, "core_board_reads", check, scope)


def test_rows_that_were_deleted_are_missed(copied: Copied) -> None:
    made = wednesday(copied("gone"), keep=False)
    with pytest.raises(CoverageError, match="lever listed 0 postings on its median day"):
        check_coverage(made.settings, MONDAY)
    assert "no_source_fell_silent" in failed_checks(made.settings, WEDNESDAY)


def test_the_days_before_it_was_switched_off_still_count(copied: Copied) -> None:
    """All of lever fails on Tuesday; switched off on Wednesday, its failed reads stay in the week's share."""
    made = copied("late")
    rows(made.settings, "UPDATE core_board_reads SET day = day - 7")
    made.build(TUESDAY)
    rows(
        made.settings,
        "UPDATE core_board_reads SET status = 'failed', is_complete = false, n_listed = 0 "
        f"WHERE source = 'lever' AND day = DATE '{TUESDAY}'",
    )
    made.settings = edit_boards(made.settings, keep=True)
    made.collect(WEDNESDAY)
    made.build(WEDNESDAY)
    coverage = check_coverage(made.settings, MONDAY, allow_partial=True)
    n_failed = rows(made.settings, "SELECT count(*) FROM core_board_reads WHERE status = 'failed'")[0][0]
    assert n_failed > 0
    assert coverage.board_days_expected - coverage.board_days_complete == n_failed


def test_a_board_that_was_never_read_is_not_shown(copied: Copied) -> None:
    made = copied("never")
    made.settings = edit_boards(made.settings, keep=True)
    rows(made.settings, "DELETE FROM core_board_reads WHERE source = 'lever'")
    rows(made.settings, "UPDATE core_board_reads SET day = day - 7")
    made.collect(WEDNESDAY)
    made.build(WEDNESDAY)
    with open_warehouse(made.settings) as con:
        assert write_status(made.settings, con, WEDNESDAY).switched_off == ()
    measure(made.settings, MONDAY)
    assert rows(made.settings, "SELECT sum(boards_switched_off) FROM out_coverage_v1") == [(0,)]


def test_a_lost_day_has_what_was_off_when_it_was_found_out(copied: Copied) -> None:
    """Nobody ran on Wednesday; on Thursday the source is off, and Wednesday is handed on like that."""
    made = copied("lost")
    finish_day(made.settings, TUESDAY)
    made.settings = edit_boards(made.settings, keep=True)
    thursday = date(2026, 11, 19)
    made.collect(thursday)
    assert finish_day(made.settings, thursday).lost_days == (WEDNESDAY,)
    made.build(WEDNESDAY)
    assert rows(
        made.settings,
        f"SELECT DISTINCT status FROM core_board_reads WHERE source = 'lever' AND day = DATE '{WEDNESDAY}'",
    ) == [("switched_off",)]
