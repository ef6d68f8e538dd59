"""Days that nobody collected, or on which no board answered, do not hold up their week."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from datetime import date, timedelta

import pytest

from include.archive.plan import plan_path, read_plan, write_plan
from include.maintain.retention import apply_retention
from include.partitions import day_key
from include.pipeline import collecting
from include.pipeline.collecting import NothingAnsweredError, finish_day, plan_day, sources_of_day
from include.pipeline.loading import NotStagedError, load_partition
from include.pipeline.publishing import CoverageError, check_coverage
from include.pipeline.staging import classify_source, stage_source
from include.sources.reading import collect_board
from tests.faults.conftest import TUESDAY, WEDNESDAY, put_a_week_back, stage
from tests.pipeline.installation import MONDAY, Installation, changed, core_rows, rows

Copied = Callable[[str], Installation]
THURSDAY = MONDAY + timedelta(days=3)
FRIDAY = MONDAY + timedelta(days=4)
SATURDAY = MONDAY + timedelta(days=5)
SUNDAY = MONDAY + timedelta(days=6)


def test_lost_days_are_handed_on_with_every_board_missing(copied: Copied) -> None:
    """Wednesday nobody ran; on Thursday every board failed; Friday hands both on."""
    made = copied("made")
    assert finish_day(made.settings, TUESDAY).lost_days == ()
    made.set_day(THURSDAY)
    boards = plan_day(made.settings, THURSDAY)
    made.set_faults({f"{board.source}/{board.token}": {"kind": "gone"} for board in boards})
    for board in boards:
        assert collect_board(made.settings, THURSDAY, board).status == "gone"
    with pytest.raises(NothingAnsweredError, match=r"none of 6 boards was read on 2026-11-19"):
        finish_day(made.settings, THURSDAY)

    made.set_faults({})
    made.collect(FRIDAY)
    report = finish_day(made.settings, FRIDAY)
    assert report.lost_days == (WEDNESDAY, THURSDAY)
    assert report.statuses.keys() <= {"complete", "unchanged"}
    for day in (TUESDAY, *report.lost_days, FRIDAY):
        made.build(day)
    assert rows(
        made.settings,
        "SELECT day, status, count(*), bool_or(is_complete) FROM core_board_reads "
        "WHERE is_expected AND status NOT IN ('complete', 'unchanged') GROUP BY ALL ORDER BY day",
    ) == [(WEDNESDAY, "missing", 6, False), (THURSDAY, "gone", 6, False)]
    closed = rows(made.settings, "SELECT DISTINCT closed_date FROM core_postings ORDER BY ALL")
    assert {day for (day,) in closed} <= {None, TUESDAY, FRIDAY}
    assert finish_day(made.settings, FRIDAY).lost_days == report.lost_days, "a rerun hands on the same days"

    with pytest.raises(CoverageError, match=r"18 of 30 board reads were complete \(60%, at least 80%"):
        check_coverage(made.settings, MONDAY)
    partial = check_coverage(made.settings, MONDAY, allow_partial=True)
    assert (partial.days_observed, partial.coverage) == (3, 0.6)
    assert check_coverage(changed(made.settings, minimum_board_coverage=0.5), MONDAY).problems == ()


def test_the_week_in_which_a_long_pause_began_has_all_its_days(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Tuesday was the last day that was read; the next one lies further on than lost days are looked for."""
    monkeypatch.setattr(collecting, "MAX_LOST_DAYS", 2)
    made = copied("made")
    assert finish_day(made.settings, TUESDAY).lost_days == ()
    made.collect(SUNDAY)
    lost = finish_day(made.settings, SUNDAY).lost_days
    assert lost == (WEDNESDAY, THURSDAY, FRIDAY, SATURDAY)
    assert finish_day(made.settings, SUNDAY).lost_days == lost, "a rerun hands on the same days"
    for day in (TUESDAY, *lost, SUNDAY):
        made.build(day)
    partial = check_coverage(made.settings, MONDAY, allow_partial=True)
    assert (partial.board_days_expected, partial.board_days_complete) == (42, 18)


def test_a_day_whose_closing_was_lost_after_good_reads_is_handed_on_by_the_next(copied: Copied) -> None:
    """Tuesday was collected; whatever should have closed it died. Wednesday hands both on."""
    made = copied("made")
    made.collect(WEDNESDAY)
    assert finish_day(made.settings, WEDNESDAY).lost_days == (TUESDAY,)
    assert finish_day(made.settings, WEDNESDAY).lost_days == (TUESDAY,), "a rerun hands on the same days"
    made.collect(THURSDAY)
    assert finish_day(made.settings, THURSDAY).lost_days == (), "Wednesday's closing stands, built or not"


