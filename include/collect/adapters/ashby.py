"""Ashby job boards: one request for the whole board, texts and pay included.

https://developers.ashbyhq.com/docs/public-job-posting-api. `isRemote` is true on hybrid postings too, so
`workplaceType` decides where there is one. Pay comes in tiers; the salary spans all tiers of a currency.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.paging import read_pages
from include.collect.parsing.pay import pay_range, span_by_currency
from include.collect.parsing.places import place, places, workplace
from include.collect.parsing.records import RecordRefused, blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, Pay, Place, SeriesKind, Workplace


class _PostalAddress(msgspec.Struct, rename="camel"):
    address_country: str | None = None


class _Address(msgspec.Struct, rename="camel"):
    postal_address: _PostalAddress | None = None


class _Location(msgspec.Struct):
    location: str | None = None
    address: _Address | None = None


class _Component(msgspec.Struct, rename="camel"):
    compensation_type: str | None = None
    interval: str | None = None
    currency_code: str | None = None
    min_value: float | None = None
    max_value: float | None = None


class _Tier(msgspec.Struct):
    components: list[_Component] | None = None


class _Compensation(msgspec.Struct, rename="camel"):
    compensation_tiers: list[_Tier] | None = None
    summary_components: list[_Component] | None = None


class _Job(msgspec.Struct, rename="camel"):
    id: str | None = None
    title: str | None = None
    department: str | None = None
    team: str | None = None
    employment_type: str | None = None
    location: str | None = None
    secondary_locations: list[_Location] | None = None
    address: _Address | None = None
    published_at: str | None = None
    is_listed: bool | None = None
    is_remote: bool | None = None
    workplace_type: str | None = None
    job_url: str | None = None
    description_html: str | None = None
    description_plain: str | None = None
    compensation: _Compensation | None = None
    should_display_compensation_on_job_postings: bool | None = None


class _Answer(msgspec.Struct):
    jobs: list[msgspec.Raw]


_JOB = msgspec.json.Decoder(_Job)


class Ashby:
    """Reads `api.ashbyhq.com/posting-api`."""

    name = "ashby"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole board once."""
        path = f"/posting-api/job-board/{path_token(board)}"
        yield Request(
            url=endpoint("https://api.ashbyhq.com", path, base_url, {"includeCompensation": "true"})
        )

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the board's answer; postings the employer has not listed are refused as such."""
        return read_pages(answers, _Answer).board(_listing, "jobs")


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.id)
    if job.is_listed is False:
        raise RecordRefused(
            "unlisted", "`isListed` is false: the employer does not show this posting", native_id
        )
    description = blank_to_none(job.description_html)
    return Listing(
        native_id=native_id,
        title=require_title(job.title, native_id),
        raw_pointer=pointer,
        description_html=description,
        description_text=None if description else blank_to_none(job.description_plain),
        places=_places(job),
        workplace=_workplace(job),
        employment_type=blank_to_none(job.employment_type),
        department=blank_to_none(job.department) or blank_to_none(job.team),
        pay=_pay(job),
        posted_on=iso_day(job.published_at),
        url=blank_to_none(job.job_url),
    )


def _places(job: _Job) -> tuple[Place, ...]:
    return places(
        place(text, country=_country(address))
        for text, address in [
            (job.location, job.address),
            *((other.location, other.address) for other in job.secondary_locations or ()),
        ]
    )


def _country(address: _Address | None) -> str | None:
    return address.postal_address.address_country if address and address.postal_address else None


def _workplace(job: _Job) -> Workplace:
    if job.workplace_type:
        return workplace(job.workplace_type)
    # Without a type, false is not "on site": it is the form's default. True is no more than "not always on
    # site", so a place that says "Hybrid" decides.
    names = [job.location, *(other.location for other in job.secondary_locations or ())]
    if job.is_remote and any("hybrid" in (name or "").lower() for name in names):
        return "hybrid"
    return "remote" if job.is_remote else "unknown"


def _pay(job: _Job) -> tuple[Pay, ...]:
    if job.compensation is None or job.should_display_compensation_on_job_postings is False:
        return ()
    components = (
        [
            component
            for tier in job.compensation.compensation_tiers or ()
            for component in tier.components or ()
        ]
        or job.compensation.summary_components
        or []
    )
    return span_by_currency(
        pay
        for component in components
        if component.compensation_type == "Salary"
        for pay in pay_range(
            component.min_value, component.max_value, component.currency_code, component.interval
        )
    )


ADAPTER = Ashby()
