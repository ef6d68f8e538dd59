"""Boards that answer badly: what is recorded, others untouched, nothing closed, and the mend."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from include.pipeline.collecting import finish_day, plan_day
from include.sample_market.boards import BoardWriter
from include.sources.reading import collect_board
from tests.faults.conftest import TUESDAY, WEDNESDAY
from tests.pipeline.installation import Installation, rows

Copied = Callable[[str], Installation]


def changed_board(made: Installation, source: str) -> str:
    """Return a board that changed by Wednesday, so that its answer is a body to spoil and not a 304."""
    writer = BoardWriter(made.market)
    return next(
        employer.token
        for employer in made.market.employers
        if employer.source == source and writer.board(employer, TUESDAY) != writer.board(employer, WEDNESDAY)
    )


@pytest.mark.parametrize(
    ("fault", "status", "sentence"),
    [
        ("malformed_json", "malformed", "Input data was truncated"),
        ("truncated", "failed", "gave no usable answer"),
        ("too_many_requests", "out_of_budget", "429"),
        ("empty", "empty_after_nonempty", "the last read listed some"),
    ],
)
def test_a_failing_board_is_recorded_and_nothing_of_it_closes(
    copied: Copied, fault: str, status: str, sentence: str
) -> None:
    made = copied("made")
    made.build(TUESDAY)
    board = changed_board(made, "greenhouse")
    open_before = open_postings(made, board)
    made.set_day(WEDNESDAY)
    planned = plan_day(made.settings, WEDNESDAY)
    # A pause that a host asks for holds for all its boards, and here one host is all of them: it comes last.
    for one in sorted(planned, key=lambda one: one.token == board):
        made.set_faults({f"greenhouse/{board}": {"kind": fault, "seconds": 60}})
        collect_board(made.settings, WEDNESDAY, one)
    finish_day(made.settings, WEDNESDAY)
    made.build(WEDNESDAY)

    ((found, error, is_complete, n_gone),) = rows(
        made.settings,
        f"SELECT status, error, is_complete, n_gone FROM core_board_reads "
        f"WHERE day = DATE '{WEDNESDAY}' AND board = '{board}'",
    )
    assert (found, is_complete, n_gone) == (status, False, 0)
    assert sentence in error
    assert rows(
        made.settings,
        "SELECT count(*) FILTER (is_complete) FROM core_board_reads "
        f"WHERE day = DATE '{WEDNESDAY}' AND board <> '{board}'",
    ) == [(5,)]
    assert open_postings(made, board) == open_before


def open_postings(made: Installation, board: str) -> list[tuple[str]]:
    """Return the keys of a board's postings that are not closed."""
    return rows(
        made.settings,
        f"SELECT posting_key FROM core_postings WHERE board = '{board}' AND closed_date IS NULL ORDER BY 1",
    )


def test_the_next_day_heals_a_failed_one(copied: Copied) -> None:
    """The same days with and without a failed read: in the end the same postings, first and last seen."""
    last = "SELECT posting_key, title, content_hash FROM core_postings WHERE closed_date IS NULL ORDER BY 1"
    well, ill = copied("well"), copied("ill")
    for made in (well, ill):
        made.build(TUESDAY)
    board = changed_board(well, "lever")
    ill.set_faults({f"lever/{board}": {"kind": "malformed_json"}})
    for made in (ill, well):
        made.collect(WEDNESDAY)
        made.build(WEDNESDAY)
        made.set_faults({})
    assert rows(ill.settings, last) != rows(well.settings, last)
    thursday = WEDNESDAY.replace(day=WEDNESDAY.day + 1)
    for made in (ill, well):
        made.collect(thursday)
        made.build(thursday)
    assert rows(ill.settings, last) == rows(well.settings, last)
    assert rows(
        ill.settings, f"SELECT day FROM core_board_reads WHERE board = '{board}' AND NOT is_complete"
    ) == [(WEDNESDAY,)]


def test_a_record_without_id_and_a_false_charset(copied: Copied) -> None:
    made = copied("made")
    made.build(TUESDAY)
    nameless, mislabelled = changed_board(made, "greenhouse"), changed_board(made, "lever")
    made.set_faults(
        {f"greenhouse/{nameless}": {"kind": "missing_id"}, f"lever/{mislabelled}": {"kind": "wrong_charset"}}
    )
    made.collect(WEDNESDAY)
    made.build(WEDNESDAY)
    ((pointer, detail),) = rows(
        made.settings,
        "SELECT raw_pointer, detail FROM core_rejected_records "
        f"WHERE day = DATE '{WEDNESDAY}' AND reason = 'missing_id' AND board = '{nameless}'",
    )
    # The record may be any posting of the board, so nothing of it closes.
    assert rows(
        made.settings,
        "SELECT status, is_complete, n_gone, n_listed > 0 FROM core_board_reads "
        f"WHERE day = DATE '{WEDNESDAY}' AND board = '{nameless}'",
    ) == [("partial", False, 0, True)]
    digest, place = pointer.split("#")
    assert (len(digest), place) == (64, "jobs[0]")
    assert "id" in detail
    assert rows(
        made.settings,
        "SELECT count(*) FROM core_board_reads "
        f"WHERE day = DATE '{WEDNESDAY}' AND n_promised IS NOT NULL AND n_promised <> n_listed + n_rejected",
    ) == [(0,)]
    # JSON is UTF-8 whatever the header says; were it not, the read would be malformed.
    assert rows(
        made.settings,
        "SELECT status, n_listed > 0 FROM core_board_reads "
        f"WHERE day = DATE '{WEDNESDAY}' AND board = '{mislabelled}'",
    ) == [("complete", True)]
