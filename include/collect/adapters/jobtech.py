"""JobTech Sweden: every open ad of the public employment service, searched by phrase.

https://jobsearch.api.jobtechdev.se. CC0. The token is the phrase; the host gives 2,000 hits at most. Times
without a zone are Stockholm's. Contact persons in the answer are not read. Bulk files of past years are
imported with the column map `jobtech_history`; the change feed is the source `jobtech_stream`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.collect.decoding import (
    read_records,
)
from include.collect.endpoints import endpoint
from include.collect.jobtech import Ad, ad_listing
from include.collect.paging import (
    board_listing,
    peek,
    read_pages,
)
from include.collect.protocol import (
    Answer,
    Board,
    BoardListing,
    Request,
    SeriesKind,
)

_ORIGIN = "https://jobsearch.api.jobtechdev.se"
_PAGE = 100
_MAX_OFFSET = 2000


class _Total(msgspec.Struct):
    value: int | None = None


class _Page(msgspec.Struct):
    hits: list[msgspec.Raw]
    total: _Total | None = None


_AD = msgspec.json.Decoder(Ad)


class JobTech:
    """Reads `jobsearch.api.jobtechdev.se`."""

    name = "jobtech"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the hits page by page."""
        for offset in range(0, _MAX_OFFSET + 1, _PAGE):
            query = {"q": board.token, "limit": _PAGE, "offset": offset}
            page = peek((yield Request(url=endpoint(_ORIGIN, "/search", base_url, query))), _Page)
            total = (page.total.value if page.total else 0) if page else 0
            if offset + _PAGE >= (total or 0):
                return

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the pages."""
        found = read_pages(answers, _Page)
        listings, rejects = read_records(
            found.pointed("hits", "hits"), lambda raw, pointer: ad_listing(_AD.decode(raw), pointer)
        )
        total = found.pages[0][1].total
        return board_listing(listings, [*found.rejects, *rejects], promised=total.value if total else None)


ADAPTER = JobTech()
