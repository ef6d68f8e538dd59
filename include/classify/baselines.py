"""Two simple classifiers to measure against: plain keywords, and a spaCy phrase matcher with a word window.

Both answer the same questions as the classifier. They are yardsticks for docs/accuracy.md, never used by the
pipeline.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple

from include.classify.credentials import CREDENTIALS
from include.classify.labels import CertStatus, CriteriaStatus

_WINDOW = 60  # characters on either side of a keyword
_CERTIFICATION = re.compile(r"certif\w*|\b(?:CSPO|PSPO|CSM|PMP|CCNA|CISSP|ITIL|SAFe)\b", re.IGNORECASE)
_REQUIRED = re.compile(r"requir|must|mandatory|minimum", re.IGNORECASE)
_PREFERRED = re.compile(r"prefer|plus|nice to have|desir|bonus", re.IGNORECASE)
_EXPLICIT = re.compile(
    r"success (?:looks like|is measured|in this role)|first (?:30|60|90) days|\bKPIs?\b", re.IGNORECASE
)
_PARTIAL = re.compile(r"P&L|\bOKRs?\b|own (?:the )?metrics|revenue|retention", re.IGNORECASE)


class Baseline(NamedTuple):
    """What a baseline says of one text: every mention's span and status, and the criteria status."""

    mentions: tuple[tuple[int, int, CertStatus], ...]
    criteria_status: CriteriaStatus


def keywords(text: str) -> Baseline:
    """Label by keywords: a certification word, and a modal word within sixty characters."""
    return Baseline(
        tuple((m.start(), m.end(), _status_near(text, *m.span())) for m in _CERTIFICATION.finditer(text)),
        _criteria(text),
    )


def spacy_matcher() -> Callable[[str], Baseline]:
    """Return a labeller by spaCy's PhraseMatcher over all names of the lexicon, with the same word window.

    Raises:
        ModuleNotFoundError: spaCy is not installed (requirements-dev.txt has it).
    """
    nlp, matcher = _spacy()

    def label(text: str) -> Baseline:
        document = nlp.make_doc(text[: nlp.max_length])
        spans = {
            (document[s].idx, document[e - 1].idx + len(document[e - 1])) for _, s, e in matcher(document)
        }
        spans |= {match.span() for match in re.finditer(r"certif\w*", text, re.IGNORECASE)}
        return Baseline(
            tuple((start, end, _status_near(text, start, end)) for start, end in sorted(spans)),
            _criteria(text),
        )

    return label


@cache
def _spacy() -> tuple[Any, Any]:
    import spacy
    from spacy.matcher import PhraseMatcher

    nlp = spacy.blank("en")
    matcher = PhraseMatcher(nlp.vocab, attr="LOWER")
    names = {alias for credential in CREDENTIALS.values() for alias in credential.aliases}
    matcher.add("certification", [nlp.make_doc(name) for name in sorted(names)])
    return nlp, matcher


def _status_near(text: str, start: int, end: int) -> CertStatus:
    around = text[max(0, start - _WINDOW) : end + _WINDOW]
    if _PREFERRED.search(around):
        return "preferred"
    return "required" if _REQUIRED.search(around) else "listed"


def _criteria(text: str) -> CriteriaStatus:
    if _EXPLICIT.search(text):
        return "explicit"
    return "partial" if _PARTIAL.search(text) else "none"
