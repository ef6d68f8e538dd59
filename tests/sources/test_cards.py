"""Source cards: complete, true to the adapters, and honest about what is off."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from include.collect.adapters import ADAPTERS
from include.collect.boards import load_boards
from include.collect.dumps.column_map import shipped_maps
from include.settings import PROJECT_ROOT
from include.sources.cards import FOLDER, Card, CardError, left_out, load_source_cards
from include.sources.page import USUAL_TERMS, sources_page


def test_every_adapter_has_a_card_and_every_card_an_adapter_or_a_column_map() -> None:
    cards = load_source_cards()
    assert set(ADAPTERS) <= set(cards)
    for name in set(cards) - set(ADAPTERS):
        assert cards[name].kind == "import"
        assert cards[name].column_map in shipped_maps()


@pytest.mark.parametrize("source", sorted(ADAPTERS))
def test_cards_say_what_adapters_do(source: str) -> None:
    adapter, card = ADAPTERS[source], load_source_cards()[source]
    assert adapter.name == source
    assert (card.series_kind, card.is_census) == (adapter.series_kind, adapter.is_census)


def test_the_shipped_boards_can_be_read() -> None:
    rows = load_boards(FOLDER / "boards.csv")
    boards = [row for row in rows if load_source_cards()[row.board.source].kind == "board"]
    assert (
        len(boards) >= 474
    )  # more may be added; none is deleted (docs/operators.md, Switching a source off)
    cards = load_source_cards()
    assert all(cards[row.board.source].enabled for row in rows if row.is_enabled)
    assert all(row.note for row in rows if not row.is_enabled)
    for row in rows:
        request = next(ADAPTERS[row.board.source].requests(row.board))
        assert request.url.startswith("https://")
        assert " " not in request.url


def test_what_is_left_out_has_reasons() -> None:
    reasons = {item.name: item.reason for item in left_out()}
    assert {"LinkedIn", "Indeed", "Glassdoor"} <= set(reasons)
    assert all(len(reason) > 20 for reason in reasons.values())


def test_the_sources_page_is_the_cards() -> None:
    """Run `python -m include.sources page` after editing a card."""
    page = (PROJECT_ROOT / "docs" / "sources.md").read_text(encoding="utf-8")
    assert page == sources_page(load_source_cards(), left_out())
    assert all(f"(`{name}`)" in page for name in load_source_cards())
    assert page.count(USUAL_TERMS) == 1
    assert all(f"[{card.operator}]({card.homepage})" in page for card in load_source_cards().values())


def test_a_source_says_all_in_which_it_is_not_like_most() -> None:
    usual = load_source_cards()["ashby"]
    (own,) = _own_lines(usual)
    assert own.startswith("- `GET https://api.ashbyhq.com/")
    unlike = usual.model_copy(
        update={
            "enabled": False, "reason_off": "Ask first.", "terms": f"{USUAL_TERMS} Not on Sundays.",
            "licence": "CC0 1.0", "attribution": "Ads from Ashby.", "series_kind": "archived",
            "is_census": False, "has_full_text": False, "requests_per_second": 0.5,
        }
    )  # fmt: skip
    assert _own_lines(unlike)[0] == "- **off**: Ask first."
    assert _own_lines(unlike)[2:] == [
        "- also terms: Not on Sundays.",
        "- licence: CC0 1.0",
        "- attribution: Ads from Ashby.",
        "- series: archived, not a census",
        "- full text: no",
        "- pace: daily, at most 0.5 requests a second to a host",
    ]


def _own_lines(card: Card) -> list[str]:
    """Return the lines of one source, without that on dates and evidence."""
    section = sources_page({card.name: card}, ()).partition("### ")[2].partition("\n## ")[0]
    return [line for line in section.splitlines() if line.startswith("- ") and "evidence: " not in line]


def card(tmp_path: Path, **changes: object) -> Path:
    """Copy a real card with changes; None removes a field."""
    content = yaml.safe_load((FOLDER / "lever.yaml").read_text(encoding="utf-8")) | changes
    content = {name: value for name, value in content.items() if value is not ...}
    path = tmp_path / "lever.yaml"
    path.write_text(yaml.safe_dump(content), encoding="utf-8")
    return path


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [
        ({"terms": ...}, "terms: Field required"),
        ({"surprise": 1}, "surprise"),
        ({"series_kind": "guessed"}, "series_kind"),
        ({"requests_per_second": 50}, "requests_per_second"),
        ({"enabled": False}, "reason_off"),
        ({"reason_off": "why?"}, "neither"),
        ({"name": "laver"}, "like its file"),
    ],
)
def test_wrong_cards_are_refused_with_the_mend(
    tmp_path: Path, changes: dict[str, object], complaint: str
) -> None:
    path = card(tmp_path, **changes)
    with pytest.raises(CardError, match=complaint) as caught:
        load_source_cards(tmp_path)
    assert str(path) in str(caught.value)


def test_a_card_that_is_not_yaml_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_text("a: [")
    with pytest.raises(CardError, match="not YAML"):
        load_source_cards(tmp_path)
