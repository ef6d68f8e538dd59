"""The words around a cue: its sentence, what it announces and the heading above it.

Reads only the lines near the cue, because most texts hold no cue worth reading and building the structure of
the whole text costs more than everything else together.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from include.classify.headings import SectionKind, heading_kind, is_plain_heading
from include.classify.structure.lines import BULLET_MARKS
from include.classify.structure.sentences import split_sentences

MAX_SENTENCE = 420
"""Longest sentence read, in characters; in a text that lost its punctuation a window around the cue."""

MAX_BODY = 900
"""Characters read below an announcement such as `In your first 90 days you will:`."""

_MAX_LINES_ABOVE = 40
_MAX_HEADING = 110
_FLAT_BEFORE = 110
_FLAT_AFTER = 230
_LEAD_IN_WORDS = 16
_LEAD_IN_ENDINGS = (":", "…", "...", "?", " if", " have", " will", " you'll", " you’ll", " you'd", " to")
_MARKS = " -–—*+_#>" + BULLET_MARKS
_BULLETS = tuple("-*+–—" + BULLET_MARKS)


_STOPS = ".!?…"
_STOP = re.compile(f"[{_STOPS}]")
# Cheaper than splitting the whole line: only the breaks next to the cue matter. Abbreviations that end in a
# single letter (`e.g.`, `U.S.`) do not break; a full stop between small letter and capital does (`it.You`).
_SENTENCE_BREAK = re.compile(
    r"(?:(?<![\s.(][a-zA-Z])(?<!\b(?:vs|Dr|Mr|Ms|no))(?<!etc)(?<!Inc)\.|[!?…])[\"”’)\]*_]*(?=\s|$)|(?<=[a-z)]{2})\.(?=[A-Z][a-z])"
)


class Passage(NamedTuple):
    """A sentence with a cue and its surroundings, as offsets into the text.

    Attributes:
        start, end: the sentence.
        is_lead_in: the sentence is a heading or announces what stands below it.
        body: the items below a lead-in, one span per sentence; empty otherwise.
        heading: words of the heading above, in lower case, at most 80 characters.
        section: what that heading announces; `none` before any heading.
        is_line: the sentence is a line of its own, as items of a list are.
    """

    start: int
    end: int
    is_lead_in: bool
    body: tuple[tuple[int, int], ...]
    heading: str
    section: SectionKind
    is_line: bool


def sentence_around(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the sentence that holds the cue at `text[start:end]`.

    Where punctuation and line breaks were lost, the sentence is a window cut at blanks.
    """
    line_start, line_end = _line(text, start, end)
    begin, stop = line_start, line_end
    if line_end - line_start > 60:
        mark = _last_stop(text, line_start, start)
        while mark >= 0:  # from the cue backwards: the nearest break counts
            if (found := _SENTENCE_BREAK.match(text, mark, start)) is not None:
                begin = found.end()
                break
            mark = _last_stop(text, line_start, mark)
        for stop_mark in _STOP.finditer(text, end, line_end):
            if (found := _SENTENCE_BREAK.match(text, stop_mark.start(), line_end)) is not None:
                stop = found.end()
                break
    if stop - begin > MAX_SENTENCE:
        if begin < start - _FLAT_BEFORE:
            begin = _after_blank(text, start - _FLAT_BEFORE, start)
        if stop > end + _FLAT_AFTER:
            stop = _before_blank(text, end, end + _FLAT_AFTER)
    return trim(text, begin, stop)


def passage_around(text: str, start: int, end: int) -> Passage:
    """Return the sentence around a cue with what it announces and the heading above it."""
    return passage_of(text, sentence_around(text, start, end), start, end)


