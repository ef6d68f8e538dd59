"""Himalayas' public feed: remote jobs, newest first, twenty at a time.

https://himalayas.app/api. Link back and mention Himalayas. Some rows carry the field's own name as the
employer ("name"): the employer is then taken from `companySlug`, never from the placeholder.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.paging import peek, read_pages
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places
from include.collect.parsing.records import (
    RecordRefused,
    blank_to_none,
    is_placeholder,
    require_id,
    require_title,
)
from include.collect.parsing.source_dates import epoch_day
from include.collect.protocol import BoardListing, Listing, SeriesKind

_PAGE = 20


class _Job(msgspec.Struct, rename="camel"):
    guid: str | None = None
    title: str | None = None
    company_name: str | None = None
    company_slug: str | None = None
    employment_type: str | None = None
    min_salary: float | None = None
    max_salary: float | None = None
    currency: str | None = None
    salary_period: str | None = None
    location_restrictions: list[str] | None = None
    parent_categories: list[str] | None = None
    description: str | None = None
    pub_date: int | None = None
    expiry_date: int | None = None
    application_link: str | None = None


class _Answer(msgspec.Struct, rename="camel"):
    jobs: list[msgspec.Raw]


_JOB = msgspec.json.Decoder(_Job)


class Himalayas:
    """Reads `himalayas.app/jobs/api`, the newest pages only (option `pages`, default 10)."""

    name = "himalayas"
    series_kind: SeriesKind = "observed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the newest pages."""
        for number in range(int(board.options.get("pages", "10"))):
            query = {"limit": _PAGE, "offset": number * _PAGE}
            answer = yield Request(url=endpoint("https://himalayas.app", "/jobs/api", base_url, query))
            page = peek(answer, _Answer)
            if page is None or len(page.jobs) < _PAGE:
                return

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the pages; a job that moved to the next page while we read counts once."""
        return read_pages(answers, _Answer).board(_listing, "jobs")


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.guid, "guid")
    return Listing(
        native_id=native_id,
        title=require_title(job.title, native_id),
        raw_pointer=pointer,
        employer=_employer(job, native_id),
        description_html=blank_to_none(job.description),
        is_text_complete=job.description is not None,
        places=places(place(item) for item in job.location_restrictions or ()),
        workplace="remote",
        employment_type=blank_to_none(job.employment_type),
        department=next(iter(job.parent_categories or ()), None),
        pay=pay_range(job.min_salary, job.max_salary, job.currency, job.salary_period),
        posted_on=epoch_day(job.pub_date),
        expires_on=epoch_day(job.expiry_date),
        url=blank_to_none(job.application_link),
    )


def _employer(job: _Job, native_id: str) -> str:
    name = blank_to_none(job.company_name)
    if name and not is_placeholder(name):
        return name
    slug = blank_to_none(job.company_slug)
    if slug is None or is_placeholder(slug):
        raise RecordRefused("placeholder_employer", f"the employer is given as {name!r}", native_id)
    return slug.replace("-", " ").title()


ADAPTER = Himalayas()
