"""Labels do not change unless a version says so."""

from __future__ import annotations

import csv
import hashlib

import msgspec
import pytest

from include.classify.versions import LEXICON_VERSION
from include.settings import PROJECT_ROOT
from tests.classify.label_record import Record, make_record, read_record

LEXICON = ("1.5", "6d10c279ff116e7a")
"""Version of the lexicon, and the digest of what it says."""
_REMAKE = "run `python -m tests.classify.label_record` and commit the record"


@pytest.fixture(scope="module")
def now() -> Record:
    return make_record()


def test_no_label_changes_under_the_same_version(now: Record) -> None:
    assert read_record().unsaid_changes(now) == []


def test_the_record_is_of_these_versions_and_texts(now: Record) -> None:
    kept = read_record()
    assert (kept.lexicon, kept.rules, kept.model, kept.titles_version) == (
        (now.lexicon, now.rules, now.model, now.titles_version)
    ), _REMAKE
    assert kept.labels.keys() == now.labels.keys(), _REMAKE
    assert kept.titles.keys() == now.titles.keys(), _REMAKE


def test_the_lexicon_is_the_one_that_its_version_names() -> None:
    """A name that no text of the record has changes none of its labels, and yet those of real ads."""
    file = PROJECT_ROOT / "include" / "classify" / "lexicon" / "certifications.csv"
    rows = [
        {name: value for name, value in row.items() if name != "note"}
        for row in csv.DictReader(file.read_text(encoding="utf-8").splitlines())
    ]
    digest = hashlib.sha256(msgspec.json.encode(rows)).hexdigest()[:16]
    assert (LEXICON_VERSION, digest) == LEXICON, (
        "raise LEXICON_VERSION in include/classify/versions.py, then give LEXICON the new version and digest"
    )


def test_the_texts_are_many_and_labelled_in_many_ways(now: Record) -> None:
    # A record of ads without labels could not show a change.
    assert len(now.labels) > 500
    assert len(set(now.labels.values())) > 400


@pytest.mark.parametrize(
    ("raised", "n_changes"),
    [
        ({}, 2),
        ({"rules": "next"}, 1),
        ({"titles_version": "next"}, 1),
        ({"model": "next", "titles_version": "next"}, 0),
    ],
)
def test_a_change_is_named_unless_its_version_was_raised(raised: dict[str, str], n_changes: int) -> None:
    old = Record(
        lexicon="1", rules="1", model="1", titles_version="1", labels={"a": "x", "b": "y"}, titles={"c": "z"}
    )
    new = msgspec.structs.replace(old, labels={"a": "x", "b": "?", "d": "new"}, titles={"c": "?"}, **raised)
    assert len(old.unsaid_changes(new)) == n_changes
