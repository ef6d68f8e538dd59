"""Weeks as whole numbers, so that windows are plain ranges."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

EPOCH: Final = date(1970, 1, 5)
"""A Monday: weeks are counted from it, here and in population.sql."""
HOLIDAY_WEEKS: Final = (51, 52, 53, 1)
"""ISO weeks in which hiring pauses; flagged, not adjusted."""


def week_index(monday: date) -> int:
    """Return the number of weeks from Monday 1970-01-05 to `monday`."""
    return (monday - EPOCH).days // 7


def monday_of(index: int) -> date:
    """Return the Monday of a week index."""
    return EPOCH + timedelta(weeks=index)


def is_holiday_week(monday: date) -> bool:
    """Tell whether the week that starts on `monday` is one in which hiring pauses."""
    return monday.isocalendar().week in HOLIDAY_WEEKS
