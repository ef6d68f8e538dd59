"""A certification as it is found, what is decided about it, and the mention that leaves the stage."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from include.classify.credentials import Hit
from include.classify.labels import (
    CERT_STRENGTH,
    MAX_QUOTE,
    CertClass,
    CertMention,
    CertStatus,
    CertTiming,
    Substitutable,
)


class Candidate(NamedTuple):
    """A mention before its status is known."""

    start: int
    end: int
    key: str
    name: str
    cert_class: CertClass
    is_named: bool
    word: Hit | None  # the word `certif…` it was found by, if it was
    is_decoy: bool = False  # the rules see a word that certifies no person


class Verdict(NamedTuple):
    """What a mention asks, and by which rule; the fields are those of `CertMention`."""

    status: CertStatus
    timing: CertTiming | None
    substitutable: Substitutable | None
    is_legally_mandated: bool
    cue: str
    rule: str


OTHER: Final = Verdict("mentioned_other", None, None, False, "", "")


def dropped_as(rule: str) -> Verdict:
    """Return the verdict on what the rules take for no person's certification, or for nothing asked."""
    return Verdict("none", None, None, False, "", f"dropped_{rule}")


_REST_OF_BRACKET = re.compile(r"[^()\n]{0,60}\)")


def is_attribute(text: str, candidate: Candidate) -> bool:
    """Say whether the mention is `certified` or the like, so a person's attribute."""
    return re.search(
        r"(?:certified|zertifiziert\w*|certifi[ée]e?s?|certificad[oa]s?|gecertificeerd\w*)$",
        text[candidate.start : candidate.end],
        re.I,
    ) is not None or (
        candidate.word is not None and text[candidate.word.start : candidate.word.end].lower().endswith("ed")
    )


def mention_of(text: str, candidate: Candidate, verdict: Verdict) -> CertMention:
    """Return the mention of a judged candidate, with its quote."""
    end = candidate.end
    words = text[candidate.start : end]
    if words.count("(") > words.count(")") and (rest := _REST_OF_BRACKET.match(text, end)):
        end = rest.end()  # `Certified Scrum Product Owner (CSPO, PSPO)`: evidence does not end within it
    end = min(end, candidate.start + MAX_QUOTE)
    return CertMention(
        key=candidate.key,
        name=candidate.name[:MAX_QUOTE],
        cert_class=candidate.cert_class,
        status=verdict.status,
        timing=verdict.timing if verdict.status in CERT_STRENGTH[:3] else None,
        substitutable=verdict.substitutable,
        is_legally_mandated=verdict.is_legally_mandated,
        cue=verdict.cue,
        rule=verdict.rule,
        quote=text[candidate.start : end],
        start=candidate.start,
        end=end,
    )
