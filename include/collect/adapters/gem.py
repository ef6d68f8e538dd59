"""Gem job boards: one request for the whole board, texts included.

https://api.gem.com/job_board/v0/reference. The answer is a bare array, shaped much like Greenhouse's.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.markup import undo_escaping
from include.collect.parsing.paging import read_pages
from include.collect.parsing.places import place, places, split_places, workplace
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day, iso_instant
from include.collect.protocol import BoardListing, Listing, SeriesKind


class _Named(msgspec.Struct):
    name: str | None = None


class _Post(msgspec.Struct):
    id: str | int | None = None
    title: str | None = None
    content: str | None = None
    content_plain: str | None = None
    internal_job_id: str | int | None = None
    employment_type: str | None = None
    location: _Named | None = None
    location_type: str | None = None
    departments: list[_Named] | None = None
    offices: list[_Named] | None = None
    first_published_at: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    absolute_url: str | None = None


_POST = msgspec.json.Decoder(_Post)


class Gem:
    """Reads `api.gem.com/job_board`."""

    name = "gem"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole board once."""
        path = f"/job_board/v0/{path_token(board)}/job_posts/"
        yield Request(url=endpoint("https://api.gem.com", path, base_url))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the board's answer."""
        return read_pages(answers, list[msgspec.Raw]).board(_listing)


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    post = _POST.decode(raw)
    native_id = require_id(post.id)
    where = split_places(post.location.name) if post.location else ()
    html_text = blank_to_none(undo_escaping(post.content or ""))
    return Listing(
        native_id=native_id,
        opening_native_id=str(post.internal_job_id) if post.internal_job_id else None,
        title=require_title(post.title, native_id),
        raw_pointer=pointer,
        description_html=html_text,
        description_text=None if html_text else blank_to_none(post.content_plain),
        is_text_complete=bool(post.content or post.content_plain),
        places=where or places(place(office.name) for office in post.offices or ()),
        workplace=workplace(post.location_type),
        employment_type=blank_to_none(post.employment_type),
        department=next((blank_to_none(item.name) for item in post.departments or ()), None),
        posted_on=iso_day(post.first_published_at) or iso_day(post.created_at),
        updated_at=iso_instant(post.updated_at),
        url=blank_to_none(post.absolute_url),
    )


ADAPTER = Gem()
