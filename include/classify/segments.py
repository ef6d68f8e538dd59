"""Structure of an ad's text: headings, sections, bullets, sentences, clauses, each with exact offsets.

Works on the stored text (headings are lines starting `## `, bullets `- `) and on any plain text: markdown,
bold lines, upper-case lines, `Heading:` lines, headings run into a long line, text whose line breaks or
punctuation were lost. Everything is computed when first asked for, so a text in which nothing is looked up
costs nothing.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from functools import cached_property
from itertools import pairwise
from typing import Literal, NamedTuple

from include.classify.headings import SectionKind, heading_kind, is_plain_heading
from include.classify.linear_time import GuardedPattern, compile_plain

__all__ = ["Block", "Document", "Heading", "Section", "SectionKind", "Span", "segment"]

_MAX_HEADING = 110  # characters; longer lines are prose even when marked
_MAX_PLAIN_HEADING = 70
_LONG_LINE = 240  # from here a line may hold several bullets or headings whose breaks were lost
_VERY_LONG_LINE = 900  # as `_LONG_LINE`, in an ad that has headings
_HUGE_LINE = 50_000  # of a line this long only the neighbourhood is read
_STRUCTURED = 3  # headings that make an ad one with headings
_MAX_RUN_IN = 400  # places looked at in one line; the bound keeps hostile input cheap
_MAX_SENTENCE = 1200  # a longer run without a full stop is cut at word boundaries

BULLET_MARKS = "•●▪■◦‣►➢➤✓✔✅❖·∙⁃○◆♦▶»⚫"

_MARKER = re.compile(
    r"[ \t\u00a0\u200b>]*(?:(?P<hash>\#{1,6}(?!\w))|(?P<bullet>[-*+–—"
    + BULLET_MARKS
    + r"](?=[\s\u00a0])|["
    + BULLET_MARKS
    + r"]|\(?\d{1,2}[.)](?=\s)|o(?=\s{2,}\S)))?[ \t\u00a0\u200b]*"
)
_BOLD = re.compile(
    r"(?P<mark>\*\*\*?_?|__)(?P<words>[^*_\n]{2,120})(?P=mark)\s*:?\s*"
    r"|\*\*_?(?P<words2>[^*\n]{2,120}?)_?\*\*\s*:?\s*"
)
_DECORATION = " \t\u00a0\u200b\ufeff*_#:-–—?!.…>|="
_LETTER = re.compile(r"[^\W\d_]")

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
      (?:(?:(?:MINIMUM|REQUIRED|PREFERRED|BASIC)\s+(?:QUALIFICATIONS|REQUIREMENTS|SKILLS|EXPERIENCE))
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
    (?:(?<=[.!?;:)\]"”’>])|(?<=[a-z0-9%+]{3})|(?<=\s\s)|(?<=[•*–-]\s)|(?<=[.!?;:>)]\s)|^)
    (?P<words>"""
    + _RUN_IN_WORDS
    + r""")
    (?=\s*:|\s*[-–•]\s|[A-Z0-9•]|\s+[A-Z][a-z'’]+|\s+\d|\s+(?:for\s+this\s+(?:position
    |role)\s+)?include\b|\s*$)
    """,
    re.VERBOSE,
)
# Where punctuation was lost too, a capital on both sides is the only sign left.
_RUN_IN_UNPUNCTUATED = GuardedPattern(
    rf"(?=[A-Zw])(?<=\s)(?P<words>{_RUN_IN_WORDS})(?=\s*:|\s+[A-Z0-9]|[A-Z]|\s+include\b)", re.VERBOSE
)
_MIN_FULL_STOPS = 1 / 500  # per character; running text has about one in a hundred

_INLINE_BULLETS = "•●▪■◦‣►➢➤✓✔✅❖∙⁃◆▶"
_INLINE_BULLET = re.compile(r"[ \t\u00a0]*[" + _INLINE_BULLETS + r"][ \t\u00a0]*")

