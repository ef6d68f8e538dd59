"""Reed (UK), for operators with their own key: a search with snippets, a detail per hit.

https://www.reed.co.uk/developers/jobseeker. The client adds the key (Basic authentication, key as user). The
token is the phrase.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.paging import (
    detail_answers,
    peek,
    read_pages,
    wanted_details,
)
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import formatted_day
from include.collect.protocol import BoardListing, Listing, Pay, SeriesKind

_PAGE = 100
_ORIGIN = "https://www.reed.co.uk"


class _Job(msgspec.Struct, rename="camel"):
    job_id: int | str | None = None
    job_title: str | None = None
    employer_name: str | None = None
    location_name: str | None = None
    minimum_salary: float | None = None
    maximum_salary: float | None = None
    currency: str | None = None
    salary_type: str | None = None
    yearly_minimum_salary: float | None = None
    yearly_maximum_salary: float | None = None
    date: str | None = None
    date_posted: str | None = None
    expiration_date: str | None = None
    job_description: str | None = None
    job_url: str | None = None
    contract_type: str | None = None


class _Page(msgspec.Struct, rename="camel"):
    results: list[msgspec.Raw]
    total_results: int | None = None


_JOB = msgspec.json.Decoder(_Job)


class Reed:
    """Reads `reed.co.uk/api/1.0`; details only for possible product roles (option `details=all`)."""

    name = "reed"
    series_kind: SeriesKind = "observed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the hits page by page, then for the details wanted."""
        wanted: list[str] = []
        for number in range(int(board.options.get("pages", "10"))):
            query = {"keywords": board.token, "resultsToTake": _PAGE, "resultsToSkip": number * _PAGE}
            page = peek((yield Request(url=endpoint(_ORIGIN, "/api/1.0/search", base_url, query))), _Page)
            if page is None:
                return
            wanted += wanted_details(board, page.results, _head)
            if len(page.results) < _PAGE or (number + 1) * _PAGE >= (page.total_results or 0):
                break
        for native_id in dict.fromkeys(wanted):
            path = f"/api/1.0/jobs/{quote(native_id, safe='')}"
            yield Request(url=endpoint(_ORIGIN, path, base_url), purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read hits and details."""
        found = read_pages(answers, _Page)
        details = detail_answers(answers)
        return found.board(
            lambda raw, pointer: _listing(raw, pointer, details),
            "results",
            promised=found.pages[0][1].total_results,
        )


def _head(raw: msgspec.Raw) -> tuple[str | int | None, str | None]:
    job = _JOB.decode(raw)
    return job.job_id, job.job_title


def _listing(raw: msgspec.Raw, pointer: str, details: Mapping[str, Answer]) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.job_id, "jobId")
    detail = _JOB.decode(details[native_id].body) if native_id in details else None
    best = detail or job
    return Listing(
        native_id=native_id,
        title=require_title(job.job_title, native_id, "jobTitle"),
        raw_pointer=pointer,
        employer=blank_to_none(job.employer_name),
        description_html=blank_to_none(detail.job_description) if detail else None,
        description_text=None if detail else blank_to_none(job.job_description),
        is_text_complete=detail is not None,
        places=places([place(job.location_name, country="GB")]),
        employment_type=blank_to_none(best.contract_type),
        pay=_pay(best),
        posted_on=formatted_day(job.date or best.date_posted, "%d/%m/%Y", "%Y-%m-%d"),
        expires_on=formatted_day(job.expiration_date, "%d/%m/%Y", "%Y-%m-%d"),
        url=blank_to_none(job.job_url),
    )


def _pay(job: _Job) -> tuple[Pay, ...]:
    if job.yearly_minimum_salary or job.yearly_maximum_salary:
        return pay_range(job.yearly_minimum_salary, job.yearly_maximum_salary, job.currency or "GBP", "year")
    return pay_range(job.minimum_salary, job.maximum_salary, job.currency or "GBP", job.salary_type)


ADAPTER = Reed()
