"""Turns an ad into HTML, in the way its employer is used to.

Real boards carry every kind of heading and list: true headings, bold paragraphs, capitals, typed bullets.
Each employer keeps one habit of each kind.
"""

from __future__ import annotations

import html
from collections.abc import Iterable

import msgspec

from include.sample_market.ad import Ad, Section

_HEADINGS = (
    "<h2>{}</h2>",
    "<h3>{}</h3>",
    "<h3><strong>{}</strong></h3>",
    "<p><strong>{}</strong></p>",
    "<p><b>{}:</b></p>",
    "<p><strong><u>{}</u></strong></p>",
    "<h4>{}:</h4>",
    '<div><strong><span style="font-size: 18px;">{}</span></strong></div>',
    "<p><strong>{}</strong><br></p>",
)
_CAPITALS = "<p>{}:</p>"
_LISTS = ("ul", "ul_paragraph", "ul", "typed", "dashes")
_PARAGRAPHS = (
    "<p>{}</p>",
    '<p style="min-height:1.5em">{}</p>',
    "<div>{}</div>\n<div><br></div>",
    "<p>{}</p>\n",
)


class MarkupStyle(msgspec.Struct, frozen=True, kw_only=True):
    """One employer's habits.

    Attributes:
        heading: template of a heading.
        has_capitals: headings are written in capitals.
        bullets: how lists are marked up.
        paragraph: template of a paragraph.
        is_curly: apostrophes and quotes are typographic.
        has_nbsp: some blanks are non-breaking.
    """

    heading: str
    has_capitals: bool
    bullets: str
    paragraph: str
    is_curly: bool
    has_nbsp: bool


def style_of(number: int) -> MarkupStyle:
    """Return the habits that belong to an employer's style number."""
    has_capitals = number % 13 == 0
    return MarkupStyle(
        heading=_CAPITALS if has_capitals else _HEADINGS[number % len(_HEADINGS)],
        has_capitals=has_capitals,
        bullets=_LISTS[number // 7 % len(_LISTS)],
        paragraph=_PARAGRAPHS[number // 11 % len(_PARAGRAPHS)],
        is_curly=number // 3 % 2 == 0,
        has_nbsp=number // 5 % 3 == 0,
    )


def ad_html(ad: Ad, style: MarkupStyle) -> str:
    """Return the whole ad as HTML."""
    return "\n".join(section_html(section, style) for section in ad.sections)


def section_html(section: Section, style: MarkupStyle) -> str:
    """Return one section, heading included."""
    parts = []
    if section.heading is not None:
        heading = section.heading.upper() if style.has_capitals else section.heading
        parts.append(style.heading.format(_inline(heading, style)))
    if section.has_bullets:
        parts.append(_bullets(section.sentences, style))
    else:
        parts.append(style.paragraph.format(_inline(" ".join(section.sentences), style)))
    return "\n".join(parts)


def list_items_html(section: Section, style: MarkupStyle) -> str:
    """Return the sentences as bare `<li>` items, as Lever keeps its lists."""
    return "".join(f"<li>{_inline(text, style)}</li>" for text in section.sentences)


def ad_plain(sections: Iterable[Section]) -> str:
    """Return sections as plain text, without marks for headings or bullets, as boards derive it."""
    blocks = []
    for section in sections:
        if section.heading is not None:
            blocks.append(section.heading)
        blocks.append(("\n" if section.has_bullets else " ").join(section.sentences))
    return "\n\n".join(blocks)


def _bullets(sentences: Iterable[str], style: MarkupStyle) -> str:
    texts = [_inline(text, style) for text in sentences]
    if style.bullets == "typed":
        return "<p>" + "<br>\n".join(f"• {text}" for text in texts) + "</p>"
    if style.bullets == "dashes":
        return "<p>" + "<br/>".join(f"- {text}" for text in texts) + "</p>"
    if style.bullets == "ul_paragraph":
        return "<ul>\n" + "\n".join(f"<li><p>{text}</p></li>" for text in texts) + "\n</ul>"
    return "<ul>\n" + "\n".join(f"<li>{text}</li>" for text in texts) + "\n</ul>"


def _inline(text: str, style: MarkupStyle) -> str:
    if style.is_curly:
        text = text.replace("'", "’")
    text = html.escape(text, quote=False)
    if style.has_nbsp:
        text = text.replace(" of ", " of&nbsp;", 1).replace(" to ", "&nbsp;to ", 1)
    return text
