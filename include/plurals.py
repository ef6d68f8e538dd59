"""Numbers with their nouns, as messages and pages say them."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number with its noun, in the plural unless it is one: `1 opening`, `1,200 openings`."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"
