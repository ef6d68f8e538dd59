"""Joining the parts of an ad that a source serves separately into one HTML text."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable

_TWICE_ENCODED = re.compile(
    "[\u00c2-\u00df][\u0080-\u00bf]|[\u00e0-\u00ef][\u0080-\u00bf]{2}|[\u00f0-\u00f4][\u0080-\u00bf]{3}"
)


def undo_escaping(text: str) -> str:
    """Return HTML that a source sends escaped once (`&lt;p&gt;`) as HTML.

    HTML that is not escaped is returned as it is: undoing an escape that is not there would turn a literal
    `&lt;` of the ad into a tag.
    """
    return text if "<" in text else html.unescape(text)


def undo_double_encoding(text: str) -> str:
    """Return text whose UTF-8 was read as Latin-1 and encoded again as it was meant (`Ã©` as `é`).

    Only runs that are whole UTF-8 characters are undone, so text that is as it should be stays so.
    """
    return _TWICE_ENCODED.sub(_once_encoded, text)


def _once_encoded(match: re.Match[str]) -> str:
    try:
        return match[0].encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


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