def test_boards_that_were_all_switched_off_on_a_day_are_no_loss_of_that_day(copied: Copied) -> None:
    made = copied("made")
    finish_day(made.settings, TUESDAY)
    listed = made.settings.boards_file.read_text()
    off = made.settings.data_dir / "off.csv"
    off.write_text(listed.replace(",true,", ",false,"))
    made.set_day(WEDNESDAY)
    assert plan_day(changed(made.settings, boards_file=off), WEDNESDAY) == []
    made.collect(THURSDAY)
    assert finish_day(made.settings, THURSDAY).lost_days == (WEDNESDAY,)
    rows(  # a dump that was imported on that day is no source of it
        made.settings,
        f"INSERT INTO core_board_reads SELECT * REPLACE ('import/ads' AS source, DATE '{WEDNESDAY}' AS day) "
        "FROM core_board_reads LIMIT 1",
    )
    for _ in range(2):  # the second time it is loaded already, and nothing is staged of it
        made.build(WEDNESDAY)
        assert rows(
            made.settings,
            "SELECT DISTINCT status, is_expected FROM core_board_reads "
            f"WHERE day = DATE '{WEDNESDAY}' AND source <> 'import/ads'",
        ) == [("switched_off", False)]


def test_a_day_without_a_plan_is_not_handed_on(copied: Copied) -> None:
    made = copied("made")
    with pytest.raises(NothingAnsweredError, match=r"no board was expected on 2026-11-18.*plan_boards"):
        finish_day(made.settings, WEDNESDAY)


def test_a_source_that_shrinks_refuses_the_release(copied: Copied) -> None:
    """Lever's boards answer with nothing in the week after one in which they listed something."""
    made = copied("made")
    put_a_week_back(made)
    made.set_day(WEDNESDAY)
    lever = [board for board in plan_day(made.settings, WEDNESDAY) if board.source == "lever"]
    made.set_faults({f"lever/{board.token}": {"kind": "empty"} for board in lever})
    made.collect(WEDNESDAY)
    made.build(WEDNESDAY)
    settings = changed(made.settings, minimum_board_coverage=0.0)
    with pytest.raises(
        CoverageError, match=r"2026-W47 is not published: lever listed 0 postings on its median day, \d+"
    ):
        check_coverage(settings, MONDAY)
    (problem,) = check_coverage(settings, MONDAY, allow_partial=True).problems
    assert problem.startswith("lever listed 0 postings on its median day")


def test_one_whole_day_does_not_carry_a_week_in_which_a_source_was_half_gone(copied: Copied) -> None:
    """A whole week, then a whole Monday and six days with 45 percent: more than half on average."""
    settings = changed(copied("made").settings, minimum_board_coverage=0.0)
    rows(settings, f"DELETE FROM core_board_reads WHERE day <> DATE '{MONDAY}'")
    rows(settings, "UPDATE core_board_reads SET n_listed = 100")
    rows(
        settings,
        "INSERT INTO core_board_reads SELECT * EXCLUDE (k) REPLACE (day + k::INTEGER AS day, "
        "CASE WHEN source = 'lever' AND k > 0 THEN 45 ELSE 100 END AS n_listed) "
        "FROM core_board_reads CROSS JOIN (SELECT range AS k FROM range(-7, 7) WHERE range <> 0)",
    )
    problems = check_coverage(settings, MONDAY, allow_partial=True).problems
    assert [problem.split(" listed ")[0] for problem in problems] == ["lever"]


def tidied(made: Installation) -> Installation:
    """Remove what was staged of Monday, as upkeep does when its days are over."""
    later = MONDAY + timedelta(days=made.settings.keep_days + 1)
    assert apply_retention(made.settings, later).staged_partitions == (day_key(MONDAY),)
    return made


def test_a_day_of_which_nothing_is_staged_any_more_keeps_what_was_loaded(copied: Copied) -> None:
    """Loading alone would make every board of the day malformed, or, with the archive's disk away, gone."""
    made = tidied(copied("tidied"))
    before = core_rows(made.settings)
    archive = made.settings.paths.archive
    unmounted = archive.with_name("unmounted")
    for is_away in (True, False):
        if is_away:
            archive.rename(unmounted)
        with pytest.raises(
            NotStagedError, match=r"2026-11-16 .* of ashby, greenhouse, lever nothing is staged"
        ):
            load_partition(made.settings, day_key(MONDAY))
        assert core_rows(made.settings) == before
        if is_away:
            unmounted.rename(archive)
    made.build(MONDAY)
    assert core_rows(made.settings) == before


def test_one_source_of_a_day_that_is_staged_no_more_does_not_replace_the_others(copied: Copied) -> None:
    """An operator clears one mapped task of an old day, and with it the load behind it."""
    made = tidied(copied("cleared"))
    before = core_rows(made.settings)
    stage(made, MONDAY, "lever")
    with pytest.raises(
        NotStagedError, match=r"of ashby, greenhouse nothing is staged .* every mapped task of `stage_source`"
    ):
        load_partition(made.settings, day_key(MONDAY))
    assert core_rows(made.settings) == before
    stage(made, MONDAY, "ashby", "greenhouse")
    load_partition(made.settings, day_key(MONDAY))
    assert core_rows(made.settings) == before


