"""Shingles and signatures against plain Python sets."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.dedupe.similarity import MIN_WORDS, SHINGLE_WORDS, Shingler, overlap, signatures
from tests.dedupe.postings import edited, text_of


def _plain_jaccard(a: str, b: str) -> float:
    def shingles(text: str) -> set[tuple[str, ...]]:
        words = text.lower().split()
        return {tuple(words[i : i + SHINGLE_WORDS]) for i in range(len(words) - SHINGLE_WORDS + 1)}

    return len(shingles(a) & shingles(b)) / len(shingles(a) | shingles(b))


_TEXTS = st.lists(st.sampled_from("abcdefgh"), min_size=MIN_WORDS, max_size=80).map(" ".join)


@given(_TEXTS, _TEXTS)
def test_jaccard_is_that_of_the_plain_sets(a: str, b: str) -> None:
    shingler = Shingler()
    first, second = shingler.shingles(a), shingler.shingles(b)
    assert first is not None
    assert second is not None
    assert overlap(first, second)[0] == pytest.approx(_plain_jaccard(a, b))


def test_a_text_with_a_section_more_contains_the_other() -> None:
    shingler = Shingler()
    short, long = (
        shingler.shingles(text_of("w", 100)),
        shingler.shingles(text_of("w", 100) + " " + text_of("v", 60)),
    )
    assert short is not None
    assert long is not None
    assert overlap(long, short) == pytest.approx((96 / 156, 1.0))


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


def test_case_punctuation_and_layout_do_not_count() -> None:
    shingler = Shingler()
    plain = text_of("w", 50)
    decorated = "## " + plain.upper().replace(" ", ",\n- “", 20) + "…"
    np.testing.assert_array_equal(shingler.shingles(plain), shingler.shingles(decorated))


def test_short_texts_have_no_shingles_and_japanese_has() -> None:
    shingler = Shingler()
    assert shingler.shingles(text_of("w", MIN_WORDS - 1)) is None
    assert shingler.shingles("") is None
    assert (
        shingler.shingles(
            "製品の成長を担い、開発チームと協力して価値を届けるプロダクトマネージャーを募集しています。"
        )
        is not None
    )


def test_hashes_are_the_same_in_every_process() -> None:
    program = (
        "from include.dedupe.similarity import Shingler\n"
        f"print(Shingler().shingles({text_of('w', 40)!r}).tolist())"
    )
    answer = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    here = Shingler().shingles(text_of("w", 40))
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
    chinese = "".join(chr(0x4E00 + number) for number in range(200))
    found = shingler.shingles(chinese)
    assert found is not None
    assert len(found) == 200 - SHINGLE_WORDS + 1


def test_words_do_not_share_hashes() -> None:
    """As many distinct shingles as there are distinct words: near words, long words, turned words."""
    words = [f"w{number}" for number in range(20_000)]
    words += ["a" * length for length in range(1, 300)] + [f"{number}w" for number in range(5_000)]
    hashes = Shingler().shingles(" ".join(words))
    assert hashes is not None
    assert len(hashes) == len(words) - SHINGLE_WORDS + 1
