"""One listing → one posting, or the reason why not. Pure: the same listing always gives the same answer."""

from __future__ import annotations

import hashlib
import re
from datetime import date, timedelta
from typing import Final
from urllib.parse import urlsplit

from include.archive.reads import Board
from include.collect.aggregators import names_its_employer
from include.collect.parsing.records import is_placeholder
from include.collect.protocol import MAX_DETAIL_CHARACTERS, Listing, Reject, SeriesKind
from include.normalize.employers import employer_key
from include.normalize.languages import detect_language
from include.normalize.pay import choose_pay
from include.normalize.personal_data import remove_personal_data
from include.normalize.places import locate, read_workplace
from include.normalize.posting import Posting
from include.normalize.text import TextTooLargeError, clean_text, html_to_text
from include.normalize.titles import MAX_TITLE_CHARACTERS, TITLES_VERSION, role_family, seniority, title_key
from include.normalize.versions import TEXTS_VERSION

MAX_DAYS_AHEAD: Final = 2
"""A posting date this many days after the partition's day is a clock or time-zone slip; later is an error."""
EARLIEST: Final = date(1990, 1, 1)
"""No ad stood on the web before. Earlier dates stand for no date: 1970-01-01 (zero seconds), 0001-01-01."""

MAX_ID_CHARACTERS: Final = 2_000
"""Of a posting's id, which stands in a row of every table; career pages have addresses as ids."""

MAX_URL_CHARACTERS: Final = 2_000
"""Browsers and tables alike take no longer addresses."""

_SPACES = re.compile(r"\s+")


def content_hash(title: str, text: str) -> str:
    """Return the hex sha256 of title, newline and text: the identity of one version of an ad."""
    return hashlib.sha256(f"{title}\n{text}".encode()).hexdigest()


def normalize_listing(listing: Listing, board: Board, day: date, series_kind: SeriesKind) -> Posting | Reject:
    """Return the posting that a listing describes, free of personal data.

    Args:
        listing: what the adapter read.
        board: the board it stands on; an employer's own names it where the listing does not.
        day: the partition's day, against which the posting date is judged.
        series_kind: how the posting's dates are known.

    Returns:
        A `Posting`, or a `Reject` with one of the reasons missing_id, id_too_long, missing_title,
        posted_in_future, posted_too_early, closed_before_opened, text_too_large.
    """
    native_id = listing.native_id.strip()
    title = _one_line(listing.title)
    refusal = _refusal(listing, native_id, title, day)
    if refusal is not None:
        return _reject(listing, *refusal)
    try:
        if listing.description_html is not None:
            text = html_to_text(listing.description_html)
        else:
            text = clean_text(listing.description_text or "")
    except TextTooLargeError as error:
        return _reject(listing, "text_too_large", f"description has {error}; split or cut it at the source")

    text = remove_personal_data(text)
    title = remove_personal_data(title)
    named = _one_line(listing.employer or "")
    employer = named if not is_placeholder(named) else ""
    if not employer and names_its_employer(board.source):
        employer = board.employer.strip() or board.token
    location = locate(listing.places)
    pay = choose_pay(listing.pay, text)
    return Posting(
        posting_key=f"{board.source}:{board.token}:{native_id}",
        source=board.source,
        board=board.token,
        native_id=native_id,
        opening_native_id=(listing.opening_native_id or "").strip()[:MAX_ID_CHARACTERS] or None,
        series_kind=series_kind,
        employer=employer,
        employer_key=employer_key(employer),
        title=title,
        title_key=title_key(title),
        role_family=role_family(title),
        seniority=seniority(title),
        titles_version=TITLES_VERSION,
        texts_version=TEXTS_VERSION,
        text=text,
        content_hash=content_hash(title, text),
        is_text_complete=listing.is_text_complete and bool(text),
        n_words=len(text.split()),
        language=detect_language(text),
        country_code=location.country_code,
        region=location.region,
        city=location.city,
        locations=tuple(
            sorted({place for place in (_one_line(place.text) for place in listing.places) if place})
        ),
        workplace=read_workplace(listing.workplace, listing.places, title),
        employment_type=_one_line(listing.employment_type or "") or None,
        department=_one_line(listing.department or "") or None,
        pay_minimum=pay.minimum,
        pay_maximum=pay.maximum,
        pay_currency=pay.currency,
        pay_period=pay.period,
        posted_date=listing.posted_on,
        closed_date=listing.closed_on,
        updated_at=listing.updated_at,
        expires_date=listing.expires_on,
        url=_web_address(listing.url),
    )


def _refusal(listing: Listing, native_id: str, title: str, day: date) -> tuple[str, str] | None:
    if not native_id:
        return "missing_id", "the record has no id of its own; it cannot be followed from day to day"
    if len(native_id) > MAX_ID_CHARACTERS:
        return (
            "id_too_long",
            f"the id has {len(native_id):,} characters; at most {MAX_ID_CHARACTERS:,} are kept",
        )
    if not title:
        return "missing_title", "the record has no title; its role cannot be told"
    if listing.posted_on is not None and listing.posted_on > day + timedelta(days=MAX_DAYS_AHEAD):
        return (
            "posted_in_future",
            f"posting date {listing.posted_on} is after {day}; mend the date at the source",
        )
    if listing.posted_on is not None and listing.posted_on < EARLIEST:
        return (
            "posted_too_early",
            f"posting date {listing.posted_on} stands for no date: it is before {EARLIEST.year}; mend it",
        )
    if (
        listing.closed_on is not None
        and listing.posted_on is not None
        and listing.closed_on < listing.posted_on
    ):
        return (
            "closed_before_opened",
            f"closing date {listing.closed_on} is before opening date {listing.posted_on}",
        )
    return None


def _one_line(text: str) -> str:
    return _SPACES.sub(" ", clean_text(text[:MAX_TITLE_CHARACTERS])).strip()


def _web_address(url: str | None) -> str | None:
    """Return the address that a record gives for itself, None where a link must not lead there.

    Releases and pages show it as a link: `javascript:`, `data:` and `file:` are not the ad, nor is a host
    behind the name of another (`https://known.example@other.example`).
    """
    address = (url or "").strip()
    if len(address) > MAX_URL_CHARACTERS or not address.isprintable():
        return None
    try:
        parts = urlsplit(address)
    except ValueError:
        return None
    is_web = parts.scheme in ("http", "https") and bool(parts.netloc) and "@" not in parts.netloc
    return address if is_web else None


def _reject(listing: Listing, reason: str, detail: str) -> Reject:
    return Reject(
        raw_pointer=listing.raw_pointer,
        reason=reason,
        detail=detail[:MAX_DETAIL_CHARACTERS],
        native_id=listing.native_id.strip()[:MAX_ID_CHARACTERS] or None,
        stage="normalize",
    )
