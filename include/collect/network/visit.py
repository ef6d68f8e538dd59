"""What one board's read may use, and how patiently requests are repeated."""

from __future__ import annotations

import time
from collections.abc import Callable

import msgspec

from include.archive.reads import Answer
from include.collect.network.failures import OutOfBudget


class RetryPolicy(msgspec.Struct, frozen=True, kw_only=True):
    """How often and how patiently a request is repeated (exponential, with jitter; see stamina).

    Attributes:
        attempts: tries in all.
        first_wait_seconds: before the second try; doubles from there.
        longest_wait_seconds: between two tries.
        jitter_seconds: random addition to each wait.
    """

    attempts: int = 4
    first_wait_seconds: float = 0.5
    longest_wait_seconds: float = 8.0
    jitter_seconds: float = 1.0


class Visit:
    """The budget of one board's read, and what it has used.

    Args:
        seconds: wall time from now.
        max_bytes: decoded bytes.
        on_answer: is given every answer that `PoliteClient.fetch` does not return: tries that were repeated,
            redirects, walls.

    Attributes:
        n_requests: made so far, robots.txt included.
        body_bytes: decoded bytes received so far.
    """

    def __init__(
        self, *, seconds: float, max_bytes: int, on_answer: Callable[[Answer], None] = lambda _: None
    ) -> None:
        self._seconds = seconds
        self._max_bytes = max_bytes
        self._ends_at = time.monotonic() + seconds
        self.on_answer = on_answer
        self.n_requests = 0
        self.body_bytes = 0

    @property
    def ends_at(self) -> float:
        """The `time.monotonic()` value at which the time is up."""
        return self._ends_at

    @property
    def seconds_left(self) -> float:
        """Seconds left, 0 when the time is up."""
        return max(self._ends_at - time.monotonic(), 0.0)

    def check(self) -> None:
        """Make sure that there is budget left.

        Raises:
            OutOfBudget: there is not.
        """
        if not self.seconds_left:
            raise OutOfBudget(f"the time budget of {self._seconds:g} s ran out")

    def count(self, n_bytes: int) -> None:
        """Add decoded bytes.

        Raises:
            OutOfBudget: they are too many.
        """
        self.body_bytes += n_bytes
        if self.body_bytes > self._max_bytes:
            raise OutOfBudget(f"the byte budget of {self._max_bytes:,} decoded bytes ran out")
