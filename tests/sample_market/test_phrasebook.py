from __future__ import annotations

import re

import pytest

from include.sample_market.draws import stream
from include.sample_market.phrasebook import LANGUAGES, Frame, Phrasebook, PhraseError, phrasebook

AD_VALUES = {
    "company": "Quillmoor Labs",
    "slug": "quillmoorlabs",
    "industry": "fintech",
    "title": "Product Manager",
    "area": "payments",
    "cert": "CSPO",
    "cert2": "PSPO",
    "certn": "CSPO certification",
    "cert2n": "PSPO certification",
}


def book_of(**pools: list[str]) -> Phrasebook:
    return Phrasebook("xx", {name: tuple(map(Frame, frames)) for name, frames in pools.items()})


def test_choices_nest_and_may_be_empty() -> None:
    book = book_of(greeting=["say [good [morning|night]|] now"])
    texts = {book.expand(book.frames("greeting")[0], stream(i), {}) for i in range(60)}
    assert texts == {"Say good morning now", "Say good night now", "Say  now"}


def test_second_draw_differs_from_first() -> None:
    book = Phrasebook("xx", {"p": (Frame("{m} and {m2}"),), "table.m": (Frame("a"), Frame("b"))})
    texts = {book.expand(book.frames("p")[0], stream(i), {}) for i in range(40)}
    assert texts == {"A and b", "B and a"}


def test_industry_table_wins() -> None:
    book = Phrasebook("xx", {"table.c": (Frame("all"),), "table.c.health": (Frame("nurses"),)})
    assert book.expand(Frame("{c}"), stream(1), {"industry": "health"}) == "Nurses"
    assert book.expand(Frame("{c}"), stream(1), {"industry": "energy"}) == "All"


@pytest.mark.parametrize("source", ["[a|b", "a]", "{open", "[a|{b]"])
def test_malformed_frame_is_refused(source: str) -> None:
    with pytest.raises(PhraseError):
        Frame(source)


def test_unknown_language_and_pool_are_named() -> None:
    with pytest.raises(PhraseError, match="'xx'"):
        phrasebook("xx")
    with pytest.raises(PhraseError, match=r"phrases/en\.txt has no pool 'nothing'"):
        phrasebook("en").frames("nothing")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_frame_expands(language: str) -> None:
    book = phrasebook(language)
    for pool, frames in book.pools.items():
        values = AD_VALUES | ({"two": "11"} if pool == "contact" else {})
        for frame in frames:
            text = book.expand(frame, stream(pool, frame.source), values)
            assert text
            assert not re.search(r"[\[\]{}|]", text), f"{pool}: {text}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_frame_stands_twice_in_a_pool(language: str) -> None:
    for pool, frames in phrasebook(language).pools.items():
        # A repeated noun form is a weight ("{certn}" is the usual way to write a bare item).
        sources = [frame.source for frame in frames if not frame.source.startswith("{certn}")]
        assert len(sources) == len(set(sources)), pool


def test_english_has_hundreds_of_frames_for_labels() -> None:
    pools = phrasebook("en").pools
    labelled = [
        frame
        for pool, frames in pools.items()
        if pool.split(".")[0] in ("cert", "criteria", "degree", "support", "framework", "decoy", "clearance")
        for frame in frames
    ]
    assert len(labelled) > 250


# Words that carry a label, and the pools that may use them.
CARRIERS = {
    r"certif": ("cert.", "decoy.", "table."),
    r"\bKPI|\bOKR|\bmetrics?\b|data-driven|acceptance criteria": ("criteria.", "table.", "heading."),
    r"\bscrum\b|\bkanban\b|\bsafe\b|waterfall|\bagile\b|PI planning|sprint": (
        "framework.",
        "cert.",
        "decoy.company",
        "criteria.",
    ),
    r"\bdegree\b|bachelor|\bMBA\b|master's": ("degree.", "cert.preferred.degree_scope"),
    r"clearance": ("clearance", "decoy.duties"),
    r"\bcoach|\bmentor|learning budget|training budget": (
        "support.",
        "cert.",
        "decoy.duties",
    ),
    r"\bP&L\b": ("criteria.A",),
}


@pytest.mark.parametrize("words", CARRIERS)
def test_words_that_carry_a_label_stay_in_their_pools(words: str) -> None:
    allowed = CARRIERS[words]
    strays = [
        (pool, frame.source)
        for pool, frames in phrasebook("en").pools.items()
        if not pool.startswith(allowed)
        for frame in frames
        if re.search(words, frame.source, re.IGNORECASE)
    ]
    assert strays == []
