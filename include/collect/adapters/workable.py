"""Workable job widgets: one request for the whole account, texts included with `details=true`.

https://help.workable.com/hc/en-us/articles/115012771647. One row per location under the same shortcode:
rows are merged before they are counted. The host answers 429 to more than about two requests at once.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.paging import read_pages
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, Place, SeriesKind


class _Location(msgspec.Struct, rename="camel"):
    country: str | None = None
    country_code: str | None = None
    city: str | None = None
    region: str | None = None


class _Job(msgspec.Struct):
    shortcode: str | None = None
    title: str | None = None
    description: str | None = None
    employment_type: str | None = None
    telecommuting: bool | None = None
    department: str | None = None
    url: str | None = None
    published_on: str | None = None
    created_at: str | None = None
    country: str | None = None
    state: str | None = None
    city: str | None = None
    locations: list[_Location] | None = None


class _Account(msgspec.Struct):
    jobs: list[msgspec.Raw]
    name: str | None = None


_JOB = msgspec.json.Decoder(_Job)


class Workable:
    """Reads `apply.workable.com`."""

    name = "workable"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole account once."""
        path = f"/api/v1/widget/accounts/{path_token(board)}"
        yield Request(url=endpoint("https://apply.workable.com", path, base_url, {"details": "true"}))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the account's answer."""
        found = read_pages(answers, _Account)
        employer = found.pages[0][1].name
        return found.board(lambda raw, pointer: _listing(raw, pointer, employer), "jobs")


def _listing(raw: msgspec.Raw, pointer: str, employer: str | None) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.shortcode, "shortcode")
    return Listing(
        native_id=native_id,
        title=require_title(job.title, native_id),
        raw_pointer=pointer,
        employer=blank_to_none(employer),
        description_html=blank_to_none(job.description),
        is_text_complete=job.description is not None,
        places=_places(job),
        workplace="remote" if job.telecommuting else "unknown",
        employment_type=blank_to_none(job.employment_type),
        department=blank_to_none(job.department),
        posted_on=iso_day(job.published_on) or iso_day(job.created_at),
        url=blank_to_none(job.url),
    )


def _places(job: _Job) -> tuple[Place, ...]:
    found = places(
        place(item.city, item.region, item.country, country=item.country_code) for item in job.locations or ()
    )
    return found or places([place(job.city, job.state, country=job.country)])


ADAPTER = Workable()
