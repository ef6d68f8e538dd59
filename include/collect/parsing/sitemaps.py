"""Sitemaps of career sites: lists of pages, and indexes of such lists, plain or as a gzip file.

https://www.sitemaps.org/protocol.html. A file holds at most 50 MB before compression, and an index names no
other index.
"""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

import msgspec

from include.archive.reads import Answer
from include.collect.network.content_coding import BrokenBody, decoded
from include.collect.protocol import MalformedAnswer

MAX_BYTES = 50 * 1024 * 1024
"""Of one sitemap, unpacked: the limit of the protocol."""

_GZIP_MAGIC = b"\x1f\x8b"
_HEAD_BYTES = 2000
MAX_LOCATIONS = 100_000
"""Twice what the protocol allows: a small gzip file can name millions."""

_LOCATION = re.compile(rb"<loc>\s*(?:<!\[CDATA\[\s*)?([^<\]\s]+)")


class Sitemap(msgspec.Struct, frozen=True, kw_only=True):
    """One sitemap file.

    Attributes:
        is_index: its locations are sitemaps, not pages.
        locations: usable absolute addresses, in order.
    """

    is_index: bool
    locations: tuple[str, ...]


def read_sitemap(answer: Answer) -> Sitemap | None:
    """Return the sitemap an answer holds, None when it is something else.

    Raises:
        MalformedAnswer: a gzip file that is damaged, or larger unpacked than a sitemap may be; more locations
            than a sitemap may have.
    """
    body = unpacked(answer)
    head = body[:_HEAD_BYTES]
    is_index = b"<sitemapindex" in head
    if not is_index and b"<urlset" not in head:
        return None
    if body.count(b"<loc>") > MAX_LOCATIONS:
        raise MalformedAnswer(f"{answer.request.url}: a sitemap of more than {MAX_LOCATIONS:,} addresses")
    found = (html.unescape(match.decode("utf-8", "replace")) for match in _LOCATION.findall(body))
    return Sitemap(is_index=is_index, locations=tuple(filter(_is_usable, found)))


def _is_usable(url: str) -> bool:
    try:
        return urlsplit(url).scheme in ("http", "https")
    except ValueError:  # "https://[half"
        return False


def unpacked(answer: Answer) -> bytes:
    """Return the body, unpacked where it is a gzip file (`sitemap.xml.gz`; no transfer coding undoes that).

    Raises:
        MalformedAnswer: it is damaged, or larger than a sitemap may be.
    """
    if not answer.body.startswith(_GZIP_MAGIC):
        return answer.body
    body = bytearray()
    try:
        for piece in decoded([answer.body], "gzip"):
            body += piece
            if len(body) > MAX_BYTES:
                raise MalformedAnswer(f"{answer.request.url}: over {MAX_BYTES:,} bytes when unpacked")
    except BrokenBody as error:
        raise MalformedAnswer(f"{answer.request.url}: {error}") from error
    return bytes(body)
