"""Personio job feeds: one XML file for the whole board, texts included.

https://support.personio.de/hc/en-us/articles/207576365. Positions can repeat under one id (per language, per
office); they are merged before they are counted. An empty board is an empty root element.

Where there is no feed (404), the list behind the careers page is read (`search.json`): it has no dates, and
mostly no texts, which come from the page of each possible product role.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from datetime import date
from urllib.parse import quote
from xml.etree.ElementTree import Element

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.career_pages import page_soup, posting_on_page
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.markup import join_parts, section
from include.collect.parsing.paging import detail_answers, first_ok, peek, read_pages, wanted_details
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, of_posting, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.parsing.xml_feeds import feed_board, text, texts
from include.collect.protocol import BoardListing, Listing, SeriesKind

_DESCRIPTION = '[class*="jobDescription"]'


class _Row(msgspec.Struct):
    id: int | str | None = None
    name: str | None = None
    subcompany: str | None = None
    office: str | None = None
    offices: list[str] | None = None
    department: str | None = None
    employment_type: str | None = None
    schedule: str | None = None
    description: str | None = None


_ROW = msgspec.json.Decoder(_Row)


class Personio:
    """Reads `{token}.jobs.personio.de`, or `.com` for boards with the option `domain=com`.

    Pages of positions are asked for only where there is no feed, and then of possible product roles (option
    `details=all`).
    """

    name = "personio"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole feed once, in English where there is a choice (option `language`).

        Where there is none, ask for the list and the pages wanted.
        """
        query = {"language": board.options.get("language", "en")}
        origin = _origin(board)
        answer = yield Request(url=endpoint(origin, "/xml", base_url, query))
        if not answer.is_not_there:
            return
        rows = peek((yield Request(url=endpoint(origin, "/search.json", base_url, query))), list[msgspec.Raw])
        for native_id in wanted_details(board, rows or (), _head):
            path = f"/job/{quote(native_id, safe='')}"
            yield Request(url=endpoint(origin, path, base_url, query), purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the feed, or the list and the pages."""
        first = first_ok(answers)
        if first.body.lstrip()[:1] == b"<":
            return feed_board(
                [first],
                "workzag-jobs",
                "position",
                lambda position, pointer: _listing(position, pointer, board),
            )
        pages = detail_answers(answers)
        return read_pages([first], list[msgspec.Raw]).board(
            lambda raw, pointer: _listed(raw, pointer, board, pages)
        )


def _origin(board: Board) -> str:
    return f"https://{path_token(board)}.jobs.personio.{board.options.get('domain', 'de')}"


def _listing(position: Element, pointer: str, board: Board) -> Listing:
    native_id = require_id(text(position, "id") or position.get("id"))
    description = join_parts(
        section(text(part, "name"), text(part, "value"))
        for part in position.findall("jobDescriptions/jobDescription")
    )
    offices = (text(position, "office"), *texts(position, "additionalOffices/office"))
    kind = filter(None, (text(position, "employmentType"), text(position, "schedule")))
    with of_posting(native_id):
        return Listing(
            native_id=native_id,
            title=require_title(text(position, "name"), native_id, "name"),
            raw_pointer=pointer,
            employer=text(position, "subcompany"),
            description_html=description,
            is_text_complete=description is not None,
            places=places(place(office) for office in offices),
            employment_type=", ".join(kind) or None,
            department=text(position, "department"),
            posted_on=iso_day(text(position, "createdAt")),
            url=text(position, "url") or f"{_origin(board)}/job/{native_id}",
        )


def _head(raw: msgspec.Raw) -> tuple[str | int | None, str | None]:
    row = _ROW.decode(raw)
    return (None if blank_to_none(row.description) else row.id), row.name


def _listed(raw: msgspec.Raw, pointer: str, board: Board, pages: Mapping[str, Answer]) -> Listing:
    row = _ROW.decode(raw)
    native_id = require_id(row.id)
    html, posted_on = _shown(pages[native_id], native_id) if native_id in pages else (None, None)
    description = blank_to_none(row.description) or html
    return Listing(
        native_id=native_id,
        title=require_title(row.name, native_id, "name"),
        raw_pointer=pointer,
        employer=blank_to_none(row.subcompany),
        description_html=description,
        is_text_complete=description is not None,
        places=places(place(office) for office in (row.office, *(row.offices or ()))),
        employment_type=", ".join(filter(None, (row.employment_type, row.schedule))) or None,
        department=blank_to_none(row.department),
        posted_on=posted_on,
        url=f"{_origin(board)}/job/{native_id}",
    )


def _shown(page: Answer, native_id: str) -> tuple[str | None, date | None]:
    """Return the text and posting day that a page shows: those of its JobPosting, else the text alone."""
    shown = posting_on_page(page, native_id)
    if shown:
        return shown.description_html, shown.posted_on
    soup = page_soup(page)
    parts = [part for part in soup.select(_DESCRIPTION) if not part.find_parent(class_=_is_description)]
    return join_parts(part.decode_contents() for part in parts), None


def _is_description(name: str | None) -> bool:
    return "jobDescription" in (name or "")


ADAPTER = Personio()
