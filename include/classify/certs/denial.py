"""Mentions in the negative: none asked, or nobody taken without it."""

from __future__ import annotations

import re

from include.classify.certs.mention import OTHER, Candidate, Verdict
from include.classify.modality import ModalCue, find_modal_cues
from include.classify.segments import Block, Document, Span

_NO_BEFORE = re.compile(
    r"\b(?:(?:no|lacking(?:\s+such)?|without(?:\s+(?:an?|any))?|keine?|ohne|(?-i:[Ss]ans|[Ss]in|[Ss]em)|geen|aucune?"
    r"|rather\s+than|more\s+(?:important\s+)?than|wichtiger\s+als|instead\s+of"
    r"|\bvalues?\s+[^.;:]{0,50}\sover)\s+|pas\s+(?:de\s+|d['’]))(?:[\w/,-]+\s+){0,4}$",
    re.I,
)

# `Applications without a CSPO cannot be considered`, `No PMP, no interview`.
_WITHOUT = re.compile(
    r"\b(?:without|lacking|unless|(?:do(?:es)?\s+not|don['’]t|doesn['’]t)\s+(?:currently\s+)?(?:have|hold|possess)|ohne"
    r"|sans|sin|sem|zonder|no)\s+(?:(?!sin\b)[\w/,’'-]+\s+){0,5}\(?$",
    re.I,
)

_REFUSED = re.compile(
    r"\b(?:cannot|can['’]t|can\s+not|will\s+not|won['’]t|not)\s+(?:\w+\s+){0,2}?(?:considered?|accept(?:ed)?|review(?:ed)?"
    r"|process(?:ed)?|progress(?:ed)?|shortlist(?:ed)?|interview(?:ed)?|proceed|taken\s+forward|be\s+eligible|apply)\b"
    r"|\b(?:ineligible|disqualif\w+|(?:be\s+)?rejected|screened\s+out|no\s+(?:interview|application|offer))\b"
    r"|nicht\s+(?:berücksichtig|bearbeit)\w+|ne\s+(?:sera|seront|pourra|pourront)\w*\s+(?:pas\s+)?(?:être\s+)?\w+"
    r"|no\s+ser[áa]n?\s+\w+|no\s+se\s+(?:tendr|considerar|aceptar)[áa]n?\b|não\s+ser(?:á|ão)\s+\w+|niet\s+in\s+behandeling",
    re.I,
)

# `Certifications: none`, `Certifications – N/A`
_NONE_AFTER = re.compile(
    r"^\s*(?:requirements?|and\s+licen[sc]es?)?[\s*_]*[:–—-][\s*_]*(?:n/?a\b|none\b|no\s+(?:certif|licen|specific)|not\s+(?:req|nec|app))"
    r"|^[^\n:.;]{0,70}:[\s*_]*(?:n/?a|none|keine?|aucune?|ningun[oa]|nenhuma?|geen)\b",
    re.I,
)

# `some positions may require certifications`
_SOME_ROLES = re.compile(r"\bsome\s+(?:positions|roles|jobs|areas|states|teams)\b[^.;]{0,60}$", re.I)

_MUST_OBTAIN = re.compile(
    r"\bmust\s+be\s+(?:willing|able)\s+to\s+(?:get|become|obtain)|\bmust\s+(?:obtain|become|get)\b", re.I
)


# `Education, Licenses, Certifications` above a line that asks for a degree only
_DEGREE_LINE = re.compile(r"\W*(?:Bachelor|Master|High\s+School|Associate|GED\b|B\.?[AS]\.?\b)", re.I)

# `Certificates, Licenses` above a line that says `N/A`
_NONE_LINE = re.compile(r"\W*(?:none|n/?a|not\s+(?:required|applicable))\b[^\n]{0,25}", re.I)
_LABEL_WORDS = re.compile(r"\b(?:education|licen[sc]\w*|degrees?|qualifications?)\b", re.I)
_SHORT_LABEL = 90  # characters

_NEAR_PLUS = 160  # characters; a plus further off speaks of something else


# Portuguese `no` is `in the`: `uma das melhores no Brasil, segundo a certificação`.
_PORTUGUESE = re.compile(r"[ãõç]|\b(?:Brasil|segundo|com|uma?|d[ao]s?|em|nosso)\b", re.I)


def _is_negated(left: str) -> bool:
    match = _NO_BEFORE.search(left)
    return match is not None and not (
        match[0].lower().startswith("no ") and _PORTUGUESE.search(match[0]) is not None
    )


def denied(text: str, sentence: Span, cue: ModalCue | None, left: str, right: str) -> Verdict | None:
    """Decide a mention in the negative: none asked, or nobody taken without it; None without negation."""
    if _NONE_AFTER.match(right):
        return OTHER._replace(cue="negated", rule="none_after")
    if _SOME_ROLES.search(left[-110:]):
        return OTHER._replace(cue="hedged", rule="some_roles")
    if _WITHOUT.search(left[-60:]) and _REFUSED.search(text, sentence.start, sentence.end):
        return Verdict("required", "at_hire", None, False, "modal", "refused_without")
    if not _is_negated(left[-60:]) and (cue is None or cue.firmness != "negated"):
        return None
    if _MUST_OBTAIN.search(text, sentence.start, sentence.end):
        return Verdict("required", "post_hire", None, False, "modal", "not_yet_but_must_obtain")
    start = max(sentence.start, sentence.start + len(left) - _NEAR_PLUS)
    end = min(sentence.end, sentence.end - len(right) + _NEAR_PLUS)
    if any(other.firmness == "preferred" for other in find_modal_cues(text, start, end)):
        return Verdict("preferred", "at_hire", None, False, "modal", "preferred_not_required")
    return OTHER._replace(cue="negated", rule="negated")


def is_label_of_degree(document: Document, candidate: Candidate) -> bool:
    """Say whether a short line that names no certification only heads a degree on the next line."""
    text = document.text
    lines = _line_and_next(document, candidate)
    if lines is None:
        return False
    block, following = lines
    return (
        block.end - block.start <= _SHORT_LABEL
        and not find_modal_cues(text, block.start, block.end)
        and _DEGREE_LINE.match(text, following.start, following.end) is not None
        and "certif" not in text[following.start : following.end].lower()
        and _LABEL_WORDS.search(text, block.start, block.end) is not None
    )


def answered_none(document: Document, candidate: Candidate) -> Verdict | None:
    """Decide a short line that names no certification and is answered by `N/A` on the next."""
    lines = _line_and_next(document, candidate)
    if lines is None:
        return None
    block, following = lines
    if (
        block.end - block.start > _SHORT_LABEL
        or _NONE_LINE.fullmatch(document.text, following.start, following.end) is None
    ):
        return None
    return OTHER._replace(cue="negated", rule="none_below")


def _line_and_next(document: Document, candidate: Candidate) -> tuple[Block, Block] | None:
    """Return the line of an unnamed certification and the next one; None for a named one, or without next."""
    block = None if candidate.is_named else document.block_at(candidate.start)
    following = None if block is None else next(document.blocks_after(block), None)
    return None if block is None or following is None else (block, following)
