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

from include.classify.linear_time import GuardedSet
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


def _any_blanks(pattern: str) -> str:
    return pattern.replace(" ", r"\s+")


_patterns: dict[str, list[str]] = load_yaml(_LEXICON)

# `Requirements and responsibilities`, `What you'll do and what you'll need`: neither firm nor a duty alone.
_MIXED_DUTIES = re.compile(r"\b(?:responsibilit|duties|tasks|aufgaben)", re.IGNORECASE)
# `Preferred and required skills`: the heading alone does not say which is which.
_MIXED_FIRMNESS = (
    r"\brequired\b.{0,12}(?:/|&amp;|&|and|or).{0,12}\b(?:preferred|desired|desirable)\b"
    r"|\b(?:preferred|desired|desirable)\b.{0,12}(?:/|&amp;|&|and|or).{0,12}\brequired\b"
    r"|\Aqualifications\s*/\s*(?:preferred|desired)\b"
)
# Under these everything may stand, the requirements too, when an ad's own headings were lost.
_CATCH_ALL = (
    r"\A(?:about\s+the\s+job|(?:full\s+)?(?:job\s+)?(?:description|details)"
    r"|(?:(?:additional|other|general|job|position)\s+)*information)\Z"
)

# The first that matches decides.
_RULES: tuple[tuple[SectionKind, str], ...] = (
    ("neutral", _MIXED_FIRMNESS),
    ("other", _CATCH_ALL),
    *(
        (cast(SectionKind, "neutral" if kind == "candidate" else kind), _any_blanks(pattern))
        for kind, patterns in _patterns.items()
        if kind not in ("plain", "plain_foreign")
        for pattern in patterns
    ),
)
_CATCH_ALL_RULE = 1
_RULE_PATTERNS = GuardedSet([pattern for _, pattern in _RULES])


@lru_cache(maxsize=16384)
def heading_kind(heading: str) -> SectionKind:
    """Return what a heading announces.

    Args:
        heading: the heading's words, without markup and trailing colon.

    Returns:
        The kind of the section below; `other` for a heading of no known meaning.
    """
    words = heading.strip()
    rule = _RULE_PATTERNS.first_in(words)
    if rule is None:
        return "other"
    kind, _ = _RULES[rule]
    if kind == "required" and _MIXED_DUTIES.search(words) and not words.lower().startswith("require"):
        return "responsibilities"
    return kind


# Headings in ordinary sentence case carry no sign of being one: an unmarked line counts only when all of it
# is one of these phrases.
_PLAIN_FOREIGN = [rf"\A(?:{_any_blanks(pattern)})\Z" for pattern in _patterns["plain_foreign"]]
_PLAIN = GuardedSet(
    [*(rf"\A(?:{_any_blanks(pattern)})\Z" for pattern in _patterns["plain"]), *_PLAIN_FOREIGN]
)
_PLAIN_BEHIND_SIGN = GuardedSet(_PLAIN_FOREIGN)


# `KSA's/Required Qualifications`, `Sales Experience Requirements`: capitals throughout and a heading's noun.
_TITLE_CASE = re.compile(
    r"(?:[A-Z][\w'’&-]*(?:\s*/\s*|\s+(?:(?:and|&|of|or)\s+)?)){1,4}(?:Qualifications|Requirements"
    r"|Responsibilities|Competencies)"
)


# A picture before the words: `➕ Wünschenswert`.
_SIGN = re.compile(r"[^\w\s(\[{\"'“„«<]{1,3}\s*(?=[^\W\d_])")


@lru_cache(maxsize=16384)
def is_plain_heading(line: str) -> bool:
    """Say whether an unmarked short line is a heading, by its words alone.

    Args:
        line: the line without trailing colon or question mark, at most 70 characters.
    """
    words = line.strip()
    if _TITLE_CASE.fullmatch(words):
        return True
    phrases = _PLAIN
    if words and not words[0].isascii() and (sign := _SIGN.match(words)) is not None:
        words, phrases = words[sign.end() :], _PLAIN_BEHIND_SIGN
    return (
        bool(words)
        and (words[0].isupper() or words.islower())
        and phrases.first_in(words) is not None
        and (heading_kind(words) != "other" or _RULE_PATTERNS.first_in(words) == _CATCH_ALL_RULE)
    )
