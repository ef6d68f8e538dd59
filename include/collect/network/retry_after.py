"""How long a host asks to be left alone (RFC 9110, 10.2.3), in both forms of the header."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

LONGEST_PAUSE_SECONDS = 24 * 3600.0
"""A longer wish is read as this: a mistaken year in a header must not silence a source for ever."""


def retry_after_seconds(headers: Mapping[str, str], now: datetime) -> float | None:
    """Return the pause an answer asks for, between 0 and a day.

    Args:
        headers: names lower-cased.
        now: UTC. An HTTP-date is compared with the answer's own Date header when it has one, so that a host
            whose clock is wrong is still understood.

    Returns:
        None when the header is absent or neither seconds nor a date.
    """
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return min(float(value[:12]), LONGEST_PAUSE_SECONDS)
    until = _http_date(value)
    if until is None:
        return None
    since = _http_date(headers.get("date", "")) or now
    return min(max((until - since).total_seconds(), 0.0), LONGEST_PAUSE_SECONDS)


def _http_date(value: str) -> datetime | None:
    try:
        parsed = parsedate_to_datetime(value)
    except (ValueError, OverflowError):  # a year or an offset of any number of digits
        return None
    return parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)
