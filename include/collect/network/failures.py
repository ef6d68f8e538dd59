"""How a read can end without the answer that was wanted; each carries the status the read then gets."""

from __future__ import annotations

from include.archive.reads import ReadStatus
from include.errors import ExplainedError


class ReadEnded(ExplainedError):
    """The read of a board is over; the message is one sentence for `core_board_reads`.

    Attributes:
        status: how the read ended.
    """

    status: ReadStatus = "failed"


class NoAnswer(ReadEnded):
    """No usable answer after retries: transport, DNS, TLS, a broken body, a redirect loop."""


class Refused(ReadEnded):
    """The host does not want to be read: robots.txt, 401, 403, a login wall, a captcha."""

    status: ReadStatus = "refused"


class UnsafeAddress(ReadEnded):
    """A URL or a redirect leads where the collector must not go."""

    status: ReadStatus = "refused"


class OutOfBudget(ReadEnded):
    """The board's time or bytes ran out, or the host asked for a longer pause than is left."""

    status: ReadStatus = "out_of_budget"


class TurnTooLate(OutOfBudget):
    """The budget ends before it is our turn at the host, for which the host is not to blame."""


class MissingContact(ExplainedError, RuntimeError):
    """Public hosts may be read only with a contact in the User-Agent: a setting is missing."""
