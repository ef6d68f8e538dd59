"""Characters that are typed for others: kinds of space and of newline, and what is not seen at all."""

from __future__ import annotations

from typing import Final

SPACES: Final = (
    "\t\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
)
"""Every space but the plain one."""

NEWLINES: Final = "\r\x0b\x0c\x85\u2028\u2029"
"""Every newline but the line feed."""

INVISIBLE: Final = (
    "".join(map(chr, [*range(0x09), *range(0x0E, 0x20), *range(0x7F, 0x85), *range(0x86, 0xA0)]))
    + "\xad\u200b\u200c\u200d\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2060\u2061\u2062\u2063\u2064"
    + "\u2066\u2067\u2068\u2069\ufeff\ufffe\uffff"
)
"""Controls, soft hyphen, zero-width and direction marks, byte order mark."""
