"""robots.txt by RFC 9309: fetched once per host in six hours, kept beside the data, obeyed.

The cache is a file per host, so that the many processes of one run ask once. A host whose robots.txt cannot
be had is not read for now; that verdict is kept for a minute only.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

import msgspec
from protego import Protego

from include.collect.network.failures import NoAnswer, OutOfBudget, ReadEnded, Refused, UnsafeAddress
from include.locks import LockTimeout, locked_file
from include.storage import quoted

PRODUCT_TOKEN = "HiringSignals"  # noqa: S105 - RFC 9309's word for the robot's name
"""The name robots.txt can address us by."""

MAX_BYTES = 512 * 1024
"""RFC 9309 asks for at least 500 KiB to be read; the rest is ignored."""

_FRESH_SECONDS = 6 * 3600.0  # RFC 9309 allows a day; a daily run should ask anew
_UNREACHABLE_SECONDS = 60.0

Verdict = Literal["rules", "no_rules", "unreachable"]


class RobotsFile(msgspec.Struct, frozen=True, kw_only=True):
    """What a host's robots.txt came to.

    Attributes:
        verdict: rules: a 2xx answer. no_rules: 4xx, everything is allowed. unreachable: 429, 5xx or no
            answer, nothing is allowed for now.
        status: HTTP status, None when there was no answer.
        text: the file.
        reason: for `unreachable`, in words.
        fetched_at: wall-clock seconds.
    """

    verdict: Verdict
    status: int | None = None
    text: str = ""
    reason: str = ""
    fetched_at: float = 0.0

    @classmethod
    def of_answer(cls, status: int, body: bytes) -> RobotsFile:
        """Read an answer to a request for robots.txt."""
        if 200 <= status < 300:
            text = body[:MAX_BYTES].decode("utf-8-sig", errors="replace")
            return cls(verdict="rules", status=status, text=text)
        # 429 is a wish to be left alone, not the absence of rules.
        if 400 <= status < 500 and status != 429:
            return cls(verdict="no_rules", status=status)
        return cls(verdict="unreachable", status=status, reason=f"answered {status}")


Fetch = Callable[[str], RobotsFile]
"""Asks for the robots.txt at a URL; raises `NoAnswer` when there is none."""


class Robots:
    """Answers whether a URL may be read and how slowly.

    Args:
        folder: of the cache, shared by all processes.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._parsed: dict[str, tuple[RobotsFile, Protego]] = {}

    def check(self, url: str, seconds_left: float, fetch: Fetch) -> float:
        """Return the seconds between requests that the host asks for (0 when it does not).

        Args:
            url: of the request to be made.
            seconds_left: how long to wait for another process that is asking for the same file.
            fetch: used when the file is not in the cache.

        Raises:
            Refused: the rules forbid the URL, or the host answers 429 or 5xx.
            NoAnswer: the host cannot be reached.
        """
        parts = urlsplit(url)
        origin = f"{parts.scheme}://{parts.netloc}"
        file, rules = self._rules(origin, seconds_left, fetch)
        if file.verdict == "unreachable":
            message = f"{origin}/robots.txt {file.reason}; the host is not read for now"
            raise NoAnswer(message) if file.status is None else Refused(message)
        if not rules.can_fetch(url, PRODUCT_TOKEN):
            raise Refused(f"{origin}/robots.txt forbids {parts.path or '/'} to {PRODUCT_TOKEN}")
        rate = rules.request_rate(PRODUCT_TOKEN)
        return max(
            float(rules.crawl_delay(PRODUCT_TOKEN) or 0.0),
            rate.seconds / rate.requests if rate is not None and rate.requests else 0.0,
        )

    def _rules(self, origin: str, seconds_left: float, fetch: Fetch) -> tuple[RobotsFile, Protego]:
        known = self._parsed.get(origin)
        if known is not None and _is_fresh(known[0]):
            return known
        file = self._cached_or_fetched(origin, seconds_left, fetch)
        self._parsed[origin] = (file, Protego.parse(file.text))
        return self._parsed[origin]

    def _cached_or_fetched(self, origin: str, seconds_left: float, fetch: Fetch) -> RobotsFile:
        path = self._folder / f"{quoted(origin)}.json"
        try:
            with locked_file(path, seconds_left) as cache:
                try:
                    file = msgspec.json.decode(cache.read(), type=RobotsFile)
                except msgspec.DecodeError:  # new, or torn by a kill
                    file = RobotsFile(verdict="unreachable")
                if not _is_fresh(file):
                    file = msgspec.structs.replace(_ask(origin, fetch), fetched_at=time.time())
                    cache.replace(msgspec.json.encode(file))
                return file
        except LockTimeout as error:
            raise OutOfBudget(f"waited too long for {origin}/robots.txt") from error


def _ask(origin: str, fetch: Fetch) -> RobotsFile:
    try:
        return fetch(f"{origin}/robots.txt")
    except (OutOfBudget, UnsafeAddress):
        raise  # not a verdict on the host's rules
    except ReadEnded as error:
        return RobotsFile(verdict="unreachable", reason=f"gave no answer: {error}")


def _is_fresh(file: RobotsFile) -> bool:
    age = time.time() - file.fetched_at
    return 0 <= age < (_UNREACHABLE_SECONDS if file.verdict == "unreachable" else _FRESH_SECONDS)
