"""Faults that a simulated board shows on request."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from functools import cache
from typing import Literal

import msgspec

FaultKind = Literal[
    "too_many_requests",
    "too_many_requests_date",
    "server_error",
    "slow",
    "drip",
    "truncated",
    "malformed_json",
    "missing_id",
    "empty",
    "gone",
    "redirect_loop",
    "wrong_charset",
    "login_page",
    "endless",
    "gzip_bomb",
    "disconnect",
]
"""What can go wrong.

too_many_requests: 429 with Retry-After in seconds; too_many_requests_date: with an HTTP date.
server_error: 500. slow: `seconds` before the answer. drip: the body byte by byte, `seconds` apart.
truncated: the connection ends halfway through the body. malformed_json: a complete answer whose JSON
stops halfway. missing_id: one record without id. empty: a valid board without postings. gone: 404.
redirect_loop: 302 to itself. wrong_charset: the header names UTF-16, the body is UTF-8. login_page: 200
with an HTML form. endless: a body that never ends. gzip_bomb: 1 MB that unpacks to 1 GB. disconnect: the
connection is reset at once.
"""

BODY_FAULTS: frozenset[FaultKind] = frozenset(
    ("drip", "truncated", "malformed_json", "missing_id", "wrong_charset", "endless")
)
"""Faults that lie in the body of a right answer, so that an answer without one cannot show them."""

_BOMB_BLOCK = 1_000_000
_BOMB_BLOCKS = 1000


class Fault(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One fault of one board.

    Attributes:
        times: number of requests it meets before the board is well again; None is until cleared.
        seconds: Retry-After, or the delay of `slow` and `drip`.
    """

    kind: FaultKind
    times: int | None = None
    seconds: float = 1.0


class FaultBook:
    """The faults in force, by board key (`greenhouse/<token>`) or `robots.txt`.

    Args:
        faults: faults in force from the start.
    """

    def __init__(self, faults: Mapping[str, Fault] | None = None) -> None:
        self._faults: dict[str, Fault] = dict(faults or {})

    def replace(self, faults: Mapping[str, Fault]) -> None:
        """Put `faults` in place of all that are in force."""
        self._faults = dict(faults)

    def in_force(self) -> dict[str, Fault]:
        """Return the faults that will still be shown."""
        return dict(self._faults)

    def take(self, key: str) -> Fault | None:
        """Return the fault that the next request for `key` meets, and count it down."""
        fault = self._faults.get(key)
        if fault is None:
            return None
        if fault.times is not None:
            if fault.times <= 1:
                del self._faults[key]
            else:
                self._faults[key] = msgspec.structs.replace(fault, times=fault.times - 1)
        return fault


@cache
def gzip_bomb() -> bytes:
    """Return about 1 MB of gzip that unpacks to 1 GB of zeros.

    A full flush ends each block at a byte boundary with an empty window, so one compressed block can be
    repeated. The checksum at the end is wrong: nobody should get that far.
    """
    header = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff"
    packer = zlib.compressobj(9, zlib.DEFLATED, -zlib.MAX_WBITS)
    block = packer.compress(bytes(_BOMB_BLOCK)) + packer.flush(zlib.Z_FULL_FLUSH)
    return header + block * _BOMB_BLOCKS + b"\x03\x00" + bytes(8)


LOGIN_PAGE = (
    b"<!doctype html><html><head><title>Sign in</title></head><body><h1>Sign in to continue</h1>"
    b'<form method="post" action="/login"><input name="user"><input name="password" type="password">'
    b"<button>Sign in</button></form></body></html>"
)
"""What a board behind a login answers, with status 200."""