def passage_of(text: str, sentence: tuple[int, int], start: int, end: int) -> Passage:
    """Return the passage of a sentence that is known already; `start` and `end` are the cue in it."""
    begin, stop = sentence
    line_start, line_end = _line(text, start, end)
    words = text[begin:stop]
    line = text[line_start:line_end].lstrip(" ")
    is_bullet = line.startswith(_BULLETS) and not line.startswith("**")
    n_words = words.count(" ") + 1
    ends_line = not text[stop:line_end].strip(_MARKS + ":.…?")
    is_line = ends_line and not text[line_start:begin].strip(_MARKS)
    is_open = words.rstrip("*_ ").lower().endswith(_LEAD_IN_ENDINGS) or text[stop : stop + 1] == ":"
    is_lead_in = n_words <= _LEAD_IN_WORDS and (
        is_open
        or (
            ends_line
            and not words.endswith((".", "!", ";", ","))
            and not (is_bullet and _is_item(text, line_start, line_end))
        )
    )
    body = _body_below(text, stop) if is_lead_in else ()
    heading, section = _heading_above(text, line_start)
    return Passage(begin, stop, is_lead_in, body, heading, section, is_line)


def trim(text: str, begin: int, stop: int) -> tuple[int, int]:
    """Drop blanks and list marks from both ends of `text[begin:stop]`."""
    while begin < stop and (text[begin] in _MARKS or text[begin] == "\n"):
        begin += 1
    while stop > begin and text[stop - 1] in " \n*_":
        stop -= 1
    return begin, stop


def _last_stop(text: str, start: int, end: int) -> int:
    find = text.rfind  # spelled out: this runs several times per cue
    return max(find(".", start, end), find("!", start, end), find("?", start, end), find("…", start, end))


def _line(text: str, start: int, end: int) -> tuple[int, int]:
    """Return the line around the cue, cut to a window when it is very long."""
    low = max(0, start - 2 * MAX_SENTENCE)
    high = min(len(text), end + 2 * MAX_SENTENCE)
    line_start = text.rfind("\n", low, start) + 1 or low
    line_end = text.find("\n", end, high)
    return line_start, high if line_end < 0 else line_end


def _is_item(text: str, line_start: int, line_end: int) -> bool:
    """Say whether a bulleted line has no deeper bullets below it."""
    below_end = text.find("\n", line_end + 1, line_end + 200)
    below = text[line_end + 1 : below_end if below_end >= 0 else line_end + 200]
    return _indent(below) <= _indent(text[line_start:line_end])


def _indent(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def _is_heading(line: str) -> bool:
    """Say whether a line announces what follows: by markup, capitals, a colon or its words."""
    if not line or len(line) > _MAX_HEADING:
        return False
    if line[0] == "#" or (line.startswith("**") and line.rstrip(" :").endswith("**")):
        return True
    if line[0] in _BULLETS:
        return False
    if line.endswith((".", "!", ";", ",")):
        return False
    if line.endswith((":", "?", "…")):
        return True
    return (line.isupper() and len(line) > 8) or (len(line) <= 70 and is_plain_heading(line))


def _heading_above(text: str, line_start: int) -> tuple[str, SectionKind]:
    end = line_start - 1
    for _ in range(_MAX_LINES_ABOVE):
        if end <= 0:
            break
        begin = text.rfind("\n", max(0, end - 2000), end) + 1
        line = text[begin:end].strip(" ")
        if _is_heading(line):
            words = line.strip(_MARKS + ":?…")
            return words.lower()[:80], heading_kind(words)
        end = begin - 1
    return "", "none"


def _body_below(text: str, position: int) -> tuple[tuple[int, int], ...]:
    """Return the items from `position` to the next heading, within `MAX_BODY` characters."""
    limit = min(len(text), position + MAX_BODY)
    items: list[tuple[int, int]] = []
    n_headings = 0
    start = position
    while start < limit:
        end = text.find("\n", start, limit)
        if end < 0:
            end = limit if limit == len(text) else _before_blank(text, start, limit)
        line = text[start:end].strip(" ")
        if start > position and _is_heading(line):
            n_headings += 1
            # A sub-heading straight below (`What success looks like` / `First 3 months`) belongs to the body.
            if items or n_headings > 1:
                break
        begin, stop = trim(text, start, end)
        while begin < stop and text[begin] in ":.…?!”\"')* ":
            begin += 1
        if begin < stop:
            items.extend((span.start, span.end) for span in split_sentences(text, begin, stop))
        start = end + 1
    return tuple(items)


def _after_blank(text: str, position: int, limit: int) -> int:
    blank = text.find(" ", position, limit)
    return position if blank < 0 else blank + 1


def _before_blank(text: str, limit: int, position: int) -> int:
    blank = text.rfind(" ", limit, position)
    return position if blank <= limit else blank
