"""Whether a read proves what is absent: only a whole board says that a posting is gone."""

from __future__ import annotations

from collections.abc import Sequence

from include.archive.reads import Answer, Board
from include.collect.protocol import Adapter, BoardListing, MalformedAnswer


def shortfall(listing: BoardListing, *, is_census: bool = True) -> str | None:
    """Return why a parsed board may lack postings that are open, in one sentence; None when it is whole.

    A record without id may be any posting that was listed before, so its board proves no absence. A window on
    many boards is no census: it never proves an absence and is read as far as was asked, whatever its total.
    """
    if not is_census:
        return None
    got = len(listing.listings) + len(listing.rejects)
    if not listing.is_complete or (listing.promised is not None and got < listing.promised):
        promised = "the whole board" if listing.promised is None else f"{listing.promised}"
        return f"{got} records read, {promised} promised"
    nameless = sum(reject.native_id is None for reject in listing.rejects)
    if nameless:
        return f"{nameless} of {got} records have no id and may be any posting that was listed before"
    return None


def asks_nothing_more(adapter: Adapter, board: Board, answers: Sequence[Answer]) -> bool:
    """Return whether an adapter, given archived answers, would ask for just these and no other.

    So a read whose answers could not be understood when they came can count as whole once the adapter has
    been mended, and one that lost an answer cannot.
    """
    requests = adapter.requests(board)
    remaining = iter(answers)
    try:
        next(requests)
        for answer in remaining:
            requests.send(answer)
    except StopIteration:
        return next(remaining, None) is None
    except MalformedAnswer:
        return False
    return False
