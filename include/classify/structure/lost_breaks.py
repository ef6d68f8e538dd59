"""Long lines that lost their breaks: cut at headings and bullets inside them, and where lines began."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from itertools import pairwise

from include.classify.headings import heading_kind, is_plain_heading
from include.classify.linear_time import GuardedPattern, compile_plain
from include.classify.structure.line_starts import shipped
from include.classify.structure.lines import append_line, append_run_in
from include.classify.structure.shapes import Block, Form

LONG_LINE = 240
"""Characters from which a line may hold several bullets or headings whose breaks were lost."""

VERY_LONG_LINE = 900
"""The same in an ad that has headings: they stand on lines of their own."""

_MAX_RUN_IN = 400  # places looked at in one line; the bound keeps hostile input cheap

# Heading phrases inside a line whose breaks were lost: after a sentence's end or glued to the word before,
# and followed by a colon, a dash, a capital or a figure. `_RUN_IN_STEMS` finds where to look: plain substring
# search is many times faster than the pattern.
_RUN_IN_STEMS = (
    "qualification", "requirement", "responsibilit", "duties", "to have", "must-have", "bonus points",
    "skills", "requisitos", "anforderungen", "benefits", "perks", "compensation", "what you", "what we",
    "desirable:", "desired:", "preferred:", "pluses", "plusses", "bonus:", "bonus skills",
    "required:", "a plus:", "advantages:",
    "vorteil:", "would love", "about us", "about you", "about the", "who you are", "why join",
    "equal opportunity", "wünschenswert", "wir bieten", "profil", "aufgaben",
)  # fmt: skip
_RUN_IN_STEM = compile_plain("|".join(map(re.escape, _RUN_IN_STEMS)))
_LONGEST_STEM = max(map(len, _RUN_IN_STEMS))
_BEFORE_STEM, _AFTER_STEM = 45, 60  # characters around a stem in which the heading that holds it stands
_RUN_IN_WORDS = r"""
      (?:(?:Education|Skills?|Experience|Knowledge)\s*(?:and|&|,|/)\s*)*
      (?:The\s+|Our\s+|Your\s+|Job\s+|Key\s+|Additional\s+|Other\s+|Technical\s+|Professional\s+)?
      (?:(?:(?:MINIMUM|REQUIRED|PREFERRED|BASIC|ESSENTIAL|DESIRED)\s+(?:QUALIFICATIONS|REQUIREMENTS|SKILLS|EXPERIENCE))
        |(?:Required\s*(?:&amp;|&|/|and)\s*)?(?:Minimum|Required|Basic|Preferred|Desired|Desirable
        |Mandatory|Essential|Position|Job|Key|Education(?:al)?)\s+
            (?:[Ss]kills?\s*(?:,|and|&|/)\s*)?(?:[Qq]ualifications?|[Rr]equirements?|[Ss]kills?
            |[Ee]xperience|[Ee]ducation)
            (?:\s*(?:,|and|&|/)\s*(?:[Qq]ualifications?|[Rr]equirements?|[Ss]kills?|[Ee]xperience
            |[Ee]ducation|[Aa]bilities))*
        |(?:Desirable|Desired|Preferred|Pluss?es|Bonus(?:\s+[Ss]kills)?|Required|Nice\s+to\s+have
        |(?:It\s+)?[Ww]ould\s+be\s+a\s+plus|Advantages?|Von\s+Vorteil)(?=\s*:)
        |(?:What\s+(?:we\s+)?)?[Ww]ould\s+(?:[Ll]ove\s+(?:for\s+[Yy]ou\s+)?[Tt]o\s+(?:[Hh]ave
        |[Ss]ee)|[Bb]e\s+[Aa]wesome\s+to\s+[Hh]ave)(?:\s+\(Preferred\))?
        |PLUSES|NICE\s+TO\s+HAVES?|BONUS\s+POINTS|WHAT\s+WE\s+OFFER|ABOUT\s+(?:US|YOU|THE\s+ROLE)|PERKS\b
        |(?:Nice|Good)[\s-][Tt]o[\s-][Hh]aves?|Must[\s-][Hh]aves?|Bonus\s+[Pp]oints
        |(?:Key\s+|Your\s+|Main\s+|Core\s+|Essential\s+|Primary\s+|Job\s+)?(?:Responsibilities|Duties)
        |Requirements|REQUIREMENTS|Qualifications|QUALIFICATIONS|RESPONSIBILITIES|Requisitos
        |Anforderungen|Qualifikationen
        |Benefits|BENEFITS|Perks(?:\s+(?:and|&)\s+Benefits)?|Compensation
        |What\s+(?:[Yy]ou(?:['’]ll|\s+[Ww]ill)?|[Ww]e(?:['’]re)?)\s+(?:[Bb]e\s+)?
            (?:[Dd]o(?:ing)?|[Bb]ring|[Nn]eed|[Hh]ave|[Oo]ffer|[Ll]ook(?:ing)?\s+[Ff]or|[Gg]et)
        |About\s+(?:[Uu]s|[Yy]ou|[Tt]he\s+(?:[Rr]ole|[Jj]ob|[Tt]eam|[Cc]ompany))|Who\s+[Yy]ou\s+[Aa]re
        |Why\s+[Jj]oin(?:\s+[Uu]s)?|Equal\s+Opportunity|Wünschenswert|Wir\s+bieten|(?:Ihr|Dein)\s+Profil
        |(?:Ihre|Deine)\s+Aufgaben)
