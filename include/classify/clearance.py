"""Whether the ad asks for a security clearance (a negative control of the metrics)."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from include.classify.labels import Evidence
from include.classify.segments import Document

_CLEARANCE: Final = re.compile(
    r"\bTS/SCI\b|\b(?:SC|DV)[\s-]cleared\b"
    r"|\b(?:security|secret|top[\s-]secret|government|federal|DoD|DoE|Q|L|active|current|interim"
    r"|SC|DV|NATO|polygraph|personnel)\s+"
    r"(?:(?:security|secret|level)\s+)?clearances?\b|\bpublic\s+trust\b|\bclearance\s+(?:required"
    r"|eligib\w+|level)\b"
    r"|\b(?:obtain|hold|maintain|possess"
    r"|have)\s+(?:and\s+maintain\s+)?(?:an?\s+)?(?:[\w/-]+\s+){0,4}?clearance\b",
    re.IGNORECASE,
)
_MAX_FINDS: Final = 12
_OTHER_SENSE: Final = re.compile(
    r"customs|\bfda\b|510|sales?\s+clearance|medical|sanctions|payment|trade\s+clear|export", re.IGNORECASE
)
_NOT_ASKED: Final = re.compile(r"\bno\s+(?:\w+\s+){0,2}$|not\s+require\w*[^.]{0,40}$", re.IGNORECASE)


def clearance(document: Document, finds: Sequence[int]) -> Evidence | None:
    """Return the evidence that a security clearance is asked for, or None.

    Args:
        document: the ad's text.
        finds: where words of a clearance start.

    A clearance that is a plus or must be obtained after hire counts: the question is whether the role has
    one, as a contrast to certifications.
    """
    text = document.text
    for find in finds[:_MAX_FINDS]:
        match = _CLEARANCE.search(text, max(0, find - 50), find + 40)
        if match is None:
            continue
        before = text[max(0, match.start() - 60) : match.start()]
        if _OTHER_SENSE.search(before[-40:] + match[0]) or _NOT_ASKED.search(before):
            continue
        if document.section_kind_at(match.start()) in ("benefits", "company", "legal"):
            continue
        return Evidence(
            label="requires_clearance", value="1", quote=match[0], start=match.start(), end=match.end()
        )
    return None
