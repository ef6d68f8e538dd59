"""A read of a board as the archive keeps it: what was asked, what was answered, how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Literal

import msgspec


class Board(msgspec.Struct, frozen=True, kw_only=True):
    """One employer's board at one source.

    Attributes:
        source: adapter name, such as `greenhouse`.
        token: the board's own name in the source's URLs, case kept.
        employer: display name used when the source names none.
        options: what an adapter is told beyond the token (a region, a search), by name.
    """

    source: str
    token: str
    employer: str
    options: Mapping[str, str] = {}

    @property
    def key(self) -> tuple[str, str]:
        """What tells it from every other board: source and token."""
        return self.source, self.token


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP request that an adapter wants made."""

    url: str
    method: Literal["GET", "POST"] = "GET"
    headers: Mapping[str, str] = {}
    body: bytes | None = None
    purpose: Literal["list", "detail"] = "list"


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """One HTTP answer, verbatim after transfer and content decoding.

    Attributes:
        request: what was asked.
        url: the URL that answered, after redirects.
        status: HTTP status; 304 is replaced by the archived 200 it confirms, with `is_revalidated` set. 0
            is a detail that nobody answered: adapters are given it, the archive is not.
        headers: names lower-cased, in the order received; cookies are left out.
        fetched_at: UTC.
        body: decoded bytes.
        sha256: hex digest of `body`.
        is_revalidated: the host confirmed that the archived body is still current.
    """

    request: Request
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]
    fetched_at: datetime
    body: bytes
    sha256: str
    is_revalidated: bool = False

    @property
    def is_success(self) -> bool:
        """Whether the host gave what was asked for (2xx)."""
        return 200 <= self.status < 300

    @property
    def is_not_there(self) -> bool:
        """Whether the host says that there is nothing at the address (404, 410)."""
        return self.status in (404, 410)


ReadStatus = Literal[
    "complete",
    "unchanged",
    "partial",
    "empty_after_nonempty",
    "gone",
    "refused",
    "failed",
    "out_of_budget",
    "malformed",
    "missing",
    "switched_off",
]
"""How a board read ended.

complete: every request was answered. unchanged: every answer was a 304. gone: the source says there is no
such board (404, 410, or a redirect to another host that shows none). refused: robots.txt, 401, 403, a login
wall or a captcha. failed: no usable answer after retries. out_of_budget: the time or byte budget ran out.
partial: fewer postings than promised, a detail that was not answered, or a record without id: what came is
kept and nothing closes. malformed: the answers are not of the source's format. missing: expected, never
tried. switched_off: in the boards file and not enabled, so neither expected nor tried. Set only where the
board's past is known: empty_after_nonempty.
"""

WHOLE: tuple[ReadStatus, ...] = ("complete", "unchanged")
"""The whole board was read: only such a read proves that a posting is gone. SQL asks `is_whole_read`."""

ANSWERED: tuple[ReadStatus, ...] = (*WHOLE, "partial")
"""The read gave postings that can be used. SQL asks `is_answered_read` (`include.warehouse.macros`)."""


class BoardRead(msgspec.Struct, frozen=True, kw_only=True):
    """How one attempt to read a board ended; the archive keeps it beside the answers.

    Attributes:
        attempt: 1 for the day's first attempt on this board.
        body_bytes: decoded bytes received.
        error: one sentence that names the cause, or None.
    """

    day: date
    board: Board
    attempt: int
    status: ReadStatus
    n_requests: int
    body_bytes: int
    elapsed_seconds: float
    started_at: datetime
    error: str | None = None

    @property
    def is_whole(self) -> bool:
        """Whether the attempt read the whole board."""
        return self.status in WHOLE

    @property
    def is_answered(self) -> bool:
        """Whether the attempt gave postings that can be used: the whole board or a part of it."""
        return self.status in ANSWERED
