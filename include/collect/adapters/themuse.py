"""The Muse's public API: jobs of one category, twenty a page.

https://www.themuse.com/developers/api/v2. The token is the category, such as `Product Management`. Link back;
copies must be destroyed when use ends. A key is optional and raises the limit.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.paging import peek, read_pages
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, SeriesKind


class _Named(msgspec.Struct):
    name: str | None = None


class _References(msgspec.Struct):
    landing_page: str | None = None


class _Job(msgspec.Struct):
    id: int | str | None = None
    name: str | None = None
    contents: str | None = None
    publication_date: str | None = None
    locations: list[_Named] | None = None
    categories: list[_Named] | None = None
    company: _Named | None = None
    refs: _References | None = None


class _Page(msgspec.Struct):
    results: list[msgspec.Raw]
    page_count: int | None = None


_JOB = msgspec.json.Decoder(_Job)


class TheMuse:
    """Reads `themuse.com/api/public/jobs` (option `pages`, default 10)."""

    name = "themuse"
    series_kind: SeriesKind = "observed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the pages of the category."""
        for number in range(1, int(board.options.get("pages", "10")) + 1):
            query = {"category": board.token, "page": number}
            answer = yield Request(
                url=endpoint("https://www.themuse.com", "/api/public/jobs", base_url, query)
            )
            page = peek(answer, _Page)
            if page is None or not page.results or number >= (page.page_count or 0):
                return

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the pages."""
        return read_pages(answers, _Page).board(_listing, "results")


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.id)
    named = [item.name for item in job.locations or () if item.name]
    # "Flexible / Remote" stands among the places.
    where = [name for name in named if "remote" not in name.lower()]
    return Listing(
        native_id=native_id,
        title=require_title(job.name, native_id, "name"),
        raw_pointer=pointer,
        employer=blank_to_none(job.company.name) if job.company else None,
        description_html=blank_to_none(job.contents),
        is_text_complete=job.contents is not None,
        places=places(place(name) for name in where),
        workplace="unknown" if len(where) == len(named) else "hybrid" if where else "remote",
        department=next((blank_to_none(item.name) for item in job.categories or ()), None),
        posted_on=iso_day(job.publication_date),
        url=blank_to_none(job.refs.landing_page) if job.refs else None,
    )


ADAPTER = TheMuse()
