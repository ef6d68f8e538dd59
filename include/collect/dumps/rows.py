"""What a record of a dump becomes: read by a column map, as schema.org's JobPosting, or as it was parsed."""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, date, datetime, timedelta, tzinfo
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from include.collect.dumps.column_map import ColumnMap, Field, value_at
from include.collect.dumps.files import Row, record_pointer
from include.collect.parsing.markup import undo_double_encoding, undo_escaping
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places, split_places, workplace
from include.collect.parsing.product_titles import may_be_product_role
from include.collect.parsing.records import RecordRefused, require_id, require_title
from include.collect.parsing.schema_org import job_posting, posting_title
from include.collect.parsing.source_dates import epoch_instant, formatted_day, iso_day, iso_instant, mail_day
from include.collect.protocol import Listing, Pay, Place, Workplace

_TAG = re.compile(r"<(?:p|br|div|ul|ol|li|h[1-6]|strong|b|em|span|table|section)\b[^>]*>", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|br|div|ul|ol|li|h[1-6]|strong|span)\b", re.IGNORECASE)
CRAWL_WINDOW = timedelta(weeks=8)
_PROSE: frozenset[Field] = frozenset(
    ("title", "employer", "department", "description", "description_html", "description_text")
)
"""Fields that people wrote and read; ids and addresses stay as they are."""
_NUMBER = re.compile(r"\d{9,14}(?:\.\d+)?")


class DumpRow(msgspec.Struct, frozen=True, kw_only=True):
    """One posting of a dump.

    Attributes:
        listing: the posting; its `employer` is the row's own, else the map's.
        board: the board the row says it comes from, if it says so.
        first_seen: the day the dump's maker first saw the posting (UTC).
        last_seen: the day the dump's maker last saw it.
    """

    listing: Listing
    board: str | None = None
    first_seen: date | None = None
    last_seen: date | None = None

    @property
    def day(self) -> date | None:
        """The day that dates the posting: its posting date, else the day it was first seen."""
        return self.listing.posted_on or self.first_seen or self.last_seen


class ListingReader:
    """Takes the listings that a source's own adapter has read."""

    def __init__(self, column_map: ColumnMap) -> None:
        self.map = column_map

    def read(self, row: Row, number: int) -> DumpRow | None:
        """Return the posting, None when its title is to be skipped.

        Raises:
            RecordRefused: nothing dates it.
        """
        listing = row["listing"]
        if not isinstance(listing, Listing):
            raise TypeError(f"record {number} is no listing")  # a fault of ours, not of the file
        if self.map.only_product_titles and not may_be_product_role(listing.title):
            return None
        if self.map.undated == "reject" and listing.posted_on is None:
            raise RecordRefused("missing_date", "no posting date: no week to count it in", listing.native_id)
        return DumpRow(listing=listing)


class RowReader:
    """Makes a listing of a row, the way a column map says."""

    def __init__(self, column_map: ColumnMap) -> None:
        self.map = column_map
        self.names: dict[Field, list[str]] = {
            field: column_map.column_names(field) for field in column_map.columns
        }
        self.nulls = frozenset(column_map.null_values)
        self.zone: tzinfo = ZoneInfo(column_map.zone)

    def read(self, row: Row, number: int) -> DumpRow | None:
        """Return the posting of a row, None when its title is to be skipped.

        Raises:
            RecordRefused: title or date is missing, a date cannot be read, or the id is missing although the
                dump has a column of ids.
        """
        native_id = self._text(row, "native_id")
        title = require_title(self._text(row, "title"), native_id)
        if self.map.only_product_titles and not may_be_product_role(title):
            return None
        if native_id is None and "native_id" in self.names:
            require_id(None, " or ".join(self.names["native_id"]))
        first_seen = self._day(row, "first_seen", native_id)
        last_seen = self._day(row, "last_seen", native_id)
        posted_on = self._day(row, "posted_on", native_id)
        seen_on = self.map.seen_on
        if self.map.undated == "reject" and not (posted_on or first_seen or last_seen or seen_on):
            raise RecordRefused(
                "missing_date", "no posting date and no date of collection: no week to count it in", native_id
            )
        description_html, description_text = self._description(row)
        employer = self._text(row, "employer") or self.map.employer
        found_places = self._places(row)
        listing = Listing(
            native_id=native_id
            or _content_id(employer, title, found_places, description_html or description_text),
            opening_native_id=self._text(row, "opening_native_id"),
            title=title,
            raw_pointer=record_pointer(number),
            employer=employer,
            description_html=description_html,
            description_text=description_text,
            is_text_complete=self.map.has_text and bool(description_html or description_text),
            places=found_places,
            workplace=self._workplace(row),
            employment_type=self._text(row, "employment_type"),
            department=self._text(row, "department"),
            pay=self._pay(row),
            posted_on=posted_on,
            closed_on=self._day(row, "closed_on", native_id),
            updated_at=self._instant(row, "updated_at", native_id),
            expires_on=self._day(row, "expires_on", native_id),
            url=self._text(row, "url"),
        )
        return DumpRow(
            listing=listing,
            board=self._text(row, "board"),
            first_seen=first_seen or seen_on,
            last_seen=last_seen or seen_on,
        )

    def _value(self, row: Row, field: Field) -> object:
        for name in self.names.get(field, ()):
            value = row.get(name) if name in row else value_at(row, name)
            if isinstance(value, list):
                value = next((item for item in value if not _is_blank(item)), None)
            if not _is_blank(value) and not (isinstance(value, str) and value in self.nulls):
                return value
        return None

    def _text(self, row: Row, field: Field) -> str | None:
        value = self._value(row, field)
        if isinstance(value, dict):
            value = value.get("name") or value.get("label")
        if _is_blank(value):
            return None
        if isinstance(value, float) and value.is_integer():
            value = int(value)  # how data frames write whole numbers in a column with gaps
        text = str(value).strip()
        return undo_double_encoding(text) if field in _PROSE else text

    def _day(self, row: Row, field: Field, native_id: str | None) -> date | None:
        value = self._value(row, field)
        if value is None:
            return None
        try:
            return _any_day(value, self.map.formats.get(field, []), self.zone)
        except RecordRefused as refusal:
            detail = f"{refusal.detail}; name its format in the map, as formats: {{{field}: ['%d/%m/%Y']}}"
            raise RecordRefused(refusal.reason, detail, native_id) from refusal

    def _instant(self, row: Row, field: Field, native_id: str | None) -> datetime | None:
        value = self._value(row, field)
        if isinstance(value, str) and not _NUMBER.fullmatch(value) and not self.map.formats.get(field):
            return iso_instant(value, self.zone)
        day = self._day(row, field, native_id)
        return datetime(day.year, day.month, day.day, tzinfo=UTC) if day else None

    def _description(self, row: Row) -> tuple[str | None, str | None]:
        html = self._text(row, "description_html")
        if html:
            return html, None
        text = self._text(row, "description_text")
        if text:
            return None, text
        either = self._text(row, "description")
        if either and _ESCAPED_TAG.search(either):
            return undo_escaping(either), None
        return (either, None) if either and _TAG.search(either) else (None, either)

    def _places(self, row: Row) -> tuple[Place, ...]:
        country = self._text(row, "country") or self.map.country
        names = self.names.get("location", [])
        found = (value_at(row, name) for name in names)
        values = [None if isinstance(value, str) and value in self.nulls else value for value in found]
        if len(names) == 1 and isinstance(values[0], list):
            return places(place(_place_text(item), country=country) for item in values[0])
        if len(names) == 1:
            return split_places(_place_text(values[0]), country=country)
        return places([place(*map(_place_text, values), country=country)])

    def _workplace(self, row: Row) -> Workplace:
        return workplace(self._text(row, "workplace"))

    def _pay(self, row: Row) -> tuple[Pay, ...]:
        return pay_range(
            self._text(row, "pay_minimum"),
            self._text(row, "pay_maximum"),
            self._text(row, "pay_currency") or self.map.pay_currency,
            self._text(row, "pay_period") or self.map.pay_period,
        )


