"""What the criteria model sees of a passage: words by cue, what they announce, structure, counts, role.

Features are strings. Words are lower case without apostrophes, and every number is `#`, so that curly quotes,
capitals and figures make no difference.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from itertools import chain, pairwise
from typing import NamedTuple

from include.classify.headings import SectionKind
from include.classify.linear_time import LinearSet
from include.classify.role_kinds import RoleKind, role_kind
from include.classify.success.candidates import Candidate, CandidateKind
from include.classify.success.horizons import DELIVERING, LEARNING
from include.classify.success.metrics import NAMED_METRIC, NUMERIC_TARGET
from include.classify.success.ties import structure_features

_WORD = re.compile(r"[^\W\d_]+|\d[\d.,]*|[%$€£&]")
# Begins with what is rare, so that `re` skips to it; a lookbehind in front would be tried at every character.
_APOSTROPHE = re.compile(r"['’‘´`](?<=[^\W\d_].)(?=[^\W\d_])")
_WORDS_BEFORE = 14
_WORDS_AFTER = 22
_WORDS_BELOW = 60
_SENTENCE_BEFORE, _SENTENCE_AFTER = 40, 60  # words of the sentence read for what they say of a kind of cue
_NEAR = 3  # words on either side of the cue whose nearness counts
_MAX_ITEMS = 8
NEAR_ZONES = ("nb", "na", "b1", "b2", "a1")
"""Zones of words next to the cue: the nearest before and after, first and second before, first after."""
_ENDING = re.compile(r"(?:ations?|ings?|ed|es|s|ly|ment)$")
_STEM = 7  # letters of a longer word without its ending that count

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
        is_line: the sentence is a line of its own, as items of a list are.
        role: the broad kind of the role, by the title.
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
    is_line: bool
    role: RoleKind


def reading(text: str, candidate: Candidate, title: str = "") -> Reading:
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
        is_line=passage.is_line,
        role=role_kind(title),
    )


class PassageWords(NamedTuple):
    """The words of a passage that are features, in order.

    Attributes:
        before, after, below: two of these side by side are a feature; the kinds of cue share it.
        cue: in the cue itself; two side by side are a feature, over its borders too.
        heading: above the passage.
        sentence: stems of the whole sentence; each is a feature of the kind of cue.
    """

    before: Sequence[str]
    after: Sequence[str]
    below: Sequence[str]
    cue: Sequence[str]
    heading: Sequence[str]
    sentence: Sequence[str]

    @property
    def near(self) -> tuple[frozenset[str], ...]:
        """Words next to the cue by zone: they say more of it than the same words further off."""
        zones = (
            self.before[-_NEAR:],
            self.after[:_NEAR],
            self.before[-1:],
            self.before[-2:-1],
            self.after[:1],
        )
        return tuple(map(frozenset, zones))

    @property
    def across(self) -> frozenset[tuple[str, str]]:
        """Pairs of words side by side in the cue and over its borders."""
        return frozenset(pairwise((*self.before[-1:], *self.cue, *self.after[:1])))


def passage_words(read: Reading) -> PassageWords:
    """Return the words that the model reads of a passage."""
    before, cue, after = _words(read.before), _words(read.cue), _words(read.after)
    return PassageWords(
        before[-_WORDS_BEFORE:],
        after[:_WORDS_AFTER],
        _words(" ".join(read.items))[:_WORDS_BELOW] if read.items else (),
        cue,
        _words(read.heading) if read.heading else (),
        list(map(_stem, (*before[-_SENTENCE_BEFORE:], *cue, *after[:_SENTENCE_AFTER]))),
    )


def features(read: Reading) -> set[str]:
    """Return the features of a candidate passage."""
    words = passage_words(read)
    zones = (("b", words.before), ("a", words.after), ("a", words.below))
    return {
        *chain.from_iterable(marks([read])[0]),
        *[f"{zone}:{first} {second}" for zone, found in zones for first, second in pairwise(found)],
        *[f"c:{word}" for word in words.cue],
        *[f"h:{word}" for word in words.heading],
        *[f"c:{first} {second}" for first, second in words.across],
        *[
            f"{read.kind}&{zone}:{word}"
            for zone, found in zip(NEAR_ZONES, words.near, strict=True)
            for word in found
        ],
        *[f"{read.kind}&w:{word}" for word in words.sentence],
    }


Marks = tuple[tuple[str, ...] | frozenset[str], ...]
"""Features that are no words: of place, of shape, of counts, of how the cue hangs in the sentence."""


def marks(reads: Sequence[Reading]) -> list[Marks]:
    """Return the features of passages that are no words, each once."""
    counted = _counts([(read.before + read.cue + read.after, read.items or (read.after,)) for read in reads])
    return [
        (
            _place_marks(read.kind, read.other_kinds, read.section, read.is_lead_in, read.role),
            _shape_marks(read.kind, read.is_line, len(read.before + read.cue + read.after), len(read.items)),
            _count_marks(read.kind, counts),
            structure_features(read.kind, read.before, read.cue, read.after)
            if read.kind in _TIED_BY_A_VERB
            else (),
        )
        for read, counts in zip(reads, counted, strict=True)
    ]


# What follows is the same for many passages; making the names costs more than looking them up.


@functools.lru_cache(maxsize=1024)
def _place_marks(
    kind: CandidateKind,
    other_kinds: frozenset[str],
    section: SectionKind,
    is_lead_in: bool,
    role: RoleKind,
) -> tuple[str, ...]:
    return (
        f"kind={kind}",
        f"section={section}",
        f"{kind}&section={section}",
        f"{kind}&lead={is_lead_in}",
        *[f"kinds={kind}+{other}" for other in other_kinds],
        # Nothing where there is no title: invented passages must not teach that such ads have criteria.
        *((f"role={role}", f"{kind}&role={role}") if role != "unknown" else ()),
    )


@functools.lru_cache(maxsize=8192)
def _shape_marks(kind: CandidateKind, is_line: bool, n_characters: int, n_items: int) -> tuple[str, ...]:
    """Return how long a passage is and where it stands: a window of flat text is no short bullet."""
    return (
        f"length={min(n_characters // 60, 7)}",
        f"{kind}&length={min(n_characters // 120, 3)}",
        f"line={is_line}",
        f"{kind}&line={is_line}",
        f"n_items={min(n_items, 4)}",
    )


class _Counts(NamedTuple):
    """How many metrics, items of learning and of delivering, targets there are, and which topics."""

    metrics: int
    learning: int
    delivering: int
    target: int
    topics: tuple[int, ...]


@functools.lru_cache(maxsize=4096)
def _count_marks(kind: CandidateKind, counted: _Counts) -> tuple[str, ...]:
    counts = {
        "metrics": counted.metrics,
        "learning": counted.learning,
        "delivering": counted.delivering,
        "target": counted.target,
        **{name: int(index in counted.topics) for index, name in enumerate(_TOPICS)},
    }
    names = [f"{name}={count}" for name, count in counts.items()]
    return (*names, *[f"{kind}&{name}" for name in names])


@functools.lru_cache(maxsize=16384)
def _stem(word: str) -> str:
    return _ENDING.sub("", word)[:_STEM] if len(word) > 4 else word


def _words(text: str) -> list[str]:
    words = _WORD.findall(_APOSTROPHE.sub("", text.lower()))
    return ["#" if word[0].isdigit() else word for word in words]


def _counts(passages: Sequence[tuple[str, Sequence[str]]]) -> list[_Counts]:
    """Count in the sentence and the items of each passage, one pattern at a time over all."""
    wholes = [" ".join((sentence, *items)) for sentence, items in passages]
    metrics = [
        len({whole[start:end].lower() for start, end in spans})
        for whole, spans in zip(wholes, map(NAMED_METRIC.spans, wholes), strict=True)
    ]
    learning = [sum([LEARNING.is_in(item[:60]) for item in items]) for _, items in passages]
    delivering = [
        sum([DELIVERING.is_in(item[:80]) and not LEARNING.is_in(item[:40]) for item in items])
        for _, items in passages
    ]
    targets = [int(NUMERIC_TARGET.search(whole) is not None) for whole in wholes]
    topics = [tuple(_TOPIC_PATTERNS.found_in(sentence)) for sentence, _ in passages]
    return [
        _Counts(min(n_metrics, 3), min(n_learning, 3), min(n_delivering, 3), target, about)
        for n_metrics, n_learning, n_delivering, target, about in zip(
            metrics, learning, delivering, targets, topics, strict=True
        )
    ]
