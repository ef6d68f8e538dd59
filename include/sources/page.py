"""The sources page of the documentation, made from the cards so that the two cannot differ.

What most sources have in common is said once; a source's own lines say what differs.
"""

from __future__ import annotations

from include.sources.cards import Card, LeftOut

_KINDS = {
    "board": ("Employers' own boards", "A whole read is a census of the board: absence means closed."),
    "aggregator": ("Aggregators", "A window on many employers: absence means nothing."),
    "public_service": ("Public services", "Job banks of states."),
    "import": ("Imported history", "Files brought in by hand, each a series of its own."),
}

USUAL_TERMS = (
    "No terms for reuse are stated. The board is published for candidates; the texts stay the employers'. We "
    "identify ourselves, read a board once a day, keep facts, publish aggregates and short quotes with a "
    "link, and honour removal requests."
)
"""Terms of boards that state none; a card may add to them."""

_INTRODUCTION = f"""# Sources

Where the postings come from, what each source allows, and what is left out. This page is made from the
cards in `include/sources` by `python -m include.sources page`; edit the cards, not the page.

Where a source's own lines say nothing else:

| | |
|---|---|
| read by default | on |
| terms | {USUAL_TERMS} |
| licence, attribution | none stated, none asked |
| series | observed; a census where the kind of source says so |
| full text | yes |
| key | none |
| pace | daily, at most 1 request a second to a host |

*Dates* names the fields that date a posting. *Evidence* says how an endpoint is known: read in its
documentation, seen in captured answers, or reported by others. None was called while its adapter was written:
the first live read shows which boards have moved (`python -m include.sources check`)."""


def sources_page(cards: dict[str, Card], left_out: tuple[LeftOut, ...]) -> str:
    """Return the page as Markdown."""
    lines = [_INTRODUCTION]
    for kind, (heading, meaning) in _KINDS.items():
        lines += ["", f"## {heading}", "", meaning]
        for card in cards.values():
            if card.kind == kind:
                lines += _section(card)
    lines += ["", "## Left out on purpose", "", "| source | why |", "|---|---|"]
    lines += [f"| {item.name} | {item.reason} |" for item in left_out]
    return "\n".join(lines) + "\n"


def _section(card: Card) -> list[str]:
    known = f"[documentation]({card.documentation})" if card.documentation else "no public documentation"
    lines = [
        *([f"**off**: {card.reason_off}"] if not card.enabled else []),
        f"`{card.endpoint}`, {known}",
        f"dates: {card.dates}; evidence: {card.evidence}",
        *_unusual(card),
    ]
    about = f"[{card.operator}]({card.homepage}). {card.covers}"
    return ["", f"### {card.title} (`{card.name}`)", "", about, "", *(f"- {line}" for line in lines)]


def _unusual(card: Card) -> list[str]:
    """Return a line for each property that differs from what the introduction says of all."""
    usual_census = card.is_census == (card.kind == "board")
    census = "" if usual_census else ", a census" if card.is_census else ", not a census"
    requests = f"{card.requests_per_second:g} request{'' if card.requests_per_second == 1 else 's'}"
    said = {
        "terms": card.terms.removeprefix(USUAL_TERMS).strip(),
        "licence": "" if card.licence == "none stated" else card.licence,
        "attribution": card.attribution or "",
        "series": "" if card.series_kind == "observed" and not census else f"{card.series_kind}{census}",
        "full text": "" if card.has_full_text else "no",
        "key": f"connection `{card.key.connection}`: {card.key.how_to_get}" if card.key else "",
        "pace": ""
        if (card.cadence, card.requests_per_second) == ("daily", 1)
        else f"{card.cadence}, at most {requests} a second to a host",
    }
    also = "also " if card.terms.startswith(USUAL_TERMS) else ""
    return [f"{also if name == 'terms' else ''}{name}: {value}" for name, value in said.items() if value]
