"""Reads a dump of postings (JSONL, JSON, CSV, Parquet, N-Quads) into listings, batch by batch.

    dump = open_dump(Path("ads.jsonl.gz"))
    for batch in dump.batches(5_000):
        ...  # batch.rows, batch.rejects; rows + rejects + skipped = records of the file

A column map says which column is which field; without one it is guessed from the column names.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta, tzinfo
from pathlib import Path
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

import msgspec

from include.collect import answer_bundle, dump_formats, nquads
from include.collect.adapters import ADAPTERS
from include.collect.column_map import (
    ColumnMap,
    ColumnMapError,
    Field,
    check_column_map,
    find_column_map,
    guess_column_map,
    read_column_map,
    value_at,
)
from include.collect.decoding import RecordRefused, require_title
from include.collect.dump_formats import DumpError, NumberedRow, Row, record_pointer
from include.collect.markup import undo_escaping
from include.collect.pay import pay_range
from include.collect.places import place, places, split_places, workplace
from include.collect.product_titles import may_be_product_role
from include.collect.protocol import Listing, Pay, Place, Reject, SeriesKind, Workplace
from include.collect.schema_org import job_posting, posting_title
from include.collect.source_dates import epoch_instant, formatted_day, iso_day, iso_instant, mail_day

__all__ = [
    "ColumnMap",
    "ColumnMapError",
    "Dump",
    "DumpBatch",
    "DumpError",
    "DumpRow",
    "column_map_file",
    "open_dump",
]

_TAG = re.compile(r"<(?:p|br|div|ul|ol|li|h[1-6]|strong|b|em|span|table|section)\b[^>]*>", re.IGNORECASE)
_ESCAPED_TAG = re.compile(r"&lt;/?(?:p|br|div|ul|ol|li|h[1-6]|strong|span)\b", re.IGNORECASE)
CRAWL_WINDOW = timedelta(weeks=8)
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


class DumpBatch(msgspec.Struct, frozen=True, kw_only=True):
    """Some consecutive records of a dump: `n_records == len(rows) + len(rejects) + n_skipped`.

    Attributes:
        rows: usable postings.
        rejects: records that could not be used; the pointer is the record's number, from 1.
        n_records: records read.
        n_skipped: records whose title cannot be a product role, where the map asks to skip those.
    """

    rows: tuple[DumpRow, ...]
    rejects: tuple[Reject, ...]
    n_records: int
    n_skipped: int = 0

    @property
    def listings(self) -> tuple[Listing, ...]:
        """The postings without what the dump says beside them."""
        return tuple(row.listing for row in self.rows)


class Dump:
    """An opened dump.

    Attributes:
        path: the file.
        source: name for the `source` column.
        columns: the columns found.
        guess: the map guessed from them.
        column_map: the map in use: the one given, else the guess.
    """

    def __init__(
        self,
        path: Path,
        columns: list[str],
        guess: ColumnMap,
        column_map: ColumnMap,
        numbered_rows: Callable[[int], Iterator[NumberedRow]],
        read: Callable[[Row, int], DumpRow | None],
    ) -> None:
        self.path = path
        self.columns = columns
        self.guess = guess
        self.column_map = column_map
        self.source = column_map.source or _source_name(path)
        self._numbered_rows = numbered_rows
        self._read = read

    @property
    def series_kind(self) -> SeriesKind:
        """How the postings' dates are known."""
        return self.column_map.kind

    def batches(self, size: int = 5_000) -> Iterator[DumpBatch]:
        """Yield all records in order, `size` at a time; can be called again to read from the start.

        Raises:
            DumpError: the file is damaged or cut off; the message says where. Batches already yielded
                were whole.
        """
        rows: list[DumpRow] = []
        rejects: list[Reject] = []
        n_records = n_skipped = 0
        for number, row in self._numbered_rows(size):
            n_records += 1
            if isinstance(row, Reject):
                rejects.append(row)
            else:
                try:
                    dump_row = self._read(row, number)
                    if dump_row is None:
                        n_skipped += 1
                    else:
                        rows.append(dump_row)
                except RecordRefused as refusal:
                    pointer = record_pointer(number)
                    rejects.append(
                        Reject(
                            raw_pointer=pointer,
                            reason=refusal.reason,
                            detail=refusal.detail[:200],
                            native_id=refusal.native_id,
                        )
                    )
            if n_records == size:
                yield DumpBatch(
                    rows=tuple(rows), rejects=tuple(rejects), n_records=n_records, n_skipped=n_skipped
                )
                rows, rejects, n_records, n_skipped = [], [], 0, 0
        if n_records:
            yield DumpBatch(
                rows=tuple(rows), rejects=tuple(rejects), n_records=n_records, n_skipped=n_skipped
            )


