"""The broad kind of a role by its title, for what a criterion means differently in.

A sales target in a sales ad is the hire's own; in an engineer's ad it is mostly somebody else's.
"""

from __future__ import annotations

import functools
from typing import Literal

from include.classify.linear_time import compile_plain

RoleKind = Literal["sales", "product", "service", "marketing", "technical", "operations", "other", "unknown"]

_KINDS: dict[RoleKind, str] = {
    "sales": r"sales|account (?:exec|manag)|business develop|\b(?:bdr|sdr|ae)\b|partnership|revenue"
    r"|commercial|growth",
    "product": r"product (?:manager|owner|lead|director|management)|head of product|\b(?:po|pm)\b",
    "service": r"success|support|customer",
    "marketing": r"market|brand|content|\bseo\b",
    "technical": r"engineer|developer|architect|scien|devops|data|analyst|design",
    "operations": r"operation|program|project|finance|people|\bhr\b|recruit|talent",
}
_PATTERNS = {kind: compile_plain(words) for kind, words in _KINDS.items()}


@functools.lru_cache(maxsize=8192)
def role_kind(title: str) -> RoleKind:
    """Return the first kind whose words the title holds; `unknown` without a title."""
    if not title:
        return "unknown"
    return next((kind for kind, pattern in _PATTERNS.items() if pattern.is_in(title)), "other")
