"""Workday's search as its hosts run it: totals on first pages only, at most 2,000 postings, facets."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import msgspec
import pytest

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.collect.protocol import BoardListing
from tests.collect.adapters.exchanges import answer_to, play

CAP = 2000
Job = Mapping[str, str]
"""A posting's values by facet, and its title."""


@dataclass
class Host:
    """Searches postings as a Workday host does.

    Attributes:
        jobs: in the order of the list.
        lost: numbers of postings that are counted and never shown.
        damaged: of the request, counted from zero, whose answer cannot be read.
    """

    jobs: Sequence[Job]
    lost: frozenset[int] = frozenset()
    damaged: int | None = None
    asked: list[dict[str, Any]] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    _known: dict[str, list[tuple[int, Job]]] = field(default_factory=dict)

    def __call__(self, request: Request) -> Answer:
        if request.purpose == "detail":
            self.details.append(request.url)
            return answer_to(request, b"", 404)
        query = msgspec.json.decode(request.body or b"")
        self.asked.append(query)
        if len(self.asked) - 1 == self.damaged:
            return answer_to(request, b"<html>")
        found = self._found(query["searchText"], query["appliedFacets"])
        offset = query["offset"] % CAP  # beyond the cap the list starts over
        page: dict[str, Any] = {
            "total": 0,
            "jobPostings": [
                {"title": job["title"], "externalPath": f"/job/Place/{job['title']}_R-{number}"}
                for number, job in found[offset : offset + 20]
                if number not in self.lost
            ],
        }
        if query["offset"] == 0:
            facets = self._facets(query["searchText"], query["appliedFacets"])
            page |= {"total": min(len(found), CAP), "facets": facets}
        return answer_to(request, msgspec.json.encode(page))

    def _found(self, phrase: str, facets: Mapping[str, list[str]]) -> list[tuple[int, Job]]:
        key = f"{phrase} {facets}"
        if key not in self._known:
            self._known[key] = [
                (number, job)
                for number, job in enumerate(self.jobs)
                if phrase in job["title"] and all(job[name] in values for name, values in facets.items())
            ]
        return self._known[key]

    def _facets(self, phrase: str, applied: Mapping[str, list[str]]) -> list[object]:
        """Count each facet's values among what the other facets leave, so that more may be chosen."""
        names = sorted({name for job in self.jobs for name in job} - {"title"})
        facets: list[object] = [{"facetParameter": "unknown", "values": [{"id": "x"}, {"id": "y"}]}]
        for name in names:
            others = {other: values for other, values in applied.items() if other != name}
            counts = Counter(job[name] for _, job in self._found(phrase, others))
            values = [{"id": value, "count": counts[value]} for value in sorted({j[name] for j in self.jobs})]
            if name == "locations":  # stands in a group
                groups = [{"facetParameter": name, "values": values}]
                facets.append({"facetParameter": "locationMainGroup", "values": groups})
            else:
                facets.append({"facetParameter": name, "values": values})
        return facets


def read(host: Host, search: str = "") -> BoardListing:
    board = Board(
        source="workday",
        token="acme.wd5.myworkdayjobs.com/External",
        employer="Acme",
        options={"search": search},
    )
    return ADAPTERS["workday"].parse(board, play("workday", board, host))


def offsets(host: Host) -> list[int]:
    return [query["offset"] for query in host.asked]


@pytest.mark.parametrize(
    ("n_jobs", "asked"),
    [(0, [0]), (1, [0]), (19, [0]), (20, [0]), (21, [0, 20]), (40, [0, 20]), (45, [0, 20, 40])],
)
def test_a_search_is_read_page_by_page_as_far_as_its_total(n_jobs: int, asked: list[int]) -> None:
    host = Host([{"title": "Cook"}] * n_jobs)
    found = read(host)
    assert offsets(host) == asked
    assert len(found.listings) == n_jobs
    assert found.is_complete


@pytest.mark.parametrize("lost", [0, 25, 44])
def test_a_search_that_gives_less_than_it_promised_is_not_whole(lost: int) -> None:
    assert not read(Host([{"title": "Cook"}] * 45, lost=frozenset([lost]))).is_complete


@pytest.mark.parametrize("lost", [0, 1])
def test_each_search_has_to_give_what_it_promised(lost: int) -> None:
    host = Host([{"title": "product owner"}, {"title": "product manager"}], lost=frozenset([lost]))
    assert not read(host, "product owner| product manager").is_complete
    host.lost = frozenset()
    assert read(host, "product owner| product manager").is_complete
    assert host.asked[-1]["searchText"] == "product manager"


