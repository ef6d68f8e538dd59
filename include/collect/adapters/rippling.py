"""Rippling boards: a list with one row per location under the same uuid, a detail per posting.

Rows are merged per uuid before they are counted.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.markup import join_parts
from include.collect.parsing.paging import (
    detail_answers,
    peek,
    read_pages,
    wanted_details,
)
from include.collect.parsing.pay import pay_range, span_by_currency
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, SeriesKind, Workplace

_ORIGIN = "https://api.rippling.com"


class _Label(msgspec.Struct):
    label: str | None = None


class _Job(msgspec.Struct, rename="camel"):
    uuid: str | None = None
    name: str | None = None
    department: _Label | None = None
    url: str | None = None
    work_location: _Label | None = None


class _Description(msgspec.Struct):
    company: str | None = None
    role: str | None = None


class _PayRange(msgspec.Struct, rename="camel"):
    range_start: float | None = None
    range_end: float | None = None
    currency: str | None = None
    frequency: str | None = None


class _Detail(msgspec.Struct, rename="camel"):
    description: _Description | str | None = None
    created_on: str | None = None
    employment_type: _Label | None = None
    pay_range_details: list[_PayRange] | None = None
    company_name: str | None = None


_JOB = msgspec.json.Decoder(_Job)
_DETAIL = msgspec.json.Decoder(_Detail)


class Rippling:
    """Reads `api.rippling.com`; details only for possible product roles (option `details=all`)."""

    name = "rippling"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the list, then for the details wanted, once per uuid."""
        path = f"/platform/api/ats/v1/board/{path_token(board)}/jobs"
        jobs = peek((yield Request(url=endpoint(_ORIGIN, path, base_url))), list[msgspec.Raw])
        for uuid in wanted_details(board, jobs or (), _head):
            yield Request(url=endpoint(_ORIGIN, f"{path}/{quote(uuid, safe='')}", base_url), purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read list and details."""
        details = detail_answers(answers)
        return read_pages(answers, list[msgspec.Raw]).board(
            lambda raw, pointer: _listing(raw, pointer, details)
        )


def _head(raw: msgspec.Raw) -> tuple[str | None, str | None]:
    job = _JOB.decode(raw)
    return job.uuid, job.name


def _listing(raw: msgspec.Raw, pointer: str, details: Mapping[str, Answer]) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.uuid, "uuid")
    detail = _DETAIL.decode(details[native_id].body) if native_id in details else _Detail()
    text = detail.description
    where = blank_to_none(job.work_location.label) if job.work_location else None
    return Listing(
        native_id=native_id,
        title=require_title(job.name, native_id, "name"),
        raw_pointer=pointer,
        employer=blank_to_none(detail.company_name),
        description_html=join_parts((text.company, text.role))
        if isinstance(text, _Description)
        else blank_to_none(text),
        is_text_complete=text is not None,
        places=places([place(where)]),
        workplace=_workplace(where),
        employment_type=blank_to_none(detail.employment_type.label) if detail.employment_type else None,
        department=blank_to_none(job.department.label) if job.department else None,
        pay=span_by_currency(
            pay
            for item in detail.pay_range_details or ()
            for pay in pay_range(item.range_start, item.range_end, item.currency, item.frequency)
        ),
        posted_on=iso_day(detail.created_on),
        url=blank_to_none(job.url),
    )


def _workplace(where: str | None) -> Workplace:
    """Read the flag Rippling writes into the place: `Remote (New Jersey, US)`, `Hybrid (Paris, FR)`."""
    first = (where or "").split("(")[0].strip().lower()
    return "remote" if first == "remote" else "hybrid" if first == "hybrid" else "unknown"


ADAPTER = Rippling()
