"""Ids and times as the board systems give them to postings."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime, timedelta, timezone

from include.sample_market.employers import Employer
from include.sample_market.openings import PostingRecord

_EASTERN = timezone(timedelta(hours=-5))
_NOISE_PERIOD_DAYS = 17


def digest(*keys: object) -> int:
    """Return a stable number below 2**48 that depends on `keys` alone."""
    text = "/".join(map(str, keys))
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:6], "big")


def opening_native_id(employer: Employer, posting: PostingRecord) -> str | None:
    """Return the board's own id of the opening, which only Greenhouse has.

    Copies for other places share it. A repost keeps it about half of the time; else only employer, title and
    text tell that it is the same opening.
    """
    if employer.source != "greenhouse":
        return None
    key = posting.opening.opening_id
    generation = posting.native_id if posting.kind == "repost" and digest(key, "repost") % 2 else ""
    return str(1_000_000_000 + digest(employer.token, key, generation) % 900_000_000)


def published_at(posting: PostingRecord) -> datetime:
    """Return when a posting went up: in office hours, so that its day is the same in UTC."""
    return _at(posting.opened, posting.native_id)


def updated_on(posting: PostingRecord, day: date) -> date:
    """Return the last day up to `day` on which the board says the posting changed.

    Real edits count, and so does noise: boards bump this date about every `_NOISE_PERIOD_DAYS` days without
    any change of text.
    """
    noise = day - timedelta(days=(day.toordinal() + digest(posting.native_id)) % _NOISE_PERIOD_DAYS)
    edits = [edit.day for edit in posting.opening.edits if edit.day <= day]
    return max(noise, posting.opened, *edits)


def updated_at(posting: PostingRecord, day: date) -> datetime:
    """Return the change time a board shows on `day`; see `updated_on`."""
    return _at(updated_on(posting, day), posting.native_id, "updated")


def eastern(moment: datetime) -> str:
    """Return `moment` as Greenhouse writes times."""
    return moment.astimezone(_EASTERN).isoformat()


def epoch_milliseconds(moment: datetime) -> int:
    """Return `moment` as Lever writes times."""
    return int(moment.timestamp() * 1000)


def _at(day: date, *keys: object) -> datetime:
    seconds = 14 * 3600 + digest(*keys) % (6 * 3600)
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(seconds=seconds)
