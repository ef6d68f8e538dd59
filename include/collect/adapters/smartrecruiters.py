"""SmartRecruiters postings: a paged list without texts, a detail per posting.

https://developers.smartrecruiters.com/docs/posting-api. `releasedDate` can be years old (evergreen ads).
An unknown company is an empty list, not a 404.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.markup import join_parts, section
from include.collect.parsing.paging import (
    MAX_PAGES,
    detail_answers,
    greatest_total,
    may_go_on,
    peek,
    read_pages,
    wanted_details,
)
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, SeriesKind, Workplace

_ORIGIN = "https://api.smartrecruiters.com"
_PAGE = 100


class _Label(msgspec.Struct):
    label: str | None = None


class _Company(msgspec.Struct):
    name: str | None = None
    identifier: str | None = None


class _Location(msgspec.Struct):
    city: str | None = None
    region: str | None = None
    country: str | None = None
    remote: bool | None = None
    hybrid: bool | None = None


class _Posting(msgspec.Struct, rename="camel"):
    id: str | None = None
    name: str | None = None
    ref_number: str | None = None
    company: _Company | None = None
    location: _Location | None = None
    department: _Label | None = None
    function: _Label | None = None
    type_of_employment: _Label | None = None
    released_date: str | None = None


class _Section(msgspec.Struct):
    title: str | None = None
    text: str | None = None


class _JobAd(msgspec.Struct):
    sections: dict[str, _Section] | None = None


class _Detail(msgspec.Struct, rename="camel"):
    job_ad: _JobAd | None = None
    posting_url: str | None = None


class _Page(msgspec.Struct, rename="camel"):
    content: list[msgspec.Raw]
    total_found: int | None = None


class _Id(msgspec.Struct):
    id: str | None = None
    name: str | None = None


_POSTING = msgspec.json.Decoder(_Posting)
_DETAIL = msgspec.json.Decoder(_Detail)
_ID = msgspec.json.Decoder(_Id)
_SECTIONS = ("companyDescription", "jobDescription", "qualifications", "additionalInformation")


class SmartRecruiters:
    """Reads `api.smartrecruiters.com`; details only for possible product roles (option `details=all`)."""

    name = "smartrecruiters"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the list page by page, then for the details that are wanted."""
        path = f"/v1/companies/{path_token(board)}/postings"
        wanted: list[str] = []
        for number in range(MAX_PAGES):
            query = {"limit": _PAGE, "offset": number * _PAGE}
            page = peek((yield Request(url=endpoint(_ORIGIN, path, base_url, query))), _Page)
            if page is None:
                return
            wanted += wanted_details(board, page.content, _head)
            n_came, n_asked = len(page.content), (number + 1) * _PAGE
            if n_came < _PAGE or not may_go_on(n_came, _PAGE, n_asked, page.total_found):
                break
        for native_id in dict.fromkeys(wanted):
            detail = f"{path}/{quote(native_id, safe='')}"
            yield Request(url=endpoint(_ORIGIN, detail, base_url), purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read pages and details."""
        details = detail_answers(answers)
        found = read_pages(answers, _Page)
        return found.board(
            lambda raw, pointer: _listing(raw, pointer, details),
            "content",
            promised=greatest_total(page.total_found for _, page in found.pages),
        )


def _head(raw: msgspec.Raw) -> tuple[str | None, str | None]:
    posting = _ID.decode(raw)
    return posting.id, posting.name


def _listing(raw: msgspec.Raw, pointer: str, details: Mapping[str, Answer]) -> Listing:
    posting = _POSTING.decode(raw)
    native_id = require_id(posting.id)
    detail = _DETAIL.decode(details[native_id].body) if native_id in details else None
    location = posting.location or _Location()
    return Listing(
        native_id=native_id,
        opening_native_id=blank_to_none(posting.ref_number),
        title=require_title(posting.name, native_id, "name"),
        raw_pointer=pointer,
        employer=blank_to_none(posting.company.name) if posting.company else None,
        description_html=_html(detail) if detail else None,
        is_text_complete=detail is not None,
        places=places([place(location.city, location.region, country=location.country)]),
        workplace=_workplace(location),
        employment_type=_label(posting.type_of_employment),
        department=_label(posting.department) or _label(posting.function),
        posted_on=iso_day(posting.released_date),
        url=(blank_to_none(detail.posting_url) if detail else None) or _page_url(posting, native_id),
    )


def _page_url(posting: _Posting, native_id: str) -> str | None:
    company = blank_to_none(posting.company.identifier) if posting.company else None
    return f"https://jobs.smartrecruiters.com/{quote(company)}/{quote(native_id)}" if company else None


def _html(detail: _Detail) -> str | None:
    sections = (detail.job_ad.sections if detail.job_ad else None) or {}
    names = (*_SECTIONS, *(name for name in sections if name not in _SECTIONS))
    return join_parts(
        section(sections[name].title, sections[name].text) for name in names if name in sections
    )


def _label(item: _Label | None) -> str | None:
    return blank_to_none(item.label) if item else None


def _workplace(location: _Location) -> Workplace:
    if location.hybrid:
        return "hybrid"
    return "remote" if location.remote else "unknown"


ADAPTER = SmartRecruiters()
