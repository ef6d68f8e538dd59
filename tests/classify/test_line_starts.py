"""Where lines began in texts that lost their line breaks, and what the model of it learns from."""

from __future__ import annotations

import time
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.classify.linear_model import LinearModel, load_model
from include.classify.segments import segment
from include.classify.structure.line_starts import MAX_LINE, Line, LineStarts, features, shipped
from include.classify.training import line_starts
from include.classify.training.fit import SMALLEST_WEIGHT
from include.classify.training.labelled import posting_hash
from include.classify.training.line_starts import LOSSES, Flat, Loss, accuracy, flattened, train
from include.classify.training.mention_labels import Reading
from include.classify.training.mentions import HELD_OUT
from tests.classify.shared_data import write_corpus

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


def _model(weights: dict[str, int], bias: float) -> LinearModel:
    return LinearModel(
        name="line_starts",
        version="1",
        classes=("start", "inside"),
        bias=(bias,),
        weights={name: (weight,) for name, weight in weights.items()},
        thresholds={"start": 0.6},
    )


@pytest.mark.parametrize(
    "text", ["Draw the maps. Bring tea", "Draw the mapsBring tea", "Draw (the +5 Maps) well"]
)
def test_every_named_feature_is_looked_up(text: str) -> None:
    line = Line(text)
    number = line.candidates[0]
    for name in features(line, number):
        assert LineStarts(_model({name: 9000}, bias=-3)).inside(text)[0] == line.starts()[number], name
    assert LineStarts(_model({}, bias=-3)).inside(text) == []


@pytest.mark.parametrize(
    ("loss", "manner"), [(LOSSES[0], ""), (LOSSES[1], "bare"), (LOSSES[2], "glued"), (LOSSES[3], "bareglued")]
)
def test_a_line_tells_in_which_manner_it_was_flattened(loss: Loss, manner: str) -> None:
    assert Line(flattened(AD * 2, loss)[0]).manner == manner


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


def test_precision_is_of_what_is_found_and_recall_of_what_was_there() -> None:
    flat = [Flat("a", *flattened(AD, loss), loss) for loss in LOSSES]
    everywhere = accuracy(flat, LineStarts(_model({}, bias=9))).splitlines()
    n_candidates = len(Line(flat[0].line).candidates)
    assert everywhere[2] == f"| kept | a blank | 1 | 8 | {8 / n_candidates:.3f} | 1.000 |"


def test_where_nothing_is_found_or_was_lost_there_is_no_share() -> None:
    flat = [Flat("a", *flattened(AD, LOSSES[0]), LOSSES[0])]
    rows = accuracy(flat, LineStarts(_model({}, bias=-9))).splitlines()[2:]
    assert rows[0] == "| kept | a blank | 1 | 8 | of none | 0.000 |"
    assert rows[1] == "| lost | a blank | 0 | 0 | of none | of none |"


def test_texts_in_long_lines_are_counted_once(tmp_path: Path) -> None:
    long, short = "a" * 901, "b" * 900
    write_corpus(
        tmp_path,
        [
            ("1", "Mapper", "Atlas", long),
            ("2", "Mapper", "Bathy", long),
            ("3", "Mapper", "Atlas", short),
            ("4", "Mapper", "Atlas", f"{long}\n{short}"),  # 901 of 1,802 characters are half
            ("5", "Mapper", "Atlas", f"{long}a\n{short}"),
        ],
    )
    assert line_starts.count_long_lines(tmp_path) == (2, 4)


def test_the_command_tells_where_the_collections_belong(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert line_starts.main(["--shared", str(tmp_path)]) == 2
    assert "cannot read the ads" in capsys.readouterr().err


def test_ads_are_learnt_from_that_kept_their_breaks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    whole = "\n".join(AD * 3)
    write_corpus(
        tmp_path,
        [
            ("kept", "Mapper", "Atlas", whole),
            ("same title", "Mapper", "Atlas", whole),
            ("held out", "Mapper", "Bathy", whole),
            ("of held-out mentions", "Mapper", "Carto", whole),
            ("flat", "Mapper", "Delta", whole.replace("\n", " ")),
            ("small letters", "Mapper", "Eagle", whole.lower()),
            *((f"more {n}", f"Mapper {n}", "Atlas", whole) for n in range(6)),
            *((f"again {n}", "Mapper", "Fjord", whole) for n in range(2)),
        ],
    )
    reading = Reading(HELD_OUT[0], 0, 1, "none")
    monkeypatch.setattr(line_starts, "held_out_names", lambda: {posting_hash("held out")})
    monkeypatch.setattr(line_starts, "read_labels", lambda: {posting_hash("of held-out mentions"): [reading]})
    flat = list(line_starts.read_flat(tmp_path))
    assert [ad.employer for ad in flat] == [*["atlas"] * 5, "fjord"]  # five of an employer, one of a title
    assert all(len(ad.starts) >= 3 * len(AD) - 1 for ad in flat)


def _words(text: str) -> list[tuple[str, str]]:
    return [(block.form, text[block.start : block.end]) for block in segment(text).blocks]


def test_a_line_that_lost_its_breaks_is_cut_wherever_it_stands() -> None:
    text = "Atlas of London\n" + " ".join([*AD[1:7], *AD[1:7]])
    found = _words(text)
    assert found[0] == ("text", "Atlas of London")
    assert found[1:6] == [
        ("heading", "Responsibilities"),
        ("text", AD[2]),
        ("text", AD[3]),
        ("heading", "Requirements"),
        ("text", AD[5]),
    ]


def test_the_first_line_of_an_item_is_an_item() -> None:
    found = _words("- " + " ".join([*AD[2:4], *AD[5:9], *AD[5:9]]))
    assert found[:2] == [("bullet", AD[2]), ("text", AD[3])]


def test_a_heading_before_a_colon_is_no_part_of_what_it_announces() -> None:
    filler = "We draw maps for hikers and sailors all over the world. " * 5
    found = _words(f"{filler}Key duties: plan sprints What we look for in you: CSPO Location: Oslo")
    assert found[1:] == [
        ("heading", "Key duties"),
        ("text", "plan sprints"),
        ("heading", "What we look for in you"),
        ("text", "CSPO"),
        ("text", "Location: Oslo"),
    ]


def test_a_line_in_capitals_among_others_is_a_heading() -> None:
    text = " ".join([AD[0], "OUR CULTURE AND VALUES", *AD[2:4], *AD[5:9]])
    assert ("heading", "OUR CULTURE AND VALUES") in _words(text)


def test_restored_lines_are_read_as_lines() -> None:
    text = " ".join([*AD, "Nice to have:", "CSPO or PSPO", "Benefits:", "Free tea and maps of every size"])
    document = segment(text)
    assert document.section_kind_at(text.index("Bachelor")) == "required"
    assert document.section_kind_at(text.index("CSPO")) == "preferred"
    assert document.section_kind_at(text.index("Free tea")) == "benefits"
    sentence = document.sentence_at(text.index("Bachelor"))
    assert text[sentence.start : sentence.end] == AD[5]
