"""Answers of the board systems, in their exact formats, for one board on one day.

Formats follow captured answers: Greenhouse escapes its HTML once and copies an opening for each place; Lever
is a bare array whose text is spread over `description`, `lists` and `additional`; Ashby flags hybrid jobs as
remote too, and keeps postings that are not listed in the feed.
"""

from __future__ import annotations

import html
from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from typing import Any, Protocol

import msgspec

from include.sample_market.ad import Ad, Section
from include.sample_market.employers import Employer
from include.sample_market.market import Market
from include.sample_market.markup import (
    MarkupStyle,
    ad_html,
    ad_plain,
    list_items_html,
    section_html,
    style_of,
)
from include.sample_market.native import (
    digest,
    eastern,
    epoch_milliseconds,
    opening_native_id,
    published_at,
    updated_at,
)
from include.sample_market.openings import PostingRecord
from include.sample_market.places import City

Json = dict[str, Any]

_FRAGMENTS_KEPT = 50_000
_LEVER_WORKPLACE = {"on_site": "onsite", "hybrid": "hybrid", "remote": "remote", "unknown": "unspecified"}
_ASHBY_WORKPLACE = {"on_site": "OnSite", "hybrid": "Hybrid", "remote": "Remote", "unknown": None}
_GREENHOUSE_WORKPLACE = {"on_site": "On-site", "hybrid": "Hybrid", "remote": "Remote", "unknown": None}
_INTRODUCTION = ("company", "role")
_CLOSING = ("benefits", "process", "questions", "contact")


class BoardFormat(Protocol):
    """How one board system writes postings."""

    def posting(self, employer: Employer, posting: PostingRecord, ad: Ad, day: date) -> Json:
        """Return one posting as an object."""
        ...

    def noise(self, employer: Employer) -> list[Json]:
        """Return the entries of the feed that advertise no opening."""
        ...

    def envelope(self, postings: Sequence[msgspec.Raw]) -> object:
        """Return the whole answer around the postings."""
        ...


class GreenhouseFormat:
    """`GET /v1/boards/{token}/jobs?content=true&pay_transparency=true`."""

    def posting(self, employer: Employer, posting: PostingRecord, ad: Ad, day: date) -> Json:
        """Return one job; its HTML is escaped once."""
        opening, style = posting.opening, style_of(employer.style)
        identity = int(posting.native_id)
        job: Json = {
            "absolute_url": f"https://boards.example.com/{employer.token}/jobs/{identity}",
            "data_compliance": [{"type": "gdpr", "requires_consent": False, "retention_period": None}],
            "internal_job_id": int(opening_native_id(employer, posting) or 0),
            "location": {"name": _place_text(posting)},
            "metadata": _greenhouse_metadata(employer, posting),
            "id": identity,
            "updated_at": eastern(updated_at(posting, day)),
            "requisition_id": "See Opening ID" if identity % 3 == 0 else f"R-{identity % 10_000}",
            "title": posting_title(posting),
            # Some employers really have a blank at the end of their name.
            "company_name": employer.name + (" " if employer.style % 5 == 0 else ""),
            "first_published": eastern(published_at(posting)),
            "language": opening.language,
            "application_deadline": None,
            "content": html.escape(_greenhouse_html(ad, style)),
            "departments": [
                {"id": digest(opening.department) % 10**9, "name": opening.department, "child_ids": []}
            ],
            "offices": [
                {"id": digest(city.name) % 10**9, "name": city.name, "location": city.text}
                for city in posting.cities
            ],
        }
        if opening.pay is not None:
            job["pay_input_ranges"] = [
                {
                    "min_cents": int((opening.pay.minimum or 0) * 100),
                    "max_cents": int((opening.pay.maximum or 0) * 100),
                    "currency_type": opening.pay.currency,
                    "title": "Annual base salary",
                    "blurb": "",
                }
            ]
        return job

    def noise(self, employer: Employer) -> list[Json]:
        """Return a prospect post (no opening behind it) at each second board."""
        if employer.style % 2:
            return []
        return [
            {
                "absolute_url": f"https://boards.example.com/{employer.token}/jobs/1",
                "internal_job_id": None,
                "location": {"name": "Anywhere"},
                "metadata": [],
                "id": 3_000_000_000 + employer.index,
                "updated_at": "2025-03-03T10:00:00-05:00",
                "requisition_id": None,
                "title": "General Application - Product Manager and others",
                "company_name": employer.name,
                "first_published": "2025-03-03T10:00:00-05:00",
                "language": "en",
                "content": html.escape("<p>Nothing fits? Send us your CV.</p>"),
                "departments": [],
                "offices": [],
            }
        ]

    def envelope(self, postings: Sequence[msgspec.Raw]) -> object:
        """Return the jobs with their count."""
        return {"jobs": postings, "meta": {"total": len(postings)}}


