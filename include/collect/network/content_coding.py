"""Undo an answer's content coding while it streams, never holding more than the budget allows.

httpx's own decoders expand a chunk whole, so a bomb of 64 KB on the wire would be 66 MB in memory before it
could be counted, and they let a truncated gzip body pass as a whole one.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterable, Iterator

ACCEPT_ENCODING = "gzip, deflate"

_PIECE = 1 << 16
_SLICE = 1 << 12
"""Bytes given to the decompressor at once: with every piece and member it copies what it leaves of them."""
_GZIP = 16 + zlib.MAX_WBITS
_GZIP_MAGIC = b"\x1f\x8b"
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
    inflater = _Inflater(window_bits)
    for chunk in chunks:
        for start in range(0, len(chunk), _SLICE):
            yield from inflater.feed(chunk[start : start + _SLICE])
    yield from inflater.finish()


class _Inflater:
    """zlib's decompressor with bounded output, several gzip members and a check that the end was reached."""

    def __init__(self, window_bits: int) -> None:
        self._window_bits = window_bits
        self._zlib = zlib.decompressobj(window_bits)
        self._data = b""  # received, not yet used
        self._is_started = False

    def feed(self, chunk: bytes) -> Iterator[bytes]:
        if not self._is_started:
            self._is_started = True
            if self._window_bits == zlib.MAX_WBITS and chunk[0] & 0x0F != 8:
                # "deflate" should be the zlib format, but some servers send the bare stream.
                self._zlib = zlib.decompressobj(_RAW_DEFLATE)
        self._data += chunk
        while self._data and not (self._zlib.eof and not self._begin_member()):
            piece = self._inflate(self._data)
            self._data = self._zlib.unused_data if self._zlib.eof else self._zlib.unconsumed_tail
            if piece:
                yield piece

    def finish(self) -> Iterator[bytes]:
        # Input may be used up while output is still held back by the limit per piece.
        while self._is_started and not self._zlib.eof and (piece := self._inflate(b"")):
            yield piece
        if self._is_started and not self._zlib.eof:
            raise BrokenBody("the compressed body ends early")

    def _begin_member(self) -> bool:
        """Start on what follows the end of a stream, if it is another gzip member."""
        if self._window_bits == _GZIP and _GZIP_MAGIC.startswith(self._data[:2]):
            if len(self._data) == 1:
                return False  # the next chunk will tell
            self._zlib = zlib.decompressobj(_GZIP)
            return True
        self._data, self._window_bits = b"", 0  # padding, ignored to the end as browsers do
        return False

    def _inflate(self, data: bytes) -> bytes:
        try:
            return self._zlib.decompress(data, _PIECE)
        except zlib.error as error:
            raise BrokenBody(f"the compressed body is damaged ({error})") from error
