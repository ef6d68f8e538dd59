"""From a passage and its class to a codebook tier and the words to quote."""

from __future__ import annotations

from typing import Literal

from include.classify.labels import MAX_QUOTE, CriteriaTier
from include.classify.linear_time import compile_plain
from include.classify.success.candidates import Candidate
from include.classify.success.horizons import DELIVERING, HORIZON_WORDS, LEARNING
from include.classify.success.metrics import NAMED_METRIC, NUMERIC_TARGET

PassageClass = Literal["explicit", "partial"]


def tiers_of(text: str, candidate: Candidate, passage_class: PassageClass) -> tuple[CriteriaTier, ...]:
    """Return the codebook tiers of a passage that the model calls explicit or partial, strongest first."""
    passage = candidate.passage
    if passage_class == "partial":
        return (_PARTIAL[candidate.kind],)
    end = passage.body[-1][1] if passage.body else passage.end
    has_metric = NAMED_METRIC.is_in(text[passage.start : end])
    has_target = has_metric and NUMERIC_TARGET.search(text[passage.start : end]) is not None
    is_dated = candidate.kind == "horizon" or HORIZON_WORDS.is_in(text[passage.start : passage.end])
    if is_dated:
        return ("E1", "E2t") if has_target else ("E1",)
    if has_target:
        return ("E2t",)
    if has_metric or candidate.kind in ("judged", "target"):
        return ("E2",)
    return ("E3",)


def names_deliverable(text: str, candidate: Candidate) -> bool:
    """Say whether a horizon comes with something an outsider could see done; True for other kinds."""
    if candidate.kind != "horizon":
        return True
    passage = candidate.passage
    end = passage.body[-1][1] if passage.body else passage.end
    return (
        DELIVERING.is_in(text[passage.start : end])
        or NUMERIC_TARGET.search(text[passage.start : end]) is not None
    )


_YARDSTICK = compile_plain(
    r"\b(?:quotas?|targets?|goals|kpis?|okrs?|objectives|numbers?|metrics|results|outcomes|performance)\b"
)


def names_yardstick(text: str, candidate: Candidate) -> bool:
    """Say whether accountability is for a metric or a target; True for other cues.

    `Accountable for the product lifecycle` gives somebody a duty and no way to judge how it was done.
    """
    if not text[candidate.cue_start : candidate.cue_end].lower().startswith("accountab"):
        return True
    passage = candidate.passage
    words = text[passage.start : passage.body[-1][1] if passage.body else passage.end]
    return NAMED_METRIC.is_in(words) or _YARDSTICK.is_in(words)


_PARTIAL: dict[str, CriteriaTier] = {
    "horizon": "H",
    "success": "S",
    "judged": "A",
    "target": "A",
    "metric": "A",
}


def quote_span(text: str, candidate: Candidate, tier: CriteriaTier) -> tuple[int, int]:
    """Return the span to quote: the announcement with the item that shows the tier, within `MAX_QUOTE`.

    Where both do not fit, the item alone; a long sentence is cut at a blank.
    """
    passage = candidate.passage
    start, end = passage.start, passage.end
    item = _telling_item(text, passage.body, tier)
    if item is not None:
        if item[1] - start <= MAX_QUOTE:
            end = item[1]
        elif item[1] - item[0] >= 12:
            start, end = item
    if end - start > MAX_QUOTE:
        if candidate.cue_end - start > MAX_QUOTE // 2 and start == passage.start:
            start = text.rfind(" ", start, candidate.cue_start - 60) + 1 or start
        cut = text.rfind(" ", start, start + MAX_QUOTE)
        end = min(end, cut if cut > start else start + MAX_QUOTE)
    return start, end


def _telling_item(text: str, body: tuple[tuple[int, int], ...], tier: CriteriaTier) -> tuple[int, int] | None:
    for start, end in body:
        words = text[start:end]
        if tier in ("E2", "E2t", "A") and not NAMED_METRIC.is_in(words):
            continue
        if tier in ("E1", "E3") and (not DELIVERING.is_in(words) or LEARNING.is_in(words[:40])):
            continue
        return start, end
    return body[0] if body else None
