"""Personio job feeds: one XML file for the whole board, texts included.

https://support.personio.de/hc/en-us/articles/207576365. Positions can repeat under one id (per language, per
office); they are merged before they are counted. An empty board is an empty root element.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from xml.etree.ElementTree import Element

from include.collect.parsing.decoding import of_posting, require_id, require_title
from include.collect.parsing.endpoints import endpoint, path_token
from include.collect.parsing.markup import join_parts, section
from include.collect.parsing.places import place, places
from include.collect.parsing.source_dates import iso_day
from include.collect.parsing.xml_feeds import feed_board, text, texts
from include.collect.protocol import Answer, Board, BoardListing, Listing, Request, SeriesKind


class Personio:
    """Reads `{token}.jobs.personio.de`, or `.com` for boards with the option `domain=com`."""

    name = "personio"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the whole feed once, in English where there is a choice (option `language`)."""
        origin = f"https://{path_token(board)}.jobs.personio.{board.options.get('domain', 'de')}"
        query = {"language": board.options.get("language", "en")}
        yield Request(url=endpoint(origin, "/xml", base_url, query))

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the feed."""
        return feed_board(
            answers,
            "workzag-jobs",
            "position",
            lambda position, pointer: _listing(position, pointer, board),
        )


def _listing(position: Element, pointer: str, board: Board) -> Listing:
    native_id = require_id(text(position, "id") or position.get("id"))
    description = join_parts(
        section(text(part, "name"), text(part, "value"))
        for part in position.findall("jobDescriptions/jobDescription")
    )
    offices = (text(position, "office"), *texts(position, "additionalOffices/office"))
    kind = filter(None, (text(position, "employmentType"), text(position, "schedule")))
    url = f"https://{board.token}.jobs.personio.{board.options.get('domain', 'de')}/job/{native_id}"
    with of_posting(native_id):
        return Listing(
            native_id=native_id,
            title=require_title(text(position, "name"), native_id, "name"),
            raw_pointer=pointer,
            employer=text(position, "subcompany"),
            description_html=description,
            is_text_complete=description is not None,
            places=places(place(office) for office in offices),
            employment_type=", ".join(kind) or None,
            department=text(position, "department"),
            posted_on=iso_day(text(position, "createdAt")),
            url=text(position, "url") or url,
        )


ADAPTER = Personio()
