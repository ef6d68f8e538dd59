"""The sources page of the documentation, made from the cards so that the two cannot differ."""

from __future__ import annotations

from include.sources.cards import Card, LeftOut

_KINDS = {
    "board": ("Employers' own boards", "A whole read is a census of the board: absence means closed."),
    "aggregator": ("Aggregators", "A window on many employers: absence means nothing."),
    "public_service": ("Public services", "Job banks of states."),
    "import": ("Imported history", "Files brought in by hand, each a series of its own."),
}


def sources_page(cards: dict[str, Card], left_out: tuple[LeftOut, ...]) -> str:
    """Return the page as Markdown."""
    lines = [
        "# Sources",
        "",
        "Where the postings come from, what each source allows, and what is left out. This page is made from "
        "the cards in `include/sources` by `python -m include.sources page`; edit the cards, not the page.",
        "",
        "Evidence says how an endpoint is known: read in its documentation, seen in captured answers, or "
        "reported by others. None was called while its adapter was written: the first live read shows which "
        "boards have moved (`python -m include.sources check`).",
    ]
    for kind, (heading, meaning) in _KINDS.items():
        lines += ["", f"## {heading}", "", meaning]
        for card in cards.values():
            if card.kind == kind:
                lines += _section(card)
    lines += ["", "## Left out on purpose", "", "| source | why |", "|---|---|"]
    lines += [f"| {item.name} | {item.reason} |" for item in left_out]
    return "\n".join(lines) + "\n"


def _section(card: Card) -> list[str]:
    state = "on" if card.enabled else f"off: {card.reason_off}"
    rows = [
        ("operator", f"[{card.operator}]({card.homepage})"),
        ("read by default", state),
        ("covers", card.covers),
        ("endpoint", f"`{card.endpoint}`"),
        ("documentation", str(card.documentation) if card.documentation else "none public"),
        ("licence", card.licence),
        ("terms", card.terms),
        ("attribution", card.attribution or "none asked"),
        ("series", f"{card.series_kind}{'' if card.is_census else ', not a census'}"),
        ("dates", card.dates),
        ("full text", "yes" if card.has_full_text else "no"),
        ("key", f"connection `{card.key.connection}`: {card.key.how_to_get}" if card.key else "none"),
        ("pace", f"{card.cadence}, at most {_requests(card.requests_per_second)} a second to a host"),
        ("evidence", card.evidence),
    ]
    escaped = [f"| {name} | {value.replace('|', chr(92) + '|')} |" for name, value in rows]
    return ["", f"### {card.title} (`{card.name}`)", "", "| | |", "|---|---|", *escaped]


def _requests(number: float) -> str:
    return f"{number:g} request{'' if number == 1 else 's'}"
