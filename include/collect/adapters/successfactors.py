"""SAP SuccessFactors career sites: one feed for the whole site.

Sites of the career site builder have a Google job feed (`/sitemal.xml`, spelled so); the token is the site's
host. Older ones have a feed at SAP's own host; the token is then `host/company`, such as
`career5.successfactors.eu/SAP`, and what their fields are called is each employer's choice. Titles mostly end
with the place in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from datetime import date
from xml.etree.ElementTree import Element

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, host_and_rest
from include.collect.parsing.markup import undo_escaping
from include.collect.parsing.places import place, places, workplace
from include.collect.parsing.records import of_posting, require_id, require_title
from include.collect.parsing.source_dates import formatted_day, iso_day, mail_day
from include.collect.parsing.xml_feeds import feed_board, text
from include.collect.protocol import BoardListing, Listing, SeriesKind

_GOOGLE = "{http://base.google.com/ns/1.0}"
_TRAILING_PLACE = re.compile(r"\(([^(),]*,[^()]*)\)$")
_CODE = re.compile(r"[A-Z]{2,3}")
_NUMBER = re.compile(r"/(\d+)/?$")
_UNFILLED = re.compile(r"\[\[\w+\]\]")  # a field that the site's own scripts would have filled
_AMERICAN = "en_US"
_LABELS = {
    "workplace": re.compile(r"work ?(?:place|setting|arrangement|model)|flexibility", re.IGNORECASE),
    "place": re.compile(r"location|\bcity\b", re.IGNORECASE),
    "country": re.compile(r"country", re.IGNORECASE),
    "employment_type": re.compile(r"type of employment|employment type|job status|schedule", re.IGNORECASE),
    "department": re.compile(r"function|work area|department|job (?:category|family)", re.IGNORECASE),
}


class SuccessFactors:
    """Reads either feed of a SuccessFactors site.

    Option of the older feed: `locale`, the language asked for (default en_US). Its dates are read in American
    order, and only where American English was asked for.
    """

    name = "successfactors"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole feed once."""
        origin, company = host_and_rest(board)
        if not company:
            yield Request(url=endpoint(origin, "/sitemal.xml", base_url))
            return
        query = {
            "company": company,
            "career_ns": "job_listing_summary",
            "resultType": "XML",
            "rcm_site_locale": _locale(board),
        }
        yield Request(url=endpoint(origin, "/career", base_url, query))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the feed."""
        origin, company = host_and_rest(board)
        if not company:
            return feed_board(answers, "rss", "channel/item", _listing)
        page = endpoint(origin, "/career", None, {"company": company, "career_ns": "job_listing"})
        is_american = _locale(board) == _AMERICAN
        return feed_board(
            answers,
            "Job-Listing",
            "Job",
            lambda job, pointer: _older_listing(job, pointer, page, is_american),
        )


def _locale(board: Board) -> str:
    return board.options.get("locale", _AMERICAN)


def _listing(item: Element, pointer: str) -> Listing:
    link = text(item, "link")
    number = _NUMBER.search(link or "")
    native_id = require_id(text(item, f"{_GOOGLE}id") or (number[1] if number else None), "g:id")
    location = text(item, f"{_GOOGLE}location")
    title, bracketed = _title_and_place(require_title(text(item, "title"), native_id), location)
    html_text = text(item, "description")
    expires = text(item, f"{_GOOGLE}expiration_date")
    with of_posting(native_id):
        return Listing(
            native_id=native_id,
            title=title,
            raw_pointer=pointer,
            employer=text(item, f"{_GOOGLE}employer"),
            description_html=undo_escaping(html_text) if html_text else None,
            is_text_complete=html_text is not None,
            places=places([place(location) or place(bracketed)]),
            department=text(item, f"{_GOOGLE}job_function"),
            posted_on=mail_day(text(item, "pubDate")),
            expires_on=iso_day(expires) if expires and expires[:4].isdigit() else mail_day(expires),
            url=link,
        )


def _title_and_place(title: str, location: str | None) -> tuple[str, str | None]:
    """Part a title from the place in brackets at its end; brackets of another kind are a part of it.

    They are a place when they begin like the feed's own location, or, where it gives none, when they end with
    a code of a country or state, maybe before a postal code (`Columbia, MD, US, 21046`).
    """
    match = _TRAILING_PLACE.search(title)
    if match is None or match.start() == 0:
        return title, None
    parts = [part.strip() for part in match[1].split(",")]
    if location:
        is_place = parts[0].casefold() == location.split(",")[0].strip().casefold()
    else:
        is_place = any(_CODE.fullmatch(part) for part in parts[-2:])
    return (title[: match.start()].rstrip(), match[1]) if is_place else (title, None)


def _older_listing(job: Element, pointer: str, page: str, is_american: bool) -> Listing:
    native_id = require_id(text(job, "ReqId"), "ReqId")
    html_text = text(job, "Job-Description")
    fields = _labelled(job)
    where = fields.get("place") or text(job, "Location")
    title, bracketed = _title_and_place(require_title(text(job, "JobTitle"), native_id, "JobTitle"), where)
    with of_posting(native_id):
        return Listing(
            native_id=native_id,
            title=title,
            raw_pointer=pointer,
            description_html=undo_escaping(html_text) if html_text else None,
            is_text_complete=html_text is not None,
            places=places([place(where or bracketed, country=fields.get("country"))]),
            workplace=workplace(fields.get("workplace")),
            employment_type=fields.get("employment_type"),
            department=fields.get("department") or text(job, "Department"),
            posted_on=_american_day(text(job, "Posted-Date")) if is_american else None,
            url=f"{page}&career_job_req_id={native_id}",
        )


def _american_day(value: str | None) -> date | None:
    return formatted_day(value, "%m/%d/%Y")


def _labelled(job: Element) -> dict[str, str]:
    """Return the fields that an employer set up, by what their label says; the first of a kind counts."""
    found: dict[str, str] = {}
    for field in job:
        label, value = text(field, "label"), text(field, "value")
        if not label or not value or _UNFILLED.fullmatch(value):
            continue
        kind = next((name for name, words in _LABELS.items() if words.search(label)), None)
        if kind:
            found.setdefault(kind, value)
    return found


ADAPTER = SuccessFactors()
