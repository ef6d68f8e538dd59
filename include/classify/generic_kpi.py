"""Tier G: talk of KPIs, metrics and measuring that says nothing on how the person is judged.

A posting-level model over the cue words and their neighbours decides; the evidence is the sentence of the cue
that weighed most.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence

from include.classify.cues import Cue
from include.classify.linear_model import LinearModel, load_model
from include.classify.passages import sentence_around

_WORD = re.compile(r"[^\W_]+")
_NOT_WORD = re.compile(r"[\W_]+")
_NEIGHBOURHOOD = 24


# Words that are KPI talk wherever they stand, and verbs that make `metrics` so.
_CERTAIN = re.compile(
    r"kpis?$|okrs?$|key performance$|data[ -]driven$|acceptance criteria$|definition of done$", re.IGNORECASE
)
_METRICS = re.compile(r"(?:key |core )?metrics$", re.IGNORECASE)
_HANDLES = re.compile(
    r"\b(?:(?:track|defin|report|monitor|measur|analy[sz]|establish)\w*\s+(?:\w+[\s,]+){0,3}|success\s+)$",
    re.IGNORECASE,
)
_REACH = 48


@functools.cache
def model() -> LinearModel:
    """Return the shipped model."""
    return load_model("generic_kpi")


def cue_features(text: str, cue: Cue) -> tuple[str, ...]:
    """Return the features of one cue: itself, and itself with the word before and after."""
    word = _joined(text[cue.start : cue.end])
    found = [word]
    before = _WORD.findall(text[max(0, cue.start - _NEIGHBOURHOOD) : cue.start])
    if before:
        found.append(f"{before[-1].lower()}<{word}")
    after = _WORD.search(text, cue.end, cue.end + _NEIGHBOURHOOD)
    if after is not None:
        found.append(f"{word}>{after[0].lower()}")
    return tuple(found)


@functools.lru_cache(maxsize=4096)
def _joined(words: str) -> str:
    return _NOT_WORD.sub("_", words.lower())


def find_generic_kpi(
    text: str, cues: Sequence[Cue], kpi_model: LinearModel | None = None
) -> tuple[int, int] | None:
    """Return the sentence that shows generic KPI talk, as offsets, or None when there is none.

    Args:
        text: the posting's text.
        cues: its cues, see `find_cues`.
        kpi_model: the model to ask; the shipped one by default.
    """
    for cue in cues:
        if _is_certain(text, cue):
            return sentence_around(text, cue.start, cue.end)
    by_cue = [(cue, cue_features(text, cue)) for cue in cues if cue.kind != "support"]
    if not by_cue:
        return None
    kpi_model = kpi_model or model()
    found = {feature for _, features in by_cue for feature in features}
    if kpi_model.probabilities(found)[0] < kpi_model.thresholds["present"]:
        return None
    weights = kpi_model.weights
    strongest = max(by_cue, key=lambda pair: sum(weights.get(feature, (0,))[0] for feature in pair[1]))[0]
    return sentence_around(text, strongest.start, strongest.end)


def _is_certain(text: str, cue: Cue) -> bool:
    if cue.kind not in ("kpi", "judged"):
        return False
    is_certain, is_metrics = _sureness(text[cue.start : cue.end])
    return is_certain or (
        is_metrics and _HANDLES.search(text, max(0, cue.start - _REACH), cue.start) is not None
    )


@functools.lru_cache(maxsize=4096)
def _sureness(words: str) -> tuple[bool, bool]:
    """Say whether cue words are KPI talk wherever they stand, and whether they are when one handles them."""
    return _CERTAIN.search(words) is not None, _METRICS.match(words) is not None