_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.?g|i\.?e|etc|inc|ltd|corp|co|vs|dr|mr|mrs|ms|sr|jr|st|no|approx|incl|min|max|yrs?"
    r"|dept|est|cf|al|ca|bzw|usw|inkl|ggf|evtl|mind|z\.\s?B|d\.\s?h|u\.\s?a|o\.\s?[äÄ]|p\.?\s?ex"
    r"|ej|ex|bijv|b\.?v|o\.a|Ph\.?D|B\.?Sc|M\.?Sc|Eng|Univ|Int)|\b[A-Za-z])$",
    re.IGNORECASE,
)
# A full stop, or a break lost between two sentences (`required.Strong`).
_SENTENCE_END = re.compile(
    r"""
    [.!?…](?:  # one character that all ends begin with, so that `re` skips to the next of them
        [.!?…]*["”’)\]*_]*(?=[\s\u00a0]+|$)
      | (?<=[a-zà-ÿ)%0-9]{2}\.)(?=[A-ZÀ-Þ][a-zA-Z]|\d+\+)(?!\.(?:JS|NET|IO|AI|Net)\b)
    )
    """,
    re.VERBOSE,
)
_LOWER_NEXT = re.compile(r"\s*[a-zà-ÿ]")
# Breaks lost without a full stop (`preferredStructural`); few texts hold any.
_GLUED = re.compile(r"(?:required|referred|.desired)(?=[A-Z][a-z]|\d)|a plus(?=[A-Z][a-z])")
_GLUED_WORDS = ("required", "referred", "desired", "a plus")
_CLAUSE_BREAK = GuardedPattern(
    r"(?=[\s;.,])(?:\s*;(?!\s*(?:or|oder|ou)\b)\s*|\s+[–—|]\s+|\s+-\s+|\s*\.\s+(?=[A-ZÀ-Þ])"
    r"|,?\s+(?:but(?!\s+not\s+(?:\w+\s+)?(?:required|necessary|mandatory|essential|needed))"
    r"|however|although|though|whereas|while|aber|jedoch|mais|cependant|pero|aunque|mas|porém"
    r"|maar)\s+)",
    re.IGNORECASE,
)


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


class Heading(NamedTuple):
    """A heading's words and what they announce."""

    start: int
    end: int
    kind: SectionKind
    words: str


class Section(NamedTuple):
    """A heading and what stands below it, up to the next heading.

    Attributes:
        start: where the heading starts (or the text, before any heading).
        body_start: where the words below the heading start.
        kind: what it is about; a `topic` section inside a requirements section has that section's kind.
        heading: None before the first heading.
    """

    start: int
    body_start: int
    end: int
    kind: SectionKind
    heading: Heading | None


