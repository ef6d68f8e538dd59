"""How a sentence ties its metric to the hire: the verb before it, how far, and in what kind of clause.

`You own activation` and `tools that drive activation` share their words; what tells a criterion of tier A
from an ordinary duty is whose verb it is and how close it stands.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from typing import Literal, NamedTuple

VerbKind = Literal["own", "drive", "hit", "weak", "help"]

_VERBS: dict[VerbKind, str] = {
    "own": r"own\w*|accountab\w*|responsib\w*|verantwort\w*|carry|carries|charge",
    "drive": r"driv\w*|accelerat\w*|boost\w*|lift\w*|maximi\w*|increas\w*|improv\w*|grow\w*|rais\w*|reduc\w*"
    r"|lower\w*|minimi\w*|decreas\w*|expand\w*|steiger\w*|augment\w*|unlock\w*|optimi\w*|enhanc\w*"
    r"|strengthen\w*|scal\w*",
    "hit": r"achiev\w*|hit\w*|meet\w*|exceed\w*|reach\w*|attain\w*|deliver\w*|gain\w*|secur\w*|generat\w*",
    "weak": r"influenc\w*|impact\w*|focus\w*|shape\w*|towards?|lead\w*|manag\w*|steer\w*|mov\w*",
    # Somebody else's doing, or only looked at.
    "help": r"help\w*|support\w*|partner\w*|collaborat\w*|work|working|ensur\w*|enabl\w*|assist\w*"
    r"|contribut\w*|align\w*|analy[sz]\w*|track\w*|monitor\w*|measur\w*|report\w*|understand\w*",
}
_METRICS = {
    "pnl": r"p ?(?:&|&amp;|and|\+|n) ?l|pnl|profit (?:and|&) loss|profitab\w+|ebitda|margins?",
    "money": r"revenues?|arr|mrr|gmv|bookings|sales|market share|nrr|grr|roi|roas|umsatz\w*|cost savings?|ltv"
    r"|clv|cltv|lifetime value|arpu|arpa",
    "user": r"activation|retention|churn|conversions?|engagement|funnels?|dau|mau|wau|net promoter|nps|csat"
    r"|satisfaction|renewals?|attach rates?|win[ -]rates?",
    "adoption": r"adoption|usage|traffic|utili[sz]ation",
    "operations": r"throughput|uptime|on[- ]time|cycle times?|time[- ]to.*|slas?|aht|error rates?|pipeline",
    "pay": r"commissions?|bonus(?:es)?|variable.*",
}
_VERB = re.compile("|".join(f"(?P<{kind}>(?:{words})$)" for kind, words in _VERBS.items()))
_METRIC = re.compile("|".join(f"(?P<{kind}>(?:{words})$)" for kind, words in _METRICS.items()), re.IGNORECASE)
_WORD = re.compile(r"[\w'’]+")
_REACH = 22  # words before the metric in which its verb is looked for
_CLAUSES = {
    "to": "to",
    **dict.fromkeys(("that", "which", "who"), "that"),
    **dict.fromkeys(("will", "you'll", "you’ll", "youll"), "will"),
    **dict.fromkeys(("and", "or"), "and"),
    **dict.fromkeys(("by", "for", "in", "of", "on", "while", "through"), "by"),
}


def structure_features(kind: str, before: str, cue: str, after: str) -> frozenset[str]:
    """Return the features of how a cue of a metric, target or yardstick hangs in its sentence.

    Args:
        kind: of the cue.
        before: the sentence before the cue.
        cue: its words.
        after: the sentence after it.
    """
    words = _WORD.findall(before.lower())
    first = _first(words[0]) if words else None
    verb = next(
        (i for i in range(len(words) - 1, max(-1, len(words) - _REACH), -1) if _moves(words[i])), None
    )
    governing = (
        None
        if verb is None
        else _Governing(
            kind=_verb_kind(words[verb]),
            gap=_gap(len(words) - 1 - verb),
            clause=_clause(words, verb),
            helps=any(_verb_kind(word) == "help" for word in words[:verb]),
        )
    )
    return _names(kind, _metric_kind(cue), _next(after), first, governing)


class _Governing(NamedTuple):
    """The verb that governs the cue: what it does, how far before it stands, in what clause."""

    kind: str | None
    gap: str
    clause: str
    helps: bool


@functools.lru_cache(maxsize=8192)
def _names(
    kind: str, metric: str, following: str, first: str | None, verb: _Governing | None
) -> frozenset[str]:
    found = {f"{kind}&m={metric}", f"next={following}"}
    if first is not None:
        found.add(f"first={first}")
    if verb is None:
        return frozenset(found | {f"{kind}&gov=none"})
    found.update(
        (
            f"gov={verb.kind}",
            f"gov={verb.kind}&m={metric}",
            f"gov={verb.kind}&gap={verb.gap}",
            f"gap={verb.gap}",
            f"clause={verb.clause}",
            f"clause={verb.clause}&gov={verb.kind}",
            f"clause={verb.clause}&m={metric}",
            f"helps={verb.helps}",
        )
    )
    return frozenset(found)


@functools.lru_cache(maxsize=4096)
def _verb_kind(word: str) -> str | None:
    match = _VERB.match(word)
    return match.lastgroup if match else None


def _moves(word: str) -> bool:
    return _verb_kind(word) not in (None, "help")


@functools.lru_cache(maxsize=1024)
def _metric_kind(cue: str) -> str:
    match = _METRIC.match(" ".join(cue.split()))
    return str(match.lastgroup) if match else "other"


def _clause(words: Sequence[str], verb: int) -> str:
    """Name the clause by the word before its verb; `^` when the sentence opens with the verb."""
    if verb == 0:
        return "^"
    before = words[verb - 1]
    if before in _CLAUSES:
        return _CLAUSES[before]
    return "help" if _verb_kind(before) == "help" else "other"


def _first(word: str) -> str:
    if word.startswith("you"):
        return "you"
    if word in ("we", "our"):
        return "we"
    return _verb_kind(word) or "other"


def _gap(n_words: int) -> str:
    if n_words == 0:
        return "0"
    return "1-2" if n_words < 3 else "3-6" if n_words < 7 else "7+"


def _next(after: str) -> str:
    """Return the mark after the cue, `w` for a word, `$` for the end."""
    after = after.lstrip()
    if not after:
        return "$"
    return "w" if after[0].isalnum() else after[0]
