"""Dates as sources write them, read with the fixed format each source uses.

Days are UTC days where the source gives a time of day, because the partitions are. Midnight is a day that was
given a time: it stays that day, whatever its zone. A value that is there but is not of the expected format
refuses the record: a source that changes its format must be noticed, not lose its dates in silence.
"""

from __future__ import annotations

import email.utils
import re
from datetime import UTC, date, datetime, timedelta, tzinfo

from include.collect.parsing.records import RecordRefused

_ISO_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
_ISO_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2})[T ](\d{2}:\d{2})(:\d{2})?(?:[.,](\d{1,9}))?\s*(Z|UTC|[+-]\d{2}(?::?\d{2})?)?"
)
_MIDNIGHT = re.compile(r"\d{4}-\d{2}-\d{2}[T ]00:00(?::00(?:[.,]0+)?)?(?![\d:.,])")
_POSTED_AGO = re.compile(r"(?:posted\s+)?(\d{1,4})(\+?)\s+days?\s+ago", re.IGNORECASE)


def _unreadable(value: object, expected: str) -> RecordRefused:
    return RecordRefused("unreadable_date", f"{str(value)[:80]!r} is not {expected}")


def iso_instant(value: str | None, zone: tzinfo = UTC) -> datetime | None:
    """Return an ISO 8601 time (`T` or a blank between day and time) in UTC; blank gives None.

    Args:
        value: such as `2026-04-17T05:58:03-04:00`, `2026-04-17 09:58:03 UTC` or a bare day.
        zone: zone of values that name none.

    Raises:
        RecordRefused: the value is of another form (`unreadable_date`).
    """
    text = (value or "").strip()
    if not text:
        return None
    if _ISO_DAY.fullmatch(text):
        text += "T00:00"
    match = _ISO_INSTANT.fullmatch(text)
    if not match:
        raise _unreadable(value, "an ISO 8601 time")
    day, minutes, seconds, fraction, offset = match.groups()
    micros = (fraction or "")[:6].ljust(6, "0")
    plain = f"{day}T{minutes}{seconds or ':00'}.{micros}"
    if offset in ("Z", "UTC"):
        plain += "+00:00"
    elif offset:
        plain += offset
    try:
        instant = datetime.fromisoformat(plain)
        return (instant if instant.tzinfo else instant.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise _unreadable(value, "an ISO 8601 time") from error


def iso_day(value: str | None, zone: tzinfo = UTC) -> date | None:
    """Return the UTC day of an ISO 8601 day or time; blank gives None.

    A bare day and midnight are that day. See `iso_instant` for the forms and errors.
    """
    text = (value or "").strip()
    instant = iso_instant(text, zone)
    if instant and (_ISO_DAY.fullmatch(text) or _MIDNIGHT.match(text)):
        return date.fromisoformat(text[:10])
    return instant.date() if instant else None


def epoch_instant(value: float | str | None, per_second: int = 1) -> datetime | None:
    """Return the UTC time of a Unix time stamp; None and 0 give None.

    Args:
        value: seconds, or parts of a second.
        per_second: 1 for seconds, 1000 for milliseconds.

    Raises:
        RecordRefused: not a number, or outside 1990 to 2100, which betrays the wrong unit.
    """
    if value is None or value in ("", 0, "0"):
        return None
    try:
        instant = datetime.fromtimestamp(float(value) / per_second, UTC)
    except (ValueError, OverflowError, OSError) as error:
        raise _unreadable(value, "a Unix time") from error
    if not 1990 <= instant.year <= 2100:
        raise _unreadable(value, f"a Unix time in 1/{per_second} seconds")
    return instant


def epoch_day(value: float | str | None, per_second: int = 1) -> date | None:
    """Return the UTC day of a Unix time stamp; see `epoch_instant`."""
    instant = epoch_instant(value, per_second)
    return instant.date() if instant else None


def mail_day(value: str | None) -> date | None:
    """Return the UTC day of an RFC 2822 time as RSS feeds write it; blank gives None.

    Raises:
        RecordRefused: the value is of another form (`unreadable_date`).
    """
    text = (value or "").strip()
    if not text:
        return None
    try:
        instant = email.utils.parsedate_to_datetime(text)
        return (instant if instant.tzinfo else instant.replace(tzinfo=UTC)).astimezone(UTC).date()
    except (ValueError, OverflowError) as error:
        raise _unreadable(value, "a time like `Tue, 17 Nov 2026 08:00:00 +0000`") from error


def formatted_day(value: str | None, *formats: str) -> date | None:
    """Return a day written in one of the given strptime formats; blank gives None.

    Raises:
        RecordRefused: no format fits (`unreadable_date`).
    """
    text = (value or "").strip()
    if not text:
        return None
    for form in formats:
        try:
            return datetime.strptime(text, form).replace(tzinfo=UTC).date()
        except ValueError:
            continue
    raise _unreadable(value, f"a day of the form {' or '.join(formats)}")


def posted_ago(value: str | None, today: date) -> date | None:
    """Return the day of `Posted 3 Days Ago`, `Posted Yesterday` or `Posted Today`.

    `Posted 30+ Days Ago` is censored (30 days or any number more) and gives None, as does any other text.

    Args:
        value: the source's words.
        today: the day the words were fetched.
    """
    text = (value or "").strip().lower()
    if text.endswith("yesterday"):
        return today - timedelta(days=1)
    if text.endswith("today"):
        return today
    match = _POSTED_AGO.fullmatch(text)
    if not match or match[2]:
        return None
    return today - timedelta(days=int(match[1])) if int(match[1]) < 3650 else None
