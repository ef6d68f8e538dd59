"""Plain spacing, and the way back to the text as it was given."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.classify.spacing import PlainSpacing

WORDS = ["PMP", "a", "- tea", ";", "é", "## Maps", "o"]
BLANKS = [" ", "  ", "\t", "\u00a0 ", "   "]
BREAKS = ["\n", "\n\n", "\r\n", " \n", "\n\n\n\n", "\n \n", "\n  ", " \r\n\t\n  "]


@st.composite
def spaced_texts(draw: st.DrawFn) -> str:
    gaps = st.sampled_from(BLANKS + BREAKS)
    words = draw(st.lists(st.sampled_from(WORDS), min_size=1, max_size=30))
    return "".join(word + draw(gaps) for word in words)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("five  years", "five years"),
        ("five \u00a0\tyears", "five years"),
        ("Needed:\n\n\n- maps \n \n- tea", "Needed:\n- maps\n- tea"),
        ("Needed:\r\n\r\n- maps\r\n", "Needed:\n- maps\n"),
        ("- maps\n    - of  hills\n  - of sea", "- maps\n    - of hills\n  - of sea"),
        ("  - maps", "  - maps"),
        ("", ""),
    ],
)
def test_one_blank_between_words_and_no_blank_lines(text: str, expected: str) -> None:
    assert PlainSpacing(text).text == expected


@given(text=spaced_texts())
def test_spacing_is_plain_and_plain_spacing_stays(text: str) -> None:
    plain = PlainSpacing(text).text
    assert not re.search(r"[\t\r\u00a0]|\n\n| \n|[^\s] {2,}", plain)
    assert plain.split() == text.split()
    assert PlainSpacing(plain).is_as_given
    assert PlainSpacing(plain).text == plain


@given(text=spaced_texts())
def test_every_character_is_found_where_it_stood(text: str) -> None:
    spacing = PlainSpacing(text)
    for offset, character in enumerate(spacing.text):
        start, end = spacing.original_span(offset, offset + 1)
        assert end == start + 1
        assert text[start] == character or (text[start].isspace() and character == " ")


@given(text=spaced_texts(), data=st.data())
def test_a_span_holds_the_same_words_in_the_text_as_given(text: str, data: st.DataObject) -> None:
    spacing = PlainSpacing(text)
    start = data.draw(st.integers(0, len(spacing.text) - 1))
    end = data.draw(st.integers(start + 1, len(spacing.text)))
    original_start, original_end = spacing.original_span(start, end)
    assert text[original_start:original_end].split() == spacing.text[start:end].split()


def test_a_text_with_plain_spacing_is_as_given() -> None:
    assert PlainSpacing("Maps\n- of hills\n  - in winter").is_as_given
    assert not PlainSpacing("Maps\n\n- of hills").is_as_given
