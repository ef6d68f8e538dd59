"""Adzuna's search, for operators with their own key; texts are snippets.

https://developer.adzuna.com. 250 requests a day, 2,500 a month. Aggregates need Adzuna's written consent, so
the card leaves this source off. Predicted pay is not pay. The token is `country:phrase`, such as
`gb:product manager`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Sequence
from urllib.parse import quote

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.paging import peek, read_pages
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, SeriesKind

_PAGE = 50
_CURRENCIES = {
    "gb": "GBP",
    "us": "USD",
    "ca": "CAD",
    "au": "AUD",
    "nz": "NZD",
    "in": "INR",
    "sg": "SGD",
    "za": "ZAR",
    "br": "BRL",
    "mx": "MXN",
    "pl": "PLN",
    "ch": "CHF",
}


class _Named(msgspec.Struct):
    display_name: str | None = None
    label: str | None = None


class _Job(msgspec.Struct):
    id: str | int | None = None
    title: str | None = None
    description: str | None = None
    company: _Named | None = None
    location: _Named | None = None
    category: _Named | None = None
    salary_min: float | None = None
    salary_max: float | None = None
    salary_is_predicted: str | int | bool | None = None
    contract_time: str | None = None
    created: str | None = None
    redirect_url: str | None = None


class _Page(msgspec.Struct):
    results: list[msgspec.Raw]


_JOB = msgspec.json.Decoder(_Job)


class Adzuna:
    """Reads `api.adzuna.com` (options `pages`, default 5, and `days`, default 7)."""

    name = "adzuna"
    series_kind: SeriesKind = "observed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the newest hits page by page; the client adds `app_id` and `app_key`."""
        country, _, phrase = board.token.partition(":")
        for number in range(1, int(board.options.get("pages", "5")) + 1):
            query = {
                "what_phrase": phrase,
                "results_per_page": _PAGE,
                "max_days_old": board.options.get("days", "7"),
                "sort_by": "date",
            }
            path = f"/v1/api/jobs/{quote(country.lower())}/search/{number}"
            page = peek((yield Request(url=endpoint("https://api.adzuna.com", path, base_url, query))), _Page)
            if page is None or len(page.results) < _PAGE:
                return

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the pages."""
        country = board.token.partition(":")[0].lower()
        return read_pages(answers, _Page).board(
            lambda raw, pointer: _listing(raw, pointer, country), "results"
        )


def _listing(raw: msgspec.Raw, pointer: str, country: str) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.id)
    is_predicted = str(job.salary_is_predicted).lower() in ("1", "true")
    return Listing(
        native_id=native_id,
        title=require_title(html.unescape(re.sub(r"</?strong>", "", job.title or "")), native_id),
        raw_pointer=pointer,
        employer=blank_to_none(job.company.display_name) if job.company else None,
        description_text=blank_to_none(job.description),
        is_text_complete=False,
        places=places([place(job.location.display_name if job.location else None, country=country)]),
        employment_type=blank_to_none(job.contract_time),
        department=blank_to_none(job.category.label) if job.category else None,
        pay=()
        if is_predicted
        else pay_range(job.salary_min, job.salary_max, _CURRENCIES.get(country, "EUR"), "year"),
        posted_on=iso_day(job.created),
        url=blank_to_none(job.redirect_url),
    )


ADAPTER = Adzuna()
