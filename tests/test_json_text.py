from __future__ import annotations

import json

import msgspec
import pytest

from include.json_text import readable_json, whole_characters


@pytest.mark.parametrize(
    ("written", "text"),
    [
        (r'"\ud83d\ude00"', "\N{GRINNING FACE}"),
        (r'"cut \ud83d"', "cut \N{REPLACEMENT CHARACTER}"),
        (r'"\ude00 cut"', "\N{REPLACEMENT CHARACTER} cut"),
        (r'"\ud83d\ud83d\ude00"', "\N{REPLACEMENT CHARACTER}\N{GRINNING FACE}"),
        (r'"\\ud83d"', r"\ud83d"),  # a backslash and words
        (r'"é \n"', "é \n"),
    ],
)
def test_half_a_character_is_replaced_and_nothing_else(written: str, text: str) -> None:
    assert msgspec.json.decode(whole_characters(written.encode())) == text


def test_readable_json_is_indented_and_says_the_same() -> None:
    value = {"boards": [1, 2], "note": "é"}
    lines = readable_json(value).decode().splitlines()
    assert len(lines) > 3
    assert json.loads("\n".join(lines)) == value
