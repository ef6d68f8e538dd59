"""A table card that contradicts itself is refused with its file and what is wrong."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.warehouse.cards import CardError, load_table_cards

CARD = """\
name: core_things
layer: core
title: Things
grain: one thing
key: [thing]
partition: day
description: Things.
columns:
  - {name: thing, type: VARCHAR, nullable: false, description: name}
  - {name: day, type: DATE, nullable: false, description: day}
  - {name: colour, type: VARCHAR, nullable: true, description: colour, allowed: [red, blue],
     meanings: {red: warm, blue: cold}}
"""


def _write(folder: Path, text: str) -> Path:
    file = folder / "core_things" / "table.yaml"
    file.parent.mkdir()
    file.write_text(text, encoding="utf-8")
    return folder


def test_a_card_is_read(tmp_path: Path) -> None:
    card = load_table_cards(_write(tmp_path, CARD))["core_things"]
    assert card.column_names == ("thing", "day", "colour")
    assert card.columns[2].words == "colour. Values: red (warm), blue (cold)"


@pytest.mark.parametrize(
    ("right", "wrong", "message"),
    [
        ("name: core_things", "name: core_matters", r"named 'core_matters', its folder 'core_things'"),
        ("key: [thing]", "key: [thing, size]", r"key or partition names no column: size"),
        ("partition: day", "partition: week", r"key or partition names no column: week"),
        ("blue: cold", "green: cold", r"colour: the keys of meanings are not the values of allowed"),
        ("red: warm, blue: cold", "blue: cold, red: warm", r"in their order"),
        ("layer: core", "layer: raw", r"layer"),
        ("nullable: true,", "", r"nullable"),
        ("title: Things", "title: Things\ncolor: red", r"color"),
        ("columns:", "columns: [", r"table\.yaml"),
    ],
)
def test_a_card_that_contradicts_itself_is_refused(
    tmp_path: Path, right: str, wrong: str, message: str
) -> None:
    with pytest.raises(CardError, match=message):
        load_table_cards(_write(tmp_path, CARD.replace(right, wrong)))
