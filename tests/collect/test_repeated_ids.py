"""Lists that name a posting twice, read over HTTP: when that means that another posting is missing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import msgspec
import pytest

from include.archive.reads import Board, BoardRead
from include.collect.adapters import ADAPTERS
from include.collect.reader import read_board
from tests.collect.fakes import DAY, archive_for, client_for
from tests.collect.servers import CountingServer, Reply, Seen

Rows = list[int]  # numbers of postings, as one page lists them
Page = Callable[[Rows, int], object]


def read(tmp_path: Path, source: str, token: str, respond: Callable[[Seen], object]) -> BoardRead:
    """Read a board whose host answers with what `respond` gives as JSON."""
    board = Board(source=source, token=token, employer="Acme")
    with (
        CountingServer(lambda seen: Reply(body=msgspec.json.encode(respond(seen)))) as server,
        client_for(tmp_path) as client,
    ):
        return read_board(ADAPTERS[source], board, DAY, client, archive_for(tmp_path), server.url)


def _offset(seen: Seen) -> int:
    query = parse_qs(urlsplit(seen.path).query)
    if seen.body:
        return int(msgspec.json.decode(seen.body)["offset"])
    return int(query["offset"][0]) if "offset" in query else 0


@pytest.mark.parametrize(("total", "status"), [(3, "complete"), (2, "complete"), (4, "partial")])
def test_in_one_answer_a_repeated_id_is_a_row_that_the_total_counts(
    tmp_path: Path, total: int, status: str
) -> None:
    jobs = [{"id": n, "title": "Product Owner", "internal_job_id": 1, "content": "x"} for n in (1, 1, 2)]
    found = read(tmp_path, "greenhouse", "acme", lambda _: {"jobs": jobs, "meta": {"total": total}})
    assert found.status == status, found.error


def _smart(rows: Rows, total: int) -> object:
    return {"content": [{"id": str(n), "name": "Cook"} for n in rows], "totalFound": total}


def _workday(rows: Rows, total: int) -> object:
    postings = [{"title": "Cook", "externalPath": f"/job/Cook_{n}"} for n in rows]
    return {"jobPostings": postings, "total": total}


def _jobtech(rows: Rows, total: int) -> object:
    return {"hits": [{"id": str(n), "headline": "Kock"} for n in rows], "total": {"value": total}}


@pytest.mark.parametrize(
    ("source", "token", "page_size", "page"),
    [
        ("smartrecruiters", "acme", 100, _smart),
        ("workday", "acme.wd1.myworkdayjobs.com/External", 20, _workday),
        ("jobtech", "kock", 100, _jobtech),
    ],
)
@pytest.mark.parametrize("first_of_second_page", [0, -1])
def test_on_another_page_a_repeated_id_stands_for_one_that_never_came(
    tmp_path: Path, source: str, token: str, page_size: int, page: Page, first_of_second_page: int
) -> None:
    """The order of the list changed between two requests: one posting came twice, another not at all."""
    total = page_size + 3

    def respond(seen: Seen) -> object:
        start = _offset(seen)
        if start == 0:
            return page(list(range(page_size)), total)
        return page(list(range(start + first_of_second_page, total + first_of_second_page)), total)

    found = read(tmp_path, source, token, respond)
    assert found.status == ("partial" if first_of_second_page else "complete"), found.error


def test_a_list_that_shrinks_while_it_is_read_may_have_skipped_a_posting(tmp_path: Path) -> None:
    def respond(seen: Seen) -> object:
        start = _offset(seen)
        return (
            _smart(list(range(start, start + 100)), 200) if start == 0 else _smart(list(range(101, 200)), 199)
        )

    found = read(tmp_path, "smartrecruiters", "acme", respond)
    assert (found.status, found.error) == ("partial", "199 records read, 200 promised")


def test_an_ad_that_two_phrases_find_is_not_missing(tmp_path: Path) -> None:
    found = read(tmp_path, "jobtech", "kock|kokerska", lambda _: _jobtech([1, 2], 2))
    assert found.status == "complete", found.error


@pytest.mark.parametrize(("n_rows", "status"), [(5, "complete"), (6, "partial")])
def test_a_list_by_category_has_a_row_for_a_posting_in_each(tmp_path: Path, n_rows: int, status: str) -> None:
    """Its "1-50 of N" counts the rows, also those on other pages."""
    pages = [[1, 2, 2], [1, 3]]

    def respond(seen: Seen) -> Reply:
        number = int(seen.path.rpartition("p=")[2])
        rows = "".join(
            f'<tr><td><a href="/acme/job/o{n}">Cook</a> <a href="/acme/job/o{n}">Apply</a></td></tr>'
            for n in (pages[number] if number < len(pages) else [])
        )
        return Reply(
            body=f'<html class="jv-page"><p>1-50 of {n_rows}</p><table>{rows}</table></html>'.encode()
        )

    board = Board(source="jobvite", token="acme", employer="Acme")
    with CountingServer(respond) as server, client_for(tmp_path) as client:
        found = read_board(ADAPTERS["jobvite"], board, DAY, client, archive_for(tmp_path), server.url)
    assert found.status == status, found.error
