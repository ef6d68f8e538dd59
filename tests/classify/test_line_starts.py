"""Where lines began in texts that lost their line breaks, and what the model of it learns from."""

from __future__ import annotations

import time
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.classify.linear_model import load_model
from include.classify.segments import segment
from include.classify.structure.line_starts import MAX_LINE, Line, LineStarts, features, shipped
from include.classify.training.fit import SMALLEST_WEIGHT
from include.classify.training.line_starts import LOSSES, Flat, Loss, accuracy, flattened, train

AD = [
    "We draw maps for hikers, sailors and pilots.",
    "Responsibilities:",
    "Work closely with design and engineering teams",
    "Define the roadmap of the map editor",
    "Requirements:",
    "Bachelor's degree in Computer Science or equivalent",
    "5+ years of experience in product management",
    "Excellent communication skills. Good command of English.",
    "Experience with Google Analytics and Power BI",
]


def _lines(text: str) -> list[str]:
    starts = [0, *shipped().inside(text), len(text)]
    return [text[start:end].strip() for start, end in pairwise(starts)]


def test_lines_whose_breaks_became_blanks_are_found_again() -> None:
    sentences = ["Excellent communication skills.", "Good command of English."]
    assert _lines(" ".join(AD)) == [*AD[:7], *sentences, AD[8]]


def test_glued_lines_are_found_again() -> None:
    assert _lines("".join(AD)) == AD


@pytest.mark.parametrize("between", [" ", ""])
def test_where_marks_were_lost_too_sentences_are_told_apart(between: str) -> None:
    text, starts = flattened(AD, Loss(marks=True, blanks=between == ""))
    found = shipped().inside(text)
    assert len(starts & set(found)) >= len(starts) - 1
    assert len(set(found) - starts) <= 1


def test_names_within_a_sentence_begin_no_line() -> None:
    text = "You work with Jane Doe of the Map Office in New York and with the Royal Society of Cartographers"
    assert shipped().inside(text) == []


def test_a_conjunction_begins_no_line() -> None:
    line = Line("Bachelor's degree in Law Or equivalent work experience AND a licence")
    assert [line.words[number].name for number in line.candidates] == ["law"]


def test_capitals_tell_nothing_in_a_text_of_capitals() -> None:
    assert shipped().inside(" ".join(AD).upper()) == []


def test_a_longer_line_than_any_ad_is_left_whole() -> None:
    assert shipped().inside(" ".join(AD) * (MAX_LINE // 100)) == []


@given(st.text(alphabet="aAbB1 .:+-|•é", max_size=80))
def test_words_start_where_they_stand(text: str) -> None:
    line = Line(text)
    starts = [*line.starts(), len(text) + 1]
    assert starts == sorted(starts)
    pieces = [text[start:end] for start, end in pairwise(starts)]
    assert "".join(pieces) == text
    assert [word.length for word in line.words[:-1]] == [len(piece) for piece in pieces[:-1]]


@given(st.lists(st.sampled_from([*" ".join(AD).split(), "teamStrong", "needed5", "|", "-", ""]), max_size=30))
def test_a_weight_is_that_of_the_named_features(words: list[str]) -> None:
    model = load_model("line_starts")
    text = " ".join(words)
    line = Line(text)
    sure = [
        starts
        for number, starts in enumerate(line.starts())
        if number in line.candidates
        and model.probabilities(features(line, number))[0] >= model.thresholds["start"]
    ]
    assert shipped().inside(text) == ([] if text.isupper() else sure)


def test_hostile_lines_take_bounded_time() -> None:
    for text in ("A " * (MAX_LINE // 2), "aA" * (MAX_LINE // 2), "A1" * (MAX_LINE // 2), "." * MAX_LINE):
        start = time.process_time()
        shipped().inside(text)
        assert time.process_time() - start < 1


def test_flattened_lines_say_where_they_began() -> None:
    kept, starts = flattened(["Maps & tea.", "Draw. Sail!"], Loss(marks=False, blanks=False))
    assert (kept, starts) == ("Maps & tea. Draw. Sail!", {12})
    glued, starts = flattened(["Maps", "Draw"], Loss(marks=False, blanks=True))
    assert (glued, starts) == ("MapsDraw", {4})
    bare, starts = flattened(["Maps & well-made tea. Boats", "Draw"], Loss(marks=True, blanks=True))
    assert (bare, starts) == ("Maps wellmade tea BoatsDraw", {18, 23})


def test_a_model_learns_where_lines_began_and_its_accuracy_is_told() -> None:
    flat = [Flat(str(n), *flattened(AD, loss), loss) for n in range(30) for loss in LOSSES]
    model = train(flat)
    assert min(max(map(abs, row)) for row in model.weights.values()) >= SMALLEST_WEIGHT
    table = accuracy(flat, LineStarts(model)).splitlines()
    assert table[2] == "| kept | a blank | 30 | 240 | 1.000 | 1.000 |"
    assert len(table) == 2 + len(LOSSES)


def test_restored_lines_are_read_as_lines() -> None:
    text = " ".join([*AD, "Nice to have:", "CSPO or PSPO", "Benefits:", "Free tea and maps of every size"])
    document = segment(text)
    assert document.section_kind_at(text.index("Bachelor")) == "required"
    assert document.section_kind_at(text.index("CSPO")) == "preferred"
    assert document.section_kind_at(text.index("Free tea")) == "benefits"
    sentence = document.sentence_at(text.index("Bachelor"))
    assert text[sentence.start : sentence.end] == AD[5]
