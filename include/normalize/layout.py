"""Text with marks in place of its tags (see `tag_marks`) → lines: headings, list items, paragraphs, rows."""

from __future__ import annotations

import re

from include.normalize.tag_marks import BLOCK, BOLD, BOLD_END, CELL, INLINE, SPAN_END, STYLED_BOLD

_MAX_BOLD_HEADING_CHARACTERS = 100
_MAX_BOLD_HEADING_WORDS = 14
_MAX_LIST_DEPTH = 8

_BULLET_CHARACTERS = frozenset("•·●▪◦‣∙○■□▸➢➤►✓✔✅⁃*–—-")
_TYPED_BULLET = re.compile(r"[•●▪◦‣∙■▸➢➤►✔✅⁃]\s*|[·○□✓*–—-]\s+")
_BESIDE_BOLD = " \t\xa0:.*-–—"  # what may stand outside the bold words of a heading
_NO_HEADING_END = (".", ",", ";")


def _drop_inline_marks(line: str, depth: int) -> tuple[str, bool, int]:
    """Read one line with bold marks.

    Args:
        line: text with inline marks.
        depth: how many bold tags are open where the line begins.

    Returns:
        The line without marks, whether all its words are bold, and how many bold tags are open at its end.
    """
    if depth == 0 and line.startswith(BOLD):  # the usual heading: <b>Words</b>
        end = line.find(INLINE, 2)
        if line.startswith(BOLD_END, end) and line.find(INLINE, end + 2) < 0:
            tail = line[end + 2 :]
            return line[2:end] + tail, not tail.strip(_BESIDE_BOLD), 0
    first, *rest = line.split(INLINE)
    has_plain = depth == 0 and bool(first.strip(_BESIDE_BOLD))
    texts = [first]
    for piece in rest:
        mark, text = piece[0], piece[1:]
        depth = depth + 1 if mark in "bs" else max(depth - 1, 0)
        texts.append(text)
        has_plain = has_plain or (depth == 0 and bool(text.strip(_BESIDE_BOLD)))
    return "".join(texts), not has_plain, depth


def _is_bold_heading(line: str) -> bool:
    return (
        len(line) <= _MAX_BOLD_HEADING_CHARACTERS
        and not line.endswith(_NO_HEADING_END)
        and line.count(" ") < _MAX_BOLD_HEADING_WORDS
        and any(map(str.isalpha, line))
    )


def to_lines(marked: str) -> str:  # noqa: C901 - one loop: a function call per line would double its time
    """Lay out the blocks of a marked text as lines."""
    while "  " in marked:
        marked = marked.replace("  ", " ")
    has_cells = CELL in marked
    if STYLED_BOLD not in marked:
        marked = marked.replace(SPAN_END, "")
    out: list[str] = []
    list_depth = bold_depth = 0
    in_item = False
    prefix = ""  # of the next line, when it begins a list item
    last = ""  # kind of the last line: h heading, i item, r table row, p paragraph
    for piece in f"b{marked}".split(BLOCK):
        kind = piece[0]
        if kind == "b":  # break: a paragraph, or any other block
            if len(piece) == 1:
                continue
        elif kind == "i":  # list item
            in_item = True
            prefix = "  " * (list_depth - 1) + "- "
        elif kind == "l":  # list
            list_depth = min(list_depth + 1, _MAX_LIST_DEPTH)
        elif kind == "e":  # end of a list
            list_depth = max(list_depth - 1, 0)
            in_item = list_depth > 0  # back in the item that holds the list
            prefix = ""
        elif kind == "c":  # end of an item
            in_item = False
            prefix = ""
        content = piece[1:]
        if has_cells and CELL in content:
            content = " | ".join(filter(None, map(str.strip, content.split(CELL))))
        if kind == "h":  # heading
            content = content.replace("\n", " ")
        separator = "\n\n"
        has_text = False
        for line in content.split("\n") if "\n" in content else (content,):
            is_bold = False
            if bold_depth or INLINE in line:
                line, is_bold, bold_depth = _drop_inline_marks(line, bold_depth)
                line = line.replace("  ", " ")
            line = line.strip()
            if not line:
                if has_text:
                    separator = "\n\n"  # two `br`: a new paragraph
                continue
            if line[0] in _BULLET_CHARACTERS and (bullet := _TYPED_BULLET.match(line)):
                line = line[bullet.end() :]
                if not line:
                    continue
                prefix = prefix or "- "
            if prefix:
                out += ("\n" if last == "i" else "\n\n", prefix, line)
                prefix = ""
                last = "i"
            elif kind == "h" or (is_bold and not in_item and _is_bold_heading(line)):
                out += ("\n\n## ", line)
                last = "h"
            elif in_item:
                out += ("\n", "  " * list_depth, line)
                last = "i"
            else:
                if last == "h" or (last == "i" and not has_text):
                    separator = "\n\n"
                elif kind == "r" and last == "r":
                    separator = "\n"
                out += (separator, line)
                last = "r" if kind == "r" else "p"
            has_text = True
            separator = "\n"
        if has_text:
            bold_depth = 0  # bold does not run on into the next block, whatever was left open
    return "".join(out)
