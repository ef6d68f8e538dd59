"""The second reading of mentions: it takes back, it never adds, and it leaves certain rules alone."""

from __future__ import annotations

import pytest

from include.classify.certifications import mentions_by_rules
from include.classify.certs.mention_features import mention_features
from include.classify.certs.second_reading import CLASSES, is_open, model, read_again, second_status
from include.classify.labels import CERT_STRENGTH, CertStatus
from include.classify.linear_model import LinearModel
from include.classify.scan import find_hits
from include.classify.segments import segment

BARE = "Qualifications\n- Draws maps\n- CSPO certification\n- Ten years at sea\n"
MODAL = "Qualifications\n- CSPO certification is required\n"


def convinced_of(status: CertStatus) -> LinearModel:
    bias = tuple(9.0 if name == status else 0.0 for name in CLASSES[:-1])
    bias = bias if any(bias) else (-9.0,) * len(bias)
    return LinearModel(name="m", version="m", classes=CLASSES, bias=bias, weights={})


@pytest.mark.parametrize("by_rules", CERT_STRENGTH)
@pytest.mark.parametrize("by_model", CERT_STRENGTH)
def test_the_weaker_status_holds(by_rules: CertStatus, by_model: CertStatus) -> None:
    status = second_status(convinced_of(by_model), by_rules, [])
    assert CERT_STRENGTH.index(status) == max(map(CERT_STRENGTH.index, (by_rules, by_model)))


@pytest.mark.parametrize("by_model", ["preferred", "mentioned_other"])
def test_a_bare_item_is_read_again(by_model: CertStatus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("include.classify.certs.second_reading.model", lambda: convinced_of(by_model))
    document, hits = segment(BARE), find_hits(BARE)
    (before,) = mentions_by_rules(document, "Product Owner", list(hits))
    (after,) = read_again(document, [before], hits)
    assert (before.status, after.status) == ("listed", by_model)
    assert (after.start, after.end, after.quote) == (before.start, before.end, before.quote)
    assert (after.cue, after.rule) == ("context", f"{before.rule}_reread")
    assert after.timing == ("at_hire" if by_model == "preferred" else None)


def test_a_mention_may_be_dropped(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("include.classify.certs.second_reading.model", lambda: convinced_of("none"))
    document, hits = segment(BARE), find_hits(BARE)
    assert read_again(document, mentions_by_rules(document, "Product Owner", list(hits)), hits) == ()


def test_a_modal_word_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("include.classify.certs.second_reading.model", lambda: convinced_of("none"))
    document, hits = segment(MODAL), find_hits(MODAL)
    before = mentions_by_rules(document, "Product Owner", list(hits))
    assert [mention.status for mention in before] == ["required"]
    assert not any(map(is_open, before))
    assert read_again(document, before, hits) == before


def test_features_name_no_credential_and_repeat() -> None:
    document, hits = segment(BARE), find_hits(BARE)
    mentions = mentions_by_rules(document, "Product Owner", list(hits))
    features = mention_features(document, mentions[0], mentions, hits)
    assert features == mention_features(document, mentions[0], mentions, hits)
    assert {"st:listed", "kind:neutral", "form:bullet", "H:qualifications"} <= set(features)
    assert not any(feature.startswith(("SL:cspo", "SR:cspo", "P:cspo", "Q:cspo")) for feature in features)


def test_the_shipped_model_knows_the_classes() -> None:
    assert model().classes == CLASSES
