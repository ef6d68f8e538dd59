"""HTML → text with marks in place of its tags, which `layout` lays out as lines.

How it is fast: the HTML is split at its runs of tags once; each distinct run is mapped to marks, and the
mapping is remembered, since an ad repeats a few runs (`</p></li><li><p>`) dozens of times.
"""

from __future__ import annotations

import re
from typing import Final

_MAX_REMEMBERED_RUNS = 8_192
_MAX_REMEMBERED_CHARACTERS = 500

BLOCK: Final = "\x01"
"""Every block mark is this and a letter for its kind, so that one str.split finds all blocks."""

BREAK, HEADING, ROW = "\x01b", "\x01h", "\x01r"
LIST, LIST_END, ITEM, ITEM_END = "\x01l", "\x01e", "\x01i", "\x01c"

INLINE: Final = "\x02"
"""Every mark of bold, and the end of a span that may have been bold, is this and a letter."""

BOLD, BOLD_END, STYLED_BOLD, SPAN_END = "\x02b", "\x02e", "\x02s", "\x02p"

CELL: Final = "\x06"
"""A table's cell begins."""

DAMAGED: Final = "\x05"
"""A tag that only a parser can read."""

_SKIP, _SKIP_END = "\x03", "\x04"
_ALL_MARKS = "\x01\x02\x03\x04\x05\x06"

# fmt: off
_BLOCK_TAGS = [
    "p", "div", "section", "article", "header", "footer", "main", "aside", "blockquote", "address", "dl",
    "dt", "dd", "figure", "figcaption", "form", "fieldset", "legend", "hr", "table", "tbody", "thead",
    "tfoot", "caption", "details", "summary", "center", "nav", "pre", "body", "html",
]
_SKIPPED_TAGS = frozenset([
    "script", "style", "template", "noscript", "svg", "iframe", "select", "textarea", "button", "object",
    "head", "title", "math",
])
# fmt: on
_MARKS = {
    **dict.fromkeys(_BLOCK_TAGS, BREAK),
    **dict.fromkeys([f"/{name}" for name in [*_BLOCK_TAGS, "tr"]], BREAK),
    **dict.fromkeys([f"h{level}" for level in range(1, 7)], HEADING),
    **dict.fromkeys([f"/h{level}" for level in range(1, 7)], BREAK),
    **dict.fromkeys(["ul", "ol", "menu"], LIST),
    **dict.fromkeys(["/ul", "/ol", "/menu"], LIST_END),
    **dict.fromkeys(["b", "strong"], BOLD),
    **dict.fromkeys(["/b", "/strong"], BOLD_END),
    **dict.fromkeys(["br", "/br"], "\n"),
    **dict.fromkeys(["td", "th"], CELL),
    "li": ITEM,
    "/li": ITEM_END,
    "tr": ROW,
    "/span": SPAN_END,
}

# Searched only in text that ends with `>`, so that every tag closes and the search is linear.
_TAGS = re.compile(r"(<[/!?a-zA-Z][^>]*>(?: *<[/!?a-zA-Z][^>]*>)*+)")
_TAG = re.compile(r"<([/!?a-zA-Z][^>]*)>")
_NEEDLESS_BREAK = re.compile(f" *(?:{BREAK} *(?={BLOCK})|{ITEM_END} *(?=(?:{BREAK})*(?:{ITEM}|{LIST_END})))")
_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SKIPPED_PART = re.compile(f"{_SKIP}[^{_SKIP_END}]*(?:{_SKIP_END}|\\Z)")
_PREFORMATTED = re.compile(r"<pre\b[^<>]*>.*?(?:</pre|\Z)", re.DOTALL | re.IGNORECASE)
# A newline that was written out as backslash and letter on the way; only beside a tag is it surely one.
_WRITTEN_NEWLINES = re.compile(r"(?<=>)(?:\\[nrt])+|(?:\\[nrt]){1,9}(?=\s{0,9}<)")


class _RunMarks(dict[str, str]):
    """Maps a run of tags to its marks; remembers what it has seen, up to a bound."""

    def __missing__(self, run: str) -> str:
        pieces = _TAG.split(run)
        pieces[1::2] = map(_mark_of, pieces[1::2])
        marks = _NEEDLESS_BREAK.sub("", "".join(pieces))
        if len(self) >= _MAX_REMEMBERED_RUNS:  # every link is new: start over, the common runs refill at once
            self.clear()
        if len(run) <= _MAX_REMEMBERED_CHARACTERS:
            self[run] = marks
        return marks


def _mark_of(tag: str) -> str:
    if tag.count('"') % 2 and "=" in tag:
        return DAMAGED
    match = _TAG_NAME.match(tag)
    if match is None:
        return ""
    name = match[0].lower()
    if name == "span" and _BOLD_STYLE.search(tag):
        return STYLED_BOLD
    if name.lstrip("/") in _SKIPPED_TAGS:
        if name[0] == "/":
            return _SKIP_END
        return "" if tag.endswith("/") else _SKIP
    return _MARKS.get(name, "")


_run_marks = _RunMarks()


def drop_marks(html: str) -> str:
    """Return HTML without the characters that stand for marks."""
    for mark in _ALL_MARKS:
        if mark in html:
            html = html.replace(mark, "")
    return html


def to_marks(html: str) -> str | None:
    """Return the text with marks in place of tags, `br` alone giving newlines; None when there is no tag."""
    if "<" not in html:
        return None
    if "<!" in html:
        html = _COMMENT.sub("", html).replace("<![CDATA[", "").replace("]]>", "")
    if "<pre" in html or "<PRE" in html:
        html = _PREFORMATTED.sub(lambda match: match[0].replace("\n", "<br>"), html)
    if "\\n" in html:
        html = _WRITTEN_NEWLINES.sub("\n", html)
    html = html.replace("&nbsp;", " ").replace("\xa0", " ").replace("\t", " ")
    marked = _replace_tags(html.replace("\n", " "))
    if marked is None:
        return None
    if "\n" in html and BLOCK not in marked and "\n" not in marked:
        marked = _replace_tags(html)  # plain text with a few inline tags: its own newlines are its structure
    if marked and _SKIP in marked:
        marked = _SKIPPED_PART.sub(" ", marked).replace(_SKIP_END, "")
    return marked


def _replace_tags(html: str) -> str | None:
    end = html.rfind(">") + 1
    pieces = _TAGS.split(html[:end])
    if len(pieces) == 1:
        return None
    marks = _run_marks
    pieces[1::2] = [marks[run] for run in pieces[1::2]]
    pieces.append(html[end:])
    return "".join(pieces)
