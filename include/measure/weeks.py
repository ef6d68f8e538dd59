"""Weeks as whole numbers, so that windows are plain ranges; SQL has macros of the same names."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from include.partitions import WEEK_ZERO

HOLIDAY_WEEKS: Final = (51, 52, 53, 1)
"""ISO weeks in which hiring pauses; flagged, not adjusted."""


def week_index(monday: date) -> int:
    """Return the number of weeks from Monday 1970-01-05 to `monday`."""
    return (monday - WEEK_ZERO).days // 7


def monday_of(index: int) -> date:
    """Return the Monday of a week index."""
    return WEEK_ZERO + timedelta(weeks=index)


def is_holiday_week(monday: date) -> bool:
    """Tell whether the week that starts on `monday` is one in which hiring pauses."""
    return monday.isocalendar().week in HOLIDAY_WEEKS
