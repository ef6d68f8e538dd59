"""SAP SuccessFactors career sites: one Google job feed for the whole site (`/sitemal.xml`, spelled so).

The token is the site's host. The title mostly ends with the place in brackets.
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence
from xml.etree.ElementTree import Element

from include.collect.parsing.decoding import require_id, require_title
from include.collect.parsing.endpoints import endpoint, host_and_rest
from include.collect.parsing.markup import undo_escaping
from include.collect.parsing.places import place, places
from include.collect.parsing.source_dates import iso_day, mail_day
from include.collect.parsing.xml_feeds import feed_board, text
from include.collect.protocol import Answer, Board, BoardListing, Listing, Request, SeriesKind

_GOOGLE = "{http://base.google.com/ns/1.0}"
_TRAILING_PLACE = re.compile(r"\s*\(([^()]*,[^()]*)\)\s*$")


class SuccessFactors:
    """Reads the Google feed of a SuccessFactors site."""

    name = "successfactors"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole feed once."""
        origin, _ = host_and_rest(board)
        yield Request(url=endpoint(origin, "/sitemal.xml", base_url))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the feed."""
        return feed_board(answers, "rss", "channel/item", _listing)


def _listing(item: Element, pointer: str) -> Listing:
    native_id = require_id(text(item, f"{_GOOGLE}id") or text(item, "ReqId"), "g:id")
    title = require_title(text(item, "title"), native_id)
    bracketed = _TRAILING_PLACE.search(title)
    html_text = text(item, "description")
    expires = text(item, f"{_GOOGLE}expiration_date")
    return Listing(
        native_id=native_id,
        title=_TRAILING_PLACE.sub("", title) or title,
        raw_pointer=pointer,
        employer=text(item, f"{_GOOGLE}employer"),
        description_html=undo_escaping(html_text) if html_text else None,
        is_text_complete=html_text is not None,
        places=places(
            [place(text(item, f"{_GOOGLE}location")) or place(bracketed[1] if bracketed else None)]
        ),
        department=text(item, f"{_GOOGLE}job_function"),
        posted_on=mail_day(text(item, "pubDate")),
        expires_on=iso_day(expires) if expires and expires[:4].isdigit() else mail_day(expires),
        url=text(item, "link"),
    )


ADAPTER = SuccessFactors()
