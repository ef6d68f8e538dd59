"""From the records of an envelope to listings, each on its own.

So one record of a wrong shape costs that record, not the board. Rows of one posting become one listing.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

import msgspec

from include.collect.protocol import Listing, Place, Reject

_Record = TypeVar("_Record")

_ID_FIELDS = (
    "id",
    "uuid",
    "guid",
    "shortcode",
    "ref",
    "refnr",
    "jobId",
    "Id",
    "usajobsControlNumber",
    "slug",
    "native_id",
)
_PLACEHOLDERS = frozenset([
    "none", "null", "nan", "undefined", "unknown", "n/a", "-", "--", "name", "company", "company name",
    "company_name", "companyname", "employer",
])  # fmt: skip


class RecordRefused(ValueError):
    """One record cannot become a listing; `read_records` turns this into a `Reject`.

    Args:
        reason: a stable code in snake_case.
        detail: one sentence with the offending value and what would mend it.
        native_id: the source's id, when it could be read.
    """

    def __init__(self, reason: str, detail: str, native_id: str | None = None) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail
        self.native_id = native_id


@contextlib.contextmanager
def of_posting(native_id: str) -> Iterator[None]:
    """Name the posting in refusals that come from within and do not.

    A board with a refused record that has no id proves no absence, so what is known of it must be said.
    """
    try:
        yield
    except RecordRefused as refusal:
        if refusal.native_id is not None:
            raise
        raise RecordRefused(refusal.reason, refusal.detail, native_id) from refusal


def require_id(value: str | int | None, field: str = "id") -> str:
    """Return a posting id as text, case kept.

    Raises:
        RecordRefused: it is absent or blank (`missing_id`).
    """
    text = "" if value is None else str(value).strip()
    if not text:
        raise RecordRefused("missing_id", f"`{field}` is absent or blank: the posting cannot be followed")
    return text


def require_title(value: str | None, native_id: str | None = None, field: str = "title") -> str:
    """Return a job title without surrounding white space.

    Raises:
        RecordRefused: it is absent or blank (`missing_title`).
    """
    text = (value or "").strip()
    if not text:
        raise RecordRefused("missing_title", f"`{field}` is absent or blank", native_id)
    return text


def blank_to_none(value: str | None) -> str | None:
    """Return `value` without surrounding white space, None when nothing is left."""
    return (value or "").strip() or None


def is_placeholder(employer: str) -> bool:
    """Return whether a name is what software writes where there is none: `None`, or the field's own name.

    Taken for names, they would make one employer of all postings without one.
    """
    return employer.strip().casefold() in _PLACEHOLDERS


def read_records(
    records: Iterable[tuple[str, _Record]], read: Callable[[_Record, str], Listing]
) -> tuple[list[Listing], list[Reject]]:
    """Read records one by one; each gives either a listing or a reject.

    Args:
        records: (raw pointer, record) pairs.
        read: makes a listing of a record and its pointer. `RecordRefused` and msgspec's decoding errors
            become rejects; anything else is a fault of ours and is raised.
    """
    listings: list[Listing] = []
    rejects: list[Reject] = []
    for pointer, record in records:
        try:
            listings.append(read(record, pointer))
        except RecordRefused as refusal:
            native_id = refusal.native_id or _id_of(record)
            rejects.append(Reject.of(pointer, refusal.reason, refusal.detail, native_id))
        except msgspec.DecodeError as error:
            rejects.append(
                Reject.of(pointer, "wrong_type", f"the record has another shape: {error}", _id_of(record))
            )
        except UnicodeDecodeError as error:
            rejects.append(
                Reject.of(pointer, "bad_encoding", f"the detail is not UTF-8: {error}", _id_of(record))
            )
        except RecursionError:
            rejects.append(Reject.of(pointer, "too_deep", "the record is nested too deeply", None))
    return listings, rejects


def pointed(raws: Sequence[_Record], collection: str) -> Iterable[tuple[str, _Record]]:
    """Pair each record with its pointer, such as `jobs[3]`."""
    return ((f"{collection}[{index}]", raw) for index, raw in enumerate(raws))


def merge_same_id(listings: Iterable[Listing]) -> tuple[list[Listing], list[Reject]]:
    """Merge listings that repeat an id and its title: the first with a text wins, places are gathered.

    Some sources send one row per location under one id. They must be merged before anything is counted. A
    listing of another title under the same id is refused, because it may be another posting.
    """
    merged: dict[str, Listing] = {}
    places: dict[str, dict[Place, None]] = {}  # of the ids that came again
    rejects: list[Reject] = []
    for listing in listings:
        known = merged.setdefault(listing.native_id, listing)
        if known is listing:
            continue
        if plain_title(known) != plain_title(listing):
            detail = f"the id is that of {known.title!r} too, which was kept; this one is {listing.title!r}"
            rejects.append(Reject.of(listing.raw_pointer, "duplicate_id", detail, listing.native_id))
            continue
        if _has_text(listing) and not _has_text(known):
            merged[listing.native_id] = listing
        gathered = places.setdefault(listing.native_id, dict.fromkeys(known.places))
        gathered.update(dict.fromkeys(listing.places))
    for native_id, gathered in places.items():
        merged[native_id] = msgspec.structs.replace(merged[native_id], places=tuple(gathered))
    return list(merged.values()), rejects


def plain_title(listing: Listing) -> str:
    """Return a listing's title as it is compared: blanks and case do not count."""
    return " ".join(listing.title.split()).casefold()


def _has_text(listing: Listing) -> bool:
    return bool(listing.description_html or listing.description_text)


def _id_of(record: object) -> str | None:
    """Return the id of a record that could not be read otherwise, where it still can be told."""
    if isinstance(record, msgspec.Raw):
        try:
            record = msgspec.json.decode(record)
        except (msgspec.DecodeError, RecursionError):
            return None
    if isinstance(record, Mapping):
        for field in _ID_FIELDS:
            value = record.get(field)
            if isinstance(value, str | int) and not isinstance(value, bool) and str(value).strip():
                return str(value).strip()
    return None