class Document:
    """A text and its structure, computed on demand. Build with `segment`.

    Args:
        text: the text as given; every offset refers to it.
    """

    def __init__(self, text: str) -> None:
        self.text = text
        self._sentences_by_block: dict[int, list[Span]] = {}

    @cached_property
    def lower(self) -> str:
        """The text in lower case, same length as the text (characters that would grow are kept)."""
        lowered = self.text.lower()
        if len(lowered) == len(self.text):
            return lowered
        return "".join(c.lower() if len(c.lower()) == 1 else c for c in self.text)

    @cached_property
    def blocks(self) -> tuple[Block, ...]:
        """Every non-empty line, or piece of one, in order."""
        blocks: list[Block] = []
        text = self.text
        start = 0
        size = len(text)
        while start < size:
            end = text.find("\n", start)
            if end < 0:
                end = size
            if end > start:
                if text.find("&lt;", start, end) >= 0:
                    _append_escaped(blocks, text, start, end)
                else:
                    _append_line(blocks, text, start, end)
            start = end + 1
        blocks = _with_headings_above_lists(blocks, text)
        if any(block.end - block.start > _LONG_LINE for block in blocks):
            return tuple(_with_lost_breaks(blocks, text))
        return tuple(blocks)

    @cached_property
    def _block_starts(self) -> list[int]:
        return [block.start for block in self.blocks]

    @cached_property
    def headings(self) -> tuple[Heading, ...]:
        """Headings in order."""
        return tuple(
            Heading(block.start, block.end, block.kind, self.text[block.start : block.end])
            for block in self.blocks
            if block.form == "heading"
        )

    @cached_property
    def sections(self) -> tuple[Section, ...]:
        """Sections in order; together they cover the text."""
        sections: list[Section] = []
        text_end = len(self.text)
        headings = self.headings
        first = headings[0].start if headings else text_end
        if first > 0 or not headings:
            sections.append(Section(0, 0, first, "none", None))
        asked: SectionKind = "neutral"  # firmness of the requirements section we are in
        previous_end = -1
        for index, heading in enumerate(headings):
            end = headings[index + 1].start if index + 1 < len(headings) else text_end
            kind = heading.kind
            if kind == "topic":
                kind = asked
            elif kind in ("required", "preferred", "neutral"):
                # `Requirements` directly above `What you bring`: the nearer heading speaks.
                asked = kind
            else:
                asked = "neutral"
            previous_end = heading.end
            sections.append(Section(heading.start, previous_end, end, kind, heading))
        return tuple(sections)

    @cached_property
    def _section_starts(self) -> list[int]:
        return [section.start for section in self.sections]

    @cached_property
    def bullets(self) -> tuple[Span, ...]:
        """Words of every bullet, in order."""
        return tuple(Span(block.start, block.end) for block in self.blocks if block.form == "bullet")

    @cached_property
    def sentences(self) -> tuple[Span, ...]:
        """Every sentence, in order; headings and bullets are sentences of their own."""
        return tuple(
            sentence
            for block in self.blocks
            for sentence in split_sentences(self.text, block.start, block.end)
        )

    def block_index_at(self, offset: int) -> int:
        """Return the index of the block that holds `offset`, or the nearest before it (0 at least)."""
        return max(bisect_right(self._block_starts, offset) - 1, 0)

    def block_at(self, offset: int) -> Block | None:
        """Return the block that holds `offset`, the nearest before it, or None for an empty text."""
        return self.blocks[self.block_index_at(offset)] if self.blocks else None

    def section_at(self, offset: int) -> Section:
        """Return the section that holds `offset` (a heading belongs to its own section)."""
        return self.sections[max(bisect_right(self._section_starts, offset) - 1, 0)]

    def sentence_at(self, offset: int) -> Span:
        """Return the sentence that holds `offset`."""
        block = self.block_at(offset)
        if block is None or offset >= block.end:
            return Span(offset, offset)
        if block.end - block.start > _HUGE_LINE:
            begin, stop = (
                max(block.start, offset - 2 * _MAX_SENTENCE),
                min(block.end, offset + 2 * _MAX_SENTENCE),
            )
            around = split_sentences(self.text, begin, stop)
            return next((sentence for sentence in around if offset < sentence.end), Span(offset, stop))
        sentences = self._sentences_by_block.get(block.start)
        if sentences is None:
            sentences = split_sentences(self.text, block.start, block.end)
            self._sentences_by_block[block.start] = sentences
        index = bisect_right(sentences, (offset, len(self.text))) - 1
        if index >= 0 and offset < sentences[index].end:
            return sentences[index]
        return sentences[min(index + 1, len(sentences) - 1)] if sentences else Span(block.start, block.end)

    def clause_at(self, offset: int) -> Span:
        """Return the clause that holds `offset`: a sentence's part between semicolons, dashes or `but`."""
        sentence = self.sentence_at(offset)
        for clause in split_clauses(self.text, sentence.start, sentence.end):
            if offset < clause.end:
                return clause
        return sentence

    def sentences_between(self, start: int, end: int) -> tuple[Span, ...]:
        """Return the sentences of the blocks that start in `[start, end)` (a section's body, say)."""
        first = bisect_right(self._block_starts, start - 1)
        found: list[Span] = []
        for block in self.blocks[first:]:
            if block.start >= end:
                break
            found.extend(split_sentences(self.text, block.start, block.end))
        return tuple(found)


def segment(text: str) -> Document:
    """Return the structure of `text`; nothing is computed before it is asked for."""
    return Document(text)


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
        if text[mark] == "." and _ABBREVIATION.search(text, max(begin, mark - 8), mark):
            continue
        if text[mark + 1 : mark + 2] == ")" and _LOWER_NEXT.match(text, match.end(), end):
            continue  # `(MCSE, VMware.) are a plus`
        begin = match.end()
        ends.append(begin)
    if any([text.find(word, start, end) >= 0 for word in _GLUED_WORDS]):
        glued = [match.end() for match in _GLUED.finditer(text, start, end)]
        if glued:
            ends = sorted({*ends, *glued})
    return ends


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
    while stop - begin > _MAX_SENTENCE:
        cut = text.rfind(" ", begin, begin + _MAX_SENTENCE)
        cut = cut if cut > begin else begin + _MAX_SENTENCE
        spans.append(Span(begin, cut))
        begin = cut
        while begin < stop and text[begin].isspace():
            begin += 1
    if begin < stop:
        spans.append(Span(begin, stop))


