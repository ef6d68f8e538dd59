"""Teamtailor boards: a JSON feed (jobs.json) or, where there is none, an RSS feed (jobs.rss).

https://www.jsonfeed.org/version/1.1; each item carries a schema.org JobPosting. The id is the number in the
posting's address, the same in both feeds. An HTML error page is told by its root element.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from urllib.parse import urlsplit
from xml.etree.ElementTree import Element

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, join, path_token, rebase
from include.collect.parsing.paging import MAX_PAGES, first_ok, peek, read_pages
from include.collect.parsing.places import place, places, workplace
from include.collect.parsing.records import (
    RecordRefused,
    blank_to_none,
    of_posting,
    require_id,
    require_title,
)
from include.collect.parsing.schema_org import job_posting
from include.collect.parsing.source_dates import iso_day, mail_day
from include.collect.parsing.xml_feeds import feed_board, text
from include.collect.protocol import BoardListing, Listing, SeriesKind

_NUMBER = re.compile(r"/jobs/(\d+)")
_MOST_OF_RSS = 100
"""The RSS feed ends here, and has no further pages: one as long may lack postings."""
_PLACES = "{https://teamtailor.com/locations}"


class _Item(msgspec.Struct):
    id: str | None = None
    title: str | None = None
    url: str | None = None
    content_html: str | None = None
    date_published: str | None = None
    job: dict[str, object] | None = msgspec.field(name="_jobposting", default=None)


class _Address(msgspec.Struct):
    url: str | None = None


class _Feed(msgspec.Struct):
    items: list[msgspec.Raw]
    next_url: str | None = None


_ITEM = msgspec.json.Decoder(_Item)


class Teamtailor:
    """Reads `{token}.teamtailor.com`, or the employer's own host given as a token with dots."""

    name = "teamtailor"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the JSON feed and its next pages; for the RSS feed where there is no JSON feed."""
        host = board.token if "." in board.token else f"{path_token(board)}.teamtailor.com"
        origin = f"https://{host}"
        answer = yield Request(url=endpoint(origin, "/jobs.json", base_url))
        if answer.is_not_there:
            yield Request(url=endpoint(origin, "/jobs.rss", base_url))
            return
        seen = {answer.request.url}
        for _ in range(MAX_PAGES):
            page = peek(answer, _Feed)
            following = join(answer.request.url, page.next_url) if page and page.next_url else None
            url = rebase(following, base_url) if following else None
            hosts = {urlsplit(known).netloc for known in (answer.request.url, answer.url)}
            if url is None or url in seen or urlsplit(url).netloc not in hosts:
                return
            seen.add(url)
            answer = yield Request(url=url)

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the feed, whichever of the two it is."""
        first = first_ok(answers)
        if first.body.lstrip()[:1] == b"<":
            found = feed_board([first], "rss", "channel/item", _from_rss)
            n_items = len(found.listings) + len(found.rejects)
            return msgspec.structs.replace(found, is_complete=n_items < _MOST_OF_RSS)
        pages = read_pages([answer for answer in answers if answer.status < 300], _Feed)
        last = pages.pages[-1][1]
        return pages.board(_from_json, "items", is_complete=not last.next_url)


def _from_json(raw: msgspec.Raw, pointer: str) -> Listing:
    try:
        item = _ITEM.decode(raw)
    except msgspec.DecodeError as error:
        detail = f"the record has another shape: {error}"
        raise RecordRefused("wrong_type", detail, _number_in(raw)) from error
    native_id = _number(item.url) or require_id(item.id)
    known = {"title": item.title, "url": item.url, "identifier": native_id}
    posting = job_posting({**(item.job or {}), **known}, pointer)
    html = blank_to_none(item.content_html) or posting.description_html
    with of_posting(native_id):
        return msgspec.structs.replace(
            posting,
            native_id=native_id,
            title=require_title(item.title, native_id),
            description_html=html,
            is_text_complete=html is not None,
            posted_on=iso_day(item.date_published) or posting.posted_on,
            url=blank_to_none(item.url),
        )


def _number_in(raw: msgspec.Raw) -> str | None:
    """Return the number of a record that cannot be read otherwise: its `id` is none that is followed."""
    try:
        return _number(msgspec.json.decode(raw, type=_Address).url)
    except msgspec.DecodeError:
        return None


def _from_rss(item: Element, pointer: str) -> Listing:
    url = text(item, "link")
    native_id = _number(url) or require_id(text(item, "guid"), "guid")
    html = text(item, "description")
    locations = item.findall(f"{_PLACES}locations/{_PLACES}location")
    with of_posting(native_id):
        return Listing(
            native_id=native_id,
            title=require_title(text(item, "title"), native_id),
            raw_pointer=pointer,
            description_html=html,
            is_text_complete=html is not None,
            places=places(
                place(
                    text(place_, f"{_PLACES}city") or text(place_, f"{_PLACES}name"),
                    country=text(place_, f"{_PLACES}country"),
                )
                for place_ in locations
            ),
            workplace=workplace(text(item, "remoteStatus")),
            department=text(item, f"{_PLACES}department") or text(item, "department"),
            posted_on=mail_day(text(item, "pubDate")),
            url=url,
        )


def _number(url: str | None) -> str | None:
    match = _NUMBER.search(url or "")
    return match[1] if match else None


ADAPTER = Teamtailor()
