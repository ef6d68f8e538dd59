"""Training parts that decide what is learned and how it is scored."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from include.classify.cues import find_cues
from include.classify.linear_model import LinearModel
from include.classify.success.candidates import find_candidates
from include.classify.training import fit
from include.classify.training.labelled import LABELS_FILE, gold_label, read_invented
from include.classify.training.scoring import f1, folds, group_alike, with_interval

TEXT = "In your first 90 days you will ship the portal.\n\nYou own activation and retention."


def labels(status: str, tiers: list[str], quotes: list[str]) -> dict[str, object]:
    return {"criteria_status": status, "criteria_tiers": tiers, "criteria_quotes": quotes}


def test_only_quoted_passages_of_an_explicit_posting_are_examples() -> None:
    horizon, metric = find_candidates(TEXT, find_cues(TEXT))
    explicit = labels("explicit", ["E1"], ["you will ship the portal"])
    assert gold_label(TEXT, horizon, explicit) == "explicit"
    assert gold_label(TEXT, metric, explicit) is None


def test_a_posting_without_criteria_makes_every_passage_a_counterexample() -> None:
    assert {gold_label(TEXT, c, labels("none", [], [])) for c in find_candidates(TEXT, find_cues(TEXT))} == {
        "none"
    }


def test_an_unquoted_passage_of_a_given_tier_stays_open() -> None:
    horizon, metric = find_candidates(TEXT, find_cues(TEXT))
    partial = labels("partial", ["A"], ["a quote from elsewhere"])
    assert gold_label(TEXT, metric, partial) is None
    assert gold_label(TEXT, horizon, partial) == "none"


def test_every_invented_passage_is_found_by_the_cues_or_is_none() -> None:
    assert {passage.label for passage in read_invented()} == {"explicit", "partial", "none"}
    assert len(read_invented()) > 100


def test_the_label_file_holds_hashes_and_no_text() -> None:
    header, *rows = LABELS_FILE.read_text().splitlines()
    assert header == "posting,offset,label"
    for row in rows:
        posting, offset, label = row.split(",")
        assert len(posting) == 12
        assert int(offset) >= 0
        assert label in ("explicit", "partial", "none")


def test_texts_of_one_wording_fall_into_one_fold() -> None:
    words = "one two three four five six seven eight nine ten eleven twelve"
    groups = group_alike(
        [words, words + " thirteen", "other words that share nothing at all with the first text"]
    )
    assert groups[0] == groups[1] != groups[2]
    fold = folds(groups, 2, seed=1)
    assert fold[0] == fold[1]


def test_f1_and_its_interval() -> None:
    truth, given = ["a", "a", "b", "b"], ["a", "b", "b", "b"]
    assert f1(truth, given, "a") == pytest.approx(2 / 3)
    interval = with_interval(lambda ix: f1([truth[i] for i in ix], [given[i] for i in ix], "b"), 4, draws=50)
    assert interval.estimate == pytest.approx(0.8)
    assert interval.low <= interval.estimate <= interval.high


def test_a_model_is_written_one_feature_a_line_and_read_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fit, "MODEL_DIRECTORY", tmp_path)
    weights = {"b:of the": (3, -4), 'a:"': (1, 2)}
    model = LinearModel(name="m", version="m-1", classes=("x", "y", "z"), bias=(0.5, 0.0), weights=weights)
    fit.write_model(model)
    content = (tmp_path / "m.json").read_bytes()
    assert msgspec.json.decode(content, type=LinearModel) == model
    assert content.splitlines()[1:-1] == [b'"a:\\"": [1,2],', b'"b:of the": [3,-4]']
