"""What a source adapter is, and what it reads from archived answers.

An adapter does no input or output. `requests` says what to ask, answer by answer; `parse` reads archived
answers. The polite client drives `requests`; replay calls `parse` alone. So every adapter runs, and is
tested, without a network.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import date, datetime
from typing import Literal, Protocol

import msgspec

from include.archive.reads import Answer, Board, Request
from include.errors import printable

SeriesKind = Literal["observed", "archived", "reconstructed"]
"""How a posting's dates are known; kinds are never joined silently.

observed: first and last seen by us. archived: the source's own opening and closing dates.
reconstructed: still-open postings back-dated by their posting date (survivor bias).
"""

Workplace = Literal["remote", "hybrid", "on_site", "unknown"]
PayPeriod = Literal["hour", "day", "week", "month", "year", "unknown"]


class HostLimits(msgspec.Struct, frozen=True):
    """What one host is asked at most, by all processes together.

    Attributes:
        requests_per_second: how often.
        concurrency: requests at once.
    """

    requests_per_second: float
    concurrency: int

    def strictest(self, other: HostLimits) -> HostLimits:
        """Return what keeps both limits."""
        return HostLimits(
            min(self.requests_per_second, other.requests_per_second),
            min(self.concurrency, other.concurrency),
        )


class Pay(msgspec.Struct, frozen=True, kw_only=True):
    """A pay range as the source gives it. Absent and zero are both `None`: unknown, not unpaid."""

    minimum: float | None
    maximum: float | None
    currency: str | None
    period: PayPeriod = "unknown"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """A place in the source's words, with the country where the source itself gives a code."""

    text: str
    country_code: str | None = None


class Listing(msgspec.Struct, frozen=True, kw_only=True):
    """One posting as an adapter reads it: the source's own words, typed but not interpreted.

    Attributes:
        native_id: the source's posting id, case kept; never empty.
        opening_native_id: the source's requisition or opening id, where it has a real one.
        employer: as given, or None to take the board's.
        description_html: HTML after undoing any escaping the source adds around it.
        description_text: plain text, only where the source has no HTML.
        places: every place the posting names, duplicates dropped.
        workplace: the source's own flag mapped to four values; absent is `unknown`.
        posted_on: the source's posting date; for series kind `archived`, the opening date.
        closed_on: for series kind `archived`, the source's closing date.
        updated_at: the source's change time (noise at most sources; kept, not used for dating).
        expires_on: application deadline.
        raw_pointer: where in the answer the posting stands, such as `jobs[3]`.
    """

    native_id: str
    title: str
    raw_pointer: str
    opening_native_id: str | None = None
    employer: str | None = None
    description_html: str | None = None
    description_text: str | None = None
    is_text_complete: bool = True
    places: tuple[Place, ...] = ()
    workplace: Workplace = "unknown"
    employment_type: str | None = None
    department: str | None = None
    pay: tuple[Pay, ...] = ()
    posted_on: date | None = None
    closed_on: date | None = None
    updated_at: datetime | None = None
    expires_on: date | None = None
    url: str | None = None


MAX_DETAIL_CHARACTERS = 200
"""Of what is said about a rejected record: it quotes values that may be of any length."""


class Reject(msgspec.Struct, frozen=True, kw_only=True):
    """A record that could not be used: why, where, and what would mend it.

    Attributes:
        raw_pointer: where in the raw answer the record stands.
        reason: a stable code in snake_case, such as `missing_id`.
        detail: one sentence with the offending value, cut to `MAX_DETAIL_CHARACTERS`.
        native_id: the source's id, when it could be read.
        stage: the step that refused the record.
    """

    raw_pointer: str
    reason: str
    detail: str
    native_id: str | None = None
    stage: Literal["parse", "normalize"] = "parse"

    @classmethod
    def of(cls, raw_pointer: str, reason: str, detail: object, native_id: str | None = None) -> Reject:
        """Return the reject of a record that could not be parsed; `detail` is cut to its length."""
        detail = printable(str(detail)[:MAX_DETAIL_CHARACTERS])[:MAX_DETAIL_CHARACTERS]
        return cls(raw_pointer=raw_pointer, reason=reason, detail=detail, native_id=native_id)


class BoardListing(msgspec.Struct, frozen=True, kw_only=True):
    """Everything one read of a board gave.

    Attributes:
        listings: usable postings; with `rejects` they account for every record of the answers.
        rejects: records that could not be used.
        promised: how many postings the source said it has, when it says so.
        is_complete: the answers hold the whole board, so absence means closed.
    """

    listings: tuple[Listing, ...]
    rejects: tuple[Reject, ...] = ()
    promised: int | None = None
    is_complete: bool = True


class MalformedAnswer(ValueError):
    """An answer is not of the source's format at all: nothing can be read from it."""


class Adapter(Protocol):
    """One source. Implementations are modules' singletons, stateless and safe to share."""

    name: str
    """Source name: the module's, the card's and the `source` column's."""

    series_kind: SeriesKind

    is_census: bool
    """A full read lists every open posting of the board (an aggregator's window does not)."""

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Yield requests one at a time, receiving each answer, until the board is read.

        Args:
            board: what to read.
            base_url: replaces the source's scheme and host (simulated boards, tests).

        Raises:
            MalformedAnswer: an answer needed for the next request cannot be read.
        """
        ...

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read archived answers; the same answers always give the same result.

        Raises:
            MalformedAnswer: an answer is not of the source's format.
        """
        ...
