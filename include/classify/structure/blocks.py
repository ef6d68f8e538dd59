"""A text to its blocks: every non-empty line, or piece of a line whose breaks were lost.

Lines are read when they are asked for, since what a rule wants to know stands in a few lines around a find.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from functools import cached_property
from itertools import chain, islice, pairwise
from operator import attrgetter

from include.classify.headings import heading_kind
from include.classify.structure.escaped import append_escaped
from include.classify.structure.lines import DECORATION, MAX_PLAIN_HEADING, append_line
from include.classify.structure.lost_breaks import LONG_LINE, VERY_LONG_LINE, with_lost_breaks
from include.classify.structure.shapes import Block

MAX_LINES = 2_000
"""Lines, or blocks, looked over in either direction; real ads have fewer, and hostile input stays cheap."""

_START = attrgetter("start")
_STRUCTURED = 3  # headings that make an ad one with headings
# A line that is a heading whatever its words. Most stored texts have several; no other is looked for then.
_SURE_HEADING = re.compile(r"\n## [^\W_][^\n&]{0,100}(?=\n|\Z)")


class Blocks:
    """The blocks of one text.

    Args:
        text: a plain text (`include.classify.plain_text`).
    """

    def __init__(self, text: str) -> None:
        self._text = text
        self._lines: dict[int, list[Block]] = {}  # by the line's start, lost breaks aside
        self._blocks: dict[int, list[Block]] = {}  # the same, finished
        self._last_line = (0, -1)  # asked about; the next question is mostly about the same

    def __iter__(self) -> Iterator[Block]:
        """Return every block, in order."""
        for line in self._lines_from(0):
            yield from self._of_line(*line)

    def at(self, offset: int) -> Block | None:
        """Return the block that holds `offset`, the nearest before it, else the first; None without any."""
        start, end = self._line_at(offset)
        blocks = self._of_line(start, end)
        index = bisect_right(blocks, offset, key=_START)
        if index:
            return blocks[index - 1]
        above = next(self._above(start), None)
        return above if above is not None else next(iter(self), None)

    def before(self, block: Block) -> Iterator[Block]:
        """Return the blocks before one of them, the nearest first, at most `MAX_LINES` of as many lines."""
        start, end = self._line_at(block.start)
        blocks = self._of_line(start, end)
        index = bisect_left(blocks, block.start, key=_START)
        in_line = blocks[max(0, index - MAX_LINES) : index]
        return islice(chain(reversed(in_line), self._above(start)), MAX_LINES)

    def after(self, block: Block) -> Iterator[Block]:
        """Return the blocks after one of them, in order, at most `MAX_LINES` of as many lines."""
        start, end = self._line_at(block.start)
        blocks = self._of_line(start, end)
        index = bisect_right(blocks, block.start, key=_START)
        in_line = blocks[index : index + MAX_LINES]
        return islice(chain(in_line, self._below(end)), MAX_LINES)

    def _line_at(self, offset: int) -> tuple[int, int]:
        start, end = self._last_line
        if not start <= offset <= end:
            start, end = self._text.rfind("\n", 0, offset) + 1, self._text.find("\n", offset)
            self._last_line = start, end = start, len(self._text) if end < 0 else end
        return start, end

    def _above(self, start: int) -> Iterator[Block]:
        for _ in range(MAX_LINES):
            if start == 0:
                return
            end = start - 1
            start = self._text.rfind("\n", 0, end) + 1
            if start < end:
                yield from reversed(self._of_line(start, end))

    def _below(self, end: int) -> Iterator[Block]:
        for line in self._lines_from(end + 1, MAX_LINES):
            yield from self._of_line(*line)

    def _lines_from(self, start: int, at_most: int | None = None) -> Iterator[tuple[int, int]]:
        """Return the lines that are not empty, among the first `at_most`."""
        n_lines = 0
        while start < len(self._text) and n_lines != at_most:
            end = self._text.find("\n", start)
            end = len(self._text) if end < 0 else end
            if start < end:
                yield start, end
            start = end + 1
            n_lines += 1

    def _of_line(self, start: int, end: int) -> list[Block]:
        """Return the blocks of a line, cut where it lost its breaks."""
        blocks = self._blocks.get(start)
        if blocks is None:
            blocks = self._headed(start, end)
            if any([block.end - block.start > LONG_LINE for block in blocks]):
                blocks = self._cut(blocks)
            self._blocks[start] = blocks
        return blocks

    def _cut(self, blocks: list[Block]) -> list[Block]:
        """Return the blocks cut where breaks were lost; an ad with headings has them on their own lines."""
        is_middling = any([LONG_LINE < block.end - block.start <= VERY_LONG_LINE for block in blocks])
        if not is_middling or self._has_sure_headings:
            return with_lost_breaks(blocks, self._text, VERY_LONG_LINE)
        cut = with_lost_breaks(blocks, self._text, LONG_LINE)
        if cut == blocks or not self._has_headings:  # which takes reading the whole ad
            return cut
        return with_lost_breaks(blocks, self._text, VERY_LONG_LINE)

    @cached_property
    def _is_capitals(self) -> bool:
        return self._text.isupper()

    @cached_property
    def _has_sure_headings(self) -> bool:
        return sum(1 for _ in islice(_SURE_HEADING.finditer(self._text), _STRUCTURED)) == _STRUCTURED

    @cached_property
    def _has_headings(self) -> bool:
        lines = self._lines_from(0)
        headings = (block for line in lines for block in self._headed(*line) if block.form == "heading")
        return sum(1 for _ in islice(headings, _STRUCTURED)) == _STRUCTURED

    def _headed(self, start: int, end: int) -> list[Block]:
        """Return the blocks of a line; an unmarked line above a list may be the list's heading."""
        blocks = self._read(start, end)
        if any(map(_may_head_list, blocks)):
            below = (other for line in self._lines_from(end + 1) for other in self._read(*line))
            following = next(below, None)
            pairs = pairwise([*blocks, following])
            return [_as_heading(self._text, block, below) for block, below in pairs if block is not None]
        return blocks

    def _read(self, start: int, end: int) -> list[Block]:
        """Return the blocks of a line by its own words alone."""
        blocks = self._lines.get(start)
        if blocks is None:
            blocks = []
            if start < end and self._text.find("&lt;", start, end) >= 0:
                append_escaped(blocks, self._text, start, end, is_capitals=self._is_capitals)
            elif start < end:
                append_line(blocks, self._text, start, end, is_capitals=self._is_capitals)
            self._lines[start] = blocks
        return blocks


# Words of an item, which a heading above a list does not hold: `High School Diploma Required`.
_ITEM_WORDS = re.compile(
    r"degree|diploma|bachelor|master|ged\b|\byears?\b|certif|licen[sc]|experience\s+(?:with|in)|\d|[.,;!]",
    re.IGNORECASE,
)
_MAX_HEADING_WORDS = 7


def _may_head_list(block: Block) -> bool:
    return block.form == "text" and block.end - block.start <= MAX_PLAIN_HEADING


def _as_heading(text: str, block: Block, following: Block | None) -> Block:
    """Return an unmarked short line of capitalised words above a list as the heading that it is."""
    if following is None or following.form != "bullet" or not _may_head_list(block):
        return block
    words = text[block.start : block.end].strip(DECORATION)
    n_words = len(words.split())
    if not 1 <= n_words <= _MAX_HEADING_WORDS or not words[0].isupper() or _ITEM_WORDS.search(words):
        return block
    kind = heading_kind(words)
    if kind not in ("preferred", "required", "benefits", "neutral", "responsibilities"):
        return block
    return Block(block.start, block.end, "heading", kind, False, block.start)
