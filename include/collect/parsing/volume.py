"""How much the answers of a board may hold.

Bytes do not tell: a gigabyte of objects comes out of four megabytes of `[1,1,1,...`, which come out of four
kilobytes on the wire. A board that is read by the budget of bytes could so take all memory of the machine.
"""

from __future__ import annotations

from typing import Final

MOST_PARTS: Final = 3_000_000
"""Of all answers of one read. Boards have one in thirty bytes at most, so it stands for ninety megabytes."""

_MARKS: Final = (b"<", b",", b"[", b"{")


def n_parts(body: bytes) -> int:
    """Return how many tags, values and records a body can hold at most: a bound that costs no parsing."""
    return sum(map(body.count, _MARKS))
