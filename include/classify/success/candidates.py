"""Passages that may say how success in the role is recognised, found by cue and cheap grammar.

The grammar is meant to let through nearly every true passage; the model of include.classify.criteria decides.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import compress, islice
from typing import Literal, NamedTuple, cast

from include.classify.cues import Cue
from include.classify.passages import Passage, passage_of, sentence_around
from include.classify.success import horizons
from include.classify.success.metrics import (
    ENDS_IN_MEETING,
    MEET_TARGET,
    MOVE_VERB,
    PAY,
    PROFIT_AND_LOSS,
    TIED_PAY,
)
from include.classify.success.phrases import JUDGED_BY, YARDSTICK_HEADING, about_success

CandidateKind = Literal["horizon", "success", "judged", "target", "metric"]

MAX_CANDIDATES = 120
"""Passages read per text; the bound keeps hostile input cheap."""

_REACH = 90  # characters before a metric in which the verb that moves it must stand
_REACH_OF_MEETING = 48  # characters before goals or KPIs in which the verb of meeting them must stand
_NEIGHBOURHOOD = 110  # characters on either side of a horizon that say whose it is
_FAR = 200  # characters before a metric without any such verb: not worth looking for the sentence
_AROUND_HEADING = 30  # characters of a line before and after a cue that may be a heading's
_ORDER: tuple[CandidateKind, ...] = ("horizon", "judged", "success", "target", "metric")


class Candidate(NamedTuple):
    """One passage with the cues that called for reading it.

    Attributes:
        kind: the strongest of its cues.
        kinds: all of them.
        cue_start, cue_end: the strongest cue, as offsets into the text.
    """

    kind: CandidateKind
    kinds: frozenset[str]
    cue_start: int
    cue_end: int
    passage: Passage


def find_candidates(text: str, cues: Iterable[Cue]) -> list[Candidate]:
    """Return the passages worth reading, in the order of the text, one per sentence."""
    return find_all_candidates([text], [cues])[0]


def find_all_candidates(texts: Sequence[str], cues: Sequence[Iterable[Cue]]) -> list[list[Candidate]]:
    """Return what `find_candidates` does for each text, one kind of cue at a time over all texts.

    Args:
        texts: the postings' texts.
        cues: the cues of each.
    """
    finds = list(map(_finds, texts, cues))
    every = [(text, find) for text, of_text in zip(texts, finds, strict=True) for find in of_text]
    is_worth = [False] * len(every)
    by_kind = sorted(range(len(every)), key=lambda index: every[index][1].cue.kind)
    for index in by_kind:
        text, find = every[index]
        is_worth[index] = _is_worth_reading(text, find.cue, text[slice(*find.sentence)])
    answers = iter(is_worth)
    return [
        _candidates(text, compress(of_text, islice(answers, len(of_text))))
        for text, of_text in zip(texts, finds, strict=True)
    ]


class _Find(NamedTuple):
    """A cue and the sentence that holds it, as offsets into the text."""

    cue: Cue
    sentence: tuple[int, int]


def _finds(text: str, cues: Iterable[Cue]) -> list[_Find]:
    finds = []
    span = (0, -1)
    for cue in cues:
        kind = _kind_of(text, cue)
        if kind is None:
            continue
        if not (span[0] <= cue.start and cue.end <= span[1]):
            span = sentence_around(text, cue.start, cue.end)
        finds.append(_Find(cue if kind == cue.kind else cue._replace(kind=kind), span))
    return finds


def _kind_of(text: str, cue: Cue) -> CandidateKind | None:
    """Return what a cue may announce, None when its sentence need not be looked for."""
    match cue.kind:
        case "support":
            return None
        case "metric":
            return "metric" if _may_be_moved(text, cue) else None
        case "kpi":
            # Goals and KPIs to be met are targets; a heading of their own says by what somebody is judged.
            if _is_to_be_met(text, cue):
                return "target"
            return "judged" if _is_yardstick_heading(text, cue) else None
        case kind:
            return kind


def _candidates(text: str, finds: Iterable[_Find]) -> list[Candidate]:
    found: dict[tuple[int, int], dict[CandidateKind, Cue]] = {}
    for cue, sentence in finds:
        found.setdefault(sentence, {}).setdefault(cast(CandidateKind, cue.kind), cue)
        if len(found) >= MAX_CANDIDATES:
            break
    return [_candidate(text, sentence, kinds) for sentence, kinds in found.items()]


def _candidate(text: str, sentence: tuple[int, int], kinds: dict[CandidateKind, Cue]) -> Candidate:
    kind = next(kind for kind in _ORDER if kind in kinds)
    cue = kinds[kind]
    passage = passage_of(text, sentence, cue.start, cue.end)
    return Candidate(kind, frozenset(kinds), cue.start, cue.end, passage)


def _may_be_moved(text: str, cue: Cue) -> bool:
    """Say, before the sentence is looked for, whether any verb that moves a metric stands near before it."""
    return (
        MOVE_VERB.is_in(text[max(0, cue.start - _FAR) : cue.start])
        or PROFIT_AND_LOSS.match(text, cue.start) is not None
        or PAY.match(text, cue.start) is not None
    )


def _is_to_be_met(text: str, cue: Cue) -> bool:
    """Say whether goals or KPIs stand right after a verb of meeting them (`exceed your service goals`)."""
    return text[cue.start] in "gGkKoO" and ENDS_IN_MEETING.is_in(
        text[max(0, cue.start - _REACH_OF_MEETING) : cue.start] + text[cue.start : cue.end].lower()
    )


def _is_yardstick_heading(text: str, cue: Cue) -> bool:
    """Say whether a line is nothing but `Key performance indicators` or the like."""
    stop = text.find("\n", cue.end, cue.end + _AROUND_HEADING)
    if stop < 0:
        return False
    begin = text.rfind("\n", max(0, cue.start - _AROUND_HEADING), cue.start) + 1
    return YARDSTICK_HEADING.is_in(text[begin:stop])


def _is_worth_reading(text: str, cue: Cue, sentence: str) -> bool:
    match cue.kind:
        case "horizon":
            words = text[cue.start : cue.end]
            return not (
                horizons.is_foreign(words, sentence)
                or horizons.other_subject(_around(text, cue, sentence))
                or horizons.is_of_company(sentence)
            )
        case "success":
            return about_success(sentence)
        case "judged":
            return JUDGED_BY.is_in(sentence) or YARDSTICK_HEADING.is_in(sentence)
        case "target":
            return MEET_TARGET.is_in(sentence) or _is_to_be_met(text, cue)
        case _:
            if horizons.is_of_company(sentence):
                return False
            if PROFIT_AND_LOSS.match(text, cue.start) is not None:
                return True
            if PAY.match(text, cue.start) is not None:
                return TIED_PAY.is_in(sentence)
            return MOVE_VERB.is_in(text[max(0, cue.start - _REACH) : cue.start]) or (
                sentence[:1].isupper() and MOVE_VERB.starts(sentence)
            )


def _around(text: str, cue: Cue, sentence: str) -> str:
    """Return the part of a long sentence near the cue; where breaks were lost, the rest is another matter."""
    if len(sentence) <= 2 * _NEIGHBOURHOOD:
        return sentence
    at = sentence.find(text[cue.start : cue.end])
    return sentence[max(0, at - _NEIGHBOURHOOD) : at + cue.end - cue.start + _NEIGHBOURHOOD]
