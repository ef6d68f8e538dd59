"""One line to a block: its list or heading mark, whether it is a heading, where a run-in heading ends."""

from __future__ import annotations

import re

from include.classify.headings import heading_kind, is_plain_heading
from include.classify.structure.shapes import Block, Form

_MAX_HEADING = 110  # characters; longer lines are prose even when marked
MAX_PLAIN_HEADING = 70
"""Characters of the longest heading without any mark."""

BULLET_MARKS = "•●▪■◦‣►➢➤✓✔✅❖·∙⁃○◆♦▶»⚫"
"""Characters that mark an item of a list."""

_MARKER = re.compile(
    r"[ >]*(?:(?P<hash>\#{1,6}(?!\w))|(?P<bullet>[-*+–—"
    + BULLET_MARKS
    + r"](?=\s)|["
    + BULLET_MARKS
    + r"]|\(?\d{1,2}[.)](?=\s)|o(?=\s[A-Z])))? *"
)
_BOLD = re.compile(
    r"(?P<mark>\*\*\*?_?|__)(?P<words>[^*_\n]{2,120})(?P=mark)\s*:?\s*"
    r"|\*\*_?(?P<words2>[^*\n]{2,120}?)_?\*\*\s*:?\s*"
)
DECORATION = " *_#:;-–—?!¿¡.…>|="
"""What may stand around a heading's words."""

_LETTER = re.compile(r"[^\W\d_]")


def append_line(blocks: list[Block], text: str, start: int, end: int, *, is_capitals: bool) -> None:
    """Append the block that the line `text[start:end]` is; a line of marks and blanks alone is none.

    Where the whole text is in capitals (`is_capitals`), they mark no heading.
    """
    first = text[start]
    # Most lines start with a word and bear no mark (`o` may be one).
    marker = None if first.isalpha() and first != "o" else _MARKER.match(text, start, end)
    begin = marker.end() if marker else start
    while end > begin and text[end - 1] == " ":
        end -= 1
    if begin >= end:
        return
    is_hash = marker is not None and marker["hash"] is not None
    is_bullet = marker is not None and marker["bullet"] is not None
    if end - begin <= _MAX_HEADING:
        heading = _heading_of(text, begin, end, is_hash=is_hash, is_bullet=is_bullet, is_capitals=is_capitals)
        if heading is not None:
            blocks.append(heading)
            return
    form: Form = "bullet" if is_bullet else "text"
    append_run_in(blocks, text, begin, end, form)


def _heading_of(
    text: str, begin: int, end: int, *, is_hash: bool, is_bullet: bool, is_capitals: bool
) -> Block | None:
    """Return the heading that the line is, or None."""
    line = text[begin:end]
    from_words = line.lstrip(DECORATION)
    words = from_words.rstrip(DECORATION)
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
        and not is_capitals
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
    if not is_bullet and len(words) <= MAX_PLAIN_HEADING and is_plain_heading(words):
        return Block(words_start, words_end, "heading", heading_kind(words), False, words_start)
    return None


def append_run_in(blocks: list[Block], text: str, begin: int, end: int, form: Form) -> None:
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
