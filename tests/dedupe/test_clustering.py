"""The rules of joining, without a warehouse."""

from __future__ import annotations

import random
from datetime import date, timedelta

import pytest

from include.dedupe import clustering
from include.dedupe.clustering import Candidate, cluster
from tests.dedupe.postings import DAY, edited, text_of

_ORDINARY = Candidate(
    posting_key="greenhouse:b:0",
    source="greenhouse",
    board="b",
    series="simulated",
    was_standing=False,
    employer_key="employer",
    title_key="product manager",
    opening_id=None,
    places=(),
    begin=None,
    end=None,
    first_seen=None,
    content_hash="",
    n_words=200,
)


def _seeded(seed: int) -> random.Random:
    return random.Random(seed)  # noqa: S311 - test data


def test_row_order_does_not_matter(monkeypatch: pytest.MonkeyPatch) -> None:
    generator = _seeded(7)
    texts = {}
    candidates = []
    for number in range(300):
        base = text_of(f"t{number % 11}x")
        text = edited(base, generator.choice([0, 0, 2, 4, 12]))
        texts[text] = text
        begin = DAY + timedelta(days=generator.randrange(200))
        candidates.append(
            _ORDINARY._replace(
                posting_key=f"s:b:{number}",
                source=generator.choice(["greenhouse", "remotive"]),
                was_standing=generator.random() < 0.3,
                employer_key=f"employer {number % 3}",
                title_key=f"product manager {number % 2}",
                opening_id=generator.choice([None, None, "R1"]),
                places=(generator.choice(["berlin", "paris"]),),
                begin=generator.choice([begin, None]),
                end=generator.choice([begin + timedelta(days=20), None]),
                first_seen=generator.choice([begin, None]),
                content_hash=text,
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


def test_boards_that_are_added_later_leave_past_weeks_as_they_are() -> None:
    """What is new and what is not, of postings seen by a day, does not depend on what is seen after it."""
    generator = _seeded(11)
    n_joined = 0
    for _ in range(40):
        texts = {}
        candidates = []
        for number in range(60):
            text = edited(text_of(f"t{number % 4}x"), generator.choice([0, 0, 2, 4, 6, 12]))
            texts[text] = text
            first_seen = DAY + timedelta(days=generator.randrange(120))
            was_standing = generator.random() < 0.5
            candidates.append(
                _ORDINARY._replace(
                    posting_key=f"greenhouse:b:{number}",
                    was_standing=was_standing,
                    opening_id=generator.choice([None, None, None, "R1", "R2"]),
                    places=(generator.choice(["berlin", "paris"]),),
                    begin=first_seen - timedelta(days=generator.randrange(90))
                    if was_standing
                    else first_seen,
                    end=first_seen + timedelta(days=generator.randrange(60)),
                    first_seen=first_seen,
                    content_hash=text,
                )
            )
        by_key = {one.posting_key: one for one in candidates}

        def new(
            day: date, candidates: list[Candidate] = candidates, texts: dict[str, str] = texts
        ) -> set[str]:
            known = [one for one in candidates if one.first_seen is not None and one.first_seen <= day]
            return {one.posting_key for one in cluster(known, lambda _: texts) if one.link_rule == "first"}

        seen = {one.posting_key for one in candidates if not one.was_standing}
        at_the_end = new(date.max) & seen
        for days in range(0, 120, 15):
            day = DAY + timedelta(days=days)
            by_then = {key for key in seen if (by_key[key].first_seen or date.max) <= day}
            assert new(day) & seen == at_the_end & by_then
        n_joined += len(seen) - len(at_the_end)
    assert n_joined > 400
