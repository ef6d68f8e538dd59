"""schema.org JobPosting, the form career pages, Google and Web Data Commons share, as a listing.

https://schema.org/JobPosting. Every property may be absent, a text, an object, or a list of either.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from datetime import date

from include.collect.parsing.endpoints import join
from include.collect.parsing.json_ld_references import is_reference
from include.collect.parsing.markup import undo_escaping
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places
from include.collect.parsing.records import RecordRefused, of_posting, require_id, require_title
from include.collect.parsing.source_dates import epoch_day, formatted_day, iso_day, mail_day
from include.collect.protocol import Listing, Pay, Place, Workplace

_JAVASCRIPT_DATE = re.compile(r"[A-Z][a-z]{2} [A-Z][a-z]{2} \d{2} \d{4}(?= \d{2}:)")
_MAIL_DATE = re.compile(r"[A-Z][a-z]{2}, \d{1,2} [A-Z][a-z]{2} \d{4} ")
_ZONE_NAME = re.compile(r"\[[\w/+-]+\]$")
_EPOCH = re.compile(r"\d{10}|\d{13}")
_DATE_FORMATS = (
    "%Y-%m-%d",
    "%Y/%m/%d",
    "%d.%m.%Y",
    "%B %d, %Y",
    "%b %d, %Y",
    "%d %B %Y",
    "%d %b %Y",
    "%Y%m%d",
)
_MAX_DEPTH = 30


def find_job_postings(value: object) -> list[Mapping[str, object]]:
    """Return every JobPosting in a decoded JSON-LD value, in order, wherever it is nested.

    Looks into arrays, `@graph`, `itemListElement` and any other property. A mere reference to a posting that
    stands elsewhere (`{"@id": "#job"}`) is none.
    """
    return [node for node in _nodes(value, 0) if is_job_posting(node.get("@type")) and not is_reference(node)]


def _nodes(value: object, depth: int) -> Iterator[Mapping[str, object]]:
    """Yield the objects of a JSON-LD value; what stands within a JobPosting is a part of it."""
    if depth > _MAX_DEPTH:
        return
    if isinstance(value, list):
        for item in value:
            yield from _nodes(item, depth + 1)
    elif isinstance(value, Mapping):
        yield value
        if not is_job_posting(value.get("@type")):
            for item in value.values():
                yield from _nodes(item, depth + 1)


def is_job_posting(types: object) -> bool:
    """Return whether an `@type` names JobPosting, alone or in a list, short or as a URL."""
    names = types if isinstance(types, list) else [types]
    return any(
        isinstance(name, str) and name.rpartition("/")[2].rpartition(":")[2] == "JobPosting" for name in names
    )


def job_posting(item: Mapping[str, object], pointer: str, page_url: str | None = None) -> Listing:
    """Return the listing of a JobPosting object.

    Args:
        item: the object.
        pointer: where it stands.
        page_url: address of its page: the id of last resort.

    Raises:
        RecordRefused: id or title is missing, or a date is of no known form.
    """
    url = _address(item.get("url"), page_url) or page_url
    employer = _name(item.get("hiringOrganization"))
    native_id = require_id(_identifier(item.get("identifier"), employer) or url, "identifier")
    title = require_title(posting_title(item), native_id)
    found, flag = _places(item)
    with of_posting(native_id):
        posted_on = _day(item.get("datePosted"))
    return Listing(
        native_id=native_id,
        title=title,
        raw_pointer=pointer,
        employer=employer,
        description_html=undo_escaping(_text(item.get("description")) or "").strip() or None,
        is_text_complete=bool(_text(item.get("description"))),
        places=found,
        workplace=flag,
        employment_type=", ".join(filter(None, map(_text, _list(item.get("employmentType"))))) or None,
        department=_text(item.get("occupationalCategory")),
        pay=_pay(item.get("baseSalary"), _text(item.get("salaryCurrency"))),
        posted_on=posted_on,
        expires_on=_deadline(item.get("validThrough")),
        url=url,
    )


def posting_title(item: Mapping[str, object]) -> str:
    """Return the title of a JobPosting object, empty when it has none."""
    return html.unescape(_text(item.get("title")) or _text(item.get("name")) or "")


def _list(value: object) -> list[object]:
    if isinstance(value, list):
        return value
    return [] if value is None else [value]


def _first(value: object) -> object:
    return next(iter(_list(value)), None)


def _text(value: object) -> str | None:
    """Return a text property; of an object its name or value."""
    value = _first(value)
    if isinstance(value, Mapping):
        for key in ("name", "value", "@value", "url", "@id"):
            text = _text(value.get(key))
            if text:
                return text
        return None
    if value is None or isinstance(value, bool | list):
        return None
    return str(value).strip() or None


def _name(value: object) -> str | None:
    """Return the name of an organization; its address or an unresolved reference is none."""
    value = _first(value)
    if isinstance(value, Mapping):
        value = next(filter(None, map(value.get, ("name", "legalName", "@value"))), None)
    text = _text(value)
    return None if text is None or text.startswith(("http://", "https://")) else text


def _address(value: object, page_url: str | None) -> str | None:
    text = _text(value)
    return join(page_url, text) if text and page_url else text


def _identifier(value: object, employer: str | None) -> str | None:
    """Return the posting's identifier; sites that give the employer's name instead give none."""
    value = _first(value)
    if isinstance(value, Mapping):
        value = value.get("value") or value.get("@id")
    text = _text(value)
    return None if text and employer and text.casefold() == employer.casefold() else text


def _day(value: object) -> date | None:
    text = _ZONE_NAME.sub("", _text(value) or "")
    if not text:
        return None
    if _EPOCH.fullmatch(text):
        return epoch_day(text, 1000 if len(text) == 13 else 1)
    if _MAIL_DATE.match(text):
        return mail_day(text)
    if script_date := _JAVASCRIPT_DATE.match(text):
        return formatted_day(script_date[0], "%a %b %d %Y")
    try:
        return iso_day(text)
    except RecordRefused:
        return formatted_day(text, *_DATE_FORMATS)


def _deadline(value: object) -> date | None:
    """Return the day; words in its place ("until filled") are none, and cost no posting: it dates nothing."""
    try:
        return _day(value)
    except RecordRefused:
        return None


def _places(item: Mapping[str, object]) -> tuple[tuple[Place, ...], Workplace]:
    found = places(_place(location) for location in _list(item.get("jobLocation")))
    flag: Workplace = "unknown"
    if "TELECOMMUTE" in (_text(item.get("jobLocationType")) or "").upper():
        flag = "remote"
        allowed = _list(item.get("applicantLocationRequirements"))
        found = found or places(place(_text(country)) for country in allowed)
    return found, flag


def _place(location: object) -> Place | None:
    if not isinstance(location, Mapping):
        return place(_text(location))
    address = _first(location.get("address")) or location
    if not isinstance(address, Mapping):
        return place(_text(address))
    parts = [_text(address.get(key)) for key in ("addressLocality", "addressRegion")]
    country = _text(address.get("addressCountry"))
    return place(*parts, country=country) or place(_text(location.get("name")) or _text(address.get("name")))


def _pay(value: object, salary_currency: str | None) -> tuple[Pay, ...]:
    salary = _first(value)
    if not isinstance(salary, Mapping):
        return ()  # a bare number has neither currency nor period: better unknown than wrong
    amount = _first(salary.get("value"))
    currency = _text(salary.get("currency")) or salary_currency
    if isinstance(amount, Mapping):
        low, high = _text(amount.get("minValue")), _text(amount.get("maxValue"))
        single = _text(amount.get("value"))
        period = _text(amount.get("unitText")) or _text(salary.get("unitText"))
        return pay_range(low or single, high or single, currency or _text(amount.get("currency")), period)
    low, high = _text(salary.get("minValue")), _text(salary.get("maxValue"))
    return pay_range(low or _text(amount), high or _text(amount), currency, _text(salary.get("unitText")))
