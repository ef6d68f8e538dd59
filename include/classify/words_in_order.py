"""Words that follow each other in one clause with few others between."""

from __future__ import annotations

import re
from functools import cache

from include.classify.linear_time import compile_verbose

_pattern = cache(compile_verbose)  # forms share their parts
_CLAUSE_END = re.compile(r"[;\n]|\.(?!\d)")
_A_WORD = re.compile(r"[^\s,&+/:()–—*\"“”]+")


_NARROW = r"\W*(?:\S+\W+)?"  # holds every gap of at most one word


class WordsInOrder:
    """Patterns that stand in order in one clause, with at most so many words between each two.

    In one pattern, the gaps would take a state for every number of words, and making states is dear. So a
    pattern that does not count says whether the parts stand in order at all; only there, in few texts, each
    is looked for.

    Args:
        parts: patterns in RE2's syntax, laid out as for `re.VERBOSE`; between each two the number of words.
            Letters match in either case.

    Attributes:
        in_order: the pattern that does not count, laid out as the parts.

    Raises:
        re2.error: a part uses what RE2 does not have, such as lookaround.
    """

    __slots__ = ("_first", "_others", "in_order")

    def __init__(self, *parts: str | int) -> None:
        patterns = [part for part in parts if isinstance(part, str)]
        gaps = [part for part in parts if isinstance(part, int)]
        between = [_NARROW if n_words <= 1 else ".*" for n_words in gaps]
        in_order = [part for pair in zip(patterns, [*between, ""], strict=True) for part in pair]
        self.in_order = "(?s)" + "".join(f"(?:{part})" for part in in_order)
        self._first = _pattern(patterns[0])
        self._others = tuple(zip(gaps, map(_pattern, patterns[1:]), strict=True))

    def spans(self, text: str, limit: int) -> list[tuple[int, int]]:
        """Return where the first `limit` finds start and end, in the order of their first words.

        Where `in_order` does not match, there are none, and asking it first is cheaper.
        """
        spans = self._first.spans(text)
        for n_words, pattern in self._others:
            following = pattern.spans(text)
            spans = [
                (start, next_end)
                for start, end in spans
                if (next_end := _next_end(text, end, following, n_words)) is not None
            ]
        return spans[:limit]


def _next_end(text: str, end: int, following: list[tuple[int, int]], n_words: int) -> int | None:
    """Return where the first of the following spans ends that is near enough, or None."""
    for start, next_end in following:
        if start >= end:
            between = text[end:start]
            if _CLAUSE_END.search(between) or len(_A_WORD.findall(between)) > n_words:
                return None
            return next_end
    return None