"""
# It starts with a capital or a `would`: asked first, since `re` tries lookbehinds far more slowly.
_RUN_IN = GuardedPattern(
    r"""
    (?=[A-Zw])
    (?:(?<=[.!?;:)\]"”’>])|(?<=[a-z0-9%+]{3})|(?<=[•*–-]\s)|(?<=[.!?;:>)]\s)|^)
    (?P<words>"""
    + _RUN_IN_WORDS
    + r""")
    (?=\s*:|\s*[-–•]\s|[A-Z0-9•]|\s+[A-Z][a-z'’]+|\s+\d|\s+(?:for\s+this\s+(?:position
    |role)\s+)?include\b|\s*$)
    """,
    re.VERBOSE,
)
_LONGEST_HEADING = 60  # characters
_ASKING = frozenset(["required", "preferred", "neutral", "responsibilities"])

_INLINE_BULLETS = "•●▪■◦‣►➢➤✓✔✅❖∙⁃◆▶"
_INLINE_BULLET = re.compile(" *[" + _INLINE_BULLETS + "] *")


def with_lost_breaks(lines: list[Block], text: str, shortest: int) -> list[Block]:
    """Cut lines longer than `shortest` characters where breaks were lost."""
    blocks: list[Block] = []
    for line in lines:
        if line.form == "heading" or line.end - line.start <= shortest:
            blocks.append(line)
        else:
            _append_pieces(blocks, text, line.start, line.end, line.form)
    return blocks


def _append_pieces(blocks: list[Block], text: str, begin: int, end: int, form: Form) -> None:
    """Append the lines, headings and bullets that a long line is made of."""
    cuts = [(start, stop, True) for start, stop in _run_in_headings(text, begin, end)]
    if not text.isascii() and any(text.find(mark, begin, end) >= 0 for mark in _INLINE_BULLETS):
        cuts.extend(
            (match.start(), match.end(), False) for match in _INLINE_BULLET.finditer(text, begin, end)
        )
    starts = [begin + start for start in shipped().inside(text[begin:end])]
    if not cuts and not starts:
        append_run_in(blocks, text, begin, end, form)
        return
    cuts.sort()
    position = begin
    piece_form = form
    for cut_start, cut_end, is_heading in cuts:
        if cut_start < position:
            continue
        _append_lines(blocks, text, position, cut_start, piece_form, starts)
        position = cut_end
        if is_heading:
            kind = heading_kind(text[cut_start:cut_end])
            blocks.append(Block(cut_start, cut_end, "heading", kind, True, cut_start))
            while position < end and text[position] in " :-–•":
                position += 1
            piece_form = "text"
        else:
            piece_form = "bullet"
    _append_lines(blocks, text, position, end, piece_form, starts)


def _run_in_headings(text: str, begin: int, end: int) -> set[tuple[int, int]]:
    line = text[begin:end]
    stems: set[int] = set()
    for start, stop in _RUN_IN.near(line, _MAX_RUN_IN):
        low = max(0, start - _AFTER_STEM)
        around = line[low : stop + _BEFORE_STEM + _LONGEST_STEM]
        stems.update([low + stem for stem, _ in _RUN_IN_STEM.spans(around, _MAX_RUN_IN)])
    if not stems:
        return set()
    find = _RUN_IN.unguarded.finditer
    return {
        match.span("words")
        for stem in stems
        for match in find(text, begin + max(0, stem - _BEFORE_STEM), min(end, begin + stem + _AFTER_STEM))
    }


def _append_lines(
    blocks: list[Block], text: str, begin: int, end: int, form: Form, starts: Sequence[int]
) -> None:
    """Append `text[begin:end]`, inside which lines began at some of `starts`; `form` is that of the first."""
    inside = list(starts[bisect_right(starts, begin) : bisect_left(starts, end)])
    if not inside or form != "text":
        _append_trimmed(blocks, text, begin, inside[0] if inside else end, form)
    else:
        inside.insert(0, begin)
    for start, stop in pairwise((*inside, end)):
        _append_line_again(blocks, text, start, stop)


def _append_line_again(blocks: list[Block], text: str, begin: int, end: int) -> None:
    """Append what was a line; what would be a heading on a line of its own is one before a colon, too."""
    colon = text.find(": ", begin, min(end, begin + _LONGEST_HEADING))
    words = text[begin:colon] if colon >= 0 else ""
    if words and is_plain_heading(words) and (kind := heading_kind(words)) in _ASKING:
        blocks.append(Block(begin, colon, "heading", kind, True, begin))
        begin = colon + 2
    append_line(blocks, text, begin, end, is_capitals=False)


def _append_trimmed(blocks: list[Block], text: str, begin: int, end: int, form: Form) -> None:
    while begin < end and text[begin] == " ":
        begin += 1
    while end > begin and text[end - 1] == " ":
        end -= 1
    if begin < end:
        append_run_in(blocks, text, begin, end, form)
