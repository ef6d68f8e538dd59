"""Lines whose markup was escaped twice upstream: its block tags are the breaks of the text."""

from __future__ import annotations

import re

from include.classify.structure.lines import append_line
from include.classify.structure.shapes import Block

_ESCAPED_BREAK = re.compile(
    r"&lt;/?(?:br|p|li|ul|ol|div|h[1-6]|tr|td|table)\b(?:[^&\n]|&(?!gt;)){0,120}&gt;"
    r"(?:\s|&nbsp;|&lt;/?\w(?:[^&\n]|&(?!gt;)){0,120}&gt;)*+"
)  # what stands before it is trimmed from the end of the piece before
_ESCAPED_START = re.compile(r"(?:\s|&nbsp;|&lt;/?\w(?:[^&\n]|&(?!gt;)){0,120}&gt;)++")
_ESCAPED_END = re.compile(r"(?<!\s)(?:\s|&nbsp;|&lt;/?\w(?:[^&\n]|&(?!gt;)){0,120}&gt;)++$")


def append_escaped(blocks: list[Block], text: str, start: int, end: int, *, is_capitals: bool) -> None:
    """Append the pieces of a line between escaped tags; see `append_line`."""
    is_item = False
    for match in _ESCAPED_BREAK.finditer(text, start, end):
        _append_escaped_piece(blocks, text, start, match.start(), is_item=is_item, is_capitals=is_capitals)
        is_item = "&lt;li" in match[0]
        start = match.end()
    _append_escaped_piece(blocks, text, start, end, is_item=is_item, is_capitals=is_capitals)


def _append_escaped_piece(
    blocks: list[Block], text: str, start: int, end: int, *, is_item: bool, is_capitals: bool
) -> None:
    lead = _ESCAPED_START.match(text, start, end)
    start = start if lead is None else lead.end()
    tail = _ESCAPED_END.search(text, max(start, end - 400), end)
    end = end if tail is None else tail.start()
    if end <= start:
        return
    n_blocks = len(blocks)
    append_line(blocks, text, start, end, is_capitals=is_capitals)
    if is_item and len(blocks) == n_blocks + 1 and blocks[-1].form == "text":
        blocks[-1] = blocks[-1]._replace(form="bullet")
