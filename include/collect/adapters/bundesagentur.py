"""Bundesagentur für Arbeit, the German employment agency's job search, and a detail per hit.

https://jobsuche.api.bund.dev. The key is public and the same for everybody; there are no written terms, and
bursts are answered with 403, so the card leaves this source off. The date is re-stamped when an ad is
renewed. The token is the phrase, such as `Produktmanager`.
"""

from __future__ import annotations

import base64
from collections.abc import Generator, Mapping, Sequence
from urllib.parse import quote

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint, last_segment
from include.collect.parsing.paging import (
    detail_answers,
    peek,
    read_pages,
    wanted_details,
)
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day
from include.collect.protocol import BoardListing, Listing, MalformedAnswer, SeriesKind

_ORIGIN = "https://rest.arbeitsagentur.de"
_PATH = "/jobboerse/jobsuche-service/pc/v4"
_HEADERS = {"X-API-Key": "jobboerse-jobsuche"}
_PAGE = 100


class _Place(msgspec.Struct):
    ort: str | None = None
    region: str | None = None
    land: str | None = None


class _Hit(msgspec.Struct, rename="camel"):
    refnr: str | None = None
    titel: str | None = None
    beruf: str | None = None
    arbeitgeber: str | None = None
    aktuelle_veroeffentlichungsdatum: str | None = None
    arbeitsort: _Place | None = None
    externe_url: str | None = None


class _Page(msgspec.Struct, rename="camel"):
    max_ergebnisse: int | None = None
    stellenangebote: list[msgspec.Raw] | None = None


class _Detail(msgspec.Struct, rename="camel"):
    stellenbeschreibung: str | None = None
    stellenangebots_beschreibung: str | None = None
    arbeitszeitmodelle: list[str] | None = None
    homeofficemoeglich: bool | None = None


_HIT = msgspec.json.Decoder(_Hit)
_DETAIL = msgspec.json.Decoder(_Detail)


class Bundesagentur:
    """Reads the job search (option `days`, the age of the oldest hit, default 7)."""

    name = "bundesagentur"
    series_kind: SeriesKind = "observed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the hits page by page, then for the details wanted."""
        wanted: list[str] = []
        for number in range(1, 101):
            query = {
                "was": board.token,
                "veroeffentlichtseit": board.options.get("days", "7"),
                "size": _PAGE,
                "page": number,
            }
            url = endpoint(_ORIGIN, f"{_PATH}/jobs", base_url, query)
            page = peek((yield Request(url=url, headers=_HEADERS)), _Page)
            if page is None:
                return
            wanted += wanted_details(board, page.stellenangebote or (), _head)
            if number * _PAGE >= (page.max_ergebnisse or 0):
                break
        for reference in dict.fromkeys(wanted):
            key = base64.b64encode(reference.encode()).decode()
            url = endpoint(_ORIGIN, f"{_PATH}/jobdetails/{quote(key, safe='')}", base_url)
            yield Request(url=url, headers=_HEADERS, purpose="detail")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read hits and details."""
        found = read_pages(answers, _Page)
        details = detail_answers(answers, key=lambda url: base64.b64decode(last_segment(url)).decode())
        if found.pages[0][1].stellenangebote is None and found.pages[0][1].max_ergebnisse is None:
            raise MalformedAnswer(f"{answers[0].request.url}: neither hits nor a number of hits")
        return found.board(
            lambda raw, pointer: _listing(raw, pointer, details),
            "stellenangebote",
            promised=found.pages[0][1].max_ergebnisse,
        )


def _head(raw: msgspec.Raw) -> tuple[str | None, str | None]:
    hit = _HIT.decode(raw)
    return hit.refnr, hit.titel


def _listing(raw: msgspec.Raw, pointer: str, details: Mapping[str, Answer]) -> Listing:
    hit = _HIT.decode(raw)
    native_id = require_id(hit.refnr, "refnr")
    detail = _DETAIL.decode(details[native_id].body) if native_id in details else _Detail()
    description = detail.stellenangebots_beschreibung or detail.stellenbeschreibung
    where = hit.arbeitsort or _Place()
    return Listing(
        native_id=native_id,
        title=require_title(hit.titel or hit.beruf, native_id, "titel"),
        raw_pointer=pointer,
        employer=blank_to_none(hit.arbeitgeber),
        description_text=blank_to_none(description),
        is_text_complete=description is not None,
        places=places([place(where.ort, where.region, country=where.land)]),
        workplace="hybrid" if detail.homeofficemoeglich else "unknown",
        employment_type=", ".join(detail.arbeitszeitmodelle or ()) or None,
        department=blank_to_none(hit.beruf),
        posted_on=iso_day(hit.aktuelle_veroeffentlichungsdatum),
        url=blank_to_none(hit.externe_url)
        or f"https://www.arbeitsagentur.de/jobsuche/jobdetail/{quote(native_id, safe='')}",
    )


ADAPTER = Bundesagentur()
