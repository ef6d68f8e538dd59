"""Makes Great Expectations' pages readable without the network.

As generated they load scripts and styles from six hosts. Operators' machines may not reach them, and a page
of internal checks should not tell third parties that it is read. The content is in the HTML; what the scripts
add (sorting, folding, copying a command) is left out and a small style sheet takes the place of the others.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path

import msgspec

from include.storage import write_text

_EXTERNAL_SCRIPT = re.compile(r"<script\b[^>]*\bsrc=[\"']?https?://[^>]*>\s*</script>", re.IGNORECASE)
_INLINE_SCRIPT = re.compile(r"<script\b(?![^>]*\bsrc=)[^>]*>.*?</script>", re.IGNORECASE | re.DOTALL)
_EXTERNAL_LINK = re.compile(r"<link\b[^>]*\bhref=[\"']?https?://[^>]*>", re.IGNORECASE)
_EXTERNAL_IMAGE = re.compile(r"<img\b[^>]*\bsrc=[\"']?https?://[^>]*>", re.IGNORECASE)
_ADVERTISEMENT = re.compile(r"<footer\b.*?</footer>", re.IGNORECASE | re.DOTALL)
_LINK_TO_SUITE = re.compile(r"<a\b[^>]*href=[^>]*/expectations/[^>]*>(.*?)</a>", re.IGNORECASE | re.DOTALL)
_BODY_START = re.compile(r"<body\b[^>]*>", re.IGNORECASE)
_HEAD_START = re.compile(r"<head\b[^>]*>", re.IGNORECASE)
_HEAD_END = re.compile(r"</head>", re.IGNORECASE)


# Great Expectations puts messages of the database on its pages as they are, and these may quote an ad.
_POLICY = (
    '<meta http-equiv="Content-Security-Policy" '
    "content=\"default-src 'none'; style-src 'unsafe-inline'; img-src data:\">"
)


class TableSummary(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the index: a table, how many expectations it has, and a sentence for each that failed."""

    name: str
    n_checks: int
    failures: tuple[str, ...]


_STYLE = """
:root { color-scheme: light dark; }
body { font: 15px/1.5 system-ui, sans-serif; max-width: 72rem; margin: 0 auto; padding: 1rem;
  color: CanvasText; background: Canvas; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1rem; }
th, td { border: 1px solid GrayText; padding: .35rem .6rem; text-align: left; vertical-align: top; }
td { overflow-wrap: anywhere; }
pre, code { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85rem; }
h1, h2, h3, h4, h5 { font-size: 1.1rem; margin: 1rem 0 .25rem; }
ul { padding-left: 1.2rem; }
a { color: LinkText; }
td:first-child { white-space: nowrap; }
td ul { margin: 0; }
h6 { font-size: 1rem; margin: 1rem 0 .25rem; }
.modal, .navbar, .navbar-toggler, .btn, .popover, .d-none, #ge-cta-footer { display: none; }
.navigation, .navbar + * .navigation { display: none; }
.fa-check-circle::before { content: "\\2713 passed"; font-style: normal; }
.fa-exclamation-triangle::before { content: "! warning"; font-style: normal; font-weight: 700; }
.fa-times::before { content: "\\2717 failed"; font-style: normal; font-weight: 700; }
"""


def write_site(folder: Path, title: str, tables: Sequence[TableSummary], pages: Mapping[str, str]) -> None:
    """Write an index and a page for each table; none asks anything of any host.

    Args:
        folder: is there and empty.
        title: what was checked.
        tables: in the order wanted on the index.
        pages: Great Expectations' page of each table.
    """
    for table, html in pages.items():
        write_text(folder / f"{table}.html", _self_contained(html))
    write_text(folder / "index.html", _index(title, tables))


def _self_contained(html: str) -> str:
    for unwanted in (_EXTERNAL_SCRIPT, _INLINE_SCRIPT, _EXTERNAL_LINK, _EXTERNAL_IMAGE, _ADVERTISEMENT):
        html = unwanted.sub("", html)
    html = _LINK_TO_SUITE.sub(r"\1", html)
    html = _BODY_START.sub(r'\g<0><p><a href="index.html">All tables</a></p>', html, count=1)
    html = _HEAD_START.sub(lambda match: match[0] + _POLICY, html, count=1)
    return _HEAD_END.sub(lambda _: f"<style>{_STYLE}</style></head>", html, count=1)


def _index(title: str, tables: Sequence[TableSummary]) -> str:
    rows = "".join(
        f'<tr><th scope="row"><a href="{table.name}.html">{table.name}</a></th>'
        f"<td>{table.n_checks}</td><td>{_failures(table.failures)}</td></tr>"
        for table in tables
    )
    return (
        f'<!doctype html><html lang="en"><head><meta charset="utf-8">{_POLICY}'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title>'
        f"<style>{_STYLE}</style></head><body><h1>{escape(title)}</h1>"
        "<table><thead><tr><th>Table</th><th>Expectations</th><th>Failed</th></tr></thead>"
        f"<tbody>{rows}</tbody></table></body></html>"
    )


def _failures(failures: Sequence[str]) -> str:
    if not failures:
        return "\u2713 none"
    return "<ul>" + "".join(f"<li>{escape(failure)}</li>" for failure in failures) + "</ul>"
