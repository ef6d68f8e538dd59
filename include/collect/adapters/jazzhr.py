"""JazzHR boards: one list page, a page per posting with JSON-LD.

Some tenants stand behind a wall against robots; they are refused, not evaded.
"""

from __future__ import annotations

import re

import bs4

from include.archive.reads import Board
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.html_board import HtmlBoard
from include.collect.parsing.places import place
from include.collect.protocol import Place


class JazzHR(HtmlBoard):
    """Reads `{token}.applytojob.com`; pages only of possible product roles (option `details=all`)."""

    name = "jazzhr"
    link = re.compile(r"^/apply/(?:jobs/details/)?([A-Za-z0-9]{8,})(?:/[^/]*)?$")
    marks = (b"applytojob", b"jazz", b"JazzHR")

    def list_url(self, board: Board, number: int, base_url: str | None) -> str | None:
        """Return the only list page."""
        return (
            None
            if number
            else endpoint(f"https://{path_token(board)}.applytojob.com", "/apply/jobs", base_url)
        )

    def place_of(self, anchor: bs4.Tag) -> Place | None:
        """Return the place in the row's second column."""
        row = anchor.find_parent(["tr", "li"])
        cell = row.find(class_=re.compile("location")) if row else None
        return place(cell.get_text(" ", strip=True)) if cell else None


ADAPTER = JazzHR()
