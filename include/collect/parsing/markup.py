"""Joining the parts of an ad that a source serves separately into one HTML text."""

from __future__ import annotations

import html
from collections.abc import Iterable

import ftfy
import re2

_TWICE_ENCODED = re2.compile("[\u00c2-\u00f4][\u0080-\u00bf€‚ƒ„…†‡ˆ‰Š‹Œ‘’“”•–—˜™š›œŸŽž]")
"""The first two bytes of a UTF-8 character as Latin-1 or Windows-1252 read them; rare in sound text."""

_USUAL_REFERENCES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'))
"""Nearly all references that escaped HTML has."""


def unescape(text: str) -> str:
    """Return text with its references decoded once, as `html.unescape` does, faster where they are many.

    The library calls Python for each reference. Replacing the usual ones before gives the same, because the
    name of no reference holds one of their letters.
    """
    for reference, letter in _USUAL_REFERENCES:
        text = text.replace(reference, letter)
    return html.unescape(text)


def undo_escaping(text: str) -> str:
    """Return HTML that a source sends escaped once (`&lt;p&gt;`) as HTML.

    HTML that is not escaped is returned as it is: undoing an escape that is not there would turn a literal
    `&lt;` of the ad into a tag.
    """
    return text if "<" in text else unescape(text)


def undo_double_encoding(text: str) -> str:
    """Return text whose UTF-8 was read as Latin-1 or Windows-1252 as it was meant (`donâ€™t` as `don’t`).

    The library weighs how unlikely the text is as it stands, because what looks like such bytes can be meant:
    `QUALITÉ` before a no-break space, for one. That stays as it is.
    """
    return ftfy.fix_encoding(text) if _TWICE_ENCODED.search(text) else text


def text_as_html(text: str | None) -> str | None:
    """Return plain text as HTML, lines kept, for joining with parts that are HTML; blank gives None."""
    stripped = (text or "").strip()
    return html.escape(stripped, quote=False).replace("\n", "<br>\n") if stripped else None


def section(heading: str | None, body: str | None) -> str:
    """Return one section with its heading as `<h3>`; an empty body gives an empty string."""
    if not (body or "").strip():
        return ""
    title = html.unescape((heading or "").strip())
    return f"<h3>{html.escape(title, quote=False)}</h3>\n{body}" if title else str(body)


def join_parts(parts: Iterable[str | None]) -> str | None:
    """Return the parts that are not blank, one below the other; None when none is left."""
    return "\n".join(part.strip() for part in parts if part and part.strip()) or None
