"""The rules of joining, without a warehouse."""

from __future__ import annotations

import random
from datetime import timedelta

import pytest

from include.dedupe import clustering
from include.dedupe.clustering import Candidate, cluster
from tests.dedupe.postings import DAY, edited, text_of


def test_row_order_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = random.Random(7)  # noqa: S311 - test data
    texts = {}
    candidates = []
    for number in range(300):
        base = text_of(f"t{number % 11}x")
        text = edited(base, generator.choice([0, 0, 2, 4, 12]))
        texts[text] = text
        begin = DAY + timedelta(days=generator.randrange(200))
        candidates.append(
            Candidate(
                posting_key=f"s:b:{number}",
                source=generator.choice(["greenhouse", "remotive"]),
                board="b",
                series="observed/simulated",
                employer_key=f"employer {number % 3}",
                title_key=f"product manager {number % 2}",
                opening_id=generator.choice([None, None, "R1"]),
                places=(generator.choice(["berlin", "paris"]),),
                begin=generator.choice([begin, None]),
                end=generator.choice([begin + timedelta(days=20), None]),
                content_hash=text,
                n_words=200,
            )
        )

    def read(hashes: object) -> dict[str, str]:
        return texts

    expected = cluster(candidates, read)
    assert expected == sorted(expected)
    assert {member.link_rule for member in expected} > {"first", "opening_id", "same_text", "near_text"}
    for _ in range(3):
        generator.shuffle(candidates)
        assert cluster(candidates, read) == expected
    # Nor does it matter how many texts are held at once: three employers, in one batch or in three.
    monkeypatch.setattr(clustering, "_TEXTS_PER_FETCH", 1)
    assert cluster(candidates, read) == expected
