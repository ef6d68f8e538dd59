"""Undo an answer's content coding while it streams, never holding more than the budget allows.

httpx's own decoders expand a chunk whole, so a bomb of 64 KB on the wire would be 66 MB in memory before it
could be counted, and they let a truncated gzip body pass as a whole one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

ACCEPT_ENCODING = "gzip, deflate"

_PIECE = 1 << 16
_GZIP = 16 + zlib.MAX_WBITS
_RAW_DEFLATE = -zlib.MAX_WBITS


class BrokenBody(ValueError):
    """The body is not what its Content-Encoding says, or ends early."""


def decoded(chunks: Iterable[bytes], content_encoding: str) -> Iterator[bytes]:
    """Yield decoded pieces of at most 64 KB.

    Args:
        chunks: the body as it came over the wire.
        content_encoding: the header's value; codings are undone last to first (RFC 9110, 8.4).

    Raises:
        BrokenBody: an unknown coding, damaged or truncated data.
    """
    codings = [coding.strip().lower() for coding in content_encoding.split(",") if coding.strip()]
    if len(codings) > 2:
        raise BrokenBody(f"{len(codings)} content codings on one body")
    pieces: Iterable[bytes] = chunks
    for coding in reversed(codings):
        if coding in ("gzip", "x-gzip"):
            pieces = _inflate(pieces, _GZIP)
        elif coding == "deflate":
            pieces = _inflate(pieces, zlib.MAX_WBITS)
        elif coding != "identity":
            raise BrokenBody(f"the content coding {coding!r}, which was not asked for")
    yield from pieces


def _inflate(chunks: Iterable[bytes], window_bits: int) -> Iterator[bytes]:
    inflater = zlib.decompressobj(window_bits)
    is_first, started = True, False
    for chunk in chunks:
        if is_first and chunk:
            is_first = False
            if window_bits == zlib.MAX_WBITS and chunk[0] & 0x0F != 8:
                # "deflate" should be the zlib format, but some servers send the bare stream.
                inflater = zlib.decompressobj(_RAW_DEFLATE)
        data = chunk
        while data or inflater.unconsumed_tail:
            if inflater.eof:  # a gzip file may have several members
                if window_bits != _GZIP or not data.startswith(b"\x1f\x8b"):
                    break  # padding after the end is ignored, as every browser does
                inflater = zlib.decompressobj(_GZIP)
            try:
                piece = inflater.decompress(data, _PIECE)
            except zlib.error as error:
                raise BrokenBody(f"the compressed body is damaged ({error})") from error
            started = True
            data = inflater.unused_data if inflater.eof else inflater.unconsumed_tail
            if piece:
                yield piece
            elif not inflater.eof and not data:
                break
    if started and not inflater.eof:
        raise BrokenBody("the compressed body ends early")
