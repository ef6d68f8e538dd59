"""Lists that come in pages, and lists whose texts come one by one: what every such adapter needs."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import Generic, TypeVar, cast

import msgspec

from include.archive.reads import Answer, Board
from include.collect.parsing.decoding import decode_envelope, list_answers, require_ok, utf8_body
from include.collect.parsing.endpoints import last_segment
from include.collect.parsing.product_titles import may_be_product_role
from include.collect.parsing.records import merge_same_id, pointed, read_records
from include.collect.protocol import BoardListing, Listing, MalformedAnswer, Reject
from include.json_text import whole_characters

_Envelope = TypeVar("_Envelope")

MAX_PAGES = 500
"""No board has more; an answer that always promises another page must not be believed."""


_MOST_PROMISED = 2**31 - 1
"""More is no number of postings, and no column of it would hold it."""


@dataclass
class Pages(Generic[_Envelope]):
    """The pages of a list that could be read.

    Attributes:
        pages: (pointer prefix, page) pairs; the prefix is empty when there is one page only.
        rejects: one per page that could not be read.
    """

    pages: list[tuple[str, _Envelope]] = field(default_factory=list)
    rejects: list[Reject] = field(default_factory=list)

    def _pointed(self, collection: str, attribute: str | None) -> Iterator[Iterable[tuple[str, msgspec.Raw]]]:
        """Yield the records of each page with pointers such as `pages[1].jobs[3]`."""
        records = attrgetter(attribute or collection) if collection else None
        for prefix, page in self.pages:
            raws = cast("Sequence[msgspec.Raw] | None", records(page) if records else page)
            yield pointed(raws or (), f"{prefix}{collection}")

    def board(
        self,
        read: Callable[[msgspec.Raw, str], Listing],
        collection: str = "",
        attribute: str | None = None,
        *,
        promised: int | None = None,
        is_complete: bool = True,
    ) -> BoardListing:
        """Read the records of all pages and put the board together.

        Args:
            read: makes a listing of a record and its pointer; see `read_records`.
            collection: the source's name of the list of records; empty where a page is a bare array.
            attribute: the envelope's name of it (dots lead inwards), where it is another one.
            promised: see `board_listing`.
            is_complete: see `board_listing`.
        """
        listings: list[Listing] = []
        rejects = list(self.rejects)
        fresh = FreshRecords()
        for page in self._pointed(collection, attribute):
            usable, refused = read_records(page, read)
            fresh.add_page([*(item.native_id for item in usable), *(item.native_id for item in refused)])
            listings += usable
            rejects += refused
        n_records = fresh.count + len(self.rejects)
        return board_listing(
            listings, rejects, promised=promised, n_records=n_records, is_complete=is_complete
        )


class FreshRecords:
    """Counts the records of a list read page by page, without those an earlier page gave already.

    Within one answer a repeated id is a row of the source's own (one per location, say), and its total counts
    that row too. On another page it is what a list looks like that moved between two requests, or whose order
    is not fixed: for each record that comes again another never came, so they do not fill the total.

    Attributes:
        count: records so far.
    """

    def __init__(self) -> None:
        self.count = 0
        self._seen: set[str] = set()

    def add_page(self, ids: Sequence[str | None]) -> None:
        """Count the records of one page by their ids; one without id is always counted."""
        self.count += sum(native_id not in self._seen for native_id in ids)
        self._seen.update(native_id for native_id in ids if native_id is not None)


def greatest_total(totals: Iterable[int | None]) -> int | None:
    """Return the most records that any page of a list says there are: it may change while it is read."""
    return max((total for total in totals if total is not None), default=None)


def read_pages(answers: Sequence[Answer], envelope: type[_Envelope]) -> Pages[_Envelope]:
    """Decode the pages of a list, or its only answer.

    A later page that was not answered or is malformed costs that page: it becomes a reject, and the board is
    not complete.

    Raises:
        MalformedAnswer: there is no page, or the first one cannot be read.
    """
    lists = list_answers(answers)
    found: Pages[_Envelope] = Pages()
    for index, answer in enumerate(lists):
        try:
            page = decode_envelope(answer, envelope)
        except MalformedAnswer as error:
            if index == 0:
                raise
            found.rejects.append(Reject.of(f"pages[{index}]", "malformed_page", error))
        else:
            found.pages.append((f"pages[{index}]." if len(lists) > 1 else "", page))
    return found


def may_go_on(n_came: int, page_size: int, n_asked: int, total: int | None) -> bool:
    """Return whether a list may have another page: by the source's total, else because this page is full.

    Args:
        n_came: records on this page.
        page_size: records asked for.
        n_asked: records asked for up to and with this page.
        total: what the source says it has; None and 0 beside records say nothing.
    """
    return n_asked < total if total else n_came >= page_size


def peek(answer: Answer, envelope: type[_Envelope]) -> _Envelope | None:
    """Decode an answer for the next request; None when it cannot be read, which ends the requests.

    What is wrong with the answer is said when it is parsed.
    """
    try:
        return decode_envelope(answer, envelope)
    except MalformedAnswer:
        return None


def wants_detail(board: Board, title: str | None) -> bool:
    """Return whether a posting is worth a request of its own for its text.

    By default only titles that may be product roles are; the board option `details=all` asks for every one.
    """
    return board.options.get("details") == "all" or may_be_product_role(title or "")


def wanted_details(
    board: Board,
    records: Iterable[msgspec.Raw],
    head: Callable[[msgspec.Raw], tuple[str | int | None, str | None]],
) -> list[str]:
    """Return what to ask details of a page's records by, for those worth it (see `wants_detail`), each once.

    Args:
        board: what is read.
        records: of one page of the list.
        head: returns of a record what its detail is asked by (mostly its id), and its title. A record it
            cannot decode is passed over: `parse` refuses it with its reason.
    """
    wanted: dict[str, None] = {}
    for raw in records:
        try:
            key, title = head(raw)
        except msgspec.DecodeError:
            continue
        if key and wants_detail(board, title):
            wanted[str(key)] = None
    return list(wanted)


def detail_answers(answers: Sequence[Answer], key: Callable[[str], str] = last_segment) -> dict[str, Answer]:
    """Return the details that were answered, by the posting they are of.

    A posting can close between the list and its detail: a detail that was not found is left out, and
    the listing is then made from the list alone, marked as incomplete.

    Args:
        answers: all that the read gave.
        key: tells the posting from the URL that was asked.
    """
    return {
        key(answer.request.url): _in_utf8(answer)
        for answer in answers
        if answer.request.purpose == "detail" and answer.is_success
    }


def _in_utf8(answer: Answer) -> Answer:
    try:
        return msgspec.structs.replace(answer, body=whole_characters(utf8_body(answer)))
    except MalformedAnswer:
        return answer  # refused with its record, or a page that names its charset within


def board_listing(
    listings: Iterable[Listing],
    rejects: Iterable[Reject],
    promised: int | None = None,
    n_records: int | None = None,
    is_complete: bool = True,
) -> BoardListing:
    """Put a board together: same ids merged per location, promise against what came.

    Args:
        listings: postings in order.
        rejects: refused records and pages.
        promised: records the source said it has; kept only where it can be a number of postings, and then
            without the rows that were merged.
        n_records: records that came, before merging; by default listings and rejects counted. See
            `FreshRecords` for lists in pages.
        is_complete: False when the adapter itself knows that something is missing.
    """
    read, refused = list(listings), list(rejects)
    came = len(read) + len(refused) if n_records is None else n_records
    page_lost = any(reject.reason == "malformed_page" for reject in refused)
    merged, conflicting = merge_same_id(read)
    refused += conflicting
    n_kept = len(merged) + len(refused)
    n_postings = promised
    if promised is not None:
        n_postings = max(promised - max(came - n_kept, 0), min(promised, n_kept))
    return BoardListing(
        listings=tuple(merged),
        rejects=tuple(refused),
        promised=n_postings if n_postings is None or 0 <= n_postings <= _MOST_PROMISED else None,
        is_complete=is_complete and not page_lost and (promised is None or promised <= came),
    )


def first_ok(answers: Sequence[Answer]) -> Answer:
    """Return the first list answer that was found, for sources with a fallback address.

    Raises:
        MalformedAnswer: there is none, or it is neither a success nor a 404.
    """
    found = [answer for answer in answers if not answer.is_not_there]
    first = list_answers(found)[0]
    require_ok(first)
    return first
