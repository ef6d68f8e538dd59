"""BambooHR careers: a list without texts and dates, a detail per opening.

Boards differ: some still answer `/careers/list`, others only the embedded list (`/jobs/embed2.php`), which is
HTML with titles and places alone.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Mapping, Sequence
from urllib.parse import quote, urlsplit

import bs4
import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.career_pages import page_soup
from include.collect.parsing.endpoints import endpoint, join, path_token
from include.collect.parsing.paging import (
    board_listing,
    detail_answers,
    first_ok,
    peek,
    read_pages,
    wanted_details,
)
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, pointed, read_records, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, MalformedAnswer, Place, SeriesKind, Workplace

_EMBED_ID = re.compile(r"bhrPositionID_(\d+)")


class _Place(msgspec.Struct, rename="camel"):
    city: str | None = None
    state: str | None = None
    province: str | None = None
    country: str | None = None
    address_country: str | None = None


class _Opening(msgspec.Struct, rename="camel"):
    id: str | int | None = None
    job_opening_name: str | None = None
    department_label: str | None = None
    employment_status_label: str | None = None
    location: _Place | None = None
    ats_location: _Place | None = None
    is_remote: bool | None = None
    location_type: str | int | None = None
    description: str | None = None
    date_posted: str | None = None
    job_opening_share_url: str | None = None


class _Meta(msgspec.Struct, rename="camel"):
    total_count: int | None = None


class _List(msgspec.Struct):
    result: list[msgspec.Raw]
    meta: _Meta | None = None


class _Result(msgspec.Struct, rename="camel"):
    job_opening: _Opening


class _Detail(msgspec.Struct):
    result: _Result


_OPENING = msgspec.json.Decoder(_Opening)
_DETAIL = msgspec.json.Decoder(_Detail)
# The list's own codes for where the work is done.
_LOCATION_TYPES: dict[str, Workplace] = {"0": "on_site", "1": "remote", "2": "hybrid"}


class BambooHR:
    """Reads `{token}.bamboohr.com`; details only for possible product roles (option `details=all`)."""

    name = "bamboohr"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the list, or the embedded list where there is none, then for the details wanted."""
        origin = f"https://{path_token(board)}.bamboohr.com"
        answer = yield Request(url=endpoint(origin, "/careers/list", base_url))
        if answer.is_not_there:
            yield Request(url=endpoint(origin, "/jobs/embed2.php", base_url))
            return
        page = peek(answer, _List)
        for native_id in wanted_details(board, page.result if page else (), _head):
            path = f"/careers/{quote(native_id, safe='')}/detail"
            yield Request(url=endpoint(origin, path, base_url), purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read list and details, or the embedded list."""
        first = first_ok(answers)
        if first.body.lstrip()[:1] == b"<":
            return _embedded(first)
        details = detail_answers(answers, key=lambda url: urlsplit(url).path.split("/")[-2])
        site = f"https://{path_token(board)}.bamboohr.com"
        found = read_pages([first], _List)
        meta = found.pages[0][1].meta
        return found.board(
            lambda raw, pointer: _listing(raw, pointer, details, site),
            "result",
            promised=meta.total_count if meta else None,
        )


def _head(raw: msgspec.Raw) -> tuple[str | int | None, str | None]:
    opening = _OPENING.decode(raw)
    return opening.id, opening.job_opening_name


def _listing(raw: msgspec.Raw, pointer: str, details: Mapping[str, Answer], site: str) -> Listing:
    opening = _OPENING.decode(raw)
    native_id = require_id(opening.id)
    page = details.get(native_id)
    detail = _DETAIL.decode(page.body).result.job_opening if page else _Opening()
    return Listing(
        native_id=native_id,
        title=require_title(opening.job_opening_name, native_id, "jobOpeningName"),
        raw_pointer=pointer,
        description_html=blank_to_none(detail.description),
        is_text_complete=detail.description is not None,
        places=places(_place(item) for item in (opening.ats_location, opening.location)),
        workplace=_LOCATION_TYPES.get(
            str(opening.location_type), "remote" if opening.is_remote else "unknown"
        ),
        employment_type=blank_to_none(opening.employment_status_label),
        department=blank_to_none(opening.department_label),
        posted_on=iso_day(detail.date_posted),
        url=blank_to_none(detail.job_opening_share_url) or f"{site}/careers/{quote(native_id, safe='')}",
    )


def _place(item: _Place | None) -> Place | None:
    if item is None:
        return None
    return place(item.city, item.state or item.province, country=item.country or item.address_country)


def _embedded(answer: Answer) -> BoardListing:
    items = page_soup(answer).find_all("li", id=_EMBED_ID)
    if not items and b"BambooHR-ATS" not in answer.body:
        raise MalformedAnswer(f"{answer.request.url}: neither a list of openings nor BambooHR's empty list")

    def read(item: bs4.Tag, pointer: str) -> Listing:
        match = _EMBED_ID.search(str(item["id"]))
        native_id = require_id(match[1] if match else None)
        link, location = item.find("a"), item.find(class_="BambooHR-ATS-Location")
        return Listing(
            native_id=native_id,
            title=require_title(link.get_text(" ", strip=True) if link else None, native_id),
            raw_pointer=pointer,
            is_text_complete=False,
            places=places([place(location.get_text(" ", strip=True) if location else None)]),
            url=join(answer.request.url, str(link["href"])) if link and link.has_attr("href") else None,
        )

    return board_listing(*read_records(pointed(items, "li"), read))


ADAPTER = BambooHR()
