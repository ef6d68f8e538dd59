"""Workday career sites (CXS): a search by POST, a detail per posting.

The token is `host/site`, such as `acme.wd5.myworkdayjobs.com/External`, or `host/tenant/site` where a host
serves several tenants (`wd5.myworkdaysite.com/acme/External`). The list gives relative dates only
("Posted 30+ Days Ago" is unknown); the detail has the day. Lists stop at 2,000 postings and then start over:
a longer one is split by facet. By default only what the search finds for product roles is read.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping, Sequence
from datetime import date
from urllib.parse import quote, unquote, urlsplit

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, host_and_rest
from include.collect.parsing.paging import (
    FreshRecords,
    detail_answers,
    peek,
    read_pages,
    wanted_details,
)
from include.collect.parsing.places import place, places, workplace
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day, posted_ago
from include.collect.protocol import BoardListing, Listing, Place, SeriesKind

_PAGE = 20
_LIST_CAP = 2000
_SPLIT_BY = ("jobFamilyGroup", "timeType", "locations", "locationMainGroup", "jobFamily", "workerSubType")
_DEFAULT_SEARCHES = "product manager|product owner"


class _FacetValue(msgspec.Struct, rename="camel"):
    id: str | None = None
    count: int | None = None
    facet_parameter: str | None = None
    values: list[_FacetValue] | None = None


class _Facet(msgspec.Struct, rename="camel"):
    facet_parameter: str | None = None
    values: list[_FacetValue] | None = None


class _Hit(msgspec.Struct, rename="camel"):
    title: str | None = None
    external_path: str | None = None
    locations_text: str | None = None
    posted_on: str | None = None
    time_type: str | None = None


class _Page(msgspec.Struct, rename="camel"):
    job_postings: list[msgspec.Raw]
    total: int | None = None
    facets: list[_Facet] | None = None


class _Country(msgspec.Struct):
    descriptor: str | None = None


class _Info(msgspec.Struct, rename="camel"):
    job_description: str | None = None
    location: str | None = None
    additional_locations: list[str] | None = None
    country: _Country | str | None = None
    start_date: str | None = None
    time_type: str | None = None
    remote_type: str | None = None
    job_req_id: str | None = None
    external_url: str | None = None


class _Organization(msgspec.Struct):
    name: str | None = None


class _Detail(msgspec.Struct, rename="camel"):
    job_posting_info: _Info
    hiring_organization: _Organization | None = None


_HIT = msgspec.json.Decoder(_Hit)
_DETAIL = msgspec.json.Decoder(_Detail)
_Facets = dict[str, list[str]]


class Workday:
    """Reads `/wday/cxs` of a Workday host.

    Options: `search`, phrases to search for, separated by `|` (empty: everything); `details=all`.
    """

    name = "workday"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Search page by page, split what is too long, then ask for the details wanted."""
        origin, tenant, site = _place_of(board)
        root = f"/wday/cxs/{quote(tenant)}/{quote(site)}"
        wanted: dict[str, None] = {}
        for phrase in board.options.get("search", _DEFAULT_SEARCHES).split("|"):
            open_facets: list[tuple[_Facets, int]] = [({}, 0)]
            while open_facets:
                facets, depth = open_facets.pop()
                for number in range(_LIST_CAP // _PAGE):
                    answer = yield Request(
                        url=endpoint(origin, f"{root}/jobs", base_url),
                        method="POST",
                        headers={"Content-Type": "application/json", "Accept": "application/json"},
                        body=_body(facets, number * _PAGE, phrase),
                    )
                    page = peek(answer, _Page)
                    if page is None:
                        return
                    if number == 0:
                        total = page.total or 0
                        parts = list(_split(page, facets, depth)) if total >= _LIST_CAP else []
                        if parts:
                            open_facets += parts
                            break
                    wanted |= dict.fromkeys(wanted_details(board, page.job_postings, _head))
                    if len(page.job_postings) < _PAGE or (number + 1) * _PAGE >= total:
                        break
        for path in wanted:
            yield Request(url=endpoint(origin, root + path, base_url), purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read pages and details; a posting found by several searches counts once."""
        found = read_pages(answers, _Page)
        origin, _, site = _place_of(board)
        today = answers[0].fetched_at.date()
        details = detail_answers(answers, key=lambda url: _native_id(urlsplit(url).path))

        def read(raw: msgspec.Raw, pointer: str) -> Listing:
            return _listing(raw, pointer, details, today, f"{origin}/{site}")

        return found.board(read, "jobPostings", "job_postings", is_complete=_is_whole(answers))


def _place_of(board: Board) -> tuple[str, str, str]:
    """Return origin, tenant and site."""
    origin, rest = host_and_rest(board)
    tenant, _, site = rest.rpartition("/")
    return origin, tenant or urlsplit(origin).netloc.split(".")[0], site


class _Query(msgspec.Struct, rename="camel"):
    applied_facets: _Facets
    offset: int
    search_text: str


def _is_whole(answers: Sequence[Answer]) -> bool:
    """Return whether every search gave all the hits it promised, or was split because of the cap.

    The total stands on the first page of a search only.
    """
    promised: dict[tuple[str, str], int] = {}
    came: dict[tuple[str, str], FreshRecords] = {}
    split: set[tuple[str, str]] = set()
    for answer in answers:
        page = peek(answer, _Page) if answer.request.purpose == "list" else None
        if page is None:
            continue
        query = msgspec.json.decode(answer.request.body or _body({}, 0, ""), type=_Query)
        key = (query.search_text, str(query.applied_facets))
        if query.offset == 0:
            promised[key] = page.total or 0
        came.setdefault(key, FreshRecords()).add_page([_path(raw) for raw in page.job_postings])
        if query.applied_facets:
            wider = dict(list(query.applied_facets.items())[:-1])
            split.add((query.search_text, str(wider)))
    return all(
        key in split if total >= _LIST_CAP else came[key].count >= total for key, total in promised.items()
    )


def _path(raw: msgspec.Raw) -> str | None:
    try:
        return _HIT.decode(raw).external_path
    except msgspec.DecodeError:
        return None


def _body(facets: _Facets, offset: int, phrase: str) -> bytes:
    return msgspec.json.encode(
        {"appliedFacets": facets, "limit": _PAGE, "offset": offset, "searchText": phrase.strip()}
    )


def _split(page: _Page, applied: _Facets, depth: int) -> Iterator[tuple[_Facets, int]]:
    """Yield narrower facet choices: the first facet in `_SPLIT_BY` not applied yet that offers values."""
    values: dict[str, list[str]] = {}
    for facet in page.facets or ():
        _gather(facet.facet_parameter, facet.values or [], values)
    for parameter in _SPLIT_BY if depth < 3 else ():
        if parameter not in applied and len(values.get(parameter, ())) > 1:
            for value in values[parameter]:
                yield {**applied, parameter: [value]}, depth + 1
            return


def _gather(parameter: str | None, facet_values: list[_FacetValue], values: dict[str, list[str]]) -> None:
    for value in facet_values:
        if value.values:  # a group of facets: the parameter stands on the group within
            _gather(value.facet_parameter or parameter, value.values, values)
        elif parameter and value.id and value.count != 0:
            values.setdefault(parameter, []).append(value.id)


def _head(raw: msgspec.Raw) -> tuple[str | None, str | None]:
    hit = _HIT.decode(raw)
    return f"/{hit.external_path.lstrip('/')}" if hit.external_path else None, hit.title


def _native_id(path: str) -> str:
    """Return the requisition part of `/job/Place/Title_JR-123`: the words before it change with the title."""
    return unquote(path.rstrip("/").rsplit("/", 1)[-1].rsplit("_", 1)[-1])


def _listing(
    raw: msgspec.Raw, pointer: str, details: Mapping[str, Answer], today: date, site: str
) -> Listing:
    hit = _HIT.decode(raw)
    native_id = require_id(_native_id(hit.external_path or ""), "externalPath")
    detail = _DETAIL.decode(details[native_id].body) if native_id in details else None
    info = detail.job_posting_info if detail else _Info()
    organization = detail.hiring_organization if detail else None
    return Listing(
        native_id=native_id,
        opening_native_id=blank_to_none(info.job_req_id),
        title=require_title(hit.title, native_id),
        raw_pointer=pointer,
        employer=blank_to_none(organization.name) if organization else None,
        description_html=blank_to_none(info.job_description),
        is_text_complete=info.job_description is not None,
        places=_places(hit, info),
        workplace=workplace(info.remote_type),
        employment_type=blank_to_none(info.time_type) or blank_to_none(hit.time_type),
        posted_on=iso_day(info.start_date) or posted_ago(hit.posted_on, today),
        url=blank_to_none(info.external_url) or f"{site}/{(hit.external_path or '').lstrip('/')}",
    )


def _places(hit: _Hit, info: _Info) -> tuple[Place, ...]:
    country = info.country.descriptor if isinstance(info.country, _Country) else info.country
    first = place(info.location, country=country)
    others = (place(other) for other in info.additional_locations or ())
    return places((first, *others)) if info.location else places([place(hit.locations_text)])


ADAPTER = Workday()
