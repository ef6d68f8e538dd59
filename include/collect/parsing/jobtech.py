"""One ad of JobTech Sweden, the same in the search, the change feed and the bulk files.

Only the fields named here are decoded: the answers also hold contact persons, mail addresses and phone
numbers, which stay in the archive alone.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import msgspec

from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import Listing, Place

STOCKHOLM = ZoneInfo("Europe/Stockholm")


class _Label(msgspec.Struct):
    label: str | None = None


class _Employer(msgspec.Struct):
    name: str | None = None
    workplace: str | None = None


class _Text(msgspec.Struct):
    text: str | None = None
    text_formatted: str | None = None


class _Address(msgspec.Struct):
    municipality: str | None = None
    region: str | None = None
    country: str | None = None
    city: str | None = None


class Ad(msgspec.Struct):
    """The fields read of an ad."""

    id: str | int | None = None
    headline: str | None = None
    employer: _Employer | None = None
    description: _Text | None = None
    workplace_address: _Address | None = None
    employment_type: _Label | None = None
    occupation: _Label | list[_Label] | None = None
    publication_date: str | None = None
    application_deadline: str | None = None
    removed: bool | None = None
    removed_date: str | None = None
    webpage_url: str | None = None


def ad_listing(ad: Ad, pointer: str) -> Listing:
    """Return the listing of an ad; times without a zone are Stockholm's.

    Raises:
        RecordRefused: id or title is missing, or a date cannot be read.
    """
    native_id = require_id(ad.id)
    text = ad.description or _Text()
    html = blank_to_none(text.text_formatted)
    occupation = ad.occupation[0] if isinstance(ad.occupation, list) and ad.occupation else ad.occupation
    return Listing(
        native_id=native_id,
        title=require_title(ad.headline, native_id, "headline"),
        raw_pointer=pointer,
        employer=blank_to_none(ad.employer.name or ad.employer.workplace) if ad.employer else None,
        description_html=html,
        description_text=None if html else blank_to_none(text.text),
        is_text_complete=bool(text.text or html),
        places=_places(ad.workplace_address),
        employment_type=ad.employment_type.label if ad.employment_type else None,
        department=occupation.label if isinstance(occupation, _Label) else None,
        posted_on=iso_day(ad.publication_date, STOCKHOLM),
        closed_on=iso_day(ad.removed_date, STOCKHOLM) if ad.removed else None,
        expires_on=iso_day(ad.application_deadline, STOCKHOLM),
        url=blank_to_none(ad.webpage_url),
    )


def _places(address: _Address | None) -> tuple[Place, ...]:
    if address is None:
        return ()
    country = "SE" if (address.country or "Sverige").strip().lower() == "sverige" else address.country
    return places([place(address.municipality or address.city, address.region, country=country)])
