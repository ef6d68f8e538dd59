"""Plain letters and spacing, and the way back to the text as it was given."""

from __future__ import annotations

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.classify.plain_text import PlainText

WORDS = ["PMP", "a", "- tea", ";", "é", "## Maps", "o"]
ODD_WORDS = ["o\ufb03ce", "sta\ufb00", "cer\xadtified", "𝗥𝗲𝗾", "non\u2011profit"]
BLANKS = [" ", "  ", "\t", "\u00a0 ", "   ", "\u202f", " \u200b"]
BREAKS = ["\n", "\n\n", "\r\n", " \n", "\n\n\n\n", "\n \n", "\n  ", " \r\n\t\n  ", "\u2028"]


def in_plain_letters(text: str) -> str:
    """The text by Unicode's own folding, without what is not seen."""
    return unicodedata.normalize("NFKC", re.sub("[\u00ad\u200b]", "", text)).replace("\u2010", "-")


@st.composite
def spaced_texts(draw: st.DrawFn) -> str:
    gaps = st.sampled_from(BLANKS + BREAKS)
    words = draw(st.lists(st.sampled_from(WORDS + ODD_WORDS), min_size=1, max_size=30))
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
        ("\ufeffMaps\u2028\u200b- tea\rhills", "Maps\n- tea\nhills"),
        ("a beneﬁt of the oﬃce staﬀ", "a benefit of the office staff"),
        (
            "𝗥𝗲𝗾𝘂𝗶𝗿𝗲𝗱： a cer\u00adti\u200bfied non\u2011profit\u202f（CSPO）",
            "Required: a certified non-profit (CSPO)",
        ),
        ("", ""),
    ],
)
def test_one_blank_between_words_and_no_blank_lines(text: str, expected: str) -> None:
    assert PlainText(text).text == expected


@given(text=spaced_texts())
def test_what_is_read_is_plain_and_stays_as_it_is(text: str) -> None:
    plain = PlainText(text).text
    assert not re.search(
        r"[\t\r\u00a0\u00ad\u200b\u2011\u2028\u202f\ufb00-\ufb03]|\n\n| \n|[^\s] {2,}", plain
    )
    assert plain.split() == in_plain_letters(text).split()
    assert PlainText(plain).is_as_given
    assert PlainText(plain).text == plain


@given(text=spaced_texts())
def test_every_character_is_found_where_it_stood(text: str) -> None:
    plain = PlainText(text)
    for offset, character in enumerate(plain.text):
        start, end = plain.original_span(offset, offset + 1)
        assert end == start + 1
        assert character in in_plain_letters(text[start]) or (text[start].isspace() and character.isspace())


@given(text=spaced_texts(), data=st.data())
def test_words_stand_where_they_stood(text: str, data: st.DataObject) -> None:
    plain = PlainText(text)
    words = [match.span() for match in re.finditer(r"\S+", plain.text)]
    first = data.draw(st.integers(0, len(words) - 1))
    last = data.draw(st.integers(first, len(words) - 1))
    start, end = plain.original_span(words[first][0], words[last][1])
    assert in_plain_letters(text[start:end]).split() == plain.text[words[first][0] : words[last][1]].split()


def test_a_plain_text_is_as_given() -> None:
    assert PlainText("Maps\n- of hills\n  - in winter").is_as_given
    assert not PlainText("Maps\n\n- of hills").is_as_given
