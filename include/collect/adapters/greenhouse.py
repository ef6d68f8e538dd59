"""Greenhouse job boards: one request for the whole board, texts included.

https://developers.greenhouse.io/job-board.html. The description is HTML escaped once. One opening
in three cities is three posts that share `internal_job_id`. `updated_at` moves without a change of text.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.markup import undo_escaping
from include.collect.parsing.paging import read_pages
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places, split_places, workplace
from include.collect.parsing.records import RecordRefused, blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day, iso_instant
from include.collect.protocol import BoardListing, Listing, Pay, Place, SeriesKind, Workplace


class _Named(msgspec.Struct):
    name: str | None = None
    location: str | None = None


class _Metadata(msgspec.Struct):
    name: str | None = None
    value: object = None


class _PayRange(msgspec.Struct):
    min_cents: int | None = None
    max_cents: int | None = None
    currency_type: str | None = None
    title: str | None = None


class _Job(msgspec.Struct):
    id: int | str | None = None
    title: str | None = None
    internal_job_id: int | str | msgspec.UnsetType | None = msgspec.UNSET
    company_name: str | None = None
    location: _Named | None = None
    offices: list[_Named] | None = None
    departments: list[_Named] | None = None
    metadata: list[_Metadata] | None = None
    content: str | None = None
    pay_input_ranges: list[_PayRange] | None = None
    first_published: str | None = None
    updated_at: str | None = None
    application_deadline: str | None = None
    absolute_url: str | None = None


class _Meta(msgspec.Struct):
    total: int | None = None


class _Answer(msgspec.Struct):
    jobs: list[msgspec.Raw]
    meta: _Meta | None = None


_JOB = msgspec.json.Decoder(_Job)

_WORKPLACE_FIELDS = {"workplace type", "location type", "work arrangement", "working model", "workplace"}
_EMPLOYMENT_FIELDS = {"employment type", "job type", "contract type", "time type"}


class Greenhouse:
    """Reads `boards-api.greenhouse.io`."""

    name = "greenhouse"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole board once."""
        path = f"/v1/boards/{path_token(board)}/jobs"
        query = {"content": "true", "pay_transparency": "true"}
        yield Request(url=endpoint("https://boards-api.greenhouse.io", path, base_url, query))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the board's answer; prospect posts (no opening behind them) are refused as such."""
        found = read_pages(answers, _Answer)
        meta = found.pages[0][1].meta
        return found.board(_listing, "jobs", promised=meta.total if meta else None)


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.id)
    if job.internal_job_id is None:
        raise RecordRefused(
            "prospect_post", "`internal_job_id` is null: a talent pool, not an opening", native_id
        )
    opening = job.internal_job_id
    return Listing(
        native_id=native_id,
        title=require_title(job.title, native_id),
        raw_pointer=pointer,
        opening_native_id=None if opening is msgspec.UNSET else str(opening),
        employer=blank_to_none(job.company_name),
        description_html=blank_to_none(undo_escaping(job.content or "")),
        is_text_complete=job.content is not None,
        places=_places(job),
        workplace=_workplace(job),
        employment_type=_metadata_value(job, _EMPLOYMENT_FIELDS),
        department=next((blank_to_none(item.name) for item in job.departments or ()), None),
        pay=_pay(job),
        posted_on=iso_day(job.first_published),
        updated_at=iso_instant(job.updated_at),
        expires_on=iso_day(job.application_deadline),
        url=blank_to_none(job.absolute_url),
    )


def _places(job: _Job) -> tuple[Place, ...]:
    named = split_places(job.location.name) if job.location else ()
    return named or places(place(office.location or office.name) for office in job.offices or ())


def _metadata_value(job: _Job, names: set[str]) -> str | None:
    """Return the text of the first custom field with one of these names (employers name their own)."""
    for item in job.metadata or ():
        if (item.name or "").strip().lower() in names and isinstance(item.value, str):
            return blank_to_none(item.value)
    return None


def _workplace(job: _Job) -> Workplace:
    return workplace(_metadata_value(job, _WORKPLACE_FIELDS))


def _pay(job: _Job) -> tuple[Pay, ...]:
    # The title names the period where anything does ("Annual Base Salary"); the amounts are in cents.
    return tuple(
        pay
        for item in job.pay_input_ranges or ()
        for pay in pay_range(
            (item.min_cents or 0) / 100, (item.max_cents or 0) / 100, item.currency_type, item.title
        )
    )


ADAPTER = Greenhouse()
