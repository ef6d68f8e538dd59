"""HTML or plain text of an ad → stored text, whose sections and bullets the classifiers read.

Stored text: a heading is a line that starts with `## `; a list item is a line that starts with `- `, indented
by two spaces per nesting level; `br` is a newline; one blank line stands between blocks. A paragraph or line
that is wholly bold and short is a heading too, because many boards know no other. Table cells of one row are
joined by ` | `. Scripts, styles, comments and form controls are dropped, entities decoded, invisible
characters removed, every kind of space made a plain one.

How it is fast: the HTML is split at its runs of tags once; each distinct run is mapped to marks, and the
mapping is remembered, since an ad repeats a few runs (`</p></li><li><p>`) dozens of times; the joined string
is split at the block marks. That is two passes at C speed and one short Python step per line. Markup that
this cannot read (an open quote inside a tag, tables) first goes through the lexbor parser, which repairs it
as a browser does.
"""

from __future__ import annotations

import html as html_entities
import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from include.collect.parsing.markup import unescape
from include.normalize.characters import INVISIBLE, NEWLINES, SPACES

MAX_CHARACTERS: Final = 1_000_000
"""Longest HTML or text that is read; real ads stay far below a tenth of it."""

_MAX_BOLD_HEADING_CHARACTERS = 100
_MAX_BOLD_HEADING_WORDS = 14
_MAX_LIST_DEPTH = 8
_MAX_TABLES = 50
_MAX_REMEMBERED_RUNS = 8_192
_MAX_REMEMBERED_CHARACTERS = 500


class TextTooLargeError(ValueError):
    """The text is longer than `MAX_CHARACTERS`; the message gives its length."""


# Marks that stand for tags between the two passes. They are removed from the input first.
_BLOCK = "\x01"  # every block mark is this and a letter, so that one str.split finds all blocks
_BREAK, _ITEM, _ITEM_END, _LIST, _LIST_END = "\x01b", "\x01i", "\x01c", "\x01l", "\x01e"
_HEADING, _ROW = "\x01h", "\x01r"
_INLINE = "\x02"
_BOLD, _BOLD_END, _STYLED_BOLD, _SPAN_END = "\x02b", "\x02e", "\x02s", "\x02p"
_SKIP, _SKIP_END, _DAMAGED, _CELL = "\x03", "\x04", "\x05", "\x06"
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
    **dict.fromkeys(_BLOCK_TAGS, _BREAK),
    **dict.fromkeys([f"/{name}" for name in [*_BLOCK_TAGS, "tr"]], _BREAK),
    **dict.fromkeys([f"h{level}" for level in range(1, 7)], _HEADING),
    **dict.fromkeys([f"/h{level}" for level in range(1, 7)], _BREAK),
    **dict.fromkeys(["ul", "ol", "menu"], _LIST),
    **dict.fromkeys(["/ul", "/ol", "/menu"], _LIST_END),
    **dict.fromkeys(["b", "strong"], _BOLD),
    **dict.fromkeys(["/b", "/strong"], _BOLD_END),
    **dict.fromkeys(["br", "/br"], "\n"),
    **dict.fromkeys(["td", "th"], _CELL),
    "li": _ITEM,
    "/li": _ITEM_END,
    "tr": _ROW,
    "/span": _SPAN_END,
}

