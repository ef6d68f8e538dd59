"""Labels do not change unless a version says so."""

from __future__ import annotations

import msgspec
import pytest

from tests.classify.label_record import Record, make_record, read_record

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
