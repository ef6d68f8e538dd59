"""The parts of an ad's text: spans and blocks."""

from __future__ import annotations

from typing import Literal, NamedTuple

from include.classify.headings import SectionKind

Form = Literal["heading", "bullet", "text"]


class Span(NamedTuple):
    """A half-open range of characters of the text."""

    start: int
    end: int


class Block(NamedTuple):
    """One line, or a piece of a line whose breaks were lost.

    Attributes:
        start, end: offsets of the words, without bullet mark, heading mark and outer blanks.
        form: heading (all of it announces what follows), bullet or text.
        kind: for a heading, what it announces; `none` otherwise.
        is_marked: a heading by markup, case or a colon, not by its words alone.
        run_in_end: where the words before a run-in heading's colon end (`Education: BSc`), else `start`.
    """

    start: int
    end: int
    form: Form
    kind: SectionKind
    is_marked: bool
    run_in_end: int