# Markup that was escaped twice upstream: its block tags are the breaks of the text.
_ESCAPED_BREAK = re.compile(
    r"(?:\s|&nbsp;|&lt;/?(?:br|p|li|ul|ol|div|h[1-6]|tr|td|table)\b(?:[^&\n]|&(?!gt;)){0,120}&gt;)*"
    r"&lt;/?(?:br|p|li|ul|ol|div|h[1-6]|tr|td|table)\b(?:[^&\n]|&(?!gt;)){0,120}&gt;"
    r"(?:\s|&nbsp;|&lt;/?\w+(?:[^&\n]|&(?!gt;)){0,120}&gt;)*"
)
_ESCAPED_START = re.compile(r"(?:\s|&nbsp;|&lt;/?\w+(?:[^&\n]|&(?!gt;)){0,120}&gt;)+")
_ESCAPED_END = re.compile(r"(?:\s|&nbsp;|&lt;/?\w+(?:[^&\n]|&(?!gt;)){0,120}&gt;)+$")


def _append_escaped(blocks: list[Block], text: str, start: int, end: int) -> None:
    """Append the pieces of a line between escaped tags."""
    is_item = False
    for match in _ESCAPED_BREAK.finditer(text, start, end):
        _append_escaped_piece(blocks, text, start, match.start(), is_item=is_item)
        is_item = "&lt;li" in match[0]
        start = match.end()
    _append_escaped_piece(blocks, text, start, end, is_item=is_item)


def _append_escaped_piece(blocks: list[Block], text: str, start: int, end: int, *, is_item: bool) -> None:
    lead = _ESCAPED_START.match(text, start, end)
    start = start if lead is None else lead.end()
    tail = _ESCAPED_END.search(text, max(start, end - 400), end)
    end = end if tail is None else tail.start()
    if end <= start:
        return
    n_blocks = len(blocks)
    _append_line(blocks, text, start, end)
    if is_item and len(blocks) == n_blocks + 1 and blocks[-1].form == "text":
        blocks[-1] = blocks[-1]._replace(form="bullet")


def _append_line(blocks: list[Block], text: str, start: int, end: int) -> None:
    first = text[start]
    # Most lines start with a word and bear no mark (`o` may be one).
    marker = None if first.isalpha() and first != "o" else _MARKER.match(text, start, end)
    begin = marker.end() if marker else start
    while end > begin and text[end - 1] in " \t\r\u00a0\u200b":
        end -= 1
    if begin >= end:
        return
    is_hash = marker is not None and marker["hash"] is not None
    is_bullet = marker is not None and marker["bullet"] is not None
    if end - begin <= _MAX_HEADING:
        heading = _heading_of(text, begin, end, is_hash=is_hash, is_bullet=is_bullet)
        if heading is not None:
            blocks.append(heading)
            return
    form: Form = "bullet" if is_bullet else "text"
    _append_run_in(blocks, text, begin, end, form)


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
        if line.form != "text" or following.form != "bullet" or line.end - line.start > _MAX_PLAIN_HEADING:
            continue
        words = text[line.start : line.end].strip(_DECORATION)
        n_words = len(words.split())
        if not 1 <= n_words <= _MAX_HEADING_WORDS or not words[0].isupper() or _ITEM_WORDS.search(words):
            continue
        kind = heading_kind(words)
        if kind in ("preferred", "required", "benefits", "neutral", "responsibilities"):
            blocks[index] = Block(line.start, line.end, "heading", kind, False, line.start)
    return blocks


def _with_lost_breaks(lines: list[Block], text: str) -> list[Block]:
    """Cut long lines where breaks were lost; an ad with headings of its own has them on their own lines."""
    n_headings = sum(line.form == "heading" for line in lines)
    shortest = _LONG_LINE if n_headings < _STRUCTURED else _VERY_LONG_LINE
    blocks: list[Block] = []
    for line in lines:
        if line.form == "heading" or line.end - line.start <= shortest:
            blocks.append(line)
        else:
            _append_pieces(blocks, text, line.start, line.end, line.form)
    return blocks


