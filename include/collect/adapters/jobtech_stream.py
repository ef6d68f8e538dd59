"""JobTech Sweden's change feed: ads published, changed and removed within a span of time.

https://jobstream.api.jobtechdev.se. CC0. The token is the span, such as `2026-11-15..2026-11-16`, read with
five minutes of overlap. A removal carries no ad: it is listed as a reject `removed` that names the id.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import date, timedelta

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.decoding import decode_envelope, successful_lists
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.jobtech import Ad, ad_listing
from include.collect.parsing.paging import board_listing
from include.collect.parsing.records import RecordRefused, pointed, read_records, require_id
from include.collect.protocol import BoardListing, Listing, SeriesKind

_AD = msgspec.json.Decoder(Ad)


class JobTechStream:
    """Reads `jobstream.api.jobtechdev.se/v2/stream`."""

    name = "jobtech_stream"
    series_kind: SeriesKind = "archived"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the changes of the span once."""
        first, _, last = board.token.partition("..")
        start = date.fromisoformat(first)
        before = date.fromisoformat(last) if last else start + timedelta(days=1)
        query = {
            "date": f"{start - timedelta(days=1)}T23:55:00",
            "updated-before-date": f"{before}T00:00:00",
        }
        if "occupation" in board.options:
            query["occupation-concept-id"] = board.options["occupation"]
        yield Request(url=endpoint("https://jobstream.api.jobtechdev.se", "/v2/stream", base_url, query))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the changes; of several changes of one ad the last stands."""
        changes = decode_envelope(successful_lists(answers)[0], list[msgspec.Raw])
        listings, rejects = read_records(pointed(changes, ""), _listing)
        latest = {listing.native_id: listing for listing in listings}
        return board_listing(latest.values(), rejects)


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    ad = _AD.decode(raw)
    if ad.removed and not ad.headline:
        native_id = require_id(ad.id)
        raise RecordRefused("removed", f"the ad was removed at {ad.removed_date}", native_id)
    return ad_listing(ad, pointer)


ADAPTER = JobTechStream()
