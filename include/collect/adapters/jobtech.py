"""JobTech Sweden: every open ad of the public employment service, searched by phrase.

https://jobsearch.api.jobtechdev.se. CC0. The token is one phrase or several separated by `|`; the host gives
2,000 hits for each. Times without a zone are Stockholm's. Contact persons in the answer are not read. Bulk
files of past years are imported with the column map `jobtech_history`; the change feed is `jobtech_stream`.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.jobtech import Ad, ad_listing
from include.collect.parsing.paging import FreshRecords, may_go_on, peek, read_pages
from include.collect.protocol import BoardListing, SeriesKind

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
        """Ask for the hits of each phrase page by page."""
        for phrase in board.token.split("|"):
            for offset in range(0, _MAX_OFFSET, _PAGE):
                query = {"q": phrase.strip(), "limit": _PAGE, "offset": offset}
                page = peek((yield Request(url=endpoint(_ORIGIN, "/search", base_url, query))), _Page)
                if page is None:
                    return
                if not may_go_on(len(page.hits), _PAGE, offset + _PAGE, _total(page)):
                    break

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the pages; an ad that several phrases find counts once."""
        return read_pages(answers, _Page).board(
            lambda raw, pointer: ad_listing(_AD.decode(raw), pointer),
            "hits",
            # The totals count an ad once per phrase that finds it, so their sum is no number of postings.
            is_complete=_is_whole(answers),
        )


def _is_whole(answers: Sequence[Answer]) -> bool:
    """Return whether each phrase gave as many ads as its pages say it has."""
    promised: dict[str, int] = {}
    came: dict[str, FreshRecords] = {}
    for answer in answers:
        phrase, _, _ = answer.request.url.rpartition("&offset=")
        page = peek(answer, _Page)
        if page is not None:
            promised[phrase] = max(promised.get(phrase, 0), _total(page))
            came.setdefault(phrase, FreshRecords()).add_page([_id(raw) for raw in page.hits])
    return all(came[phrase].count >= total for phrase, total in promised.items())


def _id(raw: msgspec.Raw) -> str | None:
    try:
        found = _AD.decode(raw).id
    except msgspec.DecodeError:
        return None
    return None if found is None else str(found)


def _total(page: _Page) -> int:
    return (page.total.value or 0) if page.total else 0


ADAPTER = JobTech()