class LeverFormat:
    """`GET /v0/postings/{token}?mode=json`."""

    def posting(self, employer: Employer, posting: PostingRecord, ad: Ad, day: date) -> Json:
        """Return one posting; its text is spread over three fields."""
        opening, style = posting.opening, style_of(employer.style)
        parts = split_for_lever(ad.sections)
        introduction, lists, closing = parts
        main = posting.cities[0]
        entry: Json = {
            "additionalPlain": ad_plain(closing),
            "additional": "\n".join(section_html(section, style) for section in closing),
            "categories": {
                "commitment": "Full-time" if opening.employment_type == "full_time" else "Part-time",
                "department": opening.department,
                "location": main.text,
                "team": opening.area,
                "allLocations": [city.text for city in posting.cities],
            },
            "createdAt": epoch_milliseconds(published_at(posting)),
            "descriptionPlain": ad_plain(introduction),
            "description": "\n".join(section_html(section, style) for section in introduction),
            "id": posting.native_id,
            "lists": [
                {"text": section.heading or "", "content": list_items_html(section, style)}
                for section in lists
            ],
            "text": posting_title(posting),
            "country": main.country_code,
            "workplaceType": _LEVER_WORKPLACE[opening.workplace],
            "hostedUrl": f"https://jobs.example.com/{employer.token}/{posting.native_id}",
            "applyUrl": f"https://jobs.example.com/{employer.token}/{posting.native_id}/apply",
        }
        if opening.pay is not None:
            entry["salaryRange"] = {
                "min": opening.pay.minimum,
                "max": opening.pay.maximum,
                "currency": opening.pay.currency,
                "interval": "per-year-salary",
            }
        return entry

    def noise(self, employer: Employer) -> list[Json]:
        """Return nothing: every entry is an opening."""
        return []

    def envelope(self, postings: Sequence[msgspec.Raw]) -> object:
        """Return the postings as a bare array."""
        return list(postings)


class AshbyFormat:
    """`GET /posting-api/job-board/{token}?includeCompensation=true`."""

    def posting(self, employer: Employer, posting: PostingRecord, ad: Ad, day: date) -> Json:
        """Return one job with its other places in `secondaryLocations`."""
        opening, style = posting.opening, style_of(employer.style)
        main, *others = posting.cities
        return {
            "id": posting.native_id,
            "title": posting_title(posting),
            "department": opening.department,
            "team": opening.area,
            "employmentType": "FullTime" if opening.employment_type == "full_time" else "PartTime",
            "location": main.name,
            "secondaryLocations": [
                {"location": city.name, "address": _postal_address(city)} for city in others
            ],
            "publishedAt": published_at(posting).isoformat(timespec="milliseconds"),
            "isListed": True,
            "isRemote": opening.workplace in ("remote", "hybrid"),
            "workplaceType": _ASHBY_WORKPLACE[opening.workplace],
            "address": _postal_address(main),
            "jobUrl": f"https://jobs.example.com/{employer.token}/{posting.native_id}",
            "applyUrl": f"https://jobs.example.com/{employer.token}/{posting.native_id}/application",
            "descriptionHtml": ad_html(ad, style),
            "descriptionPlain": ad_plain(ad.sections),
            "shouldDisplayCompensationOnJobPostings": opening.pay is not None,
            "compensation": _ashby_compensation(posting),
        }

    def noise(self, employer: Employer) -> list[Json]:
        """Return a job that is not listed, at each second board."""
        if employer.style % 2:
            return []
        return [
            {
                "id": f"00000000-0000-4000-8000-{employer.index:012d}",
                "title": "Product Manager (internal)",
                "isListed": False,
                "isRemote": False,
                "location": "Anywhere",
                "secondaryLocations": [],
                "publishedAt": "2025-03-03T10:00:00.000+00:00",
                "descriptionHtml": "<p>For colleagues only.</p>",
                "descriptionPlain": "For colleagues only.",
            }
        ]

    def envelope(self, postings: Sequence[msgspec.Raw]) -> object:
        """Return the jobs with the version of the interface."""
        return {"jobs": postings, "apiVersion": "1"}


FORMATS: dict[str, BoardFormat] = {
    "greenhouse": GreenhouseFormat(),
    "lever": LeverFormat(),
    "ashby": AshbyFormat(),
}


