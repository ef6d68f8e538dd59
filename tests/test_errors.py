"""Words of strangers in messages: they end on terminals and in logs."""

from __future__ import annotations

import pytest

from include.errors import ExplainedError, printable


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("plain words, é, 日本 and 👩\u200d💻", "plain words, é, 日本 and 👩\u200d💻"),
        ("first\nsecond", "first\nsecond"),
        ("\x1b[2J\x1b]0;title\x07", r"\x1b[2J\x1b]0;title\x07"),
        ("\x9b2J", r"\x9b2J"),
        ("over\rwritten\tand\x08", r"over\rwritten\tand\x08"),
        ("a\u2028b\x85c", r"a\u2028b\x85c"),
        ("\u202egnp.exe\u2066\u200f", r"\u202egnp.exe\u2066\u200f"),
        ("half\ud800", r"half\ud800"),
    ],
)
def test_what_a_terminal_would_obey_is_written_as_an_escape(said: str, shown: str) -> None:
    assert printable(said) == shown
    assert str(ExplainedError(said)) == shown
    assert printable(shown) == shown