def test_a_source_that_nobody_planned_or_read_any_more_goes_with_a_build_of_the_day(copied: Copied) -> None:
    """Its boards were planned by mistake; plan and reads were moved away."""
    made = copied("gone")
    archive = made.settings.paths.archive
    others = [board for board in read_plan(archive, MONDAY) if board.source != "lever"]
    plan_path(archive, MONDAY).unlink()
    write_plan(archive, MONDAY, others)
    shutil.rmtree(archive / "reads" / "lever")
    shutil.rmtree(made.settings.paths.staging / day_key(MONDAY) / "lever")
    stage(made, MONDAY)
    load_partition(made.settings, day_key(MONDAY))
    for table in ("core_board_reads", "core_sightings", "core_postings", "core_openings"):
        found = rows(made.settings, f"SELECT DISTINCT source FROM {table} ORDER BY 1")
        assert found == [("ashby",), ("greenhouse",)], table


def test_one_source_of_a_day_that_is_still_staged_is_staged_again_alone(copied: Copied) -> None:
    made = copied("cleared")
    before = core_rows(made.settings)
    stage(made, MONDAY, "lever")
    load_partition(made.settings, day_key(MONDAY))
    assert core_rows(made.settings) == before


def test_a_lost_day_that_is_staged_no_more_is_not_called_malformed(copied: Copied) -> None:
    """Nothing was listed on it: its boards were expected and are missing."""
    made = copied("lost")
    write_plan(made.settings.paths.archive, WEDNESDAY, read_plan(made.settings.paths.archive, TUESDAY))
    made.build(WEDNESDAY)
    shutil.rmtree(made.settings.paths.staging / day_key(WEDNESDAY))
    before = core_rows(made.settings)
    with pytest.raises(NotStagedError, match="2026-11-18"):
        load_partition(made.settings, day_key(WEDNESDAY))
    assert core_rows(made.settings) == before


def test_a_source_that_fails_when_its_day_is_built_again_does_not_hold_up_the_others(copied: Copied) -> None:
    made = copied("again")
    before = core_rows(made.settings)
    stage(made, MONDAY, "ashby", "greenhouse")
    stage_source(made.settings, MONDAY, "lever")  # and its labelling fails
    load_partition(made.settings, day_key(MONDAY))
    assert rows(
        made.settings, "SELECT DISTINCT status = 'malformed' FROM core_board_reads WHERE source = 'lever'"
    ) == [(True,)]
    stage(made, MONDAY, "lever")
    load_partition(made.settings, day_key(MONDAY))
    assert core_rows(made.settings) == before


def test_a_source_that_could_not_be_staged_does_not_hold_up_the_others_for_ever(copied: Copied) -> None:
    """Its task never ran, and then the task of another source is cleared."""
    made = copied("held up")
    stage(made, TUESDAY, "ashby", "greenhouse")
    load_partition(made.settings, day_key(TUESDAY))
    statuses = (
        "SELECT DISTINCT source, status = 'malformed' FROM core_board_reads "
        f"WHERE day = DATE '{TUESDAY}' ORDER BY ALL"
    )
    assert rows(made.settings, statuses) == [("ashby", False), ("greenhouse", False), ("lever", True)]
    stage(made, TUESDAY, "ashby")
    load_partition(made.settings, day_key(TUESDAY))
    assert rows(made.settings, statuses) == [("ashby", False), ("greenhouse", False), ("lever", True)]
    stage(made, TUESDAY, "lever")
    load_partition(made.settings, day_key(TUESDAY))
    assert rows(made.settings, statuses) == [("ashby", False), ("greenhouse", False), ("lever", False)]


def test_texts_of_a_day_that_was_staged_in_part_are_labelled_by_the_next(copied: Copied) -> None:
    """Tuesday kept its texts and died before they were labelled; to Wednesday they are not new."""
    made = copied("part")
    n_texts = sum(
        stage_source(made.settings, TUESDAY, source).n_texts
        for source in sources_of_day(made.settings, TUESDAY)
    )
    assert n_texts > 0
    made.collect(WEDNESDAY)
    made.build(WEDNESDAY)
    unlabelled = "SELECT count(*) FROM core_postings ANTI JOIN core_signals USING (content_hash)"
    assert rows(made.settings, unlabelled) == [(0,)]


@pytest.mark.parametrize("is_tidied", [False, True])
def test_what_is_labelled_is_what_is_new_and_what_a_failed_day_left(copied: Copied, is_tidied: bool) -> None:
    """Not what Monday labelled, though nothing of it is staged any more, nor what a later day is to label."""
    made = copied("counted")
    if is_tidied:
        tidied(made)
    made.collect(WEDNESDAY)

    def staged(day: date) -> int:
        sources = sources_of_day(made.settings, day)
        return sum(stage_source(made.settings, day, source).n_texts for source in sources)

    def labelled(day: date) -> int:
        sources = sources_of_day(made.settings, day)
        return sum(classify_source(made.settings, day_key(day), source) for source in sources)

    n_tuesday, n_wednesday = staged(TUESDAY), staged(WEDNESDAY)
    assert min(n_tuesday, n_wednesday) > 0
    assert labelled(TUESDAY) == n_tuesday
    assert staged(TUESDAY) == n_tuesday
    assert labelled(WEDNESDAY) == n_tuesday + n_wednesday
