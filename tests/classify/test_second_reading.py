"""The second reading of mentions weighs the rules, brings back what they drop, leaves certain ones alone."""

from __future__ import annotations

import gzip
import json
import math
from pathlib import Path

import msgspec
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.classify.certifications import mentions_by_rules
from include.classify.certs.mention_features import mention_features, verdict_features
from include.classify.certs.second_reading import CLASSES, is_certain, model, read_again, second_status
from include.classify.labels import CERT_STRENGTH, CertStatus
from include.classify.linear_model import LinearModel
from include.classify.scan import find_hits
from include.classify.segments import segment
from include.classify.training import mentions
from include.classify.training.labelled import posting_hash
from include.classify.training.mention_labels import Reading

BARE = "Qualifications\n- Draws maps\n- CSPO certification\n- Ten years at sea\n"
THRESHOLDS = {"kept": 0.35, "required": 0.5, "listed": 0.5, "asked": 0.5}
MODAL = "Qualifications\n- CSPO certification is required\n"


def convinced_of(status: CertStatus) -> LinearModel:
    bias = tuple(9.0 if name == status else 0.0 for name in CLASSES[:-1])
    bias = bias if any(bias) else (-9.0,) * len(bias)
    return LinearModel(name="m", version="m", classes=CLASSES, bias=bias, weights={}, thresholds=THRESHOLDS)


def split_between(required: float, other: CertStatus) -> LinearModel:
    """Return a model that gives `required` this probability, and the rest to `other`."""
    chances = {"required": required, other: 1 - required}
    bias = tuple(math.log(chances.get(name, 1e-9) / 1e-9) for name in CLASSES[:-1])
    return LinearModel(name="m", version="m", classes=CLASSES, bias=bias, weights={}, thresholds=THRESHOLDS)


def status_of(model: LinearModel, by_rules: CertStatus, rule: str) -> CertStatus:
    return second_status(model.thresholds, by_rules, rule, model.probabilities([]))


@pytest.mark.parametrize("by_rules", CERT_STRENGTH)
@pytest.mark.parametrize("by_model", CERT_STRENGTH)
def test_a_sure_model_decides(by_rules: CertStatus, by_model: CertStatus) -> None:
    assert status_of(convinced_of(by_model), by_rules, "bare_item") == by_model


@pytest.mark.parametrize(
    ("by_rules", "required", "status"),
    [
        ("required", 0.36, "required"),  # kept, though `preferred` is likelier
        ("required", 0.34, "preferred"),
        ("preferred", 0.49, "preferred"),
        ("none", 0.49, "preferred"),
        ("none", 0.51, "required"),
    ],
)
def test_required_is_kept_more_easily_than_given(
    by_rules: CertStatus, required: float, status: CertStatus
) -> None:
    assert status_of(split_between(required, "preferred"), by_rules, "section_required") == status


@pytest.mark.parametrize(("by_rules", "status"), [("none", "preferred"), ("mentioned_other", "preferred")])
def test_nothing_becomes_listed_on_a_guess(by_rules: CertStatus, status: CertStatus) -> None:
    bias = (-9.0, 1.0, 0.9, 0.9, 0.0)
    model = LinearModel(
        name="m", version="m", classes=CLASSES, bias=bias[:-1], weights={}, thresholds=THRESHOLDS
    )
    assert status_of(model, by_rules, "prose") == status


@pytest.mark.parametrize(
    ("by_rules", "status"),
    [
        ("listed", "listed"),
        ("preferred", "preferred"),
        ("mentioned_other", "preferred"),
        ("none", "preferred"),
    ],
)
def test_what_is_asked_changes_only_where_the_model_is_more_than_half_sure(
    by_rules: CertStatus, status: CertStatus
) -> None:
    bias = (-9.0, 0.0, 0.6, 0.5, 0.0)  # a third says preferred, no other more
    model = LinearModel(
        name="m", version="m", classes=CLASSES, bias=bias[:-1], weights={}, thresholds=THRESHOLDS
    )
    assert status_of(model, by_rules, "prose") == status


