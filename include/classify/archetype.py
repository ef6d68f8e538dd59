"""What kind of product role the ad describes (codebook section 3, archetype).

A small linear model over how often and how densely the ad uses the words of each kind of role. Only ads of
the product families are read.
"""

from __future__ import annotations

import functools
import math
import re
from collections import Counter
from typing import Protocol, cast

from include.classify.labels import Archetype
from include.classify.linear_model import LinearModel, load_model
from include.classify.linear_time import compile_longest
from include.role_families import PRODUCT_FAMILIES, RoleFamily

MAX_WORDS = 3000
"""Role words counted per text; the bound keeps hostile input cheap."""

_THEMES: dict[str, str] = {
    "technical": r"technical|engineering\b|infrastructure|developers?|platforms?\b|integrations?|cloud\b"
    r"|\baws\b|kubernetes|\bsql\b"
    r"|python|backend|databases?|algorithms?|hardware|security|devops|observability|protocols?|blockchain|cryptograph\w*"
    r"|data science|data pipelines?|microservices?|\bai\b|\bllms?\b|\bmodels?\b|\bagents?\b",
    "technical_core": r"\bapis?\b|\bsdks?\b|computer science|software engineer(?:ing|s)?"
    "|technical (?:background|depth|expertise|product"
    r"|knowledge|program)|architect\w*|machine learning|\bml\b|data platform",
    "business": r"\bp ?& ?l\b|\bpnl\b|profit\w*|pricing|revenues?|business cases?|commercial\w*|margins?"
    r"|budgets?|moneti[sz]\w*"
    r"|financial\w*|forecast\w*|unit economics|business models?|general manager|market share|investments?"
    r"|\broi\b",
    "gtm": r"go[- ]to[- ]market|\bgtm\b|positioning|messaging|launch(?:es)?\b|campaigns?"
    "|sales enablement|marketing|brands?|collateral"
    r"|demand gen\w*|sales teams?|competitive analys\w+",
    "delivery": r"backlogs?|user stor(?:y|ies)|sprints?|scrum|agile|acceptance criteria|pi planning"
    "|grooming|refinement|product owner"
    r"|ceremon(?:y|ies)|stand-?ups?|\bsafe\b|jira|velocity|release plan\w*|kanban|retrospectives?"
    r"|requirements|definition of done",
    "catch_all": r"other duties|whatever it takes|(?:many|multiple|several|different) hats|ad[- ]hoc"
    r"|project manag\w+|customer support|hiring"
    r"|recruit\w*|operations|jack of all|generalist|business analyst|admin\w*|office",
    "general": r"discovery|user research|customer interviews?|roadmaps?|experiment\w*|prototyp\w*|a/b"
    "|customer needs|user needs|vision"
    r"|strategy|iterat\w*|ideation|problems?|insights?|journeys?|prioriti\w*|design\w*",
}
_TITLE_WORDS: dict[str, re.Pattern[str]] = {
    "owner": re.compile(r"\bowner\b|\bpo\b", re.IGNORECASE),
    "technical": re.compile(
        r"technical|platform|engineer|data|\bai\b|\bml\b|api|infrastructure|security|developer|integration",
        re.IGNORECASE,
    ),
    "leader": re.compile(r"director|head|chief|\bvp\b|vice president|general manager|\bcpo\b", re.IGNORECASE),
    "growth": re.compile(r"growth|moneti", re.IGNORECASE),
    "market": re.compile(r"marketing|brand|sales|commercial|category", re.IGNORECASE),
    "analyst": re.compile(r"analyst|analytics|scien", re.IGNORECASE),
    "other": re.compile(r"specialist|operations|associate|coordinator", re.IGNORECASE),
}
_SHORTEST = 200  # words; in a shorter text densities say too much
_IN_TITLE = {theme: re.compile(words, re.IGNORECASE) for theme, words in _THEMES.items()}


class HasText(Protocol):
    """Anything with the posting's text, such as include.classify.segments.Document."""

    text: str


@functools.cache
def model() -> LinearModel:
    """Return the shipped model."""
    return load_model("archetype")


def archetype(document: HasText, title: str, role_family: RoleFamily) -> Archetype | None:
    """Return the kind of product role, or None when the role is not of a product family.

    Args:
        document: the posting's text.
        title: the posting's title.
        role_family: codebook role family of the title.
    """
    if role_family not in PRODUCT_FAMILIES:
        return None
    kind_model = model()
    probabilities = kind_model.probabilities_of_values(archetype_features(document.text, title))
    best = max(range(len(probabilities)), key=probabilities.__getitem__)
    return cast(Archetype, kind_model.classes[best])


def archetype_features(text: str, title: str) -> dict[str, float]:
    """Return the model's features: each theme's log count, density and variety, and title words."""
    found = [text[start:end].lower() for start, end in _AUTOMATON.spans(text, MAX_WORDS)]
    themes = Counter(_theme(word) for word in found)
    variety = Counter(_theme(word) for word in set(found))
    n_words = max(_SHORTEST, len(text.split()))
    features = {
        f"title:{name}": float(pattern.search(title) is not None) for name, pattern in _TITLE_WORDS.items()
    }
    for theme in _THEMES:
        features[f"{theme}:count"] = math.log1p(themes[theme])
        features[f"{theme}:density"] = 100 * themes[theme] / n_words
        features[f"{theme}:variety"] = variety[theme] / 3
        features[f"{theme}:title"] = float(_IN_TITLE[theme].search(title) is not None)
    return features


_AUTOMATON = compile_longest("|".join(_THEMES.values()), ignores_case=True)
_THEME = re.compile("|".join(f"(?P<{theme}>(?:{words})$)" for theme, words in _THEMES.items()), re.IGNORECASE)


@functools.lru_cache(maxsize=8192)
def _theme(word: str) -> str:
    match = _THEME.match(word)
    return str(match.lastgroup) if match else "general"
