"""Sentences of a block and clauses of a sentence."""

from __future__ import annotations

import re

from include.classify.linear_time import GuardedPattern
from include.classify.structure.shapes import Span

MAX_SENTENCE = 1200
"""Characters; a longer run without a full stop is cut at word boundaries."""

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|etc|inc|ltd|corp|co|vs|dr|mr|mrs|ms|sr|jr|st|no|approx|incl|min|max|yrs?"
    r"|dept|est|cf|al|ca|bzw|usw|inkl|ggf|evtl|mind|z\.\s?B|d\.\s?h|u\.\s?a|o\.\s?[äÄ]|p\.?\s?ex"
    r"|ej|ex|bijv|b\.?v|o\.a|Ph\.?D|B\.?Sc|M\.?Sc|Eng|Univ|Int)|\b[A-Za-z])$",
    re.IGNORECASE,
)
_LONG_WORD = 7  # letters; no abbreviation has as many

# A full stop, or a break lost between two sentences (`required.Strong`).
_SENTENCE_END = re.compile(
    r"""
    [.!?…](?:  # one character that all ends begin with, so that `re` skips to the next of them
        [.!?…]{0,30}["”’)\]*_]{0,30}(?=\s|$)
      | (?<=[a-zà-ÿ)%0-9]{2}\.)(?=[A-ZÀ-Þ][a-zA-Z]|\d+\+)(?!\.(?:JS|NET|IO|AI|Net)\b)
    )
    """,
    re.VERBOSE,
)
_LOWER_NEXT = re.compile(r"\s*(?:[a-zà-ÿ]|(?:AND|ARE|IS|OR|PREFERRED|REQUIRED)\b)")
# Breaks lost without a full stop (`preferredStructural`); few texts hold any.
_GLUED = re.compile(r"(?:required|referred|.desired)(?=[A-Z][a-z]|\d)|a plus(?=[A-Z][a-z])")
_GLUED_WORDS = ("required", "referred", "desired", "a plus")
_CLAUSE_BREAK = GuardedPattern(
    r"(?=[\s;,])(?:\s*;(?!\s*(?:or|oder|ou)\b)\s*|\s+[–—|]\s+|\s+-\s+"
    r"|,?\s+(?:but(?!\s+not\s+(?:\w+\s+)?(?:required|necessary|mandatory|essential|needed))"
    r"|however|although|though|whereas|while|aber|jedoch|mais|cependant|pero|aunque|mas|porém"
    r"|maar)\s+)",
    re.IGNORECASE,
)


def split_sentences(text: str, start: int, end: int) -> list[Span]:
    """Split one block into sentences.

    Args:
        text: the whole text.
        start: where the block starts.
        end: where it ends.

    Returns:
        At least one span when the block is not empty; together they cover its words.
    """
    spans: list[Span] = []
    begin = start
    for stop in _sentence_ends(text, start, end):
        _append_sentence(spans, text, begin, stop)
        begin = stop
    _append_sentence(spans, text, begin, end)
    return spans


def _sentence_ends(text: str, start: int, end: int) -> list[int]:
    ends: list[int] = []
    begin = start
    for match in _SENTENCE_END.finditer(text, start, end):
        mark = match.start()
        if text[mark] == "." and _is_abbreviated(text, begin, mark):
            continue
        if ")" in match[0] and _LOWER_NEXT.match(text, match.end(), end):
            continue  # `(MCSE, VMware.) are a plus`, `(ITIL, PRINCE2, ...) is a plus`
        begin = match.end()
        ends.append(begin)
    if any([text.find(word, start, end) >= 0 for word in _GLUED_WORDS]):
        glued = [match.end() for match in _GLUED.finditer(text, start, end)]
        if glued:
            ends = sorted({*ends, *glued})
    return ends


def _is_abbreviated(text: str, begin: int, mark: int) -> bool:
    """Say whether the word before a full stop is an abbreviation; most are too long for one."""
    before = text[max(begin, mark - _LONG_WORD) : mark]
    if len(before) == _LONG_WORD and before.isalpha():
        return False
    return _ABBREVIATION.search(text, max(begin, mark - 8), mark) is not None


def split_clauses(text: str, start: int, end: int) -> list[Span]:
    """Split a sentence at semicolons, dashes and adversative words; at least one span is returned."""
    spans: list[Span] = []
    begin = start
    for match in _CLAUSE_BREAK.finditer(text, start, end):
        opened = text.rfind("(", begin, match.start())
        if (
            opened >= 0
            and text.find(")", opened, match.start()) < 0
            and text.find(")", match.end(), end) >= 0
        ):
            continue  # `(CISSP; AWS Security - Specialty) preferred` is one clause
        if match.start() > begin:
            spans.append(Span(begin, match.start()))
        begin = match.end()
    if begin < end or not spans:
        spans.append(Span(begin, end))
    return spans


def _append_sentence(spans: list[Span], text: str, begin: int, stop: int) -> None:
    while begin < stop and text[begin].isspace():
        begin += 1
    while stop > begin and text[stop - 1].isspace():
        stop -= 1
    while stop - begin > MAX_SENTENCE:
        cut = text.rfind(" ", begin, begin + MAX_SENTENCE)
        cut = cut if cut > begin else begin + MAX_SENTENCE
        spans.append(Span(begin, cut))
        begin = cut
        while begin < stop and text[begin].isspace():
            begin += 1
    if begin < stop:
        spans.append(Span(begin, stop))
