"""iCIMS portals: list pages in an old and a new layout, a page per posting with JSON-LD.

The token is the portal's host, such as `careers-acme.icims.com`.
"""

from __future__ import annotations

import re

import bs4

from include.archive.reads import Board
from include.collect.parsing.endpoints import endpoint, host_and_rest
from include.collect.parsing.html_board import HtmlBoard
from include.collect.parsing.places import place
from include.collect.protocol import Place


class Icims(HtmlBoard):
    """Reads an iCIMS portal; pages only of possible product roles (option `details=all`)."""

    name = "icims"
    link = re.compile(r"^(?:/[\w-]+)*/jobs/(\d+)/[^/]+/job$")
    marks = (b"iCIMS",)

    def list_url(self, board: Board, number: int, base_url: str | None) -> str:
        """Return list page `pr` (from 0)."""
        origin, _ = host_and_rest(board)
        return endpoint(origin, "/jobs/search", base_url, {"ss": 1, "pr": number, "in_iframe": 1})

    def place_of(self, anchor: bs4.Tag) -> Place | None:
        """Return the place beside the title: `US-TX-Houston` reads from large to small."""
        row = anchor.find_parent(
            class_=re.compile("iCIMS_JobCardItem|iCIMS_JobListingRow")
        ) or anchor.find_parent(class_="row")
        for value in row.stripped_strings if row else ():
            parts = value.split("-", 2)
            if len(parts[0]) == 2 and parts[0].isalpha() and parts[0].isupper():
                return place(*reversed(parts[1:]), country=parts[0])
        return None


ADAPTER = Icims()