# Searched only in text that ends with `>`, so that every tag closes and the search is linear.
_TAGS = re.compile(r"(<[/!?a-zA-Z][^>]*>(?: *<[/!?a-zA-Z][^>]*>)*+)")
_TAG = re.compile(r"<([/!?a-zA-Z][^>]*)>")
_NEEDLESS_BREAK = re.compile(
    f" *(?:{_BREAK} *(?={_BLOCK})|{_ITEM_END} *(?=(?:{_BREAK})*(?:{_ITEM}|{_LIST_END})))"
)
_TAG_NAME = re.compile(r"/?[a-zA-Z][a-zA-Z0-9]*")
_BOLD_STYLE = re.compile(r"font-weight\s*:\s*(?:bold|[6-9]00)", re.IGNORECASE)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_SKIPPED_PART = re.compile(f"{_SKIP}[^{_SKIP_END}]*(?:{_SKIP_END}|\\Z)")
_PREFORMATTED = re.compile(r"<pre\b[^<>]*>.*?(?:</pre|\Z)", re.DOTALL | re.IGNORECASE)
# A newline that was written out as backslash and letter on the way; only beside a tag is it surely one.
_WRITTEN_NEWLINES = re.compile(r"(?<=>)(?:\\[nrt])+|(?:\\[nrt]){1,9}(?=\s{0,9}<)")
_ESCAPED_TAG = re.compile(
    r"&(?:amp;){0,3}(?:lt|#0{0,4}60|#x0{0,4}3c);/?(?:p|div|ul|ol|li|br|h[1-6]|strong|b|em|i|u|span|a)\b",
    re.IGNORECASE,
)
_REMAINING_ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[nm]dash|bull|hellip|#\d{2,6}|#x[0-9a-fA-F]{2,5});"
)
_BULLET_CHARACTERS = frozenset("•·●▪◦‣∙○■□▸➢➤►✓✔✅⁃*–—-")
_TYPED_BULLET = re.compile(r"[•●▪◦‣∙■▸➢➤►✔✅⁃]\s*|[·○□✓*–—-]\s+")
_BESIDE_BOLD = " \t\xa0:.*-–—"  # what may stand outside the bold words of a heading
_NO_HEADING_END = (".", ",", ";")


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
        return _DAMAGED
    match = _TAG_NAME.match(tag)
    if match is None:
        return ""
    name = match[0].lower()
    if name == "span" and _BOLD_STYLE.search(tag):
        return _STYLED_BOLD
    if name.lstrip("/") in _SKIPPED_TAGS:
        if name[0] == "/":
            return _SKIP_END
        return "" if tag.endswith("/") else _SKIP
    return _MARKS.get(name, "")


_run_marks = _RunMarks()

_CHARACTERS = {
    **dict.fromkeys(SPACES, " "),
    **dict.fromkeys(NEWLINES, "\n"),
    **dict.fromkeys(INVISIBLE, ""),
    **dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd"),  # a lone surrogate cannot be written as UTF-8
}
_ODD_CHARACTER = re.compile(f"[{re.escape(SPACES + NEWLINES + INVISIBLE)}\ud800-\udfff]")
# Nearly every text with an odd character has one of these; replacing them is faster than looking for all.
_USUAL_ODD_CHARACTERS: Final = "\xa0\u200b\u200d\t\u202f\r\ufeff\xad"


def clean_text(text: str) -> str:
    """Return plain text with its words and lines as they are, but clean characters.

    Every kind of newline becomes a line feed, every other space a plain one; invisible and control characters
    go, as do spaces at line ends and more than one blank line. Cleaning twice changes nothing.

    Raises:
        TextTooLargeError: the text is longer than `MAX_CHARACTERS`.
    """
    _check_size(text)
    if "\r" in text:
        text = text.replace("\r\n", "\n")
    if not text.replace("\n", "").isprintable():  # no odd character is; this is the fastest test
        for character in _USUAL_ODD_CHARACTERS:
            text = text.replace(character, _CHARACTERS[character])
        if not text.replace("\n", "").isprintable():
            for character in set(_ODD_CHARACTER.findall(text)):  # few kinds: faster than translate
                text = text.replace(character, _CHARACTERS[character])
    if " \n" in text:  # line by line: a pattern would be tried at every space, six times slower
        text = "\n".join([line.rstrip(" ") for line in text.split("\n")])
    while "\n\n\n" in text:  # each pass leaves two thirds of a run: few passes, whatever the input
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


def html_to_text(html: str) -> str:
    """Return the stored text of an ad's HTML (the module says how it looks).

    HTML that is still escaped, once or more often, is recognised and decoded first. A string without any tag
    is taken as plain text.

    Raises:
        TextTooLargeError: the HTML is longer than `MAX_CHARACTERS`, or becomes so when it is repaired.
    """
    _check_size(html)
    html = _drop_marks(_undo_escaping(html))
    marked = _to_marks(html)
    if marked is None:
        return clean_text(_decode_entities(html))
    if _DAMAGED in marked or _CELL in marked:
        repaired = _repair(html)
        _check_size(repaired)  # closing what is left open can make it several times as long
        marked = (_to_marks(repaired) or "").replace(_DAMAGED, "")
    return clean_text(_decode_entities(_to_lines(marked)))


