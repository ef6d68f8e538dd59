"""Jobvite boards: list pages, a page per posting with JSON-LD."""

from __future__ import annotations

import re

import bs4

from include.archive.reads import Board
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.html_board import HtmlBoard
from include.collect.parsing.places import place
from include.collect.protocol import Place

_RANGE = re.compile(r"(?<!\d)\d{1,9}\s*-\s*\d{1,9}\s+of\s+([\d,]{1,12})(?![\d,])")


class Jobvite(HtmlBoard):
    """Reads `jobs.jobvite.com`; pages only of possible product roles (option `details=all`)."""

    name = "jobvite"
    link = re.compile(r"/job/(\w+)$")
    marks = (b"jv-", b"jobvite")

    def list_url(self, board: Board, number: int, base_url: str | None) -> str:
        """Return list page `p` (from 0)."""
        return endpoint("https://jobs.jobvite.com", f"/{path_token(board)}/search", base_url, {"p": number})

    def promised(self, soup: bs4.BeautifulSoup) -> int | None:
        """Return N of `1-50 of N`."""
        match = _RANGE.search(soup.get_text(" "))
        return int(match[1].replace(",", "")) if match else None

    def place_of(self, anchor: bs4.Tag) -> Place | None:
        """Return the place in the row's location cell (`3 Locations` is none)."""
        row = anchor.find_parent(["tr", "li"])
        cell = row.find(class_="jv-job-list-location") if row else None
        return place(cell.get_text(" ", strip=True)) if cell else None


ADAPTER = Jobvite()
