"""How an ad is typed has no say: it is read in plain letters, one blank between words and no blank lines.

Spacing tells nothing about what an ad asks, nor do soft hyphens, ligatures or the letters of mathematics that
stand for bold ones; but rules look for letters and measure distances, and models count words. So all of
them read a plain copy, and what they find is told in offsets of the text as it was given. Blanks at the start
of a line stay: they nest lists.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from itertools import accumulate
from typing import Final
from unicodedata import normalize

from include.classify.linear_time import LinearPattern
from include.normalize.characters import INVISIBLE, NEWLINES, SPACES

MAX_READ: Final = 200_000
"""Characters; no ad is near it, and of a longer text only these first ones are read."""

# Letters of mathematics and of full width.
_STYLED: Final = map(chr, [*range(0x1D400, 0x1D800), *range(0xFF01, 0xFF5F)])
# One character for one, so that offsets stay.
_PLAIN: Final = {
    **dict.fromkeys(SPACES, " "),
    **dict.fromkeys(NEWLINES, "\n"),
    **dict.fromkeys("\u2010\u2011", "-"),
    **{styled: normalize("NFKC", styled) for styled in _STYLED},
}
_LIGATURES: Final = "\ufb00\ufb01\ufb02\ufb03\ufb04\ufb05\ufb06"
_ODD: Final = LinearPattern(
    "[" + "".join([f"\\x{{{ord(character):x}}}" for character in (*_PLAIN, *INVISIBLE, *_LIGATURES)]) + "]"
)
_TO_PLAIN: Final = str.maketrans(_PLAIN)
_UNSEEN: Final = re.compile(f"[{re.escape(INVISIBLE)}]+")
_LIGATURE: Final = re.compile(f"([{_LIGATURES}])")
_AT_LINE_END: Final = re.compile(r"(?<! ) +(?=\n)")
_RUN: Final = re.compile(r"  +")


class PlainText:
    """A text as it is read, and where its characters stood.

    Args:
        text: the text as given; its first `MAX_READ` characters are read.

    Attributes:
        text: what is read of it, which is plain to another reading, too.
        is_as_given: whether it was plain and all is read.
    """

    def __init__(self, text: str) -> None:
        self._cuts: list[_Cuts] = []
        self.text = self._plain(text[:MAX_READ])
        self.is_as_given = self.text == text

    def _plain(self, text: str) -> str:
        if _ODD.is_in(text):
            text = text.translate(_TO_PLAIN)
            text = self._without(text, [match.span() for match in _UNSEEN.finditer(text)])
            text = self._without_ligatures(text)
        if " \n" in text:
            text = self._without(text, [match.span() for match in _AT_LINE_END.finditer(text)])
        while "\n\n" in text:  # a pass halves each run
            lines = text.split("\n\n")
            self._cuts.append(_Cuts(lines, n_joining=1, n_taken=[1] * (len(lines) - 1)))
            text = "\n".join(lines)
        if "  " in text:
            runs = [match.span() for match in _RUN.finditer(text)]
            text = self._without(
                text, [(start + 1, end) for start, end in runs if start > 0 and text[start - 1] != "\n"]
            )
        return text

    def original_span(self, start: int, end: int) -> tuple[int, int]:
        """Return the offsets in the text as given of `text[start:end]`, which is not empty."""
        last = end - 1
        for cuts in reversed(self._cuts):
            start, last = cuts.original(start), cuts.original(last)
        return start, last + 1

    def _without(self, text: str, parts: Sequence[tuple[int, int]]) -> str:
        """Return the text without the parts, which are ascending and apart."""
        if not parts:
            return text
        starts, ends = zip(*parts, strict=True)
        pieces = [text[start:end] for start, end in zip((0, *ends), (*starts, None), strict=True)]
        self._cuts.append(_Cuts(pieces, n_joining=0, n_taken=[end - start for start, end in parts]))
        return "".join(pieces)

    def _without_ligatures(self, text: str) -> str:
        """Return the text with each ligature as its letters, all of which stood where it stands."""
        pieces = [""]
        for part in _LIGATURE.split(text):
            if part and part in _LIGATURES:
                letters = normalize("NFKC", part)
                pieces[-1] += letters[0]
                pieces.extend(letters[1:])
            else:
                pieces[-1] += part
        if len(pieces) > 1:
            self._cuts.append(_Cuts(pieces, n_joining=0, n_taken=[-1] * (len(pieces) - 1)))
        return "".join(pieces)


class _Cuts:
    """What was taken out of a text.

    Args:
        pieces: what was left, in order.
        n_joining: characters that join two pieces and stayed, too.
        n_taken: characters taken out between each two; -1 where the second begins with one put in.
    """

    def __init__(self, pieces: Sequence[str], n_joining: int, n_taken: Sequence[int]) -> None:
        self._pieces, self._n_joining, self._n_taken = pieces, n_joining, n_taken

    @cached_property
    def _shifts(self) -> tuple[list[int], list[int]]:
        """Where each piece but the first begins, and how many characters were taken out before it."""
        begins = list(accumulate([len(piece) + self._n_joining for piece in self._pieces[:-1]]))
        return begins, list(accumulate(self._n_taken))

    def original(self, offset: int) -> int:
        """Return where the character at `offset` stood before."""
        begins, shifts = self._shifts
        index = bisect_right(begins, offset)
        return offset + shifts[index - 1] if index else offset
