"""Shingles and signatures against plain Python sets."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.dedupe.similarity import MIN_LETTERS, RUN_LETTERS, Shingler, overlap, signatures
from tests.dedupe.postings import edited, text_of


def _plain_jaccard(a: str, b: str) -> float:
    def runs(text: str) -> set[str]:
        letters = "".join(filter(str.isalnum, text.lower()))
        return {letters[i : i + RUN_LETTERS] for i in range(len(letters) - RUN_LETTERS + 1)}

    return len(runs(a) & runs(b)) / len(runs(a) | runs(b))


@pytest.mark.parametrize("n_changes", [1, 6, 20, 60])
def test_jaccard_is_about_that_of_the_plain_sets(n_changes: int) -> None:
    shingler = Shingler()
    text = text_of("word", 1000)
    other = edited(text, n_changes)
    first, second = shingler.shingles(text), shingler.shingles(other)
    assert first is not None
    assert second is not None
    assert overlap(first, second)[0] == pytest.approx(_plain_jaccard(text, other), abs=0.04)


_TEXTS = st.text("abcdefgh", min_size=MIN_LETTERS, max_size=2 * MIN_LETTERS).map(" ".join)


@given(_TEXTS, _TEXTS)
def test_a_run_is_kept_or_not_wherever_it_stands(a: str, b: str) -> None:
    shingler = Shingler()
    parts = [shingler.shingles(text) for text in (a, b)]
    both = shingler.shingles(f"{a}; {b}")
    assert both is not None
    for part in parts:
        assert part is not None
        assert np.isin(part, both).all()
    assert len(both) <= sum(len(part) for part in parts if part is not None) + RUN_LETTERS - 1


def test_about_one_run_in_four_is_kept() -> None:
    found = Shingler().shingles(text_of("word", 2000))
    assert found is not None
    n_runs = len("".join(text_of("word", 2000).split())) - RUN_LETTERS + 1
    assert len(found) / n_runs == pytest.approx(0.25, abs=0.02)


def test_a_text_with_a_section_more_contains_the_other() -> None:
    shingler = Shingler()
    short, long = (
        shingler.shingles(text_of("w", 1000)),
        shingler.shingles(text_of("w", 1000) + " " + text_of("v", 600)),
    )
    assert short is not None
    assert long is not None
    similarity, containment = overlap(long, short)
    assert similarity == pytest.approx(1000 / 1600, abs=0.05)
    assert containment == 1.0


def test_signatures_estimate_the_jaccard() -> None:
    shingler = Shingler()
    text = text_of("w", 600)
    sets = [shingler.shingles(one) for one in (text, edited(text, 6), edited(text, 60), text_of("v", 600))]
    rows = signatures([one for one in sets if one is not None])
    for index in range(1, 4):
        estimate = (rows[0] == rows[index]).mean()
        assert sets[0] is not None
        exact, _ = overlap(sets[0], sets[index])  # type: ignore[arg-type]  # none is None: all are long
        assert abs(estimate - exact) < 0.13  # three standard errors at one half


@pytest.mark.parametrize("between", [",\n- “", "", "\u00a0"])
def test_case_punctuation_spaces_and_layout_do_not_count(between: str) -> None:
    shingler = Shingler()
    plain = text_of("w", 50)
    decorated = "## " + plain.upper().replace(" ", between, 20) + "…"
    np.testing.assert_array_equal(shingler.shingles(plain), shingler.shingles(decorated))


@pytest.mark.parametrize("address", ["https://acme.example/jobs?track=1", "(HTTP://acme.example/j/2)"])
def test_web_addresses_do_not_count(address: str) -> None:
    shingler = Shingler()
    plain = text_of("w", 50)
    np.testing.assert_array_equal(shingler.shingles(plain), shingler.shingles(f"{plain} {address} "))


def test_short_texts_have_no_shingles_and_japanese_has() -> None:
    shingler = Shingler()
    assert shingler.shingles("a" * (MIN_LETTERS - 1)) is None
    assert shingler.shingles("a" * MIN_LETTERS) is not None
    assert shingler.shingles("") is None
    assert (
        shingler.shingles(
            "製品の成長を担い、開発チームと協力して価値を届けるプロダクトマネージャーを募集しています。"
        )
        is not None
    )


@pytest.mark.parametrize("word", ["a", "q", "test ", "lorem ipsum "])
def test_a_text_of_few_runs_over_and_over_can_be_compared(word: str) -> None:
    """Of one distinct run none may be kept."""
    shingles = Shingler().shingles(word * 200)
    assert shingles is not None
    assert overlap(shingles, shingles) == ((1.0, 1.0) if len(shingles) else (0.0, 0.0))
    sound = Shingler().shingles(text_of("w", 60))
    assert sound is not None
    assert overlap(sound, shingles) == overlap(shingles, sound) == (0.0, 0.0)


def test_hashes_are_the_same_in_every_process() -> None:
    program = (
        "from include.dedupe.similarity import Shingler\n"
        f"print(Shingler().shingles({text_of('w', 60)!r}).tolist())"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    here = Shingler().shingles(text_of("w", 60))
    assert here is not None
    assert answer.stdout.strip() == str(here.tolist())


def test_no_sets_give_no_signatures() -> None:
    assert signatures([]).shape[0] == 0


def test_very_long_texts_and_texts_without_latin_letters() -> None:
    """The tables of powers grow; a word hashes the same wherever it stands, however long the text."""
    shingler = Shingler()
    tail = text_of("w", 60)
    alone = shingler.shingles(tail)
    after = shingler.shingles("x " * 60_000 + tail)
    assert alone is not None
    assert after is not None
    assert np.isin(alone, after).all()
    chinese = "".join(chr(0x4E00 + number) for number in range(400))
    found = shingler.shingles(chinese)
    assert found is not None
    assert len(found) / (3 * 400 - RUN_LETTERS + 1) == pytest.approx(0.25, abs=0.05)


@pytest.mark.parametrize("more", [-1, 0, 1])
def test_a_text_as_long_as_the_tables_is_read_whole(more: int) -> None:
    text = "".join(f"{number:x}" for number in range(6_000))[: (1 << 14) + more]
    found = Shingler().shingles(text)
    assert found is not None
    tail = Shingler().shingles(text[-MIN_LETTERS:])
    assert tail is not None
    assert np.isin(tail, found).all()


def test_runs_do_not_share_hashes() -> None:
    """As many distinct hashes as are to be expected of so many runs: one in four."""
    text = "".join(f"{number:x}" for number in range(200_000))
    letters = text.encode()
    runs = {letters[i : i + RUN_LETTERS] for i in range(len(letters) - RUN_LETTERS + 1)}
    hashes = Shingler().shingles(text)
    assert hashes is not None
    assert len(hashes) / len(runs) == pytest.approx(0.25, abs=0.002)
