"""Scoring without names gives what the model gives for the names."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.classify.criteria import model
from include.classify.cues import find_cues
from include.classify.success.candidates import find_candidates
from include.classify.success.features import Reading, features, reading
from include.classify.success.scoring import PassageScorer

_WORDS = st.lists(
    st.sampled_from(
        [
            "You'll",
            "own",
            "the",
            "adoption,",
            "of",
            "our",
            "40%",
            "growth",
            "targets",
            "and",
            "success",
            "to",
            "drive",
            "it",
            "3x",
            "–",
            "a:b",
        ]
    )
).map(" ".join)


@pytest.mark.parametrize(
    "text",
    [
        "In your first 90 days you will:\n- Ship the new checkout\n- Learn how we work, and meet the team\n",
        "You own activation and retention, and are measured by revenue growth of 20%.",
        "What success looks like\nYou’ve launched two products and two products more.",
    ],
)
def test_a_passage_of_an_ad_is_scored_as_by_its_features(text: str) -> None:
    candidates = find_candidates(text, find_cues(text))
    assert candidates
    reads = [reading(text, candidate) for candidate in candidates]
    by_name = [model().probabilities(features(read)) for read in reads]
    assert PassageScorer(model()).probabilities(reads) == by_name


@given(before=_WORDS, cue=_WORDS, after=_WORDS, items=st.lists(_WORDS, max_size=3), heading=_WORDS)
def test_any_words_are_scored_as_by_their_features(
    before: str, cue: str, after: str, items: list[str], heading: str
) -> None:
    read = Reading(
        kind="metric",
        other_kinds=frozenset({"judged"}),
        before=before,
        cue=cue,
        after=after,
        items=tuple(items),
        heading=heading,
        section="neutral",
        is_lead_in=bool(items),
        is_line=not items,
        role="product",
    )
    assert PassageScorer(model()).probabilities([read]) == [model().probabilities(features(read))]
