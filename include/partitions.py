"""Partition keys: a day `2026-11-16`, a week by its Monday (in names `2026-W47`), an import `import/ads`.

Airflow's weekly roll-up fires only when the daily key has exactly the format `DAY_FORMAT` on both sides.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, time, timedelta

DAY_FORMAT = "%Y-%m-%d"
IMPORT_PREFIX = "import/"
"""Of the key of an imported dump, which is also its source; SQL asks `is_import` (warehouse/macros.py)."""
WEEK_ZERO = date(1970, 1, 5)
"""A Monday: the weeks that measuring counts as whole numbers begin here (`include.measure.weeks`)."""

_WEEK_NAME = re.compile(r"(\d{4})-W(\d{2})")


class PartitionKeyError(ValueError):
    """A partition key is not of the expected form."""


def parse_day(key: str) -> date:
    """Return the day of a daily partition key such as `2026-11-16`.

    Raises:
        PartitionKeyError: the key has another form.
    """
    try:
        day = datetime.strptime(key, DAY_FORMAT).replace(tzinfo=UTC).date()
    except ValueError as error:
        raise PartitionKeyError(f"{key!r} is not a day of the form YYYY-MM-DD") from error
    if day.isoformat() != key:
        raise PartitionKeyError(f"{key!r} is not a day of the form YYYY-MM-DD")
    return day


def day_key(day: date) -> str:
    """Return the daily partition key of `day`."""
    return day.isoformat()


def week_start(day: date) -> date:
    """Return the Monday of the ISO week that holds `day`."""
    return day - timedelta(days=day.weekday())


def week_name(day: date) -> str:
    """Return the ISO week of `day` as `2026-W47` (the ISO year, which differs from the calendar year)."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02d}"


def parse_week(key: str) -> date:
    """Return the Monday of a week given as `2026-W47`, as any day of it, or as Airflow's roll-up key.

    The roll-up key is the upstream window's start followed by a remark: `2026-11-16 (W47)`.

    Raises:
        PartitionKeyError: the key has none of these forms.
    """
    match = _WEEK_NAME.fullmatch(key)
    if match:
        try:
            return date.fromisocalendar(int(match[1]), int(match[2]), 1)
        except ValueError as error:
            raise PartitionKeyError(f"{key!r}: the year {match[1]} has no week {match[2]}") from error
    return week_start(parse_day(key.split(" ")[0]))


def week_days(monday: date) -> list[date]:
    """Return the seven days of the week that starts on `monday`."""
    return [monday + timedelta(days=offset) for offset in range(7)]


def import_key(name: str) -> str:
    """Return the partition key of an imported dump."""
    return f"{IMPORT_PREFIX}{name}"


def name_of_import(key: str) -> str | None:
    """Return the name of the import that a partition key is of; None for a day or a week."""
    return key.removeprefix(IMPORT_PREFIX) or None if key.startswith(IMPORT_PREFIX) else None


def folder_name(key: str) -> str:
    """Return a partition key, or a source, as the name of one folder: `import=ads`."""
    return key.replace("/", "=")


def key_of_folder(name: str) -> str:
    """Return the partition key, or the source, that a folder is named after by `folder_name`."""
    return name.replace("=", "/")


def published_at(monday: date) -> datetime:
    """Return the time by which a week's release is due: the following Monday, 12:00 UTC.

    Releases carry this time, not the clock's, so that a rebuilt release is the same byte for byte. Where
    nothing fails they are out on Sunday; the ledger of vintages says when.
    """
    return datetime.combine(monday + timedelta(days=7), time(12), tzinfo=UTC)
