"""What of a week must have been read before it is published: the bounds from both sides."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable
from datetime import date, timedelta

import pytest

from include.archive.plan import write_plan
from include.archive.reads import Board
from include.pipeline.publishing import CoverageError, check_coverage
from include.settings import Settings
from include.warehouse.connection import open_warehouse

MONDAY = date(2026, 11, 16)
READ = """
INSERT INTO core_board_reads BY NAME
SELECT ?::DATE AS day, ? AS source, ? AS board, 'One' AS employer, ? AS is_expected, ? AS status,
  false AS is_complete, ? AS n_listed, 0 AS n_rejected, 0 AS n_new, 0 AS n_changed, 0 AS n_gone,
  1 AS n_requests, 0 AS body_bytes, 0.0 AS elapsed_seconds, 'r' AS manifest
"""
Row = tuple[int, str, str, bool, str, int]
"""Days after Monday, source, board, expected, status, postings listed."""
Settled = Callable[[Iterable[Row]], Settings]


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("read"), minimum_board_coverage=0.8)


@pytest.fixture
def read(settings: Settings) -> Settled:
    def write(rows: Iterable[Row]) -> Settings:
        with open_warehouse(settings) as connection:
            connection.execute("DELETE FROM core_board_reads")
            connection.executemany(READ, [[MONDAY + timedelta(days=row[0]), *row[1:]] for row in rows])
        return settings

    return write


def boards(n: int, n_whole: int) -> list[Row]:
    return [
        (0, "lever", str(number), True, "complete" if number < n_whole else "failed", 9)
        for number in range(n)
    ]


def test_eight_of_ten_reads_are_enough_and_seven_are_not(read: Settled) -> None:
    settings = read(boards(10, 8))
    found = check_coverage(settings, MONDAY)
    assert (found.coverage, found.board_days_expected, found.board_days_complete) == (0.8, 10, 8)
    assert found.problems == ()
    with open_warehouse(settings) as connection:
        connection.execute("UPDATE core_board_reads SET status = 'partial' WHERE board = '0'")
    with pytest.raises(
        CoverageError, match=r"2026-W47 is not published: 7 of 10 board reads were complete \(70%"
    ) as caught:
        check_coverage(settings, MONDAY)
    assert "then clear this task: the week does not start again by itself" in str(caught.value)
    assert 'trigger publish_weekly with {"week": "2026-W47", "allow_partial": true}' in str(caught.value)
    assert check_coverage(settings, MONDAY, allow_partial=True).coverage == 0.7


def test_a_refused_week_names_the_days_on_which_nothing_was_read(read: Settled) -> None:
    """Boards that nobody asked on four days look as if they were empty on the median day."""
    lost = [(day, "lever", "a", True, "missing", 0) for day in (1, 3, 4, 5)]
    whole = [(day, "lever", "a", True, "complete", 9) for day in (*range(-7, 0), 0, 2, 6)]
    settings = read([*lost, *whole, (1, "import/ads", "ads", True, "complete", 900)])
    with pytest.raises(
        CoverageError,
        match=r"lever listed 0 postings on its median day, 9 before\. Nothing was read on 2026-11-17, "
        r"2026-11-19, 2026-11-20, 2026-11-21; such days stay lost\. Repair",
    ):
        check_coverage(settings, MONDAY)
    one_board_fails = [(day, "lever", "a", True, "failed", 0) for day in range(7)]
    others = [(day, "lever", "b", True, "unchanged", 9) for day in range(7)]
    with pytest.raises(CoverageError, match=r"\(50%, at least 80% is needed\)\. Repair"):
        check_coverage(read([*one_board_fails, *others]), MONDAY)


def test_only_what_was_expected_of_boards_in_the_week_counts(read: Settled) -> None:
    found = check_coverage(
        read(
            [
                (0, "lever", "a", True, "complete", 9),
                (6, "lever", "a", True, "unchanged", 9),
                (3, "lever", "a", True, "failed", 0),
                (4, "lever", "b", False, "complete", 9),  # nobody asked for it, but a day was observed
                (5, "lever", "b", False, "failed", 9),
                (-1, "lever", "a", True, "complete", 9),
                (7, "lever", "a", True, "failed", 9),
                (1, "import/ads", "ads", True, "complete", 900),
            ]
        ),
        MONDAY,
        allow_partial=True,
    )
    assert (found.board_days_expected, found.board_days_complete, found.days_observed) == (3, 2, 3)


def test_a_day_that_was_collected_and_never_built_is_no_day_on_which_nothing_was_expected(
    read: Settled,
) -> None:
    """As of a warehouse whose rebuilding was killed; without its days the week would look whole."""
    settings = read(boards(10, 10))
    plan = [Board(source="lever", token="0", employer="One")]
    lost = MONDAY + timedelta(days=3)
    write_plan(settings.paths.archive, lost, plan)
    for day in (MONDAY, MONDAY - timedelta(days=1), MONDAY + timedelta(days=7)):
        write_plan(settings.paths.archive, day, plan)
    try:
        with pytest.raises(
            CoverageError,
            match=r"not published: 2026-11-19 was collected and is not built \(run build_warehouse for it\)",
        ):
            check_coverage(settings, MONDAY)
        assert check_coverage(settings, MONDAY, allow_partial=True).coverage == 1.0
        read([*boards(10, 10), (3, "lever", "0", True, "missing", 0)])
        assert check_coverage(settings, MONDAY).problems == ()
    finally:
        shutil.rmtree(settings.paths.archive)


def test_a_week_of_imports_alone_has_no_coverage(read: Settled) -> None:
    found = check_coverage(read([(1, "import/ads", "ads", True, "failed", 0)]), MONDAY)
    assert (found.coverage, found.problems) == (None, ())


@pytest.mark.parametrize(
    ("before", "now", "is_refused"),
    [
        ({-7: 20, -1: 20}, {0: 10, 1: 10}, False),
        ({-7: 20, -1: 20}, {0: 9, 1: 9}, True),
        ({-7: 20, -1: 20}, {0: 40, 1: 9, 2: 9}, True),  # one good day does not make a week
        ({-7: 20, -1: 20}, {0: 9, 1: 20, 6: 20}, False),
        ({-7: 20, -1: 20}, {7: 20}, True),  # nothing in the week itself
        ({-28: 20}, {0: 9}, True),
        ({-29: 20}, {0: 9}, False),  # more than four weeks before
        ({-1: 0}, {0: 0}, False),
        ({}, {0: 1}, False),
    ],
)
def test_a_source_may_lose_half_and_no_more(
    read: Settled, before: dict[int, int], now: dict[int, int], is_refused: bool
) -> None:
    rows = [(day, "ashby", "b", True, "complete", 5) for day in range(-28, 7)]  # a source that is as it was
    rows += [(day, "lever", "a", True, "complete", n) for day, n in (before | now).items()]
    found = check_coverage(read(rows), MONDAY, allow_partial=True)
    assert [problem.split()[0] for problem in found.problems] == (["lever"] if is_refused else [])


@pytest.mark.parametrize(("off_day", "is_refused"), [(0, False), (13, False), (14, True), (-1, True)])
def test_boards_that_are_switched_off_by_the_week_after_are_not_missed(
    read: Settled, off_day: int, is_refused: bool
) -> None:
    rows: list[Row] = [(-7, "lever", "a", True, "complete", 20), (-2, "lever", "a", True, "complete", 20)]
    rows += [(1, "lever", "a", True, "complete", 2), (off_day, "lever", "a", False, "switched_off", 0)]
    found = check_coverage(read(rows), MONDAY, allow_partial=True)
    assert bool(found.problems) is is_refused


@pytest.mark.parametrize(("now", "is_refused"), [(20, False), (2, True)])
def test_a_board_that_is_switched_off_hides_no_other_of_its_source(
    read: Settled, now: int, is_refused: bool
) -> None:
    rows: list[Row] = [(-7, "lever", board, True, "complete", 20) for board in ("a", "off")]
    rows += [(1, "lever", "a", True, "complete", now), (1, "lever", "off", False, "switched_off", 0)]
    found = check_coverage(read(rows), MONDAY, allow_partial=True)
    assert bool(found.problems) is is_refused


def test_days_on_which_a_board_was_off_are_no_days_on_which_it_listed_nothing(read: Settled) -> None:
    rows: list[Row] = [(day, "lever", "a", True, "complete", 20) for day in (-28, -27)]
    rows += [(day, "lever", "a", False, "switched_off", 0) for day in range(-26, 0)]
    rows += [(0, "lever", "a", True, "complete", 2)]
    (problem,) = check_coverage(read(rows), MONDAY, allow_partial=True).problems
    assert problem == "lever listed 2 postings on its median day, 20 before"


def test_an_import_of_an_earlier_week_is_no_source_that_shrank(read: Settled) -> None:
    rows: list[Row] = [(-7, "import/ads", "ads", True, "complete", 900)]
    rows += [(day, "lever", "a", True, "complete", 20) for day in (-7, 0)]
    assert check_coverage(read(rows), MONDAY).problems == ()
