"""Mentions in the negative: none asked, or nobody taken without it."""

from __future__ import annotations

import re

from include.classify.certs.mention import OTHER, Verdict
from include.classify.modality import Cue, find_cues
from include.classify.segments import Span

_NO_BEFORE = re.compile(
    r"\b(?:no|lacking(?:\s+such)?|without(?:\s+(?:an?|any))?|keine?|ohne|sans|sin|sem|geen|aucune?"
    r"|pas\s+d['’e]+)\s*(?:[\w/,-]+\s+){0,4}$",
    re.I,
)

# `Applications without a CSPO cannot be considered`, `No PMP, no interview`.
_WITHOUT = re.compile(
    r"\b(?:without|lacking|unless|(?:do(?:es)?\s+not|don['’]t|doesn['’]t)\s+(?:currently\s+)?(?:have|hold|possess)|ohne"
    r"|sans|sin|sem|zonder|no)\s+(?:(?!sin\b)[\w/,’'-]+\s+){0,5}$",
    re.I,
)

_REFUSED = re.compile(
    r"\b(?:cannot|can['’]t|can\s+not|will\s+not|won['’]t|not)\s+(?:\w+\s+){0,2}?(?:considered?|accept(?:ed)?|review(?:ed)?"
    r"|process(?:ed)?|progress(?:ed)?|shortlist(?:ed)?|interview(?:ed)?|proceed|taken\s+forward|be\s+eligible|apply)\b"
    r"|\b(?:ineligible|disqualif\w+|(?:be\s+)?rejected|screened\s+out|no\s+(?:interview|application|offer))\b"
    r"|nicht\s+(?:berücksichtig|bearbeit)\w+|ne\s+(?:sera|seront|pourra|pourront)\w*\s+(?:pas\s+)?(?:être\s+)?\w+"
    r"|no\s+ser[áa]n?\s+\w+|não\s+ser(?:á|ão)\s+\w+|niet\s+in\s+behandeling",
    re.I,
)

# `Certifications: none`, `Certifications – N/A`
_NONE_AFTER = re.compile(
    r"^\s*(?:and\s+licen[sc]es?\s*)?[:–—-]\s*(?:n/?a\b|none\b|no\s+(?:certif|licen|specific)|not\s+(?:req|nec|app))",
    re.I,
)

_MUST_OBTAIN = re.compile(
    r"\bmust\s+be\s+(?:willing|able)\s+to\s+(?:get|become|obtain)|\bmust\s+(?:obtain|become|get)\b", re.I
)


def denied(text: str, sentence: Span, cue: Cue | None, left: str, right: str) -> Verdict | None:
    """Decide a mention in the negative: none asked, or nobody taken without it; None without negation."""
    if _NONE_AFTER.match(right):
        return OTHER._replace(cue="negated", rule="none_after")
    if _WITHOUT.search(left[-60:]) and _REFUSED.search(text, sentence.start, sentence.end):
        return Verdict("required", "at_hire", None, False, "modal", "refused_without")
    if not _NO_BEFORE.search(left[-60:]) and (cue is None or cue.firmness != "negated"):
        return None
    if _MUST_OBTAIN.search(text, sentence.start, sentence.end):
        return Verdict("required", "post_hire", None, False, "modal", "not_yet_but_must_obtain")
    if any(other.firmness == "preferred" for other in find_cues(text, sentence.start, sentence.end)):
        return Verdict("preferred", "at_hire", None, False, "modal", "preferred_not_required")
    return OTHER._replace(cue="negated", rule="negated")
