"""Lists in pages: when to ask for another, whose details to ask for, and what adds up to a whole board."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from include.archive.reads import Answer, Board, Request
from include.collect.completeness import shortfall
from include.collect.parsing.paging import (
    board_listing,
    detail_answers,
    first_ok,
    may_go_on,
    read_pages,
    wanted_details,
)
from include.collect.parsing.records import require_id, require_title
from include.collect.protocol import BoardListing, Listing, MalformedAnswer, Reject
from tests.collect.adapters.exchanges import answer_to, list_answer

ACME = Board(source="fake", token="acme", employer="Acme")


class _Page(msgspec.Struct):
    jobs: list[msgspec.Raw]


class _Job(msgspec.Struct):
    id: int
    title: str


def listing(number: int, title: str = "Cook") -> Listing:
    return Listing(native_id=str(number), title=title, raw_pointer=f"jobs[{number}]")


def board_of(*pages: object, promised: int | None = None) -> BoardListing:
    """Read pages, each a list of (id, title) or something else, as an adapter does."""

    def read(raw: msgspec.Raw, pointer: str) -> Listing:
        job = msgspec.json.decode(raw, type=_Job)
        return Listing(native_id=require_id(job.id), title=require_title(job.title), raw_pointer=pointer)

    bodies: list[Any] = [
        {"jobs": [{"id": number, "title": title} for number, title in page]}
        if isinstance(page, list)
        else page
        for page in pages
    ]
    return read_pages([list_answer(body) for body in bodies], _Page).board(read, "jobs", promised=promised)


@pytest.mark.parametrize(
    ("n_came", "n_asked", "total", "goes_on"),
    [
        (100, 100, None, True),
        (99, 100, None, False),
        (100, 100, 0, True),  # a total of none beside records says nothing
        (100, 100, 100, False),
        (100, 100, 101, True),
        (99, 100, 101, True),  # the page came short, and the source says that there is more
        (100, 200, 150, False),
    ],
)
def test_a_list_goes_on_while_its_total_or_else_a_full_page_says_so(
    n_came: int, n_asked: int, total: int | None, goes_on: bool
) -> None:
    assert may_go_on(n_came, 100, n_asked, total) is goes_on


def test_details_are_asked_once_for_product_titles_past_records_that_cannot_be_read() -> None:
    jobs: list[object] = [
        {"id": 1, "title": "Cook"},
        {"id": ["?"], "title": "Product Owner"},
        {"id": 2, "title": "Product Owner"},
        {"id": 0, "title": "Product Owner"},  # no id to ask by
        {"id": 2, "title": "Product Owner"},
    ]

    def head(raw: msgspec.Raw) -> tuple[int, str]:
        job = msgspec.json.decode(raw, type=_Job)
        return job.id, job.title

    raws = [msgspec.Raw(msgspec.json.encode(job)) for job in jobs]
    assert wanted_details(ACME, raws, head) == ["2"]
    every_one = msgspec.structs.replace(ACME, options={"details": "all"})
    assert wanted_details(every_one, raws, head) == ["1", "2"]


def detail(number: int, body: bytes, status: int = 200, led_to: str | None = None) -> Answer:
    request = Request(url=f"https://board.example/jobs/{number}", purpose="detail")
    answer = answer_to(request, body, status)
    return msgspec.structs.replace(answer, url=led_to or answer.url)


def test_details_are_those_that_were_found_by_what_was_asked() -> None:
    answers = [
        list_answer(b"[]"),
        detail(1, b"moved there", led_to="https://board.example/elsewhere/9"),
        detail(2, b"from a cache", status=203),
        detail(3, b"led to a front page", status=302),
        detail(4, b"gone", status=404),
        detail(5, b"", status=0),
        detail(6, "caf\u00e9".encode("utf-16")),
        detail(7, b"caf\xe9"),  # of no charset that is known: its own record's matter
    ]
    assert {number: answer.body for number, answer in detail_answers(answers).items()} == {
        "1": b"moved there",
        "2": b"from a cache",
        "6": "caf\u00e9".encode(),
        "7": b"caf\xe9",
    }


@pytest.mark.parametrize(
    ("promised", "n_promised", "is_complete"),
    [(None, None, True), (3, 2, True), (4, 3, False), (2, 2, True), (1, 1, True), (0, 0, True)],
)
def test_rows_of_one_posting_count_once_in_the_promise(
    promised: int | None, n_promised: int | None, is_complete: bool
) -> None:
    """Three rows of two postings came."""
    found = board_of([(1, "Cook"), (1, "Cook"), (2, "Cook")], promised=promised)
    assert [item.native_id for item in found.listings] == ["1", "2"]
    assert (found.promised, found.is_complete) == (n_promised, is_complete)


@pytest.mark.parametrize("promised", [-1, 2**31, 2**63])
def test_a_promise_that_is_no_number_of_postings_is_none(promised: int) -> None:
    found = board_listing([listing(1)], [], promised=promised)
    assert found.promised is None
    assert found.is_complete is (promised < 0)


@pytest.mark.parametrize(
    ("pages", "total", "n_promised", "is_whole"),
    [
        # One answer: the total counts its rows, so a row per location is no sign of a missing posting.
        ([[1, 1, 2]], 3, 2, True),
        ([[1, 1, 2]], 2, 2, True),
        ([[1, 1, 2]], 4, 3, False),
        # Several answers: what comes again stands where something else should have come.
        ([[1, 2], [2, 3]], 4, 4, False),
        ([[1, 2], [2, 3]], 3, 3, True),
        ([[1, 1], [2]], 3, 2, True),
    ],
)
def test_repeated_ids_and_what_the_source_promised(
    pages: list[list[int]], total: int, n_promised: int, is_whole: bool
) -> None:
    board = board_of(*([(number, "Cook") for number in page] for page in pages), promised=total)
    assert (board.promised, board.is_complete, shortfall(board) is None) == (n_promised, is_whole, is_whole)


def test_a_promise_counts_refused_records_as_they_came() -> None:
    conflict = [(1, "Cook"), (1, "Nurse"), (2, "Cook")]
    found = board_of(conflict, promised=3)
    assert [reject.reason for reject in found.rejects] == ["duplicate_id"]
    assert (found.promised, found.is_complete) == (3, True)


def test_a_later_page_that_cannot_be_read_costs_that_page_and_the_wholeness() -> None:
    found = board_of([(1, "Cook"), (1, "Cook")], {"error": "busy"}, [(3, "Cook")], promised=5)
    assert [item.raw_pointer for item in found.listings] == ["pages[0].jobs[0]", "pages[2].jobs[0]"]
    assert [(reject.raw_pointer, reject.reason) for reject in found.rejects] == [
        ("pages[1]", "malformed_page")
    ]
    assert not found.is_complete
    assert found.promised == 4  # one row was a posting's second
    with pytest.raises(MalformedAnswer):
        board_of({"error": "busy"}, [(3, "Cook")])


def test_a_record_without_id_counts_each_time_it_comes() -> None:
    found = board_of([(1, "Cook")], {"jobs": [{"title": "a"}, {"title": "b"}]}, promised=3)
    assert len(found.rejects) == 2
    assert found.is_complete


def test_what_an_adapter_knows_to_be_missing_is_missing() -> None:
    assert board_listing([listing(1)], []).is_complete
    assert not board_listing([listing(1)], [], is_complete=False).is_complete
    lost = Reject.of("pages[1]", "malformed_page", "busy")
    assert not board_listing([listing(1)], [lost]).is_complete


@pytest.mark.parametrize("missing", [404, 410])
def test_the_first_address_that_is_there_counts(missing: int) -> None:
    request = Request(url="https://board.example/list")
    found = [answer_to(request, b"", missing), answer_to(request, b"[1]"), answer_to(request, b"[2]")]
    assert first_ok(found).body == b"[1]"
    with pytest.raises(MalformedAnswer):
        first_ok(found[:1])
    with pytest.raises(MalformedAnswer, match="answered 500"):
        first_ok([found[0], answer_to(request, b"", 500), found[1]])