class SchemaOrgReader:
    """Makes a listing of a schema.org JobPosting as Web Data Commons gives it, one page at a time.

    A page stays on the web for years after its job is gone. With `seen_on` (the day of the crawl) in the
    map, postings dated further from it than `CRAWL_WINDOW` are refused.
    """

    def __init__(self, column_map: ColumnMap) -> None:
        self.map = column_map

    def read(self, row: Row, number: int) -> DumpRow | None:
        """Return the posting of a JobPosting node, None when its title is to be skipped.

        Raises:
            RecordRefused: title or date is missing, or the date is far from the crawl.
        """
        page = str(row["@page"])
        title = posting_title(row)
        if self.map.only_product_titles and title and not may_be_product_role(title):
            return None
        listing = _sound(job_posting(row, record_pointer(number), page_url=page))
        # An identifier is unique within a site at best: the page's address is unique in the dump.
        position = row.get("@position")
        listing = msgspec.structs.replace(
            listing, native_id=f"{page}#{position}" if position else page, url=listing.url or page
        )
        posted, crawled = listing.posted_on, self.map.seen_on
        if posted is None and self.map.undated == "reject":
            raise RecordRefused("missing_date", "datePosted is absent: no week to count it in", page)
        if posted and crawled and abs(posted - crawled) > CRAWL_WINDOW:
            raise RecordRefused(
                "far_from_crawl", f"datePosted {posted} is more than 8 weeks from the crawl {crawled}", page
            )
        return DumpRow(listing=listing, board=urlsplit(page).hostname, first_seen=crawled, last_seen=crawled)


def _sound(listing: Listing) -> Listing:
    """Undo double encoding in what people wrote."""
    written = {name: getattr(listing, name) for name in ("title", "employer", "description_html")}
    return msgspec.structs.replace(
        listing, **{name: undo_double_encoding(text) for name, text in written.items() if text}
    )


def _is_blank(value: object) -> bool:
    # NaN is how data frames write a missing text.
    return value is None or value != value or (isinstance(value, str) and not value.strip()) or value == []


def _place_text(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("name") or value.get("text")
    return None if _is_blank(value) else undo_double_encoding(str(value))


def _any_day(value: object, formats: list[str], zone: tzinfo) -> date:
    """Return the UTC day of a date in any usual notation.

    Raises:
        RecordRefused: none fits.
    """
    if isinstance(value, datetime):
        return iso_day(value.isoformat(), zone) or value.date()
    if isinstance(value, date):
        return value
    text = str(value).strip()
    day: date | None = None
    if formats:
        day = formatted_day(text, *formats)
    elif _NUMBER.fullmatch(text):
        instant = epoch_instant(text, 1000 if float(text) > 1e11 else 1)
        day = instant.date() if instant else None
    elif "," in text:
        day = mail_day(text)
    else:
        day = iso_day(text, zone)
    if day is None:
        raise RecordRefused("unreadable_date", f"{text[:80]!r} is not a date")
    return day


def _content_id(employer: str | None, title: str, found: tuple[Place, ...], text: str | None) -> str:
    """Return an id made of the content, for dumps without ids: the same ad gets the same id."""
    content = "\x1f".join((employer or "", title, ";".join(item.text for item in found), text or ""))
    return f"sha-{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