def _heading_of(text: str, begin: int, end: int, *, is_hash: bool, is_bullet: bool) -> Block | None:
    """Return the heading that the line is, or None."""
    line = text[begin:end]
    from_words = line.lstrip(_DECORATION)
    words = from_words.rstrip(_DECORATION)
    if not words:
        return None
    words_start = end - len(from_words)
    words_end = words_start + len(words)
    if is_hash:
        return Block(words_start, words_end, "heading", heading_kind(words), True, words_start)
    tail = from_words[len(words) :]
    is_bold = line.startswith(("**", "__")) and "**" not in words and ("**" in tail or "__" in tail)
    has_colon = ":" in tail
    is_upper = (
        not is_bullet
        and words.isupper()
        and len(words) > 3
        and "," not in words
        and len(_LETTER.findall(words)) >= 4
    )
    if tail and tail.rstrip("*_ ").endswith((".", "!")) and not is_bold and not is_upper:
        return None
    if is_bold or is_upper or has_colon:
        kind = heading_kind(words)
        if is_bullet and kind == "other":
            return None
        if is_upper and kind == "other" and len(words) < 8:
            return None  # an acronym alone on its line (`CSPO`) is an item
        if has_colon and not is_bold and not is_upper and len(words) > 80 and kind == "other":
            return None
        return Block(words_start, words_end, "heading", kind, True, words_start)
    if not is_bullet and len(words) <= _MAX_PLAIN_HEADING and is_plain_heading(words):
        return Block(words_start, words_end, "heading", heading_kind(words), False, words_start)
    return None


def _append_pieces(blocks: list[Block], text: str, begin: int, end: int, form: Form) -> None:
    """Cut a long line at headings and bullets that lost their breaks."""
    cuts = [(start, stop, True) for start, stop in _run_in_headings(text, begin, end)]
    if not text.isascii() and any(text.find(mark, begin, end) >= 0 for mark in _INLINE_BULLETS):
        cuts.extend(
            (match.start(), match.end(), False) for match in _INLINE_BULLET.finditer(text, begin, end)
        )
    if not cuts:
        _append_run_in(blocks, text, begin, end, form)
        return
    cuts.sort()
    position = begin
    piece_form = form
    for cut_start, cut_end, is_heading in cuts:
        if cut_start < position:
            continue
        _append_trimmed(blocks, text, position, cut_start, piece_form)
        position = cut_end
        if is_heading:
            kind = heading_kind(text[cut_start:cut_end])
            blocks.append(Block(cut_start, cut_end, "heading", kind, True, cut_start))
            while position < end and text[position] in " :-–•":
                position += 1
            piece_form = "text"
        else:
            piece_form = "bullet"
    _append_trimmed(blocks, text, position, end, piece_form)


def _run_in_headings(text: str, begin: int, end: int) -> set[tuple[int, int]]:
    line = text[begin:end]
    stems: set[int] = set()
    for start, stop in _RUN_IN.near(line, _MAX_RUN_IN):  # the same places for both patterns
        low = max(0, start - _AFTER_STEM)
        around = line[low : stop + _BEFORE_STEM + _LONGEST_STEM]
        stems.update([low + stem for stem, _ in _RUN_IN_STEM.spans(around, _MAX_RUN_IN)])
    if not stems:
        return set()
    find = (_RUN_IN if _is_punctuated(line) else _RUN_IN_UNPUNCTUATED).unguarded.finditer
    return {
        match.span("words")
        for stem in stems
        for match in find(text, begin + max(0, stem - _BEFORE_STEM), min(end, begin + stem + _AFTER_STEM))
    }


def _is_punctuated(line: str) -> bool:
    enough = len(line) * _MIN_FULL_STOPS
    n_stops = line.count(". ")
    return n_stops >= enough or n_stops + line.count("; ") + line.count(": ") >= enough


def _append_trimmed(blocks: list[Block], text: str, begin: int, end: int, form: Form) -> None:
    while begin < end and text[begin] in " \t\u00a0":
        begin += 1
    while end > begin and text[end - 1] in " \t\u00a0":
        end -= 1
    if begin < end:
        _append_run_in(blocks, text, begin, end, form)


def _append_run_in(blocks: list[Block], text: str, begin: int, end: int, form: Form) -> None:
    """Append a block, noting where a run-in heading (`Education: …`, `**Education** …`) ends."""
    bold = _BOLD.match(text, begin, end) if text.startswith(("**", "__"), begin) else None
    if bold is not None:
        run_in_end = bold.end()
    else:
        colon = text.find(":", begin, min(end, begin + 60))
        run_in_end = (
            colon
            if colon > 0 and not text[colon + 1 : colon + 2].isdigit() and text[colon + 1 : colon + 2] != "/"
            else begin
        )
    blocks.append(Block(begin, end, form, "none", False, run_in_end))
