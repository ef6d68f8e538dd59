"""The day that boards show now: yesterday's board cannot be read today."""

from __future__ import annotations

from datetime import UTC, date, datetime

import httpx

from include.collect.network.transport import trusted_authorities
from include.settings import Settings


class NotCollectableError(RuntimeError):
    """The day cannot be collected (any more); the message says what can be done instead."""


def today(settings: Settings) -> date:
    """Return the day that boards show now: the clock's, or the simulated market's own.

    Raises:
        httpx.HTTPError: the simulated market does not answer.
    """
    clock_url = simulated_url(settings, "_market/clock")
    if clock_url is None:
        return datetime.now(UTC).date()
    answer = httpx.get(clock_url, verify=trusted_authorities())  # httpx would read the authorities anew
    return date.fromisoformat(answer.raise_for_status().json()["day"])


def simulated_url(settings: Settings, path: str) -> str | None:
    """Return an address at the simulated market, such as a source's base URL; None when boards are real."""
    if settings.simulated_market_url is None:
        return None
    return f"{str(settings.simulated_market_url).rstrip('/')}/{path}"


def require_today(settings: Settings, day: date) -> None:
    """Make sure that boards still show `day`.

    Raises:
        NotCollectableError: they do not.
        httpx.HTTPError: the simulated market does not answer.
    """
    now = today(settings)
    if day != now:
        raise NotCollectableError(
            f"{day} cannot be collected: boards show {now} now. To build {day} again from the archive, run "
            "build_warehouse for that day instead."
        )
