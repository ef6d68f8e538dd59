"""HTML and plain text → stored text."""

from __future__ import annotations

import html as html_entities
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.normalize.text import MAX_CHARACTERS, TextTooLargeError, clean_text, html_to_text
from tests.normalize.layouts import LAYOUTS


@pytest.mark.parametrize(("html", "text"), LAYOUTS)
def test_layout(html: str, text: str) -> None:
    assert html_to_text(html) == text


@pytest.mark.parametrize("times", [1, 2, 3])
def test_escaped_html_is_recognised(times: int) -> None:
    html = "<p>First &amp; foremost</p><ul><li>Ship</li></ul>"
    escaped = html
    for _ in range(times):
        escaped = html_entities.escape(escaped)
    assert html_to_text(escaped) == html_to_text(html) == "First & foremost\n\n- Ship"


def test_markup_that_an_ad_talks_about_stays_text() -> None:
    html = "<p>You know HTML tags such as &lt;p&gt; and &lt;div&gt;.</p><p>And CSS.</p>"
    assert html_to_text(html) == "You know HTML tags such as <p> and <div>.\n\nAnd CSS."


@pytest.mark.parametrize(
    ("raw", "clean"),
    [
        ("a\r\nb\rc\x0bd\x85e\u2028f", "a\nb\nc\nd\ne\nf"),
        ("* one\n• two\n\n\n\n# Three", "* one\n• two\n\n# Three"),
        ("  a \t\n  - b  ", "a\n  - b"),
        ("lone \ud83d surrogate", "lone \ufffd surrogate"),
        ("\ufeffa\u00adb\u2066c\x00", "abc"),
    ],
)
def test_plain_text_keeps_words_and_lines(raw: str, clean: str) -> None:
    assert clean_text(raw) == clean


@given(st.text(st.characters(codec=None), max_size=300))
def test_cleaning_twice_changes_nothing(text: str) -> None:
    once = clean_text(text)
    assert clean_text(once) == once
    once.encode()  # storable


# fmt: off
_MARKUP = [
    "<p>", "</p>", "<ul>", "<li>", "</li>", "</ul>", "<b>", "</b>", "<br>", "<td>", "<tr>", "<h2>", "</h2>",
    "<span style='font-weight:bold'>", "</span>", "<script>", "</script>", "<!--", "-->", '<a href="', '">',
    "&lt;p&gt;", "&amp;", "&nbsp;", "text", " ", "\n", "•", "- ", "<", ">", "&#0;", "\x01", "\x02b", "é",
]
# fmt: on
_FRAGMENTS = st.lists(st.sampled_from(_MARKUP), max_size=40).map("".join)


@given(_FRAGMENTS)
def test_no_markup_crashes_and_the_result_is_clean(html: str) -> None:
    text = html_to_text(html)
    assert clean_text(text) == text
    assert not set(text) & set("\x01\x02\x03\x04\x05\x06")


_WORDS = st.lists(st.sampled_from(["ship", "own", "PMP", "required", "5+", "years"]), min_size=1, max_size=6)


@given(
    st.lists(_WORDS, min_size=1, max_size=5),
    st.lists(st.sampled_from(["div", "section", "span"]), max_size=5),
)
def test_wrapping_and_white_space_between_tags_change_nothing(
    items: list[list[str]], wraps: list[str]
) -> None:
    lines = [" ".join(words) for words in items]
    plain = "<p>Intro</p><ul>" + "".join(f"<li>{line}</li>" for line in lines) + "</ul><p>End</p>"
    nested = (
        "<p >Intro</p>\n<ul>\n"
        + "".join(f"  <li><p>\n{line} </p></li>\n" for line in lines)
        + "</ul> <p>End</p>"
    )
    for tag in wraps:
        nested = f"<{tag} class='x'>{nested}</{tag}>"
    expected = "Intro\n\n" + "\n".join(f"- {line}" for line in lines) + "\n\nEnd"
    assert html_to_text(plain) == expected
    assert html_to_text(nested) == expected


def _hostile() -> list[tuple[str, str]]:
    return [
        ("one long line", "word " * 40_000),
        ("one long line in a tag", "<p>" + "x" * 200_000 + "</p>"),
        ("ten thousand bullets", "<ul>" + "<li>item</li>" * 10_000 + "</ul>"),
        ("deeply nested blocks", "<div>" * 10_000 + "x" + "</div>" * 10_000),
        ("deeply nested lists", "<ul><li>" * 10_000 + "x"),
        ("deeply nested cells", "<table><tr><td>" * 3_000 + "x"),
        ("tags that never close", "<a " * 300_000),
        ("comments that never close", "<!--" * 200_000),
        ("scripts that never close", "<script>" * 100_000),
        ("ampersands", "&" * 500_000),
        ("escaped brackets", "&lt;" * 200_000),
        ("escaped tags", "&amp;amp;lt;p&gt;" * 50_000),
        ("bold without end", "<b>" * 200_000 + "x"),
        ("odd quotes", '<a href="' * 100_000 + ">"),
        ("spaces", "<p>" + " " * 900_000 + "x</p>"),
        ("spaces before line ends", " \n" * 400_000),
        ("line breaks", "<br>" * 200_000),
        ("different links", "".join(f'<a href="{number}">x</a>' for number in range(30_000))),
        ("written newlines", "<p>a" + r"\n" * 400_000 + "x"),
        ("binary", "".join(map(chr, range(256))) * 2_000),
    ]


@pytest.mark.parametrize("html", [html for _, html in _hostile()], ids=[name for name, _ in _hostile()])
def test_hostile_input_takes_bounded_time(html: str) -> None:
    begin = time.process_time()
    text = html_to_text(html)
    clean_text(html)
    assert time.process_time() - begin < 2.0  # each under one second alone; twice that on a busy machine
    assert clean_text(text) == text


def test_more_than_the_limit_is_refused() -> None:
    for read in (html_to_text, clean_text):
        with pytest.raises(TextTooLargeError, match="1,000,001 characters"):
            read("x" * (MAX_CHARACTERS + 1))


def test_what_grows_past_the_limit_when_it_is_repaired_is_refused() -> None:
    nested = "<table><tr><td>" * 60_000  # each wants its <tbody> and all its ends
    begin = time.process_time()
    with pytest.raises(TextTooLargeError, match="at most 1,000,000"):
        html_to_text(nested)
    assert time.process_time() - begin < 1.0
