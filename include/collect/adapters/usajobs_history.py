"""USAJobs announcements since 2017 with opening and closing dates, no key needed.

https://developer.usajobs.gov/api-reference/get-api-historicjoa. The token is a range of opening days, such as
`2024-03-01..2024-03-31`. Closing dates are partly scheduled. Texts come one by one, for product roles only.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from urllib.parse import parse_qs, urlsplit

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.markup import join_parts, section
from include.collect.parsing.paging import (
    MAX_PAGES,
    board_listing,
    detail_answers,
    peek,
    read_pages,
    wanted_details,
)
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, SeriesKind

_ORIGIN = "https://data.usajobs.gov"
_TEXT_PARTS = (
    "summary",
    "duties",
    "requirements",
    "requirementsConditionsOfEmployment",
    "requirementsQualifications",
    "requirementsEducation",
    "evaluations",
)


class _Place(msgspec.Struct, rename="camel"):
    position_location_city: str | None = None
    position_location_state: str | None = None
    position_location_country: str | None = None


class _Announcement(msgspec.Struct, rename="camel"):
    usajobs_control_number: int | str | None = None
    announcement_number: str | None = None
    position_title: str | None = None
    hiring_agency_name: str | None = None
    hiring_department_name: str | None = None
    position_open_date: str | None = None
    position_close_date: str | None = None
    minimum_salary: float | None = None
    maximum_salary: float | None = None
    salary_type: str | None = None
    work_schedule: str | None = None
    telework_eligible: str | bool | None = None
    position_locations: list[_Place] | None = None


class _Metadata(msgspec.Struct, rename="camel"):
    total_count: int | None = None
    continuation_token: str | None = None


class _Paging(msgspec.Struct):
    metadata: _Metadata | None = None


class _Page(msgspec.Struct):
    data: list[msgspec.Raw]
    paging: _Paging | None = None


_ANNOUNCEMENT = msgspec.json.Decoder(_Announcement)


class USAJobsHistory:
    """Reads `historicjoa` and `announcementtext`."""

    name = "usajobs_history"
    series_kind: SeriesKind = "archived"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the announcements of the range, then for the texts wanted."""
        first, _, last = board.token.partition("..")
        query = {"StartPositionOpenDate": first, "EndPositionOpenDate": last or first}
        wanted: list[str] = []
        token: str | None = None
        for _ in range(MAX_PAGES):
            more = {"continuationtoken": token} if token else {}
            url = endpoint(_ORIGIN, "/api/historicjoa", base_url, query | more)
            page = peek((yield Request(url=url)), _Page)
            if page is None:
                return
            wanted += wanted_details(board, page.data, _head)
            metadata = page.paging.metadata if page.paging else None
            asked, token = token, metadata.continuation_token if metadata else None
            if not page.data or token is None or token == asked:
                break
        for control_number in dict.fromkeys(wanted):
            path = "/api/historicjoa/announcementtext"
            url = endpoint(_ORIGIN, path, base_url, {"USAJOBSControlNumbers": control_number})
            yield Request(url=url, purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read announcements and texts."""
        if answers and _is_none(answers[0]):
            return board_listing([], [])
        found = read_pages(answers, _Page)
        texts = detail_answers(answers, key=_control_number)
        paging = found.pages[0][1].paging
        promised = paging.metadata.total_count if paging and paging.metadata else None
        return found.board(lambda raw, pointer: _listing(raw, pointer, texts), "data", promised=promised)


def _is_none(answer: Answer) -> bool:
    """Return whether the host says that the range has no announcement: in words, with status 200."""
    return answer.status == 204 or answer.body.strip() == b"204 No Content"


def _head(raw: msgspec.Raw) -> tuple[str | int | None, str | None]:
    item = _ANNOUNCEMENT.decode(raw)
    return item.usajobs_control_number, item.position_title


def _control_number(url: str) -> str:
    return parse_qs(urlsplit(url).query)["USAJOBSControlNumbers"][0]


def _listing(raw: msgspec.Raw, pointer: str, texts: Mapping[str, Answer]) -> Listing:
    item = _ANNOUNCEMENT.decode(raw)
    native_id = require_id(item.usajobs_control_number, "usajobsControlNumber")
    description = _text(texts[native_id].body) if native_id in texts else None
    return Listing(
        native_id=native_id,
        opening_native_id=blank_to_none(item.announcement_number),
        title=require_title(item.position_title, native_id, "positionTitle"),
        raw_pointer=pointer,
        employer=blank_to_none(item.hiring_agency_name),
        description_html=description,
        is_text_complete=description is not None,
        places=places(
            place(
                where.position_location_city,
                where.position_location_state,
                country=where.position_location_country,
            )
            for where in item.position_locations or ()
        ),
        workplace="hybrid" if item.telework_eligible in (True, "Y") else "unknown",
        employment_type=blank_to_none(item.work_schedule),
        department=blank_to_none(item.hiring_department_name),
        pay=pay_range(item.minimum_salary, item.maximum_salary, "USD", item.salary_type),
        posted_on=iso_day(item.position_open_date),
        closed_on=iso_day(item.position_close_date),
        url=f"https://www.usajobs.gov/job/{native_id}",
    )


class _Texts(msgspec.Struct):
    data: list[dict[str, object]]


def _text(body: bytes) -> str | None:
    """Return the parts of an announcement in reading order, each under its name."""
    found = msgspec.json.decode(body, type=_Texts).data
    parts = found[0] if found else {}
    return join_parts(
        section(re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name).capitalize(), part)
        for name in _TEXT_PARTS
        if isinstance(part := parts.get(name), str)
    )


ADAPTER = USAJobsHistory()
