"""We Work Remotely's category feeds (RSS): current remote jobs.

https://weworkremotely.com/remote-job-rss-feed. The token is the category, such as `remote-product-jobs`; the
main feed holds only a part. The title is "Employer: Title".
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from xml.etree.ElementTree import Element

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, of_posting, require_id, require_title
from include.collect.parsing.source_dates import mail_day
from include.collect.parsing.xml_feeds import feed_board, text
from include.collect.protocol import BoardListing, Listing, SeriesKind


class WeWorkRemotely:
    """Reads one category feed."""

    name = "weworkremotely"
    series_kind: SeriesKind = "observed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the feed once."""
        path = f"/categories/{path_token(board)}.rss"
        yield Request(url=endpoint("https://weworkremotely.com", path, base_url))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the feed; a guid that repeats counts once."""
        return feed_board(answers, "rss", "channel/item", _listing)


def _listing(item: Element, pointer: str) -> Listing:
    native_id = require_id(text(item, "guid") or text(item, "link"), "guid")
    employer, colon, title = (text(item, "title") or "").partition(": ")
    where = (text(item, "region"), text(item, "state"), text(item, "country"))
    html_text = text(item, "description")
    with of_posting(native_id):
        return Listing(
            native_id=native_id,
            title=require_title(title if colon else employer, native_id),
            raw_pointer=pointer,
            employer=blank_to_none(employer) if colon else None,
            description_html=html_text,
            is_text_complete=html_text is not None,
            places=places(place(part) for part in where),
            workplace="remote",
            employment_type=text(item, "type"),
            department=text(item, "category"),
            posted_on=mail_day(text(item, "pubDate")),
            expires_on=mail_day(text(item, "expires_at")),
            url=text(item, "link"),
        )


ADAPTER = WeWorkRemotely()
