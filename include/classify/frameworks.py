"""Which delivery framework the ad names as in use (codebook section 3)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from include.classify.credentials import find_hits
from include.classify.labels import Evidence, FrameworkUse
from include.classify.segments import Document, Span

# Strongest first. The stems decide by plain substring search whether the pattern is tried at all.
_FRAMEWORKS: Final[tuple[tuple[FrameworkUse, tuple[str, ...], re.Pattern[str]], ...]] = (
    (
        "safe",
        (
            "SAFe",
            "caled agile",
            "caled Agile",
            "CALED AGILE",
            "elease train",
            "elease Train",
            "PI planning",
            "PI Planning",
            "rogram increment",
            "rogram Increment",
        ),
        re.compile(
            r"\bSAFe\b(?!\s*(?:harbou?r|guard))|(?i:\bscaled\s+agile\b)|(?i:\bagile\s+release\s+trains?\b)|\bPI[\s-][Pp]lanning\b|(?i:\bprogram\s+increments?\b)"
        ),
    ),
    ("scrum", ("scrum", "Scrum", "SCRUM"), re.compile(r"\bscrum\w*", re.IGNORECASE)),
    (
        "other",
        (
            "anban",
            "ANBAN",
            "aterfall",
            "WATERFALL",
            "xtreme",
            "XP",
            "LeSS",
            "hape Up",
            "SDM",
            "risti",
            "RUP",
            "odern agile",
        ),
        re.compile(
            r"(?i:\bkanban\b)|(?i:\bwaterfall\b)|(?i:\bextreme\s+programming\b)|\bXP\b(?=\s*[,/)]|\s+(?:and|or|practices|methodolog))|\bLeSS\b|\bShape\s*Up\b|\bDSDM\b|\bITIL\b|\bPRINCE\s?2\b|(?i:\bsix\s+sigma\b)"
        ),
    ),
    (
        "agile_generic",
        ("gile", "GILE", "gil ", "print ", "print-"),
        re.compile(
            r"\bsprint[\s-](?:planning|ceremon\w+|reviews?|retro\w*|cycles?|goals?|backlog)|\bagile(?!\s+(?:workforce|mindset\s+in\s+life))\w{0,2}\b|\bágil\b|\bágeis\b|\bágiles\b|\bagilit[ée]\b",
            re.IGNORECASE,
        ),
    ),
)
# `an agile company`, `fast, agile and hungry`: a trait, not a way of working.
_TRAIT_AFTER: Final = re.compile(
    r"\s*(?:,?\s*(?:and|but|yet)\s+(?:nimble|flexible|adapt\w+|responsive|hungry|fast|lean|resilient|dynamic|creative|curious|scrappy)|company\b|organi[sz]ation\b|start-?up|business\b|mind\b|thinker|leader\b|learner|enough|personalit|individual)",
    re.IGNORECASE,
)
_TRAIT_BEFORE: Final = re.compile(
    r"\b(?:nimble|flexible|fast|lean,|dynamic|hungry|adaptable|creative|innovative|be|stay|being|remain|more|as|we(?:['’]re|\s+are)|you(?:['’]re|\s+are)|is)\s*,?\s*(?:and\s+|an?\s+)?(?:\w+,\s+)?$",
    re.IGNORECASE,
)


def framework(document: Document, credentials: Iterable[Span]) -> Evidence | None:
    """Return the evidence of the strongest framework named, or None.

    Args:
        document: the ad's text.
        credentials: spans of certifications; a framework named only inside one is not in use.
    """
    text = document.text
    masked: list[tuple[int, int]] | None = None
    for value, stems, pattern in _FRAMEWORKS:
        if not any(stem in text for stem in stems):
            continue
        for match in pattern.finditer(text):
            if masked is None:
                masked = _masked(document, credentials)
            if any(start < match.end() and end > match.start() for start, end in masked):
                continue
            if value == "agile_generic" and _is_trait(text, match):
                continue
            return Evidence(
                label="framework_use", value=value, quote=match[0], start=match.start(), end=match.end()
            )
    return None


def _masked(document: Document, credentials: Iterable[Span]) -> list[tuple[int, int]]:
    spans = [(span.start, span.end) for span in credentials]
    # Names of credentials count as such even where nothing is asked of the candidate. `Scrum Master` with a
    # word such as `experience` is a role and stays.
    text = document.text
    if spans or "ertif" in text or "CSPO" in text or "PSPO" in text:
        spans.extend(
            (hit.start, hit.end) for hit in find_hits(text) if hit.credential is not None and not hit.is_weak
        )
    return spans


def _is_trait(text: str, match: re.Match[str]) -> bool:
    return _TRAIT_AFTER.match(text, match.end(), match.end() + 40) is not None or (
        _TRAIT_BEFORE.search(text, max(0, match.start() - 30), match.start()) is not None
        and re.match(
            r"\s*(?:method|framework|team|environment|develop|scrum|process|practice|squad|deliver|/)",
            text[match.end() : match.end() + 20],
            re.I,
        )
        is None
    )
