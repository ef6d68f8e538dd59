"""The normalised posting: what `normalize` makes of a listing and every later stage reads."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

import msgspec

from include.collect.protocol import PayPeriod, SeriesKind, Workplace
from include.role_families import RoleFamily

Seniority = Literal[
    "intern", "junior", "mid", "senior", "lead", "principal", "director", "executive", "unknown"
]


class Posting(msgspec.Struct, frozen=True, kw_only=True):
    """One posting version, free of personal data.

    Attributes:
        posting_key: `source:board:native_id`, case kept.
        employer: as the source names it; empty where neither the ad nor its board names one.
        employer_key: canonical name (lower case, legal suffixes and punctuation dropped); empty likewise.
        title_key: title normalised for grouping (case, place, id and gender marks dropped).
        titles_version: of the patterns that read title key, role family and seniority from the title.
        texts_version: of what made the text.
        text: stored text: headings as lines starting with `## `, bullets with `- `, one blank line
            between blocks. Evidence offsets refer to it.
        content_hash: hex sha256 of title and text: one version of the ad.
        language: ISO 639-1, or `und` when the text is too short to tell.
        country_code: ISO 3166-1 alpha-2 of the first place that names one.
        region: publication region of the country (`north_america`, `europe`, ... or `unknown`).
        locations: place texts, sorted, duplicates dropped.
        pay_minimum, pay_maximum: in `pay_currency` per `pay_period`; None is unknown.
        posted_date: the source's posting date.
    """

    posting_key: str
    source: str
    board: str
    native_id: str
    opening_native_id: str | None
    series_kind: SeriesKind
    employer: str
    employer_key: str
    title: str
    title_key: str
    role_family: RoleFamily
    seniority: Seniority
    titles_version: str
    texts_version: str
    text: str
    content_hash: str
    is_text_complete: bool
    n_words: int
    language: str
    country_code: str | None
    region: str
    city: str | None
    locations: tuple[str, ...]
    workplace: Workplace
    employment_type: str | None
    department: str | None
    pay_minimum: float | None
    pay_maximum: float | None
    pay_currency: str | None
    pay_period: PayPeriod
    posted_date: date | None
    closed_date: date | None
    updated_at: datetime | None
    expires_date: date | None
    url: str | None
