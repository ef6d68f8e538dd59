"""Model files: sound, small, and without anything that could identify a text."""

from __future__ import annotations

from pathlib import Path

import pytest

from include.classify import linear_model
from include.classify.archetype import archetype
from include.classify.linear_model import MODEL_DIRECTORY, LinearModel, ModelError, load_model
from include.classify.segments import segment

NAMES = ["criteria", "generic_kpi", "archetype", "certifications", "line_starts"]
MODAL_PHRASES = ("qclw", "qcrw", "qslw", "qsrw")


@pytest.mark.parametrize("name", NAMES)
def test_model_is_small_and_versioned(name: str) -> None:
    model = load_model(name)
    assert model.name == name
    assert model.version
    assert (MODEL_DIRECTORY / f"{name}.json").stat().st_size < 1_000_000


@pytest.mark.parametrize("name", NAMES)
def test_no_feature_is_longer_than_two_words_but_for_modal_phrases_of_the_rules(name: str) -> None:
    words = [
        feature for feature in load_model(name).weights if feature.partition(":")[0] not in MODAL_PHRASES
    ]
    assert not [feature for feature in words if len(feature.split()) > 2]


def test_probabilities_are_the_softmax_of_summed_weights() -> None:
    model = LinearModel(
        name="m", version="1", classes=("yes", "no"), bias=(0.5,), weights={"a": (1000,), "b": (-500,)}
    )
    assert model.probabilities(["a", "b", "unknown"])[0] == pytest.approx(0.7311, abs=1e-4)
    assert model.probabilities_of_values({"a": 0.5})[0] == pytest.approx(0.7311, abs=1e-4)
    assert sum(model.probabilities([])) == pytest.approx(1)


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (None, "cannot read the model"),
        (b"{", "cannot read the model"),
        (
            b'{"name":"m","version":"1","classes":["a","b"],"bias":[0.1],"weights":{"x":[1,2]}}',
            "do not fit its 2 classes",
        ),
    ],
)
def test_a_missing_or_damaged_model_is_named(
    content: bytes | None, reason: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(linear_model, "MODEL_DIRECTORY", tmp_path)
    if content is not None:
        (tmp_path / "m.json").write_bytes(content)
    with pytest.raises(ModelError, match=reason):
        load_model("m")


def test_archetype_is_only_for_product_families() -> None:
    document = segment("Own the APIs, the platform architecture and the developer experience.")
    assert archetype(document, "Product Manager", "project_program") is None
    assert archetype(document, "Product Manager", "pm") is not None


def test_archetype_follows_the_words_of_the_ad() -> None:
    delivery = (
        "Groom the backlog, write user stories and acceptance criteria, plan sprints, run scrum ceremonies. "
    )
    technical = (
        "Design APIs and SDKs with software engineers; computer science; cloud architecture; developers. "
    )
    assert archetype(segment(delivery * 12), "Product Owner", "po") == "framework_delivery"
    assert archetype(segment(technical * 12), "Technical Product Manager, API Platform", "pm") == "technical"