def _check_size(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise TextTooLargeError(f"{len(text):,} characters; at most {MAX_CHARACTERS:,} are read")


def _undo_escaping(html: str) -> str:
    for _ in range(3):
        if "&" not in html:
            break
        n_escaped = len(_ESCAPED_TAG.findall(html))
        if n_escaped < 2 or n_escaped <= html.count(">"):
            break
        html = unescape(html)
    return html


def _drop_marks(html: str) -> str:
    for mark in _ALL_MARKS:
        if mark in html:
            html = html.replace(mark, "")
    return html


def _decode_entities(text: str) -> str:
    if "&" not in text:
        return text
    text = html_entities.unescape(text)
    if "&" in text and _REMAINING_ENTITY.search(text):  # `R&amp;amp;D`: escaped twice
        text = html_entities.unescape(text)
    return text


def _to_marks(html: str) -> str | None:
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
    if "\n" in html and _BLOCK not in marked and "\n" not in marked:
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


def _repair(html: str) -> str:
    """Return the HTML as a browser reads it, with the cells of plain tables flattened to one line each."""
    tree = LexborHTMLParser(html)
    body = tree.body
    if body is None or body.html is None:
        return ""
    if body.html.count("<table") <= _MAX_TABLES:  # more is layout, not data, and nesting would cost
        for row in tree.css("tr"):
            if len(row.css("td,th")) > 1 and not row.css("ul,ol,h1,h2,h3,h4,h5,h6,table"):
                for block in row.css("p,div,br"):
                    block.insert_before(" ")
                    block.unwrap()
    for node in tree.css("[title],[alt],[href],[content],[onclick],[aria-label]"):
        for name, value in list(node.attributes.items()):
            if value is not None and ("<" in value or ">" in value):
                del node.attrs[name]
    return body.html or ""


def _drop_inline_marks(line: str, depth: int) -> tuple[str, bool, int]:
    """Read one line with bold marks.

    Args:
        line: text with inline marks.
        depth: how many bold tags are open where the line begins.

    Returns:
        The line without marks, whether all its words are bold, and how many bold tags are open at its end.
    """
    if depth == 0 and line.startswith(_BOLD):  # the usual heading: <b>Words</b>
        end = line.find(_INLINE, 2)
        if line.startswith(_BOLD_END, end) and line.find(_INLINE, end + 2) < 0:
            tail = line[end + 2 :]
            return line[2:end] + tail, not tail.strip(_BESIDE_BOLD), 0
    first, *rest = line.split(_INLINE)
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


def _to_lines(marked: str) -> str:  # noqa: C901 - one loop: a function call per line would double its time
    """Lay out the blocks of a marked text as lines."""
    while "  " in marked:
        marked = marked.replace("  ", " ")
    has_cells = _CELL in marked
    if _STYLED_BOLD not in marked:
        marked = marked.replace(_SPAN_END, "")
    out: list[str] = []
    list_depth = bold_depth = 0
    in_item = False
    prefix = ""  # of the next line, when it begins a list item
    last = ""  # kind of the last line: h heading, i item, r table row, p paragraph
    for piece in f"b{marked}".split(_BLOCK):
        kind = piece[0]
        if kind == "b":
            if len(piece) == 1:
                continue
        elif kind == "i":
            in_item = True
            prefix = "  " * (list_depth - 1) + "- "
        elif kind == "l":
            list_depth = min(list_depth + 1, _MAX_LIST_DEPTH)
        elif kind == "e":
            list_depth = max(list_depth - 1, 0)
            in_item = list_depth > 0  # back in the item that holds the list
            prefix = ""
        elif kind == "c":
            in_item = False
            prefix = ""
        content = piece[1:]
        if has_cells and _CELL in content:
            content = " | ".join(filter(None, map(str.strip, content.split(_CELL))))
        if kind == "h":
            content = content.replace("\n", " ")
        separator = "\n\n"
        has_text = False
        for line in content.split("\n") if "\n" in content else (content,):
            is_bold = False
            if bold_depth or _INLINE in line:
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
