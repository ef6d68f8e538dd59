"""The second reading of mentions: it takes back, it never adds, and it leaves certain rules alone."""

from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.classify.certifications import mentions_by_rules
from include.classify.certs.mention_features import mention_features
from include.classify.certs.second_reading import CLASSES, is_open, model, read_again, second_status
from include.classify.evaluation_readings import Reading
from include.classify.labels import CERT_STRENGTH, CertStatus
from include.classify.linear_model import LinearModel
from include.classify.scan import find_hits
from include.classify.segments import segment
from include.classify.training import mentions
from include.classify.training.labelled import posting_hash

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
    found = mentions_by_rules(document, "Product Owner", list(hits))
    features = mention_features(document, found[0], found, hits)
    assert features == mention_features(document, found[0], found, hits)
    assert {"st:listed", "kind:neutral", "form:bullet", "H:qualifications"} <= set(features)
    assert not any(feature.startswith(("SL:cspo", "SR:cspo", "P:cspo", "Q:cspo")) for feature in features)


def test_the_shipped_model_knows_the_classes() -> None:
    assert model().classes == CLASSES


def test_training_learns_what_readers_took_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bare items that readers called preferred, invented; the held-out batch is not learnt from."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    texts = [f"Qualifications\n- Draws maps {n}\n- CSPO certification in hand\n" for n in range(40)]
    names = [f"ad{n}" for n in range(40)]
    table = pa.table({"id": names, "title": ["Product Owner"] * 40, "description": texts})
    pq.write_table(table, folder / "all_jobs.parquet")
    with gzip.open(folder / "postings.jsonl.gz", "wt", encoding="utf-8"):
        pass
    start = texts[0].index("certification")
    rows = [
        Reading(mentions.HELD_OUT if n % 4 == 0 else "1", start + (n > 9), start + 13 + (n > 9), "preferred")
        for n in range(40)
    ]
    labels = {posting_hash(name): [row] for name, row in zip(names, rows, strict=True)}
    monkeypatch.setattr(mentions, "read_labels", lambda: labels)
    judged = list(mentions.read_mentions(folder))
    assert len(judged) == 40
    assert all(mention.is_open for mention in judged)
    others = [
        judged[0]._replace(batch="1", status=status, features=[f"SL:{status}"])
        for status in ("listed", "none", "required")
        for _ in range(10)
    ]
    model = mentions.train([*(m for m in judged if m.batch != mentions.HELD_OUT), *others])
    held = [mention for mention in judged if mention.batch == mentions.HELD_OUT]
    assert [mention.by_rules for mention in held] == ["listed"] * 10
    assert {mentions.status_by(model, mention) for mention in held} == {"preferred"}
