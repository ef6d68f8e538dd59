"""What ties a metric to the hire: its verb, the clause and the distance."""

from __future__ import annotations

import pytest

from include.classify.success.ties import structure_features


def features(before: str, cue: str = "retention", after: str = " of paying users.") -> frozenset[str]:
    return structure_features("metric", before, cue, after)


@pytest.mark.parametrize(
    ("before", "expected"),
    [
        ("You own ", {"gov=own", "gap=0", "clause=other", "first=you", "helps=False"}),
        ("Drive user ", {"gov=drive", "gap=1-2", "clause=^", "first=drive"}),
        ("Build tools that improve ", {"gov=drive", "clause=that"}),
        ("Run experiments to increase ", {"gov=drive", "clause=to", "clause=to&m=user"}),
        ("Partner with sales to drive ", {"helps=True", "first=help"}),
        ("You will exceed our ambitious plan for the whole year in ", {"gov=hit", "clause=will", "gap=7+"}),
        ("Know everything about ", {"metric&gov=none"}),
    ],
)
def test_the_nearest_verb_and_its_clause(before: str, expected: set[str]) -> None:
    assert expected <= features(before)


@pytest.mark.parametrize(
    ("cue", "kind"),
    [
        ("P&L", "pnl"),
        ("market  share", "money"),
        ("NPS", "user"),
        ("adoption", "adoption"),
        ("SLAs", "operations"),
        ("bonus", "pay"),
        ("quota", "other"),
    ],
)
def test_kinds_of_metric(cue: str, kind: str) -> None:
    assert f"metric&m={kind}" in features("You own ", cue)


def test_what_follows_the_metric() -> None:
    assert "next=," in features("You own ", after=", churn and revenue")
    assert "next=$" in features("You own ", after="  ")
    assert "next=w" in features("You own ", after=" of users")


def test_verbs_far_before_the_metric_do_not_count() -> None:
    assert "metric&gov=none" in features("Drive " + "word " * 30)
