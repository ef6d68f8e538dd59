"""Development support that the hire receives: training budget, coaching or mentoring, paid certification.

What the hire gives to others (`mentor junior colleagues`) and bare promises of growth do not count (codebook
section 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from include.classify.cues import Cue, find_cues
from include.classify.labels import MAX_QUOTE, DevSupport, Evidence
from include.classify.linear_time import compile_plain
from include.classify.passages import passage_around, sentence_around
from include.classify.support_exceptions import Exceptions
from include.classify.support_phrases import NEEDS, TOPICS

_BEFORE, _AFTER = 80, 100  # characters read around a cue in a sentence longer than a quote
_WHOLE = 200  # a sentence no longer than this ends where it ends; a longer one may be a window of a text
_NEAR = 45  # characters around a match in which its meaning is decided
_MAX_PLACES = 3  # of a form read in a passage
_LISTED_NEAR = 200  # characters around a bare name in which other benefits say that it is one

_KINDS: tuple[DevSupport, ...] = ("training_budget", "coaching_mentoring", "cert_sponsorship")

_BENEFITS = compile_plain(
    r"\b(?:benefits?|perks?|we offer|you['’]?ll get|insurance|401|pto|vacation|time off|days off|holidays?"
    r"|parental|maternity|paternity|stock|equity|share options|wellness|volunteer|work[- ]?life balance"
    r"|dental|medical|bonuses|bonus (?:plan|program|scheme|structure)|pension|gym|snacks|lunch"
    r"|flexible (?:work|hours|schedul)\w*|competitive (?:salary|pay|compensation))\b"
)
# Headings of benefits that may be taken for others (`Benefits, if you meet the requirements`).
_BENEFITS_HEADING = compile_plain(r"\b(?:benefits?|perks?|offers?|what you['’]?ll (?:love|get|enjoy))\b")


class HasText(Protocol):
    """Anything with the posting's text, such as include.classify.segments.Document."""

    text: str


def dev_support(document: HasText, cues: Sequence[Cue] | None = None) -> tuple[Evidence, ...]:
    """Return one piece of evidence for each kind of support the hire receives (label `dev_support`).

    Args:
        document: the posting's text; spans refer to `document.text`.
        cues: those of the text, when they have been found already.
    """
    text = document.text
    return all_dev_support([text], [find_cues(text) if cues is None else cues])[0]


def all_dev_support(texts: Sequence[str], cues: Sequence[Sequence[Cue]]) -> list[tuple[Evidence, ...]]:
    """Return what `dev_support` does for each text, one pattern at a time over the passages of all.

    Args:
        texts: the postings' texts.
        cues: the cues of each.
    """
    found = list(map(_passages, texts, cues))
    passages = dict.fromkeys(passage.words for of_text in found for passage in of_text)
    offers = dict(zip(passages, _offers(list(passages)), strict=True))
    return [_evidence(text, of_text, offers) for text, of_text in zip(texts, found, strict=True)]


class _Passage(NamedTuple):
    """Words around one or more cues of support, within one sentence.

    Attributes:
        words: at most `MAX_QUOTE` characters.
        start, end: offsets of the words in the text.
        cue: the last of its cues.
    """

    words: str
    start: int
    end: int
    cue: Cue


def _passages(text: str, cues: Sequence[Cue]) -> list[_Passage]:
    """Return what stands around the cues of support; cues that stand together share a passage."""
    passages: list[_Passage] = []
    begin = stop = last_start = last_end = -1
    for cue in cues:
        if cue.kind != "support":
            continue
        if cue.start >= stop or (stop - begin > _WHOLE and cue.end + _AFTER > stop):
            begin, stop = sentence_around(text, cue.start, cue.end)
        start, end = (begin, stop) if stop - begin <= MAX_QUOTE else _cut(text, begin, stop, cue)
        if end <= last_end:
            continue
        if start < last_end and end - last_start <= MAX_QUOTE:
            start = last_start
            passages.pop()
        passages.append(_Passage(text[start:end], start, end, cue))
        last_start, last_end = start, end
    return passages


