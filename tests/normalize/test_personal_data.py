"""What is taken out of a text, and what must stay. All names and numbers are invented."""

from __future__ import annotations

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.normalize.personal_data import REMOVED, remove_personal_data
from tests.normalize.personal_texts import IMPERSONAL, PERSONAL


@pytest.mark.parametrize(("text", "secrets"), PERSONAL)
def test_personal_data_goes(text: str, secrets: list[str]) -> None:
    cleaned = remove_personal_data(text)
    assert REMOVED in cleaned
    for secret in secrets:
        assert secret not in cleaned
    assert remove_personal_data(cleaned) == cleaned


def test_the_words_around_personal_data_stay() -> None:
    text = "Email your resume to jobs at acme.example now. Contact: Jane Doe, Acme. Tel. 030 / 901820 (ask)."
    assert remove_personal_data(text) == (
        f"Email your resume to {REMOVED} now. Contact: {REMOVED}, Acme. {REMOVED} (ask)."
    )


@pytest.mark.parametrize("text", IMPERSONAL)
def test_other_figures_and_names_stay(text: str) -> None:
    assert remove_personal_data(text) == text


@given(st.text(max_size=300))
def test_removing_twice_changes_nothing(text: str) -> None:
    once = remove_personal_data(text)
    assert remove_personal_data(once) == once


@pytest.mark.parametrize(
    ("number", "is_removed"),
    [("+49 1234", False), ("+49 12345", True), ("+490301234567890", True), ("+4903012345678901", False)],
)
def test_a_phone_number_has_seven_to_fifteen_digits(number: str, is_removed: bool) -> None:
    assert (remove_personal_data(f"Tel. {number} now") == f"{REMOVED} now") is is_removed


@pytest.mark.parametrize(
    "text",
    [
        "a@b.example " * 80_000,
        "".join(f"jane.{''.join(name)}@d.example Jane Doe " for name in product("abcdefghij", repeat=4)),
        "Contact: Jane Doe " * 50_000,
    ],
    ids=["addresses", "names", "contacts"],
)
def test_a_million_characters_of_personal_data_go_in_bounded_time(text: str) -> None:
    started = time.process_time()
    assert "@" not in remove_personal_data(text)
    assert time.process_time() - started < 2.0
