"""Which delivery framework the ad names as in use (codebook section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from include.classify.labels import Evidence, FrameworkUse
from include.classify.scan import FrameworkName, Scan
from include.classify.segments import Document, Span

_STRENGTH: Final[tuple[FrameworkUse, ...]] = ("safe", "scrum", "other", "agile_generic")
# `SAFE` and `Safe` are the framework beside another one (`Scrum, SAFE`, `Agile/Safe`), and an everyday word
# elsewhere (`a safe, agile workplace`).
_AND: Final = r"(?:(?:and|or|und|oder|et|ou|y|e|en)\s+)?"
_BESIDE_BEFORE: Final = re.compile(
    rf"\b(?:(?:scrum|kanban|waterfall|xp)\W{{1,4}}{_AND}|agile\s*[/(–-]\s*)$", re.IGNORECASE
)
_BESIDE_AFTER: Final = re.compile(
    rf"\W{{1,4}}{_AND}(?:scrum|kanban|waterfall|xp)\b|\s*/\s*agile\b", re.IGNORECASE
)
_XP: Final = re.compile(r"\s*[,/)]|\s+(?:and|or|practices|methodolog)")
# `an agile company`, `fast, agile and hungry`: a trait, not a way of working.
_TRAIT_AFTER: Final = re.compile(
    r"\s*(?:,?\s*(?:and|but|yet)\s+(?!lean\s+(?:ways|teams?|practices|methods?|methodolog|principles|process|development|approach))"
    r"(?:nimble|flexible|adapt\w+|responsive|hungry|fast|lean"
    r"|resilient|dynamic|creative|curious|scrappy|autonomous|analytical|fluid|innovative\s+mind)|,\s*dynamic\b"
    r"|/\s*(?:flexible|adaptable)|decision|roadmap\b|company\b|organi[sz]ation\b|[\"“]?start-?up"
    r"|business\b|mind(?:set|ed)?\b|thinker|leader\b|learner|enough|personalit|individual)",
    re.IGNORECASE,
)
_TRAIT_BEFORE: Final = re.compile(
    r"\b(?:nimble|flexible|lightweight|fast|lean,|dynamic|hungry|adaptable|creative|innovative|efficient|super"
    r"|intellectually|mentally|naturally|self[\s-]organi[sz]ed|pragmati(?:c|que)|be|stay|being"
    r"|remain|more|(?<!such\s)as|we(?:['’]re|\s+are)|you(?:['’]re|\s+are)|is)\s*,?\s*(?:and\s+"
    r"|an?\s+)?(?:\w+,\s+)?$",
    re.IGNORECASE,
)
_REFUSED: Final = re.compile(r"\b(?:no|without|never|hate)\s+$", re.IGNORECASE)


def framework(document: Document, found: Scan, credentials: Iterable[Span]) -> Evidence | None:
    """Return the evidence of the strongest framework named, or None.

    Args:
        document: the ad's text.
        found: what one pass over the text found.
        credentials: spans of certifications; a framework named only inside one is not in use.
    """
    if not found.frameworks:
        return None
    text = document.text
    # Names of credentials count as such even where nothing is asked of the candidate; a weak one (`ITIL`) may
    # be the method.
    masked = [
        *credentials,
        *(Span(hit.start, hit.end) for hit in found.hits if hit.credential and not hit.is_weak),
    ]
    for name in sorted(found.frameworks, key=lambda name: _STRENGTH.index(name.value)):
        if any(span.start < name.end and span.end > name.start for span in masked):
            continue
        if name.value == "agile_generic" and _is_trait(text, name):
            continue
        if _REFUSED.search(text, max(0, name.start - 10), name.start):
            continue
        words = text[name.start : name.end]
        if words.startswith("XP") and _XP.match(text, name.end) is None:
            continue
        if words in ("SAFE", "Safe") and not _is_beside_another(text, name):
            continue
        return Evidence(label="framework_use", value=name.value, quote=words, start=name.start, end=name.end)
    return None


def _is_beside_another(text: str, name: FrameworkName) -> bool:
    return (
        _BESIDE_BEFORE.search(text, max(0, name.start - 20), name.start) is not None
        or _BESIDE_AFTER.match(text, name.end) is not None
    )


def _is_trait(text: str, name: FrameworkName) -> bool:
    return _TRAIT_AFTER.match(text, name.end, name.end + 40) is not None or (
        _TRAIT_BEFORE.search(text, max(0, name.start - 30), name.start) is not None
        and re.match(
            r"\s*(?:method|framework|team|environment|develop|scrum|process|practice|squad|deliver|/)",
            text[name.end : name.end + 20],
            re.I,
        )
        is None
    )
