"""How each source did: boards read, postings found, how full their fields are, when it last answered."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

import msgspec

from include.archive.plan import read_plan
from include.archive.store import Archive
from include.collect.adapters import ADAPTERS
from include.collect.completeness import shortfall
from include.collect.parsing.product_titles import may_be_product_role
from include.collect.protocol import BoardListing, Listing, MalformedAnswer

FIELDS = ("description", "posted_on", "places", "workplace", "employment_type", "department", "pay", "url")
"""The fields whose fill rate is shown."""

SUCCESS_DAYS = 60
"""How many days with reads are searched for a source's last success."""


class SourceHealth(msgspec.Struct, kw_only=True):
    """One source on one day.

    Attributes:
        n_boards: boards planned or read on that day.
        n_whole: of these, read whole.
        n_postings: usable postings.
        n_product: of these, with a title that may be a product role.
        n_rejected: records refused.
        n_partial: boards that gave a part: fewer postings than promised, or records without id.
        filled: postings that have each field, by field.
        failures: read statuses and parsing errors that are no success, counted.
        last_success: the last day, up to this one, on which a board was read whole; None when it is more than
            `SUCCESS_DAYS` days with reads ago, or never was.
    """

    n_boards: int = 0
    n_whole: int = 0
    n_postings: int = 0
    n_product: int = 0
    n_rejected: int = 0
    n_partial: int = 0
    filled: dict[str, int] = {}
    failures: dict[str, int] = {}
    last_success: date | None = None

    def fill_rate(self, field: str) -> float | None:
        """Return the share of postings that have a field, 0 to 1; None without postings."""
        return self.filled.get(field, 0) / self.n_postings if self.n_postings else None


def source_health(archive: Archive, day: date) -> dict[str, SourceHealth]:
    """Parse a day's archived answers and count, by source.

    Nothing is asked of any board, so this can be repeated at will.

    Raises:
        CorruptManifestError: a manifest cannot be read.
        CorruptObjectError: an archived answer is damaged.
    """
    found: dict[str, SourceHealth] = {}
    unread = {board.key for board in read_plan(archive.root, day)}
    for archived in archive.effective_reads(day):
        read = archived.read
        health = found.setdefault(read.board.source, SourceHealth())
        health.n_boards += 1
        unread.discard(read.board.key)
        if not read.is_answered:
            health.failures = _counted(health.failures, read.status)
            continue
        adapter = ADAPTERS[read.board.source]
        try:
            listing = adapter.parse(read.board, archive.answers(archived))
        except MalformedAnswer:
            health.failures = _counted(health.failures, "malformed")
            continue
        is_part = read.status == "partial" or shortfall(listing, is_census=adapter.is_census) is not None
        health.n_partial += is_part
        health.n_whole += not is_part
        _add(health, listing)
    for source, _ in unread:
        health = found.setdefault(source, SourceHealth())
        health.n_boards += 1
        health.failures = _counted(health.failures, "missing")
    for source, health in found.items():
        health.last_success = _last_success(archive, source, day)
    return dict(sorted(found.items()))


def newest_day(archive: Archive) -> date | None:
    """Return the last day on which any board was asked, None when there is none."""
    return max(archive.days(), default=None)


def _last_success(archive: Archive, source: str, day: date) -> date | None:
    days = [found for found in archive.days(source) if found <= day]
    for earlier in reversed(days[-SUCCESS_DAYS:]):
        if any(archived.read.is_whole for archived in archive.reads(earlier, source)):
            return earlier
    return None


def _add(health: SourceHealth, listing: BoardListing) -> None:
    health.n_postings += len(listing.listings)
    health.n_product += sum(may_be_product_role(item.title) for item in listing.listings)
    health.n_rejected += len(listing.rejects)
    filled = Counter(health.filled)
    filled.update(field for item in listing.listings for field in FIELDS if _has(item, field))
    health.filled = dict(filled)


def _has(listing: Listing, field: str) -> bool:
    if field == "description":
        return bool(listing.description_html or listing.description_text)
    return getattr(listing, field) not in (None, (), "", "unknown")


def _counted(counts: dict[str, int], key: str) -> dict[str, int]:
    return counts | {key: counts.get(key, 0) + 1}


def format_health(found: dict[str, SourceHealth]) -> str:
    """Return the table that operators read: one line per source, fill rates in per cent."""
    header = ["source", "boards", "whole", "partial", "postings", "PM", "rejected", *FIELDS]
    header += ["last success", "failures"]
    rows: list[Sequence[str]] = [header]
    for source, health in found.items():
        rates = [health.fill_rate(field) for field in FIELDS]
        counts = (
            health.n_boards,
            health.n_whole,
            health.n_partial,
            health.n_postings,
            health.n_product,
            health.n_rejected,
        )
        failures = ", ".join(f"{count} {status}" for status, count in sorted(health.failures.items()))
        shown = ["-" if rate is None else f"{rate:.0%}" for rate in rates]
        last_success = health.last_success.isoformat() if health.last_success else "never"
        rows.append([source, *map(str, counts), *shown, last_success, failures or "none"])
    widths = [max(len(row[index]) for row in rows) for index in range(len(header))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
