"""HTML or plain text of an ad → stored text, whose sections and bullets the classifiers read.

Stored text: a heading is a line that starts with `## `; a list item is a line that starts with `- `, indented
by two spaces per nesting level; `br` is a newline; one blank line stands between blocks. A paragraph or line
that is wholly bold and short is a heading too, because many boards know no other. Table cells of one row are
joined by ` | `. Scripts, styles, comments and form controls are dropped, entities decoded, invisible
characters removed, every kind of space made a plain one.

How: `tag_marks` puts marks in place of the tags, and `layout` lays out as lines what stands between the block
marks: two passes at C speed and one short Python step per line. Markup that this cannot read (an open quote
inside a tag, tables) first goes through the lexbor parser, which repairs it as a browser does.
"""

from __future__ import annotations

import html as html_entities
import re
from typing import Final

from selectolax.lexbor import LexborHTMLParser

from include.collect.parsing.markup import unescape
from include.normalize.characters import INVISIBLE, NEWLINES, SPACES
from include.normalize.layout import to_lines
from include.normalize.tag_marks import CELL, DAMAGED, drop_marks, to_marks

MAX_CHARACTERS: Final = 1_000_000
"""Longest HTML or text that is read; real ads stay far below a tenth of it."""

_MAX_TABLES = 50

_ESCAPED_TAG = re.compile(
    r"&(?:amp;){0,3}(?:lt|#0{0,4}60|#x0{0,4}3c);/?(?:p|div|ul|ol|li|br|h[1-6]|strong|b|em|i|u|span|a)\b",
    re.IGNORECASE,
)
_REMAINING_ENTITY = re.compile(
    r"&(?:nbsp|amp|lt|gt|quot|apos|[lr][sd]quo|[nm]dash|bull|hellip|#\d{2,6}|#x[0-9a-fA-F]{2,5});"
)
_CHARACTERS = {
    **dict.fromkeys(SPACES, " "),
    **dict.fromkeys(NEWLINES, "\n"),
    **dict.fromkeys(INVISIBLE, ""),
    **dict.fromkeys(map(chr, range(0xD800, 0xE000)), "\ufffd"),  # a lone surrogate cannot be written as UTF-8
}
_ODD_CHARACTER = re.compile(f"[{re.escape(SPACES + NEWLINES + INVISIBLE)}\ud800-\udfff]")
# Nearly every text with an odd character has one of these; replacing them is faster than looking for all.
_USUAL_ODD_CHARACTERS: Final = "\xa0\u200b\u200d\t\u202f\r\ufeff\xad"


class TextTooLargeError(ValueError):
    """The text is longer than `MAX_CHARACTERS`; the message gives its length."""


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
    html = drop_marks(_undo_escaping(html))
    marked = to_marks(html)
    if marked is None:
        return clean_text(_decode_entities(html))
    if DAMAGED in marked or CELL in marked:
        repaired = _repair(html)
        _check_size(repaired)  # closing what is left open can make it several times as long
        marked = (to_marks(repaired) or "").replace(DAMAGED, "")
    return clean_text(_decode_entities(to_lines(marked)))


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


def _decode_entities(text: str) -> str:
    if "&" not in text:
        return text
    text = html_entities.unescape(text)
    if "&" in text and _REMAINING_ENTITY.search(text):  # `R&amp;amp;D`: escaped twice
        text = html_entities.unescape(text)
    return text


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