def open_dump(path: Path, column_map: ColumnMap | Path | str | None = None) -> Dump:
    """Open a dump and check that it can be read.

    Args:
        path: `.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv`, `.txt`, `.parquet`, `.nq`; all but Parquet also
            with `.gz` or `.zip`; or `.answers.jsonl`, with or without `.gz` (see `answer_bundle`).
        column_map: a map, the path of one, the name of a shipped one (include/collect/column_maps), or
            None to use `FILE.columns.yaml` beside the dump if there is one, else a guess.

    Raises:
        DumpError: the file is missing, damaged or of an unknown kind.
        ColumnMapError: the map does not fit; the message lists the columns and shows a map to write.
    """
    suffix = _suffix(path)
    given = _given_map(path, column_map)
    if suffix == ".nq":
        used = given or ColumnMap(columns={})
        return Dump(
            path, [], used, used, lambda size: nquads.read_job_postings(path), _SchemaOrgReader(used).read
        )
    if answer_bundle.is_bundle(path):
        return _open_bundle(path, given)
    readers = {
        ".jsonl": _open_jsonl,
        ".ndjson": _open_jsonl,
        ".json": _open_json,
        ".csv": _open_csv,
        ".tsv": _open_csv,
        ".txt": _open_csv,
        ".parquet": _open_parquet,
    }
    if suffix not in readers:
        raise DumpError(f"{path}: {suffix or 'no suffix'} is not one of {', '.join(readers)}, .nq")
    columns, numbered_rows = readers[suffix](path, given)
    guess = guess_column_map(columns)
    used = given or guess
    check_column_map(used, columns, path, is_sample=suffix in (".jsonl", ".ndjson", ".json"))
    return Dump(path, columns, guess, used, numbered_rows, _RowReader(used).read)


def _open_bundle(path: Path, given: ColumnMap | None) -> Dump:
    source = answer_bundle.bundle_head(path).source
    used = given or ColumnMap(
        columns={}, source=source, series_kind=ADAPTERS[source].series_kind, only_product_titles=True
    )

    def numbered_rows(size: int) -> Iterator[NumberedRow]:
        for number, found in enumerate(answer_bundle.read_bundle(path), 1):
            yield number, found if isinstance(found, Reject) else {"listing": found}

    return Dump(path, [], used, used, numbered_rows, _ListingReader(used).read)


_Opened = tuple[list[str], Callable[[int], Iterator[NumberedRow]]]


def _open_jsonl(path: Path, given: ColumnMap | None) -> _Opened:
    return dump_formats.json_columns(dump_formats.read_jsonl(path)), lambda size: dump_formats.read_jsonl(
        path
    )


def _open_json(path: Path, given: ColumnMap | None) -> _Opened:
    with dump_formats.open_binary(path) as file:
        is_array = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[")
    if not is_array:
        return _open_jsonl(path, given)
    return dump_formats.json_columns(dump_formats.read_json(path)), lambda size: dump_formats.read_json(path)


def _open_csv(path: Path, given: ColumnMap | None) -> _Opened:
    dialect = (
        dump_formats.sniff_csv(path, given.encoding, given.delimiter)
        if given
        else dump_formats.sniff_csv(path)
    )
    return dump_formats.csv_columns(path, dialect), lambda size: dump_formats.read_csv(path, dialect)


def _open_parquet(path: Path, given: ColumnMap | None) -> _Opened:
    columns = dump_formats.parquet_columns(path)
    used = given or guess_column_map(columns)
    mapped = {name for field in used.columns for name in used.column_names(field)}
    needed = [
        column for column in columns if column in mapped or any(m.startswith(f"{column}.") for m in mapped)
    ]
    return columns, lambda size: dump_formats.read_parquet(path, needed, size)


def _given_map(path: Path, column_map: ColumnMap | Path | str | None) -> ColumnMap | None:
    if isinstance(column_map, ColumnMap):
        return column_map
    file = column_map_file(path, column_map)
    return read_column_map(file) if file is not None else None


def column_map_file(path: Path, column_map: Path | str | None) -> Path | None:
    """Return the file of the map that a dump is to be read with, None when it is to be guessed.

    Args:
        path: the dump.
        column_map: path of a map, name of a shipped one, or None to look for `FILE.columns.yaml` beside it.
    """
    if column_map is not None:
        return find_column_map(column_map)
    beside = path.with_name(f"{path.name}.columns.yaml")
    return beside if beside.exists() else None


def _suffix(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in (".gz", ".zip"):
        suffixes.pop()
    return suffixes[-1] if suffixes else ""


def _source_name(path: Path) -> str:
    return re.sub(r"[^a-z0-9]+", "_", path.name.split(".")[0].lower()).strip("_") or "dump"


class _ListingReader:
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


class _RowReader:
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
            RecordRefused: title or date is missing, or a date cannot be read.
        """
        native_id = self._text(row, "native_id")
        title = require_title(self._text(row, "title"), native_id)
        if self.map.only_product_titles and not may_be_product_role(title):
            return None
        first_seen, last_seen = (
            self._day(row, "first_seen", native_id),
            self._day(row, "last_seen", native_id),
        )
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
            language=self._text(row, "language") or self.map.language,
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
        return None if _is_blank(value) else str(value).strip()

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


class _SchemaOrgReader:
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
        listing = job_posting(row, record_pointer(number), page_url=page)
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


def _is_blank(value: object) -> bool:
    # NaN is how data frames write a missing text.
    return value is None or value != value or (isinstance(value, str) and not value.strip()) or value == []


def _place_text(value: object) -> str | None:
    if isinstance(value, dict):
        value = value.get("name") or value.get("text")
    return None if _is_blank(value) else str(value)


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
    """Return an id made of the content, for rows without one: the same ad gets the same id."""
    content = "\x1f".join((employer or "", title, ";".join(item.text for item in found), text or ""))
    return f"sha-{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:20]}"
