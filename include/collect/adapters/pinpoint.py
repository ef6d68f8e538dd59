"""Pinpoint boards: one request for the whole board, texts in named parts.

Pay counts only where the employer shows it (`compensation_visible`). A board that is gone redirects or is a
404.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, join, path_token
from include.collect.parsing.markup import join_parts, section
from include.collect.parsing.paging import read_pages
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places, workplace
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, Pay, SeriesKind

_PARTS = ("key_responsibilities", "skills_knowledge_expertise", "benefits")


class _Named(msgspec.Struct):
    id: str | int | None = None
    name: str | None = None
    city: str | None = None
    province: str | None = None


class _Job(msgspec.Struct):
    id: str | int | None = None
    requisition_id: str | None = None
    department: _Named | None = None
    division: _Named | None = None


class _Posting(msgspec.Struct):
    id: str | int | None = None
    title: str | None = None
    url: str | None = None
    path: str | None = None
    description: str | None = None
    key_responsibilities_header: str | None = None
    key_responsibilities: str | None = None
    skills_knowledge_expertise_header: str | None = None
    skills_knowledge_expertise: str | None = None
    benefits_header: str | None = None
    benefits: str | None = None
    workplace_type: str | None = None
    employment_type: str | None = None
    compensation_minimum: float | None = None
    compensation_maximum: float | None = None
    compensation_currency: str | None = None
    compensation_frequency: str | None = None
    compensation_visible: bool | None = None
    first_published_at: str | None = None
    deadline_at: str | None = None
    job: _Job | None = None
    location: _Named | None = None


class _Answer(msgspec.Struct):
    data: list[msgspec.Raw]


_POSTING = msgspec.json.Decoder(_Posting)


class Pinpoint:
    """Reads `{token}.pinpointhq.com`."""

    name = "pinpoint"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole board once."""
        yield Request(url=endpoint(f"https://{path_token(board)}.pinpointhq.com", "/postings.json", base_url))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the board's answer."""
        site = f"https://{path_token(board)}.pinpointhq.com"
        return read_pages(answers, _Answer).board(lambda raw, pointer: _listing(raw, pointer, site), "data")


def _listing(raw: msgspec.Raw, pointer: str, site: str) -> Listing:
    posting = _POSTING.decode(raw)
    native_id = require_id(posting.id)
    job = posting.job or _Job()
    location = posting.location or _Named()
    unit = job.department or job.division
    html = join_parts(
        (
            posting.description,
            *(section(getattr(posting, f"{part}_header"), getattr(posting, part)) for part in _PARTS),
        )
    )
    return Listing(
        native_id=native_id,
        opening_native_id=blank_to_none(job.requisition_id) or (str(job.id) if job.id else None),
        title=require_title(posting.title, native_id),
        raw_pointer=pointer,
        description_html=html,
        is_text_complete=posting.description is not None,
        places=places([place(location.city, location.province) or place(location.name)]),
        workplace=workplace(posting.workplace_type),
        employment_type=blank_to_none(posting.employment_type),
        department=blank_to_none(unit.name) if unit else None,
        pay=_pay(posting),
        posted_on=iso_day(posting.first_published_at),
        expires_on=iso_day(posting.deadline_at),
        url=blank_to_none(posting.url) or (join(site, posting.path) if posting.path else None),
    )


def _pay(posting: _Posting) -> tuple[Pay, ...]:
    if posting.compensation_visible is False:
        return ()
    return pay_range(
        posting.compensation_minimum,
        posting.compensation_maximum,
        posting.compensation_currency,
        posting.compensation_frequency,
    )


ADAPTER = Pinpoint()
