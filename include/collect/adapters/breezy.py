"""Breezy HR boards: a list without texts; the text stands on each position's page as JSON-LD.

https://developer.breezy.hr. A tenant that is gone redirects to breezy.hr, which answers with HTML.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.career_pages import posting_on_page
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.paging import (
    detail_answers,
    peek,
    read_pages,
    wanted_details,
)
from include.collect.parsing.places import country_code, place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, Place, SeriesKind


class _Named(msgspec.Struct):
    name: str | None = None
    id: str | None = None


class _Location(msgspec.Struct):
    name: str | None = None
    city: str | None = None
    state: _Named | None = None
    country: _Named | None = None
    is_remote: bool | None = None


class _Position(msgspec.Struct):
    id: str | None = None
    friendly_id: str | None = None
    name: str | None = None
    url: str | None = None
    published_date: str | None = None
    type: _Named | None = None
    location: _Location | None = None
    locations: list[_Location] | None = None
    department: str | None = None
    company: _Named | None = None


_POSITION = msgspec.json.Decoder(_Position)


class Breezy:
    """Reads `{token}.breezy.hr`; pages only of possible product roles (option `details=all`)."""

    name = "breezy"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the list, then for the pages wanted."""
        origin = f"https://{path_token(board)}.breezy.hr"
        positions = peek((yield Request(url=endpoint(origin, "/json", base_url))), list[msgspec.Raw])
        for page_id in wanted_details(board, positions or (), _head):
            yield Request(url=endpoint(origin, f"/p/{quote(page_id, safe='')}", base_url), purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read list and pages."""
        details = detail_answers(answers)
        return read_pages(answers, list[msgspec.Raw]).board(
            lambda raw, pointer: _listing(raw, pointer, details)
        )


def _head(raw: msgspec.Raw) -> tuple[str | None, str | None]:
    position = _POSITION.decode(raw)
    return position.id and (position.friendly_id or position.id), position.name


def _listing(raw: msgspec.Raw, pointer: str, details: Mapping[str, Answer]) -> Listing:
    position = _POSITION.decode(raw)
    native_id = require_id(position.id)
    page = details.get(position.friendly_id or native_id)
    posting = posting_on_page(page, native_id) if page else None
    locations = position.locations or ([position.location] if position.location else [])
    html = posting.description_html if posting else None
    return Listing(
        native_id=native_id,
        title=require_title(position.name, native_id, "name"),
        raw_pointer=pointer,
        employer=blank_to_none(position.company.name) if position.company else None,
        description_html=html,
        is_text_complete=html is not None,
        places=places(_place(item) for item in locations),
        workplace="remote" if any(item.is_remote for item in locations) else "unknown",
        employment_type=blank_to_none(position.type.name) if position.type else None,
        department=blank_to_none(position.department),
        pay=posting.pay if posting else (),
        posted_on=iso_day(position.published_date),
        expires_on=posting.expires_on if posting else None,
        url=blank_to_none(position.url),
    )


def _place(item: _Location) -> Place | None:
    country = item.country
    found = place(
        item.city, item.state.name if item.state else None, country=country.name if country else None
    )
    if found and country and country_code(country.id):
        found = Place(text=found.text, country_code=country_code(country.id))
    return found or place(item.name)


ADAPTER = Breezy()
