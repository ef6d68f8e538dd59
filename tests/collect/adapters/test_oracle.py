"""Oracle's lists in pages, in both shapes of its envelope, and where a detail and its list differ."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote

import msgspec
import pytest

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.collect.protocol import BoardListing, Listing, MalformedAnswer
from tests.collect.adapters.exchanges import answer_to, play

BOARD = Board(source="oracle", token="acme.fa.us2.oraclecloud.com/CX_1", employer="Acme")
Record = dict[str, Any]


@dataclass
class Host:
    """Lists requisitions as a tenant does.

    Attributes:
        pages: by number, the requisitions on it.
        totals: by number of the page; None where the tenant tells none.
        is_bare: the requisitions are the items themselves, and a detail is no list of one.
        details: by id.
    """

    pages: Sequence[Sequence[Record]]
    totals: Sequence[int | None]
    is_bare: bool = False
    details: dict[str, Record] = field(default_factory=dict)
    offsets: list[int] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)

    def __call__(self, request: Request) -> Answer:
        url = unquote(request.url)
        if request.purpose == "detail":
            native_id = url.partition('Id="')[2].partition('"')[0]
            self.ids.append(native_id)
            detail = self.details.get(native_id)
            if detail is None:
                return answer_to(request, b"", 404)
            return answer_to(request, msgspec.json.encode(detail if self.is_bare else {"items": [detail]}))
        offset = re.search(r"limit=(\d+),offset=(\d+)", url)
        assert offset is not None
        self.offsets.append(int(offset[2]))
        number = self.offsets[-1] // int(offset[1])
        page = list(self.pages[number]) if number < len(self.pages) else []
        total = self.totals[min(number, len(self.totals) - 1)]
        items = page if self.is_bare else [{"Id": 1, "TotalJobsCount": total, "requisitionList": page}]
        return answer_to(request, msgspec.json.encode({"items": items}))


def cooks(first: int, n: int) -> list[Record]:
    return [{"Id": str(number), "Title": "Cook"} for number in range(first, first + n)]


def read(host: Host) -> BoardListing:
    return ADAPTERS["oracle"].parse(BOARD, play("oracle", BOARD, host))


def read_one(listed: Record, detail: Record | None, *, is_bare: bool = False) -> Listing:
    details = {} if detail is None else {str(listed["Id"]): detail}
    (found,) = read(Host([[listed]], [1], is_bare=is_bare, details=details)).listings
    return found


@pytest.mark.parametrize(
    ("n", "total", "offsets"),
    [
        (0, 0, [0]),
        (200, 200, [0]),
        (201, 201, [0, 200]),
        (450, 450, [0, 200, 400]),
        (400, 401, [0, 200, 400]),
        (400, 1000, [0, 200, 400]),  # an empty page ends it
        (450, None, [0, 200, 400]),  # full pages lead on where no total is told
    ],
)
@pytest.mark.parametrize("is_bare", [False, True])
def test_a_list_is_read_page_by_page(n: int, total: int | None, offsets: list[int], is_bare: bool) -> None:
    pages = [cooks(start, min(200, n - start)) for start in range(0, n, 200)]
    host = Host(pages, [None if is_bare else total], is_bare=is_bare)
    found = read(host)
    if not is_bare:
        assert host.offsets == offsets
    assert [item.native_id for item in found.listings] == [str(number) for number in range(n)]
    assert found.rejects == ()
    assert found.is_complete is (is_bare or total is None or total == n)


def test_a_list_that_grew_or_moved_while_it_was_read_is_not_whole() -> None:
    assert read(Host([cooks(0, 200), cooks(200, 10)], [210, 210])).is_complete
    assert not read(Host([cooks(0, 200), cooks(200, 10)], [210, 211])).is_complete
    assert not read(Host([cooks(0, 200), cooks(200, 10)], [211, 210])).is_complete
    assert not read(Host([cooks(0, 200), cooks(199, 10)], [210, 210])).is_complete  # one came twice


def test_details_are_asked_once_for_product_roles() -> None:
    owner = {"Id": "R 1/2,b", "Title": "Product Owner"}
    host = Host([[*cooks(0, 199), owner], [owner]], [201], details={"R 1/2,b": {"Category": "IT"}})
    found = read(host)
    assert host.ids == ["R 1/2,b"]
    (listing,) = [item for item in found.listings if item.title == "Product Owner"]
    assert listing.department == "IT"
    assert (
        listing.url
        == "https://acme.fa.us2.oraclecloud.com/hcmUI/CandidateExperience/en/sites/CX_1/job/R%201%2F2%2Cb"
    )


def test_a_page_that_cannot_be_read_ends_the_requests() -> None:
    class Damaged(Host):
        def __call__(self, request: Request) -> Answer:
            answer = super().__call__(request)
            return answer_to(request, b"<html>") if self.offsets == [0, 200] else answer

    host = Damaged([[*cooks(0, 199), {"Id": "7", "Title": "Product Owner"}], cooks(200, 10)], [210])
    answers = play("oracle", BOARD, host)
    assert (host.offsets, host.ids) == ([0, 200], [])
    with pytest.raises(MalformedAnswer):
        ADAPTERS["oracle"].parse(BOARD, answers)


@pytest.mark.parametrize("is_bare", [False, True])
def test_a_record_of_another_shape_is_refused_by_itself(is_bare: bool) -> None:
    found = read(Host([[{"Id": ["?"], "Title": "Cook"}, *cooks(1, 2)]], [3], is_bare=is_bare))
    assert [item.native_id for item in found.listings] == ["1", "2"]
    assert [reject.reason for reject in found.rejects] == ["wrong_type"]


LISTED = {
    "Id": 7, "Title": "Product Owner", "PostedDate": "2026-11-02", "PostingEndDate": "2026-12-01",
    "WorkplaceType": "On-site", "JobSchedule": "Full time", "JobFamily": "Product",
}  # fmt: skip


@pytest.mark.parametrize("is_bare", [False, True])
def test_a_detail_says_more_than_the_list_and_the_list_knows_the_days(is_bare: bool) -> None:
    detail = {
        "ExternalDescriptionStr": "<p>Own it.</p>", "WorkplaceType": "Remote", "JobSchedule": "Part time",
        "Category": "Software",
        "ExternalPostedStartDate": "2026-10-01", "ExternalPostedEndDate": "2026-10-31",
    }  # fmt: skip
    found = read_one(LISTED, detail, is_bare=is_bare)
    assert (found.description_html, found.is_text_complete) == ("<p>Own it.</p>", True)
    assert (found.workplace, found.employment_type, found.department) == ("remote", "Part time", "Software")
    assert (str(found.posted_on), str(found.expires_on)) == ("2026-11-02", "2026-12-01")


@pytest.mark.parametrize("detail", [None, {}])
def test_what_a_detail_does_not_say_the_list_does(detail: Record | None) -> None:
    found = read_one(LISTED, detail)
    assert (found.description_html, found.is_text_complete) == (None, False)
    assert (found.workplace, found.employment_type, found.department) == ("on_site", "Full time", "Product")


def test_days_that_the_list_does_not_know_are_the_details() -> None:
    detail = {"ExternalPostedStartDate": "2026-10-01", "ExternalPostedEndDate": "2026-10-31"}
    found = read_one({"Id": 7, "Title": "Product Owner"}, detail)
    assert (str(found.posted_on), str(found.expires_on)) == ("2026-10-01", "2026-10-31")
    assert read_one({"Id": 7, "Title": "Product Owner"}, None).posted_on is None


def test_a_detail_without_an_item_is_none() -> None:
    class Empty(Host):
        def __call__(self, request: Request) -> Answer:
            empty = answer_to(request, b'{"items": []}')
            return empty if request.purpose == "detail" else super().__call__(request)

    (found,) = read(Empty([[LISTED]], [1])).listings
    assert not found.is_text_complete
