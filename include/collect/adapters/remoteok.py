"""Remote OK's public feed: about the 100 newest remote jobs.

https://remoteok.com/api. Element 0 is the legal notice, not a job: link back (followed) and credit Remote OK.
A salary of 0 is unknown. Texts end with words against spam that hold the reader's own address, coded, and so
differ from reader to reader: they are cut off. Some texts are UTF-8 encoded twice.
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.decoding import decode_envelope, successful_lists
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.markup import undo_double_encoding
from include.collect.parsing.paging import board_listing
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import split_places
from include.collect.parsing.records import blank_to_none, pointed, read_records, require_id, require_title
from include.collect.parsing.source_dates import epoch_day, iso_day
from include.collect.protocol import BoardListing, Listing, SeriesKind


class _Job(msgspec.Struct):
    id: str | int | None = None
    position: str | None = None
    company: str | None = None
    epoch: int | str | None = None
    date: str | None = None
    description: str | None = None
    location: str | None = None
    salary_min: float | None = None
    salary_max: float | None = None
    url: str | None = None
    legal: str | None = None


_AGAINST_SPAM = re.compile(
    r"Please mention the word \*\*[^<>]{1,60}\*\* and tag \S{1,80} when applying[^<>]{0,400}"
)
_PIECE = re.compile(r"(<br\s*/?>|\s+)|[^<\s]+|<")
_JOB = msgspec.json.Decoder(_Job)


class RemoteOK:
    """Reads `remoteok.com/api`; the token is a name only."""

    name = "remoteok"
    series_kind: SeriesKind = "observed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the feed once."""
        yield Request(url=endpoint("https://remoteok.com", "/api", base_url))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the feed without its legal notice."""
        elements = decode_envelope(successful_lists(answers)[0], list[msgspec.Raw])
        records = [item for item in pointed(elements, "") if not _is_notice(item[1])]
        listings, rejects = read_records(records, _listing)
        return board_listing(listings, rejects)


def _is_notice(raw: msgspec.Raw) -> bool:
    try:
        job = _JOB.decode(raw)
    except msgspec.DecodeError:
        return False
    return job.legal is not None and job.id is None


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    job = _JOB.decode(raw)
    native_id = require_id(job.id)
    return Listing(
        native_id=native_id,
        title=require_title(html.unescape(job.position or ""), native_id, "position"),
        raw_pointer=pointer,
        employer=blank_to_none(html.unescape(job.company or "")),
        description_html=_text(job.description),
        is_text_complete=job.description is not None,
        places=split_places((job.location or "").replace(", Remote", "")),
        workplace="remote",
        pay=pay_range(job.salary_min, job.salary_max, "USD", "year"),
        posted_on=epoch_day(job.epoch) or iso_day(job.date),
        url=blank_to_none(job.url),
    )


def _text(description: str | None) -> str | None:
    *before, last = _AGAINST_SPAM.split(undo_double_encoding(description or ""))
    return blank_to_none("".join(map(_without_last_breaks, before)) + last)


def _without_last_breaks(text: str) -> str:
    """Return text without the line breaks and blanks at its end, in one pass however many there are."""
    end = 0
    for piece in _PIECE.finditer(text):
        if piece[1] is None:
            end = piece.end()
    return text[:end]


ADAPTER = RemoteOK()
