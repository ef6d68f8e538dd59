"""The shipped models of success criteria, KPI talk and archetype: what each learns from, how strictly."""

from __future__ import annotations

from collections.abc import Sequence
from typing import get_args

from include.classify.archetype import archetype_features
from include.classify.cues import find_cues
from include.classify.generic_kpi import cue_features
from include.classify.labels import Archetype
from include.classify.linear_model import LinearModel
from include.classify.training.fit import fit_presence, fit_values
from include.classify.training.labelled import GoldPosting, KindExample, KpiExample, Passage

MODEL_VERSIONS = {"criteria": "12", "generic_kpi": "6", "archetype": "5"}
"""Bump one when its model changes; include.classify.versions names them too."""

CRITERIA_CLASSES = ("explicit", "partial", "none")
ARCHETYPES: tuple[str, ...] = get_args(Archetype)
CRITERIA_THRESHOLDS = {"explicit": 0.4, "explicit_elsewhere": 0.55, "partial": 0.4}
KPI_THRESHOLDS = {"present": 0.5}


def train_criteria(passages: Sequence[Passage]) -> LinearModel:
    """Fit the passage model on the judged passages."""
    judged = [passage for passage in passages if passage.label is not None]
    return fit_presence(
        "criteria",
        f"criteria-{MODEL_VERSIONS['criteria']}",
        [passage.features for passage in judged],
        [str(passage.label) for passage in judged],
        classes=CRITERIA_CLASSES,
        strength=0.07,
        minimum_rows=3,
        thresholds=CRITERIA_THRESHOLDS,
        weights=[passage.weight for passage in judged],
    )


def kpi_features(text: str) -> list[str]:
    """Return the features of the posting-level KPI model."""
    cues = (cue for cue in find_cues(text) if cue.kind != "support")
    return sorted({feature for cue in cues for feature in cue_features(text, cue)})


def train_generic_kpi(examples: Sequence[KpiExample]) -> LinearModel:
    """Fit the posting-level model of generic KPI talk."""
    return fit_presence(
        "generic_kpi",
        f"generic-kpi-{MODEL_VERSIONS['generic_kpi']}",
        [kpi_features(example.text) for example in examples],
        ["present" if example.has_kpi_talk else "absent" for example in examples],
        classes=("present", "absent"),
        strength=0.5,
        minimum_rows=3,
        thresholds=KPI_THRESHOLDS,
    )


def train_archetype(postings: Sequence[GoldPosting], examples: Sequence[KindExample]) -> LinearModel:
    """Fit the archetype model on the annotated postings of product families and on single readings."""
    product = [posting for posting in postings if posting.archetype is not None]
    return fit_values(
        "archetype",
        f"archetype-{MODEL_VERSIONS['archetype']}",
        [archetype_features(posting.text, posting.title) for posting in product]
        + [example.features for example in examples],
        [str(posting.archetype) for posting in product] + [example.archetype for example in examples],
        classes=ARCHETYPES,
        strength=0.3,
    )