class BoardWriter:
    """Writes board answers of one market and keeps the postings it has written.

    Args:
        market: whose boards to show.
    """

    def __init__(self, market: Market) -> None:
        self.market = market
        self._encoder = msgspec.json.Encoder()
        self._fragment = lru_cache(maxsize=_FRAGMENTS_KEPT)(self._write_fragment)

    def board(self, employer: Employer, day: date) -> bytes:
        """Return the body that `employer`'s board answers with on `day`."""
        shape = FORMATS[employer.source]
        fragments = [msgspec.Raw(self._encoder.encode(entry)) for entry in shape.noise(employer)]
        for posting in self.market.listed_on(employer, day):
            # Only Greenhouse shows a change time, so only there a posting's bytes depend on the day.
            shown = updated_at(posting, day).date() if employer.source == "greenhouse" else posting.opened
            fragments.append(
                self._fragment(employer.index, posting.native_id, posting.version_on(day), shown, posting)
            )
        return self._encoder.encode(shape.envelope(fragments))

    def posting(self, employer: Employer, posting: PostingRecord, day: date) -> bytes:
        """Return one posting on its own, as the detail addresses answer."""
        ad = self.market.ad(posting.opening, posting.version_on(day))
        return self._encoder.encode(FORMATS[employer.source].posting(employer, posting, ad, day))

    def _write_fragment(
        self, employer: int, native_id: str, version: int, shown: date, posting: PostingRecord
    ) -> msgspec.Raw:
        house = self.market.employers[employer]
        ad = self.market.ad(posting.opening, version)
        return msgspec.Raw(self._encoder.encode(FORMATS[house.source].posting(house, posting, ad, shown)))


def posting_title(posting: PostingRecord) -> str:
    """Return the title on the board; some place copies carry their city in it."""
    opening = posting.opening
    if posting.kind == "place_copy" and opening.text_seed % 4 == 0:
        return f"{opening.title} - {posting.cities[0].name}"
    return opening.title


def split_for_lever(
    sections: Sequence[Section],
) -> tuple[list[Section], list[Section], list[Section]]:
    """Return the sections of `description`, `lists` and `additional`.

    Running text before the lists is the description; lists under a heading are `lists`; the rest is
    additional.
    """
    introduction = [s for s in sections if s.kind in _INTRODUCTION]
    lists = [s for s in sections if s.kind not in _INTRODUCTION and s.has_bullets and s.heading is not None]
    taken = {id(section) for section in (*introduction, *lists)}
    return introduction, lists, [s for s in sections if id(s) not in taken]


def _greenhouse_html(ad: Ad, style: MarkupStyle) -> str:
    parts = []
    for section in ad.sections:
        text = section_html(section, style)
        if section.kind == "company":
            text = f'<div class="content-intro">{text}</div>'
        elif section.kind in _CLOSING and style.is_curly:
            text = f'<div class="content-conclusion">{text}</div>'
        parts.append(text)
    return "\n".join(parts)


def _greenhouse_metadata(employer: Employer, posting: PostingRecord) -> list[Json]:
    if employer.style % 3:
        return []
    return [
        {
            "id": 700 + employer.index,
            "name": "Workplace Type",
            "value": _GREENHOUSE_WORKPLACE[posting.opening.workplace],
            "value_type": "single_select",
        }
    ]


def _place_text(posting: PostingRecord) -> str:
    if posting.opening.workplace == "remote" and posting.opening.text_seed % 2:
        return f"Remote - {posting.cities[0].country}"
    return "; ".join(city.text for city in posting.cities)


def _postal_address(city: City) -> Json:
    return {
        "postalAddress": {
            "addressLocality": city.name,
            "addressRegion": city.region,
            "addressCountry": city.country,
        }
    }


def _ashby_compensation(posting: PostingRecord) -> Json:
    pay = posting.opening.pay
    if pay is None:
        return {"compensationTierSummary": None, "compensationTiers": [], "summaryComponents": []}
    component = {
        "id": posting.native_id,
        "summary": f"{pay.minimum:.0f} - {pay.maximum:.0f} {pay.currency}",
        "compensationType": "Salary",
        "interval": "1 YEAR",
        "currencyCode": pay.currency,
        "minValue": pay.minimum,
        "maxValue": pay.maximum,
    }
    equity = {
        "id": posting.native_id,
        "summary": "Offers Equity",
        "compensationType": "EquityPercentage",
        "interval": "NONE",
        "currencyCode": None,
        "minValue": None,
        "maxValue": None,
    }
    tier = {"id": posting.native_id, "title": posting.cities[0].country, "components": [component, equity]}
    return {
        "compensationTierSummary": component["summary"],
        "compensationTiers": [tier],
        "summaryComponents": [component, equity],
    }
