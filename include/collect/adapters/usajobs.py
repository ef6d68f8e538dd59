"""USAJobs, the federal government's open postings: a keyed search.

https://developer.usajobs.gov. The operator's key and mail address are added by the client (headers
`Authorization-Key` and `User-Agent`). The token is the keyword.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.markup import join_parts, section
from include.collect.parsing.paging import greatest_total, may_go_on, peek, read_pages
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, SeriesKind, Workplace


class _Pay(msgspec.Struct, rename="pascal"):
    minimum_range: str | float | None = None
    maximum_range: str | float | None = None
    rate_interval_code: str | None = None
    description: str | None = None


class _Place(msgspec.Struct, rename="pascal"):
    location_name: str | None = None


class _Named(msgspec.Struct, rename="pascal"):
    name: str | None = None


class _Details(msgspec.Struct, rename="pascal"):
    job_summary: str | None = None
    major_duties: list[str] | str | None = None
    requirements: str | None = None
    education: str | None = None
    evaluations: str | None = None
    telework_eligible: bool | None = None
    remote_indicator: bool | None = None


class _UserArea(msgspec.Struct, rename="pascal"):
    details: _Details | None = None


class _Posting(msgspec.Struct, rename="pascal"):
    position_id: str | None = msgspec.field(name="PositionID", default=None)
    position_title: str | None = None
    position_uri: str | None = msgspec.field(name="PositionURI", default=None)
    position_location: list[_Place] | None = None
    position_location_display: str | None = None
    organization_name: str | None = None
    department_name: str | None = None
    position_schedule: list[_Named] | None = None
    position_remuneration: list[_Pay] | None = None
    publication_start_date: str | None = None
    application_close_date: str | None = None
    qualification_summary: str | None = None
    user_area: _UserArea | None = None


class _Item(msgspec.Struct, rename="pascal"):
    matched_object_descriptor: _Posting
    matched_object_id: str | int | None = None


class _Result(msgspec.Struct, rename="pascal"):
    search_result_items: list[msgspec.Raw]
    search_result_count_all: int | None = None


class _Page(msgspec.Struct, rename="pascal"):
    search_result: _Result


_ITEM = msgspec.json.Decoder(_Item)
_PAGE = 500
_PERIODS = {"PA": "year", "PH": "hour", "PD": "day", "PW": "week", "PM": "month", "BW": "biweekly"}


class USAJobs:
    """Reads `data.usajobs.gov/api/Search`."""

    name = "usajobs"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the hits page by page (the host gives 10,000 at most)."""
        for number in range(1, 21):
            query = {"Keyword": board.token, "ResultsPerPage": _PAGE, "Page": number}
            answer = yield Request(url=endpoint("https://data.usajobs.gov", "/api/Search", base_url, query))
            page = peek(answer, _Page)
            if page is None:
                return
            result = page.search_result
            n_came, total = len(result.search_result_items), result.search_result_count_all
            if not may_go_on(n_came, _PAGE, number * _PAGE, total):
                return

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the pages."""
        found = read_pages(answers, _Page)
        promised = greatest_total(page.search_result.search_result_count_all for _, page in found.pages)
        items = "search_result.search_result_items"
        return found.board(_listing, "SearchResultItems", items, promised=promised)


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    item = _ITEM.decode(raw)
    posting = item.matched_object_descriptor
    native_id = require_id(item.matched_object_id or posting.position_id, "MatchedObjectId")
    details = (posting.user_area.details if posting.user_area else None) or _Details()
    duties = details.major_duties
    description = join_parts(
        (
            details.job_summary,
            section("Duties", "\n".join(duties) if isinstance(duties, list) else duties),
            section("Requirements", details.requirements),
            section("Qualifications", posting.qualification_summary),
            section("Education", details.education),
            section("How you will be evaluated", details.evaluations),
        )
    )
    found = places(place(item.location_name) for item in posting.position_location or ())
    return Listing(
        native_id=native_id,
        opening_native_id=blank_to_none(posting.position_id),
        title=require_title(posting.position_title, native_id, "PositionTitle"),
        raw_pointer=pointer,
        employer=blank_to_none(posting.organization_name),
        description_html=description,
        is_text_complete=bool(duties),
        places=found or places([place(posting.position_location_display)]),
        workplace=_workplace(details),
        employment_type=", ".join(item.name for item in posting.position_schedule or () if item.name) or None,
        department=blank_to_none(posting.department_name),
        pay=tuple(
            pay
            for item in posting.position_remuneration or ()
            for pay in pay_range(
                item.minimum_range,
                item.maximum_range,
                "USD",
                _PERIODS.get(item.rate_interval_code or "", item.description),
            )
        ),
        posted_on=iso_day(posting.publication_start_date),
        expires_on=iso_day(posting.application_close_date),
        url=blank_to_none(posting.position_uri),
    )


def _workplace(details: _Details) -> Workplace:
    if details.remote_indicator:
        return "remote"
    return "hybrid" if details.telework_eligible else "unknown"


ADAPTER = USAJobs()
