"""Labels stay when words come with other blanks, quotes, case or markup; any input is read in time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.classify.archetype import archetype
from include.classify.criteria import criteria_status, find_criteria
from include.classify.labels import MAX_QUOTE
from include.classify.segments import segment
from include.classify.support import dev_support

SENTENCES = [
    "In your first 90 days you'll ship the new onboarding flow to every customer.",
    "Success in this role is measured by NPS, churn and retention.",
    "You'll be accountable for hitting quarterly ARR and retention targets.",
    "In the first month you'll meet the team and learn the product.",
    "What success looks like: you're a true partner to engineering.",
    "You own activation and retention for the small business segment.",
    "Track KPIs and report to stakeholders.",
    "We have offices in Porto and Ghent.",
    "You work with design, engineering and support every day.",
    "Our team grew from 5 to 50 people in three years.",
]
BLOCKS = st.lists(st.sampled_from(SENTENCES), min_size=1, max_size=6, unique=True)


def status(text: str) -> str:
    return criteria_status(find_criteria(segment(text), "Product Manager"))


@given(BLOCKS)
@settings(max_examples=60, deadline=None)
def test_bullets_lines_and_markup_do_not_change_the_status(sentences: list[str]) -> None:
    plain = status("\n\n".join(sentences))
    assert status("\n".join(f"- {sentence}" for sentence in sentences)) == plain
    assert status("\n".join(f"• {sentence}" for sentence in sentences)) == plain
    assert status("\n\n\n\n".join(f"   {sentence}  " for sentence in sentences)) == plain


@given(BLOCKS)
@settings(max_examples=60, deadline=None)
def test_quotes_and_capitals_do_not_change_the_status(sentences: list[str]) -> None:
    text = "\n".join(sentences)
    assert status(text.replace("'", "’")) == status(text)
    assert status(text.replace(" ", "  ")) == status(text)
    assert (status(text.upper()) == "explicit") == (status(text) == "explicit")


@given(BLOCKS)
@settings(max_examples=40, deadline=None)
def test_sentences_run_together_keep_an_explicit_status(sentences: list[str]) -> None:
    if status("\n".join(sentences)) == "explicit":
        assert status(" ".join(sentences)) == "explicit"


@given(
    st.text(max_size=400)
    | st.lists(st.sampled_from([*SENTENCES, "\x00", "é🎉", "\n", "- ", "## "])).map("".join)
)
@settings(max_examples=200, deadline=None)
def test_every_quote_is_the_text_at_its_offsets(text: str) -> None:
    document = segment(text)
    found = [(m.start, m.end, m.quote) for m in find_criteria(document, "x")]
    found += [(e.start, e.end, e.quote) for e in dev_support(document)]
    for start, end, quote in found:
        assert text[start:end] == quote
        assert len(quote) <= MAX_QUOTE


HOSTILE = {
    "five megabytes": "success in this role is measured by NPS and retention within 90 days " * 75_000,
    "one long word": "a" * 1_000_000,
    "one long line": "KPIs, metrics and targets; " * 8_000,
    "ten thousand bullets": "- own the P&L and drive revenue in your first 90 days\n" * 10_000,
    "ten thousand headings": "## What success looks like\n" * 10_000,
    "spaces": "first 90 days" + " " * 300_000 + "you will ship",
    "dots": "success." * 60_000,
    "digits": "within " + "9" * 200_000 + " days",
    "brackets": "measured by (" * 40_000,
    "lone surrogate": "In your first 90 days you will ship \ud800 it.",
    "learning bait": "learning and " * 60_000 + "budget",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_input_is_read_in_bounded_time(name: str) -> None:
    document = segment(HOSTILE[name])
    started = time.process_time()
    find_criteria(document, "Product Manager")
    dev_support(document)
    archetype(document, "Product Manager", "pm")
    assert time.process_time() - started < 1.0
