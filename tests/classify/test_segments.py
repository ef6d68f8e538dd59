"""Structure of ads in every form they come in."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from include.classify.headings import heading_kind
from include.classify.segments import segment


def kind_of(text: str, needle: str) -> str:
    return segment(text).section_kind_at(text.index(needle))


@pytest.mark.parametrize(
    "heading",
    [
        "## Requirements",
        "**Requirements**",
        "**Requirements:**",
        "Requirements:",
        "REQUIREMENTS",
        "### Requirements ###",
        "Requirements",
        "__Requirements__",
        "Must-haves:",
        "Minimum Qualifications",
        "What you must have:",
        "Anforderungen",
        "Prérequis",
        "Requisitos",
        "Pré-requisitos",
        "Functie-eisen",
    ],
)
def test_a_required_heading_is_seen_in_every_form(heading: str) -> None:
    text = f"We build maps.\n\n{heading}\n\n- CSPO\n- Five years of maps"
    assert kind_of(text, "CSPO") == "required"
    assert kind_of(text, "We build") == "none"


@pytest.mark.parametrize(
    ("heading", "kind"),
    [
        ("Preferred qualifications", "preferred"),
        ("Desired requirements", "preferred"),
        ("Nice to have", "preferred"),
        ("It's great, but not required", "preferred"),
        ("What would make you stand out", "preferred"),
        ("Wünschenswert", "preferred"),
        ("Diferenciais", "preferred"),
        ("Qualifications", "neutral"),
        ("What you'll bring", "neutral"),
        ("To be successful in this role you will have", "neutral"),
        ("Required and preferred skills", "neutral"),
        ("Dein Profil", "neutral"),
        ("Physical requirements", "conditions"),
        ("Responsibilities", "responsibilities"),
        ("Requirements and responsibilities", "required"),
        ("Essential functions", "responsibilities"),
        ("Benefits", "benefits"),
        ("Wir bieten", "benefits"),
        ("Pay transparency", "pay"),
        ("About us", "company"),
        ("Equal opportunity employer", "legal"),
        ("What success looks like", "success"),
        ("Certifications", "topic"),
        ("Job description", "other"),
        ("Additional Information", "other"),
        ("Formation", "topic"),
        ("Blue elephants", "other"),
    ],
)
def test_what_a_heading_announces(heading: str, kind: str) -> None:
    assert heading_kind(heading) == kind


def test_a_topic_takes_the_firmness_of_the_section_it_stands_in() -> None:
    text = "## Nice to have\n- Maps\n\n## Certifications\n- CSPO\n\n## Benefits\n- Tea\n\n## Education\n- BSc"
    assert kind_of(text, "CSPO") == "preferred"
    assert kind_of(text, "BSc") == "neutral"


def test_additional_information_takes_no_firmness_from_the_section_before() -> None:
    text = "## Nice to have\n- Maps\n\nAdditional Information\n- A BSc in law\n"
    assert kind_of(text, "BSc") == "other"


def test_headings_run_into_a_line_are_found() -> None:
    filler = "We draw maps for hikers and sailors all over the world and have done so for years. " * 4
    text = (
        f"{filler}Requirements: five years of maps.Preferred QualificationsCSPO or PSPO. What we offer: tea."
    )
    assert kind_of(text, "five years of maps") == "required"
    assert kind_of(text, "CSPO") == "preferred"
    assert kind_of(text, "tea") == "benefits"


def test_headings_are_found_where_punctuation_was_lost() -> None:
    text = (
        "We draw maps for hikers and sailors " * 12 + "Preferred Qualifications CSPO Maps What We Offer Tea"
    )
    assert kind_of(text, "CSPO") == "preferred"


def test_what_would_be_a_heading_alone_is_one_before_a_colon_inside_a_long_line() -> None:
    filler = "We draw maps for hikers and sailors all over the world. " * 5
    text = f"{filler}Key duties: plan sprints What we look for in you: CSPO Location: Oslo Note: no maps"
    assert kind_of(text, "plan sprints") == "responsibilities"
    assert kind_of(text, "CSPO") == "neutral"
    assert kind_of(text, "no maps") == "neutral"  # what a colon follows elsewhere is no heading


def test_an_acronym_alone_on_its_line_is_an_item() -> None:
    text = "## Requirements\nCSPO\nPSPO"
    assert kind_of(text, "PSPO") == "required"


def test_clauses_and_sentences_have_their_bounds() -> None:
    text = "Bachelor's degree required, e.g. in maths; CSPO desirable. Maps required.Charts a plus"
    document = segment(text)
    clause = document.clause_at(text.index("CSPO"))
    assert text[clause.start : clause.end] == "CSPO desirable."
    assert [text[s.start : s.end] for s in document.sentences] == [
        "Bachelor's degree required, e.g. in maths; CSPO desirable.",
        "Maps required.",
        "Charts a plus",
    ]


def test_a_full_stop_within_a_sentence_ends_no_clause() -> None:
    text = "B.S. in maths, e.g. Statistics, preferred"
    clause = segment(text).clause_at(0)
    assert text[clause.start : clause.end] == text


def test_a_dash_in_brackets_does_not_end_a_clause() -> None:
    text = "Certifications (CISSP, AWS Security - Specialty) would be a plus"
    clause = segment(text).clause_at(3)
    assert text[clause.start : clause.end] == text


LINES = [
    "## Requirements",
    "Benefits:",
    "**About us**",
    "Certifications",
    "## Education",
    "- maps",
    "Your Skills",
]
LINES += ["tea", "", " ", "*", "a&lt;li&gt;CSPO&lt;/li&gt;b", "NICE TO HAVE", "1. charts"]
LINES += [
    "We draw maps. " * 20 + "Requirements: tea",
    "We draw maps. " * 70 + "Benefits: tea • CSPO",
]
ads = st.one_of(
    st.lists(st.sampled_from(LINES), max_size=12).map("\n".join),
    st.text(alphabet=st.sampled_from("aB .;:#*-•\n\té中\u2028"), max_size=400),
)


@given(text=ads, start=st.integers(0, 50))
@settings(max_examples=200, deadline=None)
def test_a_place_is_read_as_in_the_whole_text(text: str, start: int) -> None:
    blocks = segment(text).blocks
    document = segment(text)  # reads what is asked for, beginning somewhere in the text
    for offset in range(start, len(text), 51):
        index = max(sum(block.start <= offset for block in blocks) - 1, 0)
        block = document.block_at(offset)
        assert block == (blocks[index] if blocks else None)
        if block is not None:
            assert [*document.blocks_before(block)] == [*reversed(blocks[:index])]
            assert [*document.blocks_after(block)] == [*blocks[index + 1 :]]
        headings = [block for block in blocks if block.form == "heading"]
        above = [heading for heading in headings if heading.start <= offset]
        assert [*document.headings_above(offset)] == above[::-1]
        assert document.heading_below(offset) == next(iter(headings[len(above) :]), None)
        kind = "none" if not above else above[-1].kind
        assert document.section_kind_at(offset) == kind or kind == "topic"


@given(text=ads)
@settings(max_examples=200, deadline=None)
def test_blocks_are_in_order_and_sentences_lie_within_them(text: str) -> None:
    document = segment(text)
    end = 0
    for block in document.blocks:
        assert end <= block.start < block.end
        end = block.end
    for sentence in document.sentences:
        assert 0 <= sentence.start < sentence.end <= len(text)
        assert text[sentence.start : sentence.end].strip() == text[sentence.start : sentence.end]
    for offset in range(0, len(text), 7):
        document.clause_at(offset)


def test_long_lines_of_an_ad_with_headings_are_left_whole() -> None:
    line = "We draw maps for hikers and sailors and have done so for years. " * 5 + "Requirements: CSPO"
    ads = {n: "\n".join([*["## About us", "Tea"] * n, line]) for n in (2, 3)}
    assert {n: kind_of(text, "CSPO") for n, text in ads.items()} == {2: "required", 3: "company"}
    unmarked = "\n".join([*["About us:", "Tea"] * 3, line])  # found without the mark of a heading
    assert kind_of(unmarked, "CSPO") == "company"
