"""Role family, rank and grouping key of titles."""

from __future__ import annotations

import csv
import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.normalize.titles import prepare, role_family, seniority, title_key
from tests.collect.evaluation_data import SHARED

_CASES = list(csv.DictReader(Path(__file__).with_name("titles.csv").read_text(encoding="utf-8").splitlines()))
_GOLD = SHARED / "gold" / "postings.dev.jsonl.gz"


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["title"])
def test_family_and_rank(case: dict[str, str]) -> None:
    assert role_family(case["title"]) == case["role_family"]
    assert seniority(case["title"]) == case["seniority"]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["title"])
def test_case_and_white_space_do_not_count(case: dict[str, str]) -> None:
    shouted = f"  {case['title'].upper()}  ".replace(" ", "  ")
    assert role_family(shouted) == case["role_family"]


@pytest.mark.parametrize(
    "titles",
    [
        ("Sr. Product Manager", "Senior Product Manager", "SENIOR PRODUCT MANAGER "),
        (
            "Product Manager (m/w/d)",
            "Product Manager (f/m/x)",
            "Product Manager*in",
            "Product Manager - Remote",
        ),
        ("Product Manager (Remote, US)", "Product Manager (Req 12345)", "Product Manager #4711"),
        ("VP, Product", "Vice President - Product"),
    ],
)
def test_titles_of_one_group(titles: tuple[str, ...]) -> None:
    assert len({title_key(title) for title in titles}) == 1


@pytest.mark.parametrize(
    "titles",
    [
        ("Product Manager, Growth", "Product Manager, Payments"),
        ("Product Manager", "Senior Product Manager"),
        ("Product Manager I", "Product Manager II"),
        ("Product Manager", "Product Owner"),
    ],
)
def test_titles_of_different_groups(titles: tuple[str, ...]) -> None:
    assert len({title_key(title) for title in titles}) == len(titles)


@given(st.text(max_size=80))
def test_any_title_has_a_family_and_a_key(title: str) -> None:
    assert role_family(title)
    assert bool(title_key(title)) == bool(prepare(title))


def test_an_empty_title_has_no_rank() -> None:
    assert seniority(" ") == "unknown"


@pytest.mark.corpus
@pytest.mark.skipif(not _GOLD.exists(), reason=f"no labelled titles at {_GOLD}")
def test_accuracy_on_labelled_titles() -> None:
    with gzip.open(_GOLD, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    n_right = sum(role_family(row["title"]) == row["labels"]["role_family"] for row in rows)
    assert n_right / len(rows) >= 0.97
