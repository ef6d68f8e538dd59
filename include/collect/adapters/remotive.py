"""Remotive's public feed: remote jobs of one category, 24 hours late.

https://remotive.com/api-documentation. At most four requests a day; link back and credit Remotive; no
re-posting to other job boards. The token is the category. Times carry no zone and are read as UTC.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.markup import join_parts, section, text_as_html
from include.collect.parsing.paging import read_pages
from include.collect.parsing.places import split_places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, SeriesKind


class _Job(msgspec.Struct):
    id: int | str | None = None
    url: str | None = None
    title: str | None = None
    company_name: str | None = None
    category: str | None = None
    job_type: str | None = None
    publication_date: str | None = None
    candidate_required_location: str | None = None
    description: str | None = None
    salary: str | None = None


class _Answer(msgspec.Struct):
    jobs: list[msgspec.Raw]


_JOB = msgspec.json.Decoder(_Job)


class Remotive:
    """Reads `remotive.com/api/remote-jobs`."""

    name = "remotive"
    series_kind: SeriesKind = "observed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the category once."""
        query = {"category": board.token}
        yield Request(url=endpoint("https://remotive.com", "/api/remote-jobs", base_url, query))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the feed."""
        return read_pages(answers, _Answer).board(_listing, "jobs")


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.id)
    return Listing(
        native_id=native_id,
        title=require_title(job.title, native_id),
        raw_pointer=pointer,
        employer=blank_to_none(job.company_name),
        # Pay is a text ("$120k - $160k"), and read as such.
        description_html=join_parts((job.description, section("Salary", text_as_html(job.salary)))),
        is_text_complete=job.description is not None,
        places=split_places((job.candidate_required_location or "").replace(",", ";")),
        workplace="remote",
        employment_type=blank_to_none(job.job_type),
        department=blank_to_none(job.category),
        posted_on=iso_day(job.publication_date),
        url=blank_to_none(job.url),
    )


ADAPTER = Remotive()
