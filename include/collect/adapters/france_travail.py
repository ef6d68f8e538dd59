"""France Travail's job search, for operators with a contract.

https://francetravail.io. The client adds the bearer token; 204 is "none found", 206 "a part". At most about
1,150 hits can be paged. The token is the phrase. Salary is a text ("Mensuel de 2000.0 Euros ...").
"""

from __future__ import annotations

import re
from collections.abc import Generator, Sequence

import msgspec

from include.archive.reads import Answer, Board, Request
from include.collect.parsing.endpoints import endpoint
from include.collect.parsing.paging import board_listing, peek, read_pages
from include.collect.parsing.pay import pay_range
from include.collect.parsing.places import place, places
from include.collect.parsing.records import blank_to_none, require_id, require_title
from include.collect.parsing.source_dates import iso_day, iso_instant
from include.collect.protocol import BoardListing, Listing, Pay, SeriesKind

_PAGE = 150
_MAX_HITS = 1150
_SALARY = re.compile(
    r"(Annuel|Mensuel|Horaire)\D{0,40}(\d[\d.]{0,15})\s*Euros?(?:\s*(?:à|-)\s*([\d.]{1,16})\s*Euros?)?",
    re.IGNORECASE,
)
_PERIODS = {"annuel": "year", "mensuel": "month", "horaire": "hour"}


class _Named(msgspec.Struct):
    nom: str | None = None
    libelle: str | None = None


class _Offer(msgspec.Struct, rename="camel"):
    id: str | None = None
    intitule: str | None = None
    description: str | None = None
    date_creation: str | None = None
    date_actualisation: str | None = None
    lieu_travail: _Named | None = None
    entreprise: _Named | None = None
    type_contrat_libelle: str | None = None
    rome_libelle: str | None = None
    salaire: _Named | None = None
    origine_offre: dict[str, object] | None = None


class _Page(msgspec.Struct):
    offers: list[msgspec.Raw] = msgspec.field(name="resultats")


_OFFER = msgspec.json.Decoder(_Offer)


class FranceTravail:
    """Reads `offres/search`."""

    name = "france_travail"
    series_kind: SeriesKind = "observed"
    is_census = False

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the hits range by range."""
        path = "/partenaire/offresdemploi/v2/offres/search"
        for start in range(0, _MAX_HITS, _PAGE):
            query = {"motsCles": board.token, "range": f"{start}-{min(start + _PAGE, _MAX_HITS) - 1}"}
            answer = yield Request(url=endpoint("https://api.francetravail.io", path, base_url, query))
            page = peek(answer, _Page) if answer.body else None
            if page is None or len(page.offers) < _PAGE:
                return

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read the ranges."""
        if answers and answers[0].status == 204:
            return board_listing([], [])
        found = read_pages([answer for answer in answers if answer.status != 204], _Page)
        return found.board(_listing, "resultats", "offers")


def _listing(raw: msgspec.Raw, pointer: str) -> Listing:
    offer = _OFFER.decode(raw)
    native_id = require_id(offer.id)
    where = offer.lieu_travail.libelle if offer.lieu_travail else None
    origin = (offer.origine_offre or {}).get("urlOrigine")
    return Listing(
        native_id=native_id,
        title=require_title(offer.intitule, native_id, "intitule"),
        raw_pointer=pointer,
        employer=blank_to_none(offer.entreprise.nom) if offer.entreprise else None,
        description_text=blank_to_none(offer.description),
        is_text_complete=offer.description is not None,
        # "33 - BORDEAUX": the department's number, then the place
        places=places([place(re.sub(r"^\w{2,3} - ", "", where or ""), country="FR")]),
        employment_type=blank_to_none(offer.type_contrat_libelle),
        department=blank_to_none(offer.rome_libelle),
        pay=_pay(offer.salaire.libelle if offer.salaire else None),
        posted_on=iso_day(offer.date_creation),
        updated_at=iso_instant(offer.date_actualisation),
        url=str(origin) if origin else None,
    )


def _pay(label: str | None) -> tuple[Pay, ...]:
    match = _SALARY.search(label or "")
    if not match:
        return ()
    return pay_range(match[2], match[3] or match[2], "EUR", _PERIODS[match[1].lower()])


ADAPTER = FranceTravail()
