"""What the criteria model sees of a passage: words near the cue, what they announce, structure and counts.

Features are strings. Words are lower case without apostrophes, and every number is `#`, so that curly quotes,
capitals and figures make no difference.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from include.classify.criteria_candidates import Candidate, CandidateKind
from include.classify.criteria_structure import structure_features
from include.classify.headings import SectionKind
from include.classify.horizons import DELIVERING, LEARNING
from include.classify.linear_time import LinearSet
from include.classify.metrics_grammar import NAMED_METRIC, NUMERIC_TARGET

_WORD = re.compile(r"[^\W\d_]+|\d[\d.,]*|[%$€£&]")
# Begins with what is rare, so that `re` skips to it; a lookbehind in front would be tried at every character.
_APOSTROPHE = re.compile(r"['’‘´`](?<=[^\W\d_].)(?=[^\W\d_])")
_WORDS_BEFORE = 14
_WORDS_AFTER = 22
_WORDS_BELOW = 60
_MAX_ITEMS = 8
_TIED_BY_A_VERB = ("metric", "target", "judged")

# Of whom and of what a sentence speaks.
_TOPICS = {
    "you": r"\b(?:you|your|youll|you['’]ll|this role|this position|du|sie|dein|ihr|vous|tu|usted|tú|você"
    r"|je)\b",
    "we": r"\b(?:we|our|us|the company|company['’]s|wir|nous|nosotros|nós|wij)\b",
    "past": r"\b(?:proven|track record|experienced?|demonstrat\w+|history of|years|background|you['’]?ve"
    r"|you have|ability to|able to|comfortable|skills?|knowledge|strong|passion\w*|understanding of)\b",
    "team": r"\b(?:team|teams|engineers|stakeholders|others|clients?|customers?|users)\b",
}
_TOPIC_PATTERNS = LinearSet(list(_TOPICS.values()))


class Reading(NamedTuple):
    """All that the model reads of a candidate passage; equal readings have equal features.

    Attributes:
        kind: of the cue.
        other_kinds: of the sentence's other cues.
        before, cue, after: the sentence.
        items: what stands below a lead-in, at most `_MAX_ITEMS`.
    """

    kind: CandidateKind
    other_kinds: frozenset[str]
    before: str
    cue: str
    after: str
    items: tuple[str, ...]
    heading: str
    section: SectionKind
    is_lead_in: bool


def reading(text: str, candidate: Candidate) -> Reading:
    """Return what the model reads of a candidate; its offsets refer to `text`."""
    passage = candidate.passage
    return Reading(
        kind=candidate.kind,
        other_kinds=candidate.kinds - {candidate.kind},
        before=text[passage.start : candidate.cue_start],
        cue=text[candidate.cue_start : candidate.cue_end],
        after=text[candidate.cue_end : passage.end],
        items=tuple([text[start:end] for start, end in passage.body[:_MAX_ITEMS]]),
        heading=passage.heading,
        section=passage.section,
        is_lead_in=passage.is_lead_in,
    )


def features(read: Reading) -> set[str]:
    """Return the features of a candidate passage."""
    kind = read.kind
    found = {
        f"kind={kind}",
        f"section={read.section}",
        f"{kind}&section={read.section}",
        f"{kind}&lead={read.is_lead_in}",
    }
    found.update([f"kinds={kind}+{other}" for other in read.other_kinds])
    _add_words(found, "b", _words(read.before)[-_WORDS_BEFORE:])
    _add_words(found, "a", _words(read.after)[:_WORDS_AFTER])
    if read.items:
        _add_words(found, "a", _words(" ".join(read.items))[:_WORDS_BELOW])
    found.update([f"c:{word}" for word in _words(read.cue)])
    found.update([f"h:{word}" for word in _words(read.heading)])
    if kind in _TIED_BY_A_VERB:
        found.update(structure_features(kind, read.before, read.cue, read.after))
    _add_counts(found, kind, read.before + read.cue + read.after, read.items or (read.after,))
    return found


def _words(text: str) -> list[str]:
    words = _WORD.findall(_APOSTROPHE.sub("", text.lower()))
    return ["#" if word[0].isdigit() else word for word in words]


def _add_words(found: set[str], zone: str, words: list[str]) -> None:
    named = [f"{zone}:{word}" for word in words]
    found.update(named)
    found.update([f"{first} {second}" for first, second in zip(named, words[1:], strict=False)])


def _add_counts(found: set[str], kind: str, sentence: str, items: Sequence[str]) -> None:
    whole = " ".join((sentence, *items))
    n_metrics = len({whole[start:end].lower() for start, end in NAMED_METRIC.spans(whole)})
    learning = sum(LEARNING.is_in(item[:60]) for item in items)
    delivering = sum(DELIVERING.is_in(item[:80]) and not LEARNING.is_in(item[:40]) for item in items)
    counts = {
        "metrics": min(n_metrics, 3),
        "learning": min(learning, 3),
        "delivering": min(delivering, 3),
        "target": int(NUMERIC_TARGET.search(whole) is not None),
        **dict.fromkeys(_TOPICS, 0),
    }
    names = list(_TOPICS)
    counts.update((names[index], 1) for index in _TOPIC_PATTERNS.found_in(sentence))
    for name, count in counts.items():
        found.add(f"{name}={count}")
        found.add(f"{kind}&{name}={count}")
