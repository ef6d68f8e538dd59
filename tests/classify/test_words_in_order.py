"""Parts in order, in one clause, with few words between."""

from __future__ import annotations

import pytest

from include.classify.words_in_order import WordsInOrder

BUDGET = WordsInOrder("learning", 2, r"\bbudgets?\b")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("a learning budget", ["learning budget"]),
        ("Learning (and travel) budgets", ["Learning (and travel) budgets"]),
        ("learning, 1.5 k budget", ["learning, 1.5 k budget"]),
        ("learning a b c budget", []),
        ("budget for learning", []),
        ("learning. Budget", []),
        ("learning; budget", []),
        ("learning\nbudget", []),
        ("learn budget", []),
        ("learning far from any, learning budget", ["learning budget"]),
        ("é learning budget, learning new budget", ["learning budget", "learning new budget"]),
        ("learning budgetary", []),
    ],
)
def test_finds_are_the_words_from_the_first_part_to_the_last(text: str, found: list[str]) -> None:
    assert [text[start:end] for start, end in BUDGET.spans(text, 3)] == found


def test_a_limit_ends_the_search() -> None:
    assert len(BUDGET.spans("learning budget " * 5, 3)) == 3


def test_every_gap_has_its_own_reach() -> None:
    words = WordsInOrder("budget", 0, r"\bfor\b", 1, "books|courses")
    assert words.spans("budget for good books", 1) == [(0, 21)]
    assert words.spans("budget used for books", 1) == []
    assert words.spans("budget for many good books", 1) == []


@pytest.mark.parametrize(
    "between", [" ", "  ", "(", " – ", ", ", " new ", " (new) ", " é ", ", $500 ", " new, ", " 1.5 ", "-"]
)
def test_a_gap_of_one_word_at_most_may_hold_any_word_and_marks(between: str) -> None:
    assert len(WordsInOrder("learning", 1, "budget").spans(f"a learning{between}budget", 1)) == 1


def test_one_part_is_looked_for_as_it_is() -> None:
    assert WordsInOrder("a|b").spans("ab", 5) == [(0, 1), (1, 2)]
