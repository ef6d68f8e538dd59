"""Ids of postings on career pages whose own identifiers may be missing, or the same for all of them.

Sites write the employer's number, or the address of their list, where each posting's identifier belongs. What
several postings share tells none of them apart: then the page does, and on a page of several the title.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from include.collect.parsing.records import plain_title
from include.collect.protocol import Listing


def told_apart(found: Sequence[tuple[str, Listing]], list_pages: Sequence[str]) -> list[Listing]:
    """Return the listings of a site's pages with ids that tell postings apart.

    Args:
        found: pairs of a page's address and a listing read from it. A page may show other postings in short
            beside its own; those of list pages are always in short.
        list_pages: addresses of the list's pages, that by which the site was entered first.

    Returns:
        All listings, those on a page of their own first. Listings of one posting still share their id.
    """
    on_page: dict[str, set[str]] = defaultdict(set)
    for page, listing in found:
        on_page[page].add(plain_title(listing))

    def is_own(page: str, listing: Listing) -> bool:
        return page not in list_pages and (len(on_page[page]) == 1 or _same_address(listing.url, page))

    own: dict[str, set[str]] = defaultdict(set)
    in_short: dict[str, set[str]] = defaultdict(set)
    own_on_page: dict[str, set[str]] = defaultdict(set)
    for page, listing in found:
        title = plain_title(listing)
        if is_own(page, listing):
            own[listing.native_id].add(title)
            own_on_page[page].add(title)
        else:
            in_short[listing.native_id].add(title)

    def named(page: str, listing: Listing) -> Listing:
        titles = own.get(listing.native_id) or in_short[listing.native_id]
        if len(titles) == 1 and listing.native_id not in list_pages:
            return listing
        if is_own(page, listing) and len(own_on_page[page]) == 1:
            return msgspec.structs.replace(listing, native_id=page)
        # From day to day a posting moves from one page of a list to another.
        where = list_pages[0] if page in list_pages else page
        fragment = re.sub(r"\W+", "-", plain_title(listing)).strip("-")
        return msgspec.structs.replace(listing, native_id=f"{where}#{fragment}")

    ordered = sorted(found, key=lambda pair: not is_own(*pair))
    return [named(page, listing) for page, listing in ordered]


def _same_address(url: str | None, page: str) -> bool:
    return url is not None and _address(url) == _address(page)


def _address(url: str) -> tuple[str, str, str]:
    parts = urlsplit(url)
    return parts.netloc.removeprefix("www."), parts.path.rstrip("/"), parts.query
