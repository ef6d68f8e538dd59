"""Recruitee offers: one request for the whole board, texts included.

https://docs.recruitee.com/reference/offers. The text is `description` and `requirements`. The answer also
holds a mailbox and the application form, which are not read.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.markup import join_parts
from include.collect.parsing.paging import read_pages
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places
from include.collect.parsing.records import RecordRefused, blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day, iso_instant
from include.collect.protocol import BoardListing, Listing, Place, SeriesKind, Workplace


class _Location(msgspec.Struct):
    name: str | None = None
    city: str | None = None
    state: str | None = None
    country: str | None = None
    country_code: str | None = None


class _Salary(msgspec.Struct):
    min: str | float | None = None
    max: str | float | None = None
    period: str | None = None
    currency: str | None = None


class _Offer(msgspec.Struct):
    id: int | str | None = None
    title: str | None = None
    company_name: str | None = None
    description: str | None = None
    requirements: str | None = None
    locations: list[_Location] | None = None
    location: str | None = None
    city: str | None = None
    state_name: str | None = None
    country: str | None = None
    country_code: str | None = None
    remote: bool | None = None
    hybrid: bool | None = None
    on_site: bool | None = None
    employment_type_code: str | None = None
    department: str | None = None
    salary: _Salary | None = None
    published_at: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    close_at: str | None = None
    careers_url: str | None = None
    status: str | None = None


class _Answer(msgspec.Struct):
    offers: list[msgspec.Raw]


_OFFER = msgspec.json.Decoder(_Offer)


class Recruitee:
    """Reads `{token}.recruitee.com`, or the employer's own host given as a token with dots."""

    name = "recruitee"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole board once."""
        host = board.token if "." in board.token else f"{path_token(board)}.recruitee.com"
        yield Request(url=endpoint(f"https://{host}", "/api/offers", base_url))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the board's answer."""
        return read_pages(answers, _Answer).board(_listing, "offers")


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    offer = _OFFER.decode(raw)
    native_id = require_id(offer.id)
    if offer.status not in (None, "published"):
        raise RecordRefused("unlisted", f"`status` is {offer.status!r}, not published", native_id)
    salary = offer.salary or _Salary()
    return Listing(
        native_id=native_id,
        title=require_title(offer.title, native_id),
        raw_pointer=pointer,
        employer=blank_to_none(offer.company_name),
        description_html=join_parts((offer.description, offer.requirements)),
        is_text_complete=offer.description is not None,
        places=_places(offer),
        workplace=_workplace(offer),
        employment_type=blank_to_none(offer.employment_type_code),
        department=blank_to_none((offer.department or "").strip("\u200b")),
        pay=pay_range(salary.min, salary.max, salary.currency, salary.period),
        posted_on=iso_day(offer.published_at) or iso_day(offer.created_at),
        updated_at=iso_instant(offer.updated_at),
        expires_on=iso_day(offer.close_at),
        url=blank_to_none(offer.careers_url),
    )


def _places(offer: _Offer) -> tuple[Place, ...]:
    found = places(
        place(item.city or item.name, item.state, item.country, country=item.country_code)
        for item in offer.locations or ()
    )
    # `location` may be no more than "Remote job".
    single = place(offer.city, offer.state_name, offer.country, country=offer.country_code)
    return found or places([single if offer.city else place(offer.location, country=offer.country_code)])


def _workplace(offer: _Offer) -> Workplace:
    if offer.hybrid or (offer.remote and offer.on_site):
        return "hybrid"
    if offer.remote:
        return "remote"
    return "on_site" if offer.on_site else "unknown"


ADAPTER = Recruitee()