def test_a_page_that_cannot_be_read_ends_the_requests() -> None:
    host = Host([{"title": "product owner"}, {"title": "product manager"}], damaged=1)
    found = read(host, "product owner|product manager|product")
    assert len(host.asked) == 2
    assert host.details == []
    assert [item.title for item in found.listings] == ["product owner"]
    assert not found.is_complete


def jobs(n: int, **facets: str) -> list[Job]:
    return [facets | {"title": "Cook"}] * n


def facets_of(host: Host) -> set[str]:
    return {str(query["appliedFacets"]) for query in host.asked}


def test_a_list_at_the_cap_is_split_and_one_below_it_is_not() -> None:
    below = Host(jobs(1000, timeType="full") + jobs(999, timeType="part"))
    assert (len(read(below).listings), len(below.asked)) == (1999, 100)
    at_cap = Host(jobs(1100, timeType="full") + jobs(900, timeType="part"))
    found = read(at_cap)
    assert (len(found.listings), found.is_complete) == (2000, True)
    assert len(at_cap.asked) == 1 + 55 + 45
    assert facets_of(at_cap) == {"{}", "{'timeType': ['full']}", "{'timeType': ['part']}"}


def test_what_is_still_too_long_is_split_again() -> None:
    """By the next facet that parts it, which may stand in a group; one of a single value parts nothing."""
    host = Host(
        jobs(1200, jobFamilyGroup="it", timeType="full", locations="a")
        + jobs(1000, jobFamilyGroup="it", timeType="full", locations="b")
        + jobs(100, jobFamilyGroup="ops", timeType="full", locations="b")
    )
    found = read(host)
    assert (len(found.listings), found.is_complete) == (2300, True)
    assert facets_of(host) == {
        "{}",
        "{'jobFamilyGroup': ['it']}",
        "{'jobFamilyGroup': ['it'], 'locations': ['a']}",
        "{'jobFamilyGroup': ['it'], 'locations': ['b']}",
        "{'jobFamilyGroup': ['ops']}",
    }
    host.lost = frozenset([1199])  # the last one of a part
    assert not read(host).is_complete


@pytest.mark.parametrize("n", [3, 4])
def test_a_list_is_split_three_times_at_most(n: int) -> None:
    """Each facet parts one posting from the many, of which the last parts a half."""
    names = ["jobFamilyGroup", "timeType", "locations", "jobFamily"][:n]
    same = dict.fromkeys(names, "many")
    host = Host(
        jobs(1100, **same)
        + jobs(1000, **same | {names[-1]: "half"})
        + [job for name in names[:-1] for job in jobs(1, **same | {name: "one"})]
    )
    found = read(host)
    assert found.is_complete is (n == 3)
    assert max(len(query["appliedFacets"]) for query in host.asked) == 3


@pytest.mark.parametrize(
    "path", ["/job/K\u00f6ln/Product_Owner_R\u00e9f 1", "/job/K%C3%B6ln/Product_Owner_R%C3%A9f%201"]
)
def test_a_detail_belongs_to_the_posting_whose_path_it_was_asked_by(path: str) -> None:
    hit = {"title": "Product Owner", "externalPath": path, "postedOn": "Posted Yesterday"}

    def respond(request: Request) -> Answer:
        if request.purpose == "list":
            return answer_to(request, msgspec.json.encode({"total": 1, "jobPostings": [hit]}))
        return answer_to(
            request,
            b'{"jobPostingInfo": {"jobDescription": "<p>Own it.</p>", "startDate": "2026-11-10", '
            b'"location": "Berlin", "country": "Germany"}}',
        )

    board = Board(source="workday", token="acme.wd5.myworkdayjobs.com/External", employer="Acme")
    (found,) = ADAPTERS["workday"].parse(board, play("workday", board, respond)).listings
    assert (found.native_id, found.description_html) == ("R\u00e9f 1", "<p>Own it.</p>")
    assert str(found.posted_on) == "2026-11-10"  # the day itself, before how long ago it was
    assert [place.text for place in found.places] == ["Berlin, Germany"]


def test_how_long_ago_a_posting_was_put_out_counts_from_the_day_of_the_list() -> None:
    """The details are read after midnight."""
    hit = {"title": "Product Owner", "externalPath": "/job/X/Owner_R-1", "postedOn": "Posted Yesterday"}

    def respond(request: Request) -> Answer:
        if request.purpose == "list":
            return answer_to(request, msgspec.json.encode({"total": 1, "jobPostings": [hit]}))
        answer = answer_to(request, b'{"jobPostingInfo": {}}')
        return msgspec.structs.replace(answer, fetched_at=answer.fetched_at + timedelta(days=1))

    board = Board(source="workday", token="acme.wd5.myworkdayjobs.com/External", employer="Acme")
    (found,) = ADAPTERS["workday"].parse(board, play("workday", board, respond)).listings
    assert str(found.posted_on) == "2026-11-15"
