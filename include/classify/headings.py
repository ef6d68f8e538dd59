"""What a heading announces: the kind of section that follows, in six languages.

Kinds follow codebook section 1: under a `required` heading a bare item is a condition, under `preferred` a
plus, under `neutral` it is merely listed. The other kinds say that a passage speaks of something else than
what the candidate brings.
"""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Literal, cast

from include.yaml_files import load_yaml

SectionKind = Literal[
    "required",
    "preferred",
    "neutral",
    "topic",
    "responsibilities",
    "success",
    "benefits",
    "pay",
    "company",
    "process",
    "legal",
    "conditions",
    "form",
    "other",
    "none",
]
"""What a section is about.

topic: `Education`, `Certifications`, `Skills`: it names what is listed, not how firmly it is asked, and takes
the firmness of the requirements section it stands in. conditions: physical demands, travel, hours. form: the
questions of an application form. other: a heading of no known meaning. none: text before any heading.
"""

_LEXICON = Path(__file__).parent / "lexicon" / "headings.yaml"


def _alternatives(patterns: list[str]) -> str:
    return "|".join(pattern.replace(" ", r"\s+") for pattern in patterns)


_patterns: dict[str, list[str]] = load_yaml(_LEXICON)

_RULES: tuple[tuple[SectionKind, re.Pattern[str]], ...] = tuple(
    (
        cast(SectionKind, "neutral" if kind == "candidate" else kind),
        re.compile(_alternatives(patterns), re.IGNORECASE),
    )
    for kind, patterns in _patterns.items()
    if kind != "plain"
)

# `Requirements and responsibilities`, `What you'll do and what you'll need`: neither firm nor a duty alone.
_MIXED_DUTIES = re.compile(r"\b(?:responsibilit|duties|tasks|aufgaben)", re.IGNORECASE)
# `Preferred and required skills`: the heading alone does not say which is which.
_MIXED_FIRMNESS = re.compile(
    r"\brequired\b.{0,12}(?:/|&amp;|&|and|or).{0,12}\b(?:preferred|desired|desirable)\b"
    r"|\b(?:preferred|desired|desirable)\b.{0,12}(?:/|&amp;|&|and|or).{0,12}\brequired\b",
    re.IGNORECASE,
)


# Under these everything may stand, the requirements too, when an ad's own headings were lost.
_CATCH_ALL = re.compile(r"about\s+the\s+job|(?:full\s+)?(?:job\s+)?(?:description|details)", re.IGNORECASE)


@lru_cache(maxsize=16384)
def heading_kind(heading: str) -> SectionKind:
    """Return what a heading announces.

    Args:
        heading: the heading's words, without markup and trailing colon.

    Returns:
        The kind of the section below; `other` for a heading of no known meaning.
    """
    words = heading.strip()
    if _MIXED_FIRMNESS.search(words):
        return "neutral"
    if _CATCH_ALL.fullmatch(words):
        return "other"
    for kind, pattern in _RULES:
        if pattern.search(words):
            if kind == "required" and _MIXED_DUTIES.search(words) and not words.lower().startswith("require"):
                return "responsibilities"
            return kind
    return "other"


# Headings in ordinary sentence case carry no sign of being one: an unmarked line counts only when all of it
# is one of these phrases.
_PLAIN = re.compile(f"(?:{_alternatives(_patterns['plain'])})", re.IGNORECASE)


# `KSA's/Required Qualifications`, `Sales Experience Requirements`: capitals throughout and a heading's noun.
_TITLE_CASE = re.compile(
    r"(?:[A-Z][\w'’&-]*(?:\s*/\s*|\s+(?:(?:and|&|of|or)\s+)?)){1,4}(?:Qualifications|Requirements"
    r"|Responsibilities|Competencies)"
)


@lru_cache(maxsize=16384)
def is_plain_heading(line: str) -> bool:
    """Say whether an unmarked short line is a heading, by its words alone.

    Args:
        line: the line without trailing colon or question mark, at most 70 characters.
    """
    words = line.strip()
    if _TITLE_CASE.fullmatch(words):
        return True
    return (
        bool(words)
        and (words[0].isupper() or words.islower())
        and _PLAIN.fullmatch(words) is not None
        and (heading_kind(words) != "other" or _CATCH_ALL.fullmatch(words) is not None)
    )
