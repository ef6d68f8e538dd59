"""Hacker News "Who is hiring?": one thread a month, one comment per employer, often many roles per comment.

https://hn.algolia.com/api. Only top-level comments of threads titled so ("Who wants to be hired" and
"Freelancer" threads have the same author). The first line is mostly "Employer | Role | Place | REMOTE | pay".
"""

from __future__ import annotations

import html
import re
from collections.abc import Generator, Iterator, Sequence
from urllib.parse import quote

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.paging import board_listing, peek, read_pages
from include.collect.parsing.places import place, places
from include.collect.parsing.records import (
    RecordRefused,
    blank_to_none,
    pointed,
    read_records,
    require_id,
    require_title,
)
from include.collect.parsing.source_dates import epoch_day
from include.collect.protocol import BoardListing, Listing, MalformedAnswer, SeriesKind, Workplace

_ORIGIN = "https://hn.algolia.com"
_THREAD = re.compile(r"who is hiring", re.IGNORECASE)
_ROLE = re.compile(
    r"engineer|developer|manager|designer|product|owner|scientist|analyst|architect|lead\b|head of"
    r"|director|sre\b"
    r"|devops|programmer|researcher|founding|intern\b|marketing|sales|writer|support|recruiter|officer"
    r"|\bc[etop]o\b|\bpm\b",
    re.IGNORECASE,
)
_NOT_A_ROLE = re.compile(r"full[- ]?time|part[- ]?time|visa|\$|€|£|\bequity\b", re.IGNORECASE)
_NOT_A_PLACE = re.compile(_NOT_A_ROLE.pattern + r"|\broles?\b|\bpositions?\b|multiple", re.IGNORECASE)
_ROLE_SEPARATOR = re.compile(r"\s*(?:,|;|/|\s&\s|\s\+\s|\band\b)\s*")
_URL = re.compile(r"\(?https?://\S+|\(?www\.\S+", re.IGNORECASE)
_TAG = re.compile(r"<[^>]+>")
_PARAGRAPH = re.compile(r"<p>|\n")
_BULLET = re.compile(r"^\s*(?:[-*•–]|\d+[.)])\s+(.{4,90})$")


class _Hit(msgspec.Struct):
    object_id: str | None = msgspec.field(name="objectID", default=None)
    title: str | None = None


class _Threads(msgspec.Struct):
    hits: list[_Hit]


class _Comment(msgspec.Struct):
    id: int | None = None
    text: str | None = None
    created_at_i: int | None = None


class _Thread(msgspec.Struct):
    id: int
    children: list[msgspec.Raw]
    title: str | None = None


_COMMENT = msgspec.json.Decoder(_Comment)


class HackerNewsHiring:
    """Reads the newest thread, the newest `months` of them, or those in `threads` (ids separated by `|`)."""

    name = "hn_hiring"
    series_kind: SeriesKind = "reconstructed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask which threads there are, then for the thread with its comments."""
        if "threads" in board.options:
            chosen = board.options["threads"].split("|")
        else:
            months = int(board.options.get("months", "1"))
            # The account starts three threads a month; one of them is about hiring.
            query = {"tags": "story,author_whoishiring", "hitsPerPage": min(max(100, 4 * months), 1000)}
            answer = yield Request(
                url=endpoint(_ORIGIN, "/api/v1/search_by_date", base_url, query), purpose="detail"
            )
            threads = peek(answer, _Threads)
            if threads is None:
                raise MalformedAnswer(f"{answer.request.url}: no list of threads")
            chosen = [
                hit.object_id for hit in threads.hits if hit.object_id and _THREAD.search(hit.title or "")
            ][:months]
        for thread in chosen:
            yield Request(url=endpoint(_ORIGIN, f"/api/v1/items/{quote(thread, safe='')}", base_url))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the top-level comments; every role that a comment names is a posting of its own."""
        found = read_pages(answers, _Thread)
        listings: list[Listing] = []
        rejects = list(found.rejects)
        for prefix, thread in found.pages:
            if thread.title and not _THREAD.search(thread.title):
                raise MalformedAnswer(f"thread {thread.id} is {thread.title!r}, not a hiring thread")
            for pointer, raw in pointed(thread.children, f"{prefix}children"):
                roles, refused = read_records(_roles(raw, pointer), _listing)
                listings += roles
                rejects += refused
        return board_listing(listings, rejects)


class _RoleInComment(msgspec.Struct):
    comment: _Comment
    header: list[str]
    role: str | None
    number: int


def _roles(raw: msgspec.Raw, pointer: str) -> Iterator[tuple[str, _RoleInComment]]:
    try:
        comment = _COMMENT.decode(raw)
    except msgspec.DecodeError:
        yield pointer, _RoleInComment(_Comment(), [], None, 0)
        return
    lines = [
        html.unescape(_TAG.sub("", line)).strip()
        for line in _PARAGRAPH.split((comment.text or "").replace("</p>", ""))
    ]
    header = [part.strip() for part in next((line for line in lines if line), "").split("|")]
    named = [role for part in header[1:] for role in _roles_in(_URL.sub("", part).strip())]
    if not named:  # no roles in the header: those listed below it
        named = [
            match[1].split(" - ")[0].strip()
            for line in lines
            if (match := _BULLET.match(line)) and _is_role(match[1])
        ]
    if not named:
        yield pointer, _RoleInComment(comment, header, None, 0)
    for number, role in enumerate(dict.fromkeys(named)):
        yield f"{pointer}.roles[{number}]", _RoleInComment(comment, header, role, number)


def _roles_in(part: str) -> list[str]:
    """Return the roles of one part of a header: several when every piece of it is a role of its own."""
    if not _is_role(part):
        return []
    pieces = [piece for piece in _ROLE_SEPARATOR.split(part) if piece]
    return pieces if all(_is_role(piece) and "(" not in piece for piece in pieces) else [part]


def _is_role(part: str) -> bool:
    return bool(_ROLE.search(part)) and not _NOT_A_ROLE.search(part) and len(part) <= 120


def _listing(item: _RoleInComment, pointer: str) -> Listing:
    comment = item.comment
    native_id = require_id(comment.id)
    if not comment.text:
        raise RecordRefused("deleted", "the comment was deleted or flagged", native_id)
    if item.role is None:
        raise RecordRefused("no_role_named", f"no role in {' | '.join(item.header)[:120]!r}", native_id)
    bare = [_URL.sub("", part).strip() for part in item.header[1:]]
    other = [part for part in bare if not _is_role(part) and not _NOT_A_PLACE.search(part)]
    return Listing(
        native_id=f"{native_id}-{item.number}",
        title=require_title(item.role, native_id),
        raw_pointer=pointer,
        employer=blank_to_none(_URL.sub("", item.header[0]).split("(")[0].strip(" -–—|:")),
        description_html=comment.text,
        places=places(place(part) for part in other if not re.fullmatch(r"(?i)remote|hybrid|on-?site", part)),
        workplace=_workplace(" ".join(item.header).lower()),
        posted_on=epoch_day(comment.created_at_i),
        url=f"https://news.ycombinator.com/item?id={native_id}",
    )


def _workplace(header: str) -> Workplace:
    if "hybrid" in header:
        return "hybrid"
    if "remote" in header:
        return "remote"
    return "on_site" if re.search(r"on-?site", header) else "unknown"


ADAPTER = HackerNewsHiring()
