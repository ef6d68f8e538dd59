"""Does the ad say how success of the person in the role is recognised (codebook section 2)?

Cues, found in one pass, lead to candidate passages; a small linear model reads each and calls it explicit,
partial or nothing; rules name the tier and cut the quote. Generic KPI talk (tier G) is decided once per
posting.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping, Sequence
from itertools import chain
from typing import Protocol

from include.classify.cues import Cue, find_cues
from include.classify.generic_kpi import find_generic_kpi
from include.classify.labels import MAX_QUOTE, TIER_STRENGTH, CriteriaMention, CriteriaStatus, CriteriaTier
from include.classify.linear_model import LinearModel, load_model
from include.classify.success.candidates import Candidate, find_all_candidates
from include.classify.success.features import reading
from include.classify.success.phrases import is_outcome_of_others
from include.classify.success.scoring import PassageScorer
from include.classify.success.tiers import (
    PassageClass,
    names_deliverable,
    names_yardstick,
    quote_span,
    tiers_of,
)
from include.normalize.titles import role_family
from include.role_families import PRODUCT_FAMILIES, RoleFamily

__all__ = [
    "criteria_status",
    "criteria_tiers",
    "find_criteria",
    "generic_kpi",
]

_EXPLICIT = frozenset({"E1", "E2", "E2t", "E3"})
_PARTIAL = frozenset({"A", "H", "S"})


class HasText(Protocol):
    """Anything with the posting's text, such as include.classify.segments.Document."""

    text: str


@functools.cache
def model() -> LinearModel:
    """Return the shipped passage model."""
    return load_model("criteria")


def find_criteria(
    document: HasText,
    title: str,
    cues: Sequence[Cue] | None = None,
    scorer: PassageScorer | None = None,
) -> tuple[CriteriaMention, ...]:
    """Return every passage on how success in the role is recognised, in the order of the text.

    Args:
        document: the posting's text; spans refer to `document.text`.
        title: the posting's title; the kind of role bears on whose targets are meant.
        cues: those of the text, when they have been found already.
        scorer: of another model than the shipped one, to judge the passages by.

    Returns:
        Mentions with `text[start:end] == quote`, quotes of at most 300 characters; at most one of tier G.
    """
    text = document.text
    found = find_cues(text) if cues is None else cues
    return find_all_criteria([text], [title], [role_family(title)], [found], scorer)[0]


def find_all_criteria(
    texts: Sequence[str],
    titles: Sequence[str],
    families: Sequence[RoleFamily],
    cues: Sequence[Sequence[Cue]],
    scorer: PassageScorer | None = None,
) -> list[tuple[CriteriaMention, ...]]:
    """Return what `find_criteria` does for each text, one step at a time over all texts.

    Args:
        texts: the postings' texts.
        titles: their titles.
        families: the role families of these.
        cues: the cues of each.
        scorer: of another model than the shipped one.
    """
    scorer = scorer or _shipped()
    candidates = find_all_candidates(texts, cues)
    reads = [
        [reading(text, candidate, title) for candidate in found]
        for text, title, found in zip(texts, titles, candidates, strict=True)
    ]
    different = list(dict.fromkeys(chain.from_iterable(reads)))  # an employer's ads share passages
    probabilities = dict(zip(different, scorer.probabilities(different), strict=True))
    judged = [
        [
            _judge(text, candidate, probabilities[read], scorer.thresholds, family)
            for candidate, read in zip(found, of_text, strict=True)
        ]
        for text, family, found, of_text in zip(texts, families, candidates, reads, strict=True)
    ]
    kpis = list(map(find_generic_kpi, texts, cues))
    return list(map(_all_mentions, texts, candidates, judged, kpis))


def _all_mentions(
    text: str,
    candidates: Sequence[Candidate],
    judged: Sequence[tuple[PassageClass, float] | None],
    kpi: tuple[int, int] | None,
) -> tuple[CriteriaMention, ...]:
    mentions = [
        mention
        for candidate, verdict in zip(candidates, judged, strict=True)
        if verdict is not None
        for mention in _mentions(text, candidate, *verdict)
    ]
    if kpi is not None:
        start, end = kpi[0], min(kpi[1], kpi[0] + MAX_QUOTE)
        mentions.append(
            CriteriaMention(tier="G", rule="kpi_model", quote=text[start:end], start=start, end=end)
        )
    return tuple(sorted(mentions, key=lambda mention: (mention.start, mention.end, mention.tier)))


def criteria_tiers(mentions: tuple[CriteriaMention, ...]) -> tuple[CriteriaTier, ...]:
    """Return the tiers present, strongest first."""
    present = {mention.tier for mention in mentions}
    return tuple(tier for tier in TIER_STRENGTH if tier in present)


def criteria_status(mentions: tuple[CriteriaMention, ...]) -> CriteriaStatus:
    """Return the posting's status: that of its strongest tier."""
    tiers = {mention.tier for mention in mentions}
    if tiers & _EXPLICIT:
        return "explicit"
    return "partial" if tiers & _PARTIAL else "none"


def generic_kpi(mentions: tuple[CriteriaMention, ...]) -> bool:
    """Say whether tier G occurs."""
    return any(mention.tier == "G" for mention in mentions)


def _judge(
    text: str,
    candidate: Candidate,
    probabilities: Sequence[float],
    thresholds: Mapping[str, float],
    family: RoleFamily,
) -> tuple[PassageClass, float] | None:
    """Return the class of a passage and its probability, None when it is neither explicit nor partial.

    Args:
        text: the posting's text.
        candidate: the passage.
        probabilities: what the model gives the passage.
        thresholds: of `explicit` in ads for product roles and (`explicit_elsewhere`) in others, where
            annotators agree with the model less; of `explicit` and `partial` together (`partial`).
        family: of the posting's role.
    """
    if candidate.kind == "success" and is_outcome_of_others(
        text[candidate.passage.start : candidate.passage.end]
    ):
        return "explicit", 1.0
    explicit, partial, _ = probabilities
    least = thresholds["explicit" if family in PRODUCT_FAMILIES else "explicit_elsewhere"]
    if explicit + partial < min(thresholds["partial"], least):
        return None
    if not names_yardstick(text, candidate):
        return None
    if explicit >= least:
        # A horizon without anything to deliver is tier H, however sure the model is.
        return ("explicit", explicit) if names_deliverable(text, candidate) else ("partial", explicit)
    if explicit + partial >= thresholds["partial"]:
        return "partial", explicit + partial
    return None


@functools.cache
def _shipped() -> PassageScorer:
    return PassageScorer(model())


def _mentions(
    text: str, candidate: Candidate, passage_class: PassageClass, probability: float
) -> list[CriteriaMention]:
    rule = f"{candidate.kind}:{passage_class}:{probability:.2f}"
    found = []
    for tier in tiers_of(text, candidate, passage_class):
        start, end = quote_span(text, candidate, tier)
        found.append(CriteriaMention(tier=tier, rule=rule, quote=text[start:end], start=start, end=end))
    return found