@pytest.mark.parametrize("rule", ["dropped_decoy", "use_third_party"])
def test_what_certifies_nobody_who_applies_is_never_asked(rule: str) -> None:
    assert status_of(convinced_of("required"), "none", rule) in ("mentioned_other", "none")


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
    assert all(is_certain(mention.rule) for mention in before)
    assert read_again(document, before, hits) == before


def test_what_the_rules_dropped_may_come_back(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("include.classify.certs.second_reading.model", lambda: convinced_of("preferred"))
    text = "An organised cook with supervisory experience, ServSafe Manager certification, a grip on cost."
    document, hits = segment(text), find_hits(text)
    (before,) = mentions_by_rules(document, "Product Owner", list(hits))
    (after,) = read_again(document, [before], hits)
    assert (before.status, after.status) == ("none", "preferred")
    assert (after.timing, after.cue) == ("at_hire", "context")
    assert text[after.start : after.end] == after.quote


def test_features_name_no_credential_and_repeat() -> None:
    document, hits = segment(BARE), find_hits(BARE)
    found = mentions_by_rules(document, "Product Owner", list(hits))
    features = mention_features(document, found[0], hits)
    assert features == mention_features(document, found[0], hits)
    assert {"kind:neutral", "form:bullet", "H:qualifications"} <= set(features)
    assert not any(feature.startswith(("SL:cspo", "SR:cspo", "P:cspo", "Q:cspo")) for feature in features)


@pytest.mark.parametrize(
    ("sentence", "is_of_another"),
    [
        ("CSPO certification; PMP a plus", True),
        ("CSPO certification (EMT or higher level of training a plus)", True),
        ("CSPO certification (a plus)", False),
        ("CSPO certification (or the like) a plus", False),
    ],
)
def test_what_is_said_of_something_else_is_no_word_of_the_sentence(
    sentence: str, is_of_another: bool
) -> None:
    text = f"## Requirements\n- {sentence}\n- Maps"
    document, hits = segment(text), find_hits(text)
    cspo = mentions_by_rules(document, "Product Owner", list(hits))[0]
    assert ("SR:plus" not in mention_features(document, cspo, hits)) is is_of_another


def test_an_apostrophe_is_the_same_word_straight_or_curly() -> None:
    text = "You'll need:\n- What you'd bring: CSPO certification, it'd be a plus\n- You'll draw maps\n"
    of = []
    for typed in (text, text.replace("'", "’")):
        document, hits = segment(typed), find_hits(typed)
        (found,) = mentions_by_rules(document, "Product Owner", list(hits))
        of.append(mention_features(document, found, hits))
    assert of[0] == of[1]
    assert "nw1:you'll" in of[0]


def test_the_rules_verdict_is_told_apart_from_the_words() -> None:
    document, hits = segment(BARE), find_hits(BARE)
    (found,) = mentions_by_rules(document, "Product Owner", list(hits))
    words = mention_features(document, found, hits)
    assert words == mention_features(document, msgspec.structs.replace(found, status="none", rule="x"), hits)
    verdict = verdict_features(found.status, found.rule, words)
    assert {"st:listed", "rule:bare_item", "listed|kind:neutral"} <= set(verdict)
    assert not {*words} & {*verdict}


def test_the_shipped_model_knows_the_classes() -> None:
    assert model().classes == CLASSES


def test_training_learns_what_readers_took_back(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Bare items that readers called preferred, invented; the held-out batch is not learnt from."""
    folder = tmp_path / "corpus"
    folder.mkdir()
    texts = [f"Qualifications\n- Draws maps {n}\n- CSPO certification in hand\n" for n in range(40)]
    names = [f"ad{n}" for n in range(40)]
    table = pa.table(
        {
            "id": names,
            "title": ["Product Owner"] * 40,
            "description": texts,
            "company": ["Atlas"] * 40,
        }
    )
    pq.write_table(table, folder / "all_jobs.parquet")
    with gzip.open(folder / "postings.jsonl.gz", "wt", encoding="utf-8"):
        pass
    start = texts[0].index("certification")
    rows = [
        Reading(
            mentions.HELD_OUT[0] if n % 4 == 0 else "1",
            start + (n > 9),
            start + 13 + (n > 9),
            "preferred",
            ("listed", "bare_item") if n % 2 else None,
        )
        for n in range(40)
    ]
    labels = {posting_hash(name): [row] for name, row in zip(names, rows, strict=True)}
    monkeypatch.setattr(mentions, "read_labels", lambda: labels)
    judged = list(mentions.read_mentions(folder))
    assert len(judged) == 40
    assert {mention.by_rules for mention in judged} == {("listed", "bare_item")}
    assert {mention.group for mention in judged} == {"atlas"}
    others = [
        judged[0]._replace(
            batch="1", posting=f"{status} {n}", group=f"{status} {n}", status=status, words=[f"SL:{status}"]
        )
        for status in ("listed", "none", "required")
        for n in range(10)
    ]
    learnt = [*(m for m in judged if m.batch not in mentions.HELD_OUT), *others]
    model = mentions.train(learnt)
    held = [mention for mention in judged if mention.batch in mentions.HELD_OUT]
    assert len(held) == 10
    assert {mentions.status_by(model, mention) for mention in held} == {"preferred"}
    in_french = [mention._replace(language="fr") for mention in held[:3]]
    in_french.append(in_french[0]._replace(by_rules=None))  # not seen, so `none`
    counts = mentions.right_by_language(model, [*in_french, *held[3:]])
    assert list(counts.items()) == [("en", (0, 7, 7)), ("fr", (0, 3, 4))]
    # No fold's model knows the one employer that all bare items are of.
    by_fold = mentions.cross_validated(learnt)
    assert {pair.answer for pair in by_fold["1, rules"]} == {"listed"}
    assert "preferred" not in {pair.answer for pair in by_fold["1, with the second reading"]}
    by_ad = mentions.cross_validated(learnt, "ad")
    assert "preferred" in {pair.answer for pair in by_ad["1, with the second reading"]}


def test_held_out_ads_and_their_wording_are_not_learnt_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mentions, "held_out_names", lambda: {"held-out"})
    told = {
        "learnt": mentions.JudgedMention("1", "ad", "atlas", "none", None, None, [], "draws maps with a "),
        "of a held-out batch": mentions.JudgedMention(
            mentions.HELD_OUT[0], "other", "atlas", "none", None, None, [], "sails with a "
        ),
        "of a held-out ad": mentions.JudgedMention(
            "1", "held-out", "b", "none", None, None, [], "we need a "
        ),
        "worded as there": mentions.JudgedMention("1", "third", "c", "none", None, None, [], "we need a "),
    }
    assert mentions.learnable(list(told.values())) == [told["learnt"]]


def test_a_mention_is_known_again_by_the_letters_before_it(tmp_path: Path) -> None:
    rows = [
        {"posting_id": f"ad{n}", "title": "Cartographer", "text": text, "start": start, "end": start + 4,
         "status": "preferred"}
        for n, (text, start) in enumerate(
            (text, text.index("CSPO"))
            for text in (
                "Nice to have\n\n\n- Draws  maps of every kind, of land and of the sea.\n- A CSPO",
                "Bonus points\n* Draws maps of every kind, of land and of the sea. A CSPO or the like",
                "Nice to have\n- Sails to every island that is on a map, and home. A CSPO",
            )
        )
    ]  # fmt: skip
    with gzip.open(tmp_path / "mentions.dev.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps(row) + "\n" for row in rows)
    first, same, other = mentions.read_annotated(tmp_path)
    assert [mention.by_rules is not None for mention in (first, same, other)] == [True] * 3
    assert first.wording == same.wording != other.wording
    assert mentions.without_wording_of([first], [same, other]) == [other]
