"""Times, sizes and figures as the operators' page writes them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any, Final


def moment(at: datetime | None) -> str:
    """Return a time to the minute, in UTC; nothing for None."""
    return "" if at is None else f"{at.astimezone(UTC):%Y-%m-%d %H:%M} UTC"


def ago(at: datetime, now: datetime) -> str:
    """Return how long ago a time was, in the largest unit of which two have passed."""
    minutes = max(0, int((now - at).total_seconds() // 60))
    if minutes < 1:
        return "just now"
    for unit, length in (("day", 1440), ("hour", 60)):
        if minutes >= 2 * length:
            return f"{minutes // length} {unit}s ago"
    return f"{minutes} minute{'' if minutes == 1 else 's'} ago"


def duration(seconds: float | None) -> str:
    """Return seconds in the two largest units; nothing for None."""
    if seconds is None:
        return ""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    if hours:
        return f"{hours} h {minutes} min"
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def size(size_bytes: int) -> str:
    """Return the size of a file in decimal units."""
    for unit, length in (("GB", 1_000_000_000), ("MB", 1_000_000), ("kB", 1_000)):
        if size_bytes + length // 20_000 >= length:  # what rounds to 1000.0 is one of the next unit
            return f"{size_bytes / length:.1f} {unit}"
    return f"{size_bytes} B"


def percent(share: float | None, unit: str = "%") -> str:
    """Return a share, 0 to 1, or a difference of shares; None is a figure that was withheld."""
    return "suppressed" if share is None else f"{100 * share:z.1f}{unit}".replace("-", "\N{MINUS SIGN}")


def number(value: int) -> str:
    """Return a count with its thousands apart."""
    return f"{value:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


FILTERS: Final[Mapping[str, Callable[..., Any]]] = {
    "ago": ago,
    "moment": moment,
    "duration": duration,
    "size": size,
    "percent": percent,
    "number": number,
}
"""By their names in templates."""
