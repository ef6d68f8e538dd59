"""Jobicy's public feed: remote jobs of the last seven days.

https://jobicy.com/jobs-rss-feed. At most one sweep an hour; credit Jobicy. The token is a tag or industry
(option `by=industry`). Texts of lists carry HTML entities.
"""

from __future__ import annotations

import html
from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.paging import read_pages
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import split_places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, Pay, SeriesKind


class _Job(msgspec.Struct, rename="camel"):
    id: int | str | None = None
    url: str | None = None
    job_title: str | None = None
    company_name: str | None = None
    job_industry: list[str] | str | None = None
    job_type: list[str] | str | None = None
    job_geo: str | None = None
    job_description: str | None = None
    pub_date: str | None = None
    salary_min: float | str | None = None
    salary_max: float | str | None = None
    salary_currency: str | None = None
    salary_period: str | None = None
    annual_salary_min: float | str | None = None
    annual_salary_max: float | str | None = None


class _Answer(msgspec.Struct):
    jobs: list[msgspec.Raw]


_JOB = msgspec.json.Decoder(_Job)


class Jobicy:
    """Reads `jobicy.com/api/v2/remote-jobs`."""

    name = "jobicy"
    series_kind: SeriesKind = "observed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the newest 100 once."""
        query = {"count": 100, board.options.get("by", "tag"): board.token}
        yield Request(url=endpoint("https://jobicy.com", "/api/v2/remote-jobs", base_url, query))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the feed."""
        return read_pages(answers, _Answer).board(_listing, "jobs")


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.id)
    return Listing(
        native_id=native_id,
        title=require_title(html.unescape(job.job_title or ""), native_id, "jobTitle"),
        raw_pointer=pointer,
        employer=blank_to_none(html.unescape(job.company_name or "")),
        description_html=blank_to_none(job.job_description),
        is_text_complete=job.job_description is not None,
        places=split_places((job.job_geo or "").replace(",", ";")),
        workplace="remote",
        employment_type=_joined(job.job_type),
        department=_joined(job.job_industry),
        pay=_pay(job),
        posted_on=iso_day(job.pub_date),
        url=blank_to_none(job.url),
    )


def _pay(job: _Job) -> tuple[Pay, ...]:
    if job.annual_salary_min or job.annual_salary_max:
        return pay_range(job.annual_salary_min, job.annual_salary_max, job.salary_currency, "year")
    return pay_range(job.salary_min, job.salary_max, job.salary_currency, job.salary_period)


def _joined(value: list[str] | str | None) -> str | None:
    return blank_to_none(html.unescape(", ".join([value] if isinstance(value, str) else value or [])))


ADAPTER = Jobicy()
