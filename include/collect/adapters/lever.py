"""Lever postings: one request for the whole board, texts included.

https://github.com/lever/postings-api. The text comes in parts that must be joined: `description` alone is
a fraction of the ad. The answer is a bare array. No employer name: the board list has it.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.markup import join_parts, section, text_as_html
from include.collect.parsing.paging import read_pages
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places, workplace
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import epoch_day
from include.collect.protocol import BoardListing, Listing, Pay, Place, SeriesKind


class _Categories(msgspec.Struct, rename="camel"):
    commitment: str | None = None
    department: str | None = None
    team: str | None = None
    location: str | None = None
    all_locations: list[str] | None = None


class _Part(msgspec.Struct):
    text: str | None = None
    content: str | None = None


class _SalaryRange(msgspec.Struct):
    min: float | None = None
    max: float | None = None
    currency: str | None = None
    interval: str | None = None


class _Posting(msgspec.Struct, rename="camel"):
    id: str | None = None
    text: str | None = None
    categories: _Categories | None = None
    description: str | None = None
    opening: str | None = None
    description_body: str | None = None
    description_plain: str | None = None
    lists: list[_Part] | None = None
    additional: str | None = None
    additional_plain: str | None = None
    salary_description: str | None = None
    salary_range: _SalaryRange | None = None
    country: str | None = None
    workplace_type: str | None = None
    created_at: int | None = None
    hosted_url: str | None = None


_POSTING = msgspec.json.Decoder(_Posting)
_ORIGINS = {"global": "https://api.lever.co", "eu": "https://api.eu.lever.co"}


class Lever:
    """Reads `api.lever.co`, or `api.eu.lever.co` for boards with the option `region=eu`."""

    name = "lever"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole board once."""
        origin = _ORIGINS[board.options.get("region", "global")]
        yield Request(url=endpoint(origin, f"/v0/postings/{path_token(board)}", base_url, {"mode": "json"}))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the board's answer."""
        return read_pages(answers, list[msgspec.Raw]).board(_listing)


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    posting = _POSTING.decode(raw)
    native_id = require_id(posting.id)
    categories = posting.categories or _Categories()
    return Listing(
        native_id=native_id,
        title=require_title(posting.text, native_id, "text"),
        raw_pointer=pointer,
        description_html=_html(posting),
        places=_places(posting.country, categories),
        workplace=workplace(posting.workplace_type),
        employment_type=blank_to_none(categories.commitment),
        department=blank_to_none(categories.department) or blank_to_none(categories.team),
        pay=_pay(posting.salary_range),
        posted_on=epoch_day(posting.created_at, per_second=1000),
        url=blank_to_none(posting.hosted_url),
    )


def _lists(posting: _Posting) -> list[str]:
    # The items come bare (<li>...</li>), without their list.
    return [
        section(part.text, f"<ul>{part.content}</ul>" if part.content else None)
        for part in posting.lists or ()
    ]


def _html(posting: _Posting) -> str | None:
    body = posting.description or join_parts((posting.opening, posting.description_body))
    return join_parts(
        (
            body or text_as_html(posting.description_plain),
            *_lists(posting),
            posting.salary_description,
            posting.additional or text_as_html(posting.additional_plain),
        )
    )


def _places(country: str | None, categories: _Categories) -> tuple[Place, ...]:
    texts = (categories.location, *(categories.all_locations or ()))
    # `country` is the country of the primary location only.
    return places(
        place(text, country=country if text == categories.location else None) for text in texts if text
    ) or places([place(country=country)])


def _pay(salary: _SalaryRange | None) -> tuple[Pay, ...]:
    return pay_range(salary.min, salary.max, salary.currency, salary.interval) if salary else ()


ADAPTER = Lever()