def _cut(text: str, start: int, end: int, cue: Cue) -> tuple[int, int]:
    """Return what the long sentence `text[start:end]` says near the cue, cut at blanks.

    In a text that lost its marks the rest is about something else.
    """
    if start < cue.start - _BEFORE:
        start = text.find(" ", cue.start - _BEFORE, cue.start) + 1 or cue.start - _BEFORE
    if end > cue.end + _AFTER:
        blank = text.rfind(" ", cue.end, cue.end + _AFTER)
        end = blank if blank > cue.end else cue.end + _AFTER
    return start, min(end, start + MAX_QUOTE)


def _evidence(
    text: str, passages: Sequence[_Passage], offers: Mapping[str, Sequence[_Offer]]
) -> tuple[Evidence, ...]:
    found: dict[DevSupport, Evidence] = {}
    for passage in passages:
        for offer in offers[passage.words]:
            if offer.kind not in found and (offer.is_sure or _is_listed(text, passage)):
                found[offer.kind] = Evidence(
                    label="dev_support",
                    value=offer.kind,
                    quote=passage.words,
                    start=passage.start,
                    end=passage.end,
                )
    return tuple(found[kind] for kind in _KINDS if kind in found)


class _Offer(NamedTuple):
    """What a passage seems to offer.

    Attributes:
        is_sure: the words alone say so; otherwise they must stand among benefits.
    """

    kind: DevSupport
    is_sure: bool


def _offers(passages: Sequence[str]) -> list[list[_Offer]]:
    """Return what each passage seems to offer, sure offers of a kind first."""
    offers: list[list[_Offer]] = [[] for _ in passages]
    topics = list(map(NEEDS.found_in, passages))
    for place_of_topic, topic in enumerate(TOPICS):
        sure = _Offer(topic.kind, True)
        candidates = [
            (number, passages[number])
            for number, found in enumerate(topics)
            if place_of_topic in found and sure not in offers[number]
        ]
        places = [
            _Place(number, form.is_sure, passage, *span)
            for number, passage in candidates
            for form in map(topic.forms.__getitem__, topic.forms_near.found_in(passage))
            for span in form.pattern.spans(passage, _MAX_PLACES)
        ]
        for place in _offered(places, topic.unless):
            offer = _Offer(topic.kind, place.is_sure)
            if offer not in offers[place.number]:
                offers[place.number].append(offer)
    return offers


class _Place(NamedTuple):
    """Where a form stands in a passage.

    Attributes:
        number: of the passage.
    """

    number: int
    is_sure: bool
    passage: str
    start: int
    end: int


def _offered(places: list[_Place], unless: Exceptions) -> list[_Place]:
    """Return the places without words that make the form no offer."""
    before, around, inside, following = unless
    places = [p for p in places if not before.is_in(p.passage[max(0, p.start - _NEAR) : p.start])]
    if around is not None:
        places = [p for p in places if not around.is_in(p.passage[max(0, p.start - _NEAR) : p.end + _NEAR])]
    if inside is not None:
        places = [p for p in places if not inside.is_in(p.passage[p.start : p.end])]
    if following is not None:
        places = [p for p in places if not following.is_in(p.passage[p.end : p.end + _NEAR])]
    return places


def _is_listed(text: str, passage: _Passage) -> bool:
    """Say whether a passage stands where benefits are listed."""
    structure = passage_around(text, passage.cue.start, passage.cue.end)
    if structure.section == "benefits" or _BENEFITS_HEADING.is_in(structure.heading):
        return True
    around = text[max(0, passage.start - _LISTED_NEAR) : passage.end + _LISTED_NEAR]
    return structure.section not in ("required", "responsibilities") and _BENEFITS.is_in(around)
