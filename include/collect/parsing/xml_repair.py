"""Mends what feeds get wrong inside their texts, never what is missing: a cut-off feed stays malformed.

Site software pastes words into XML by hand: a bare `&`, a named reference of HTML, a control character (or
the reference to one), and tags without a name (`<>...</>`) where a field was never set up.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator

from include.archive.reads import Answer
from include.collect.parsing.decoding import utf8_body
from include.collect.protocol import MalformedAnswer

_DECLARATION = re.compile(r"^\s*<\?xml\b[^>]*\?>")
_ENCODING = re.compile(r"<\?xml\b[^>]*encoding\s*=\s*[\"']([\w.-]+)[\"']")
_CDATA, _CDATA_END = "<![CDATA[", "]]>"
_NOT_A_CHARACTER = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_REFERENCE = re.compile(r"&(?:(amp|lt|gt|quot|apos);|((?:#\d{1,7}|#x[0-9A-Fa-f]{1,6}|\w{2,31});))?")
_NAMELESS = re.compile(r"<(/?)>")


def mended(answer: Answer) -> str:
    """Return the text of an XML answer with its usual mistakes mended, without its declaration.

    Raises:
        MalformedAnswer: the body is not text of the encoding it declares.
    """
    declared = _ENCODING.search(answer.body[:200].decode("latin-1"))
    try:
        text = utf8_body(answer).decode("utf-8")
    except MalformedAnswer:
        try:
            text = answer.body.decode(declared[1] if declared else "utf-8")
        except (UnicodeError, LookupError) as error:
            raise MalformedAnswer(f"{answer.request.url}: the XML is not of its encoding: {error}") from error
    text = _NOT_A_CHARACTER.sub("", _DECLARATION.sub("", text, count=1))
    return "".join(piece if is_verbatim else _mended_markup(piece) for is_verbatim, piece in _pieces(text))


def _pieces(text: str) -> Iterator[tuple[bool, str]]:
    """Yield the text in pieces, CDATA sections (True) apart from the rest."""
    position = 0
    while (start := text.find(_CDATA, position)) >= 0 and (end := text.find(_CDATA_END, start)) >= 0:
        yield False, text[position:start]
        position = end + len(_CDATA_END)
        yield True, text[start:position]
    yield False, text[position:]


def _mended_markup(text: str) -> str:
    return _NAMELESS.sub(r"<\1_>", _REFERENCE.sub(_as_xml, text))


def _as_xml(match: re.Match[str]) -> str:
    if match[1]:
        return match[0]
    letters = html.unescape(match[0]) if match[2] else match[0]
    if letters == match[0]:
        return match[0].replace("&", "&amp;", 1)
    return html.escape(_NOT_A_CHARACTER.sub("", letters), quote=False)
