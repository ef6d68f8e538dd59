"""A text to its blocks: every non-empty line, or piece of a line whose breaks were lost."""

from __future__ import annotations

import re
from itertools import pairwise

from include.classify.headings import heading_kind
from include.classify.structure.escaped import append_escaped
from include.classify.structure.lines import DECORATION, MAX_PLAIN_HEADING, append_line
from include.classify.structure.lost_breaks import LONG_LINE, with_lost_breaks
from include.classify.structure.shapes import Block


def blocks_of(text: str) -> tuple[Block, ...]:
    """Return every non-empty line, or piece of one, in order."""
    blocks: list[Block] = []
    start = 0
    size = len(text)
    while start < size:
        end = text.find("\n", start)
        if end < 0:
            end = size
        if end > start:
            if text.find("&lt;", start, end) >= 0:
                append_escaped(blocks, text, start, end)
            else:
                append_line(blocks, text, start, end)
        start = end + 1
    blocks = _with_headings_above_lists(blocks, text)
    if any(block.end - block.start > LONG_LINE for block in blocks):
        return tuple(with_lost_breaks(blocks, text))
    return tuple(blocks)


# Words of an item, which a heading above a list does not hold: `High School Diploma Required`.
_ITEM_WORDS = re.compile(
    r"degree|diploma|bachelor|master|ged\b|\byears?\b|certif|licen[sc]|experience\s+(?:with|in)|\d|[.,;!]",
    re.IGNORECASE,
)
_MAX_HEADING_WORDS = 7


def _with_headings_above_lists(lines: list[Block], text: str) -> list[Block]:
    """Turn an unmarked short line of capitalised words above a list into the heading that it is."""
    blocks = list(lines)
    for index, (line, following) in enumerate(pairwise(lines)):
        if line.form != "text" or following.form != "bullet" or line.end - line.start > MAX_PLAIN_HEADING:
            continue
        words = text[line.start : line.end].strip(DECORATION)
        n_words = len(words.split())
        if not 1 <= n_words <= _MAX_HEADING_WORDS or not words[0].isupper() or _ITEM_WORDS.search(words):
            continue
        kind = heading_kind(words)
        if kind in ("preferred", "required", "benefits", "neutral", "responsibilities"):
            blocks[index] = Block(line.start, line.end, "heading", kind, False, line.start)
    return blocks
