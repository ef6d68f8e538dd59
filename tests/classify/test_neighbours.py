"""Mentions of one sentence or section are read together."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.classify.certifications import mentions_by_rules
from include.classify.certs.neighbours import Nearness, nearness, place_of, pooled
from include.classify.certs.second_reading import CLASSES, is_certain, read_again
from include.classify.labels import CertStatus
from include.classify.linear_model import LinearModel
from include.classify.scan import find_hits
from include.classify.segments import segment
from include.classify.training.mentions import JudgedMention, Neighbour, Verdict, read_annotated, status_by

UNSURE = (0.4, 0.0, 0.45, 0.05, 0.1)
SURE = (0.9, 0.02, 0.04, 0.02, 0.02)

chances = st.lists(st.floats(0, 1), min_size=5, max_size=5).filter(any)
distributions = chances.map(lambda given: tuple(one / sum(given) for one in given))
others = st.lists(st.tuples(st.sampled_from(Nearness), distributions), max_size=6)


def likeliest(probabilities: tuple[float, ...]) -> int:
    return max(range(len(probabilities)), key=probabilities.__getitem__)


@given(distributions, others)
def test_pooled_probabilities_are_probabilities(
    own: tuple[float, ...], beside: list[tuple[Nearness, tuple[float, ...]]]
) -> None:
    result = pooled(own, beside)
    assert sum(result) == pytest.approx(1)
    assert all(probability >= 0 for probability in result)
    if not beside:
        assert result == own


@given(distributions, st.sampled_from(Nearness))
def test_who_agrees_changes_no_choice(own: tuple[float, ...], near: Nearness) -> None:
    result = pooled(own, [(near, own)])
    assert result[likeliest(own)] == pytest.approx(max(result))


def test_a_sure_neighbour_decides_a_close_case_and_no_other() -> None:
    assert likeliest(pooled(UNSURE, [(Nearness.SENTENCE, SURE)])) == 0
    assert likeliest(pooled(SURE, [(Nearness.SENTENCE, (0.0, 0.0, 0.0, 0.05, 0.95))])) == 0


def test_many_neighbours_of_one_kind_count_as_one() -> None:
    one = pooled(UNSURE, [(Nearness.SECTION, SURE)])
    assert pooled(UNSURE, [(Nearness.SECTION, SURE)] * 9) == pytest.approx(one)


def test_a_neighbour_in_the_sentence_counts_more() -> None:
    sentence, section = (pooled(UNSURE, [(near, SURE)])[0] for near in Nearness)
    assert sentence > section > UNSURE[0]


TEXT = """About us
We pay for a CSM certification.
Qualifications
PMP certification, CSPO certification. Also a PMI-ACP certification.
"""


@pytest.mark.parametrize(
    ("name", "near"),
    [("CSPO", Nearness.SENTENCE), ("PMI-ACP", Nearness.SECTION), ("CSM", None)],
)
def test_how_near_a_mention_stands(name: str, near: Nearness | None) -> None:
    document = segment(TEXT)
    pmp, other = (place_of(document, TEXT.index(its)) for its in ("PMP", name))
    assert nearness(pmp, other) is near
    assert nearness(other, pmp) is near


def torn() -> LinearModel:
    """Return a model that cannot tell `preferred` from `none`, and leans to the latter."""
    bias = (-9.0, -9.0, -0.05, -9.0)
    thresholds = {"kept": 0.35, "required": 0.5, "listed": 0.5, "asked": 0.5}
    return LinearModel(name="m", version="m", classes=CLASSES, bias=bias, weights={}, thresholds=thresholds)


@pytest.mark.parametrize(
    ("below", "statuses"),
    [
        ("- Draws maps\n", []),
        ("- PMP certification is a plus\n", ["preferred", "preferred"]),
        ("Who we look for\n- PMP certification is a plus\n", ["preferred"]),
    ],
    ids=["alone", "same section", "another section"],
)
def test_what_a_neighbour_says_reaches_its_section_and_no_further(
    below: str, statuses: list[CertStatus], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("include.classify.certs.second_reading.model", torn)
    text = f"Qualifications\n- CSPO certification\n{below}"
    document, hits = segment(text), find_hits(text)
    before = mentions_by_rules(document, "Product Owner", list(hits))
    assert not is_certain(before[0].rule)
    assert [mention.status for mention in read_again(document, before, hits)] == statuses


def test_no_mention_is_a_neighbour_of_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    """Counted twice, a probability of 0.49 would reach the threshold of 0.5 for `required`."""
    chances = (0.49, 1e-6, 0.46, 1e-6, 0.05)
    bias = tuple(math.log(chance / chances[-1]) for chance in chances[:-1])
    hesitant = msgspec.structs.replace(torn(), bias=bias, thresholds={**torn().thresholds, "asked": 0.4})
    monkeypatch.setattr("include.classify.certs.second_reading.model", lambda: hesitant)
    text = "Qualifications\n- CSPO certification\nWho we look for\n- PMP certification is a plus\n"
    document, hits = segment(text), find_hits(text)
    after = read_again(document, mentions_by_rules(document, "Product Owner", list(hits)), hits)
    assert [mention.status for mention in after] == ["preferred", "preferred"]


def test_training_judges_a_mention_with_its_neighbours_as_labelling_does(tmp_path: Path) -> None:
    text = "Qualifications\n- CSPO certification\n- PMP certification is a plus\nBenefits\n- Tea\n"
    start = text.index("CSPO")
    row = {"posting_id": "ad", "title": "Product Owner", "text": text, "start": start, "end": start + 4,
           "status": "preferred"}  # fmt: skip
    with gzip.open(tmp_path / "mentions.dev.jsonl.gz", "wt", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    (judged,) = read_annotated(tmp_path)
    assert [neighbour.near for neighbour in judged.neighbours] == [Nearness.SECTION]
    assert status_by(torn(), judged) == "preferred"
    assert status_by(torn(), judged._replace(neighbours=())) == "none"


def test_a_neighbour_has_its_verdict_of_before_the_reading_where_that_is_known() -> None:
    now, before = Verdict("none", "negated"), Verdict("preferred", "modal_before_preferred")
    neighbour = Neighbour(Nearness.SENTENCE, now, before, [])
    bare = Verdict("listed", "bare_item")
    judged = JudgedMention("1", "ad", "atlas", "preferred", bare, bare, [], "", (neighbour,))
    assert status_by(torn(), judged) == "none"
    assert status_by(torn(), judged, blind=True) == "preferred"
