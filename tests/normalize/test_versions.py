"""Texts are not made otherwise unless their version says so."""

from __future__ import annotations

import msgspec
import pytest

from tests.normalize.text_record import Record, make_record, read_record

_REMAKE = "run `python -m tests.normalize.text_record` and commit the record"


@pytest.fixture(scope="module")
def now() -> Record:
    return make_record()


def test_no_text_changes_under_the_same_version(now: Record) -> None:
    n_changes = read_record().unsaid_changes(now)
    assert n_changes == 0, "raise TEXTS_VERSION (include/normalize/versions.py)"


def test_the_record_is_of_this_version_and_these_ads(now: Record) -> None:
    kept = read_record()
    assert kept.texts_version == now.texts_version, _REMAKE
    assert kept.texts.keys() == now.texts.keys(), _REMAKE
    assert len(set(now.texts.values())) > 150


def test_a_change_is_counted_unless_the_version_was_raised() -> None:
    old = Record(texts_version="1", texts={"a": "x", "b": "y"})
    new = msgspec.structs.replace(old, texts={"a": "x", "b": "?", "c": "new"})
    assert old.unsaid_changes(new) == 1
    assert old.unsaid_changes(msgspec.structs.replace(new, texts_version="2")) == 0
