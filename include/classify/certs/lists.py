"""Lists of names: what a modal word says of one name holds for its unmarked neighbours."""

from __future__ import annotations

import re

from include.classify.certs.mention import Candidate, Verdict, mention_of
from include.classify.labels import CertMention


def append_mention(
    text: str,
    mentions: list[CertMention],
    names: list[tuple[Candidate, Verdict]],
    candidate: Candidate,
    verdict: Verdict,
) -> None:
    """Append a mention; what a modal word says of one name of a list holds for its unmarked neighbours.

    Args:
        text: the ad's text.
        mentions: found so far; the last of them are those of `names`.
        names: the list that is being read.
        candidate: the mention.
        verdict: what it asks by itself.
    """
    if names and not _is_one_list(text, names[-1][0], candidate):
        names.clear()
    if names and _takes_over(verdict, names[-1][1]):
        verdict = names[-1][1]
    elif verdict.rule.startswith("modal_before") and not (names and _is_aside(text, names[-1][0], candidate)):
        for index, (name, unmarked) in enumerate(names, start=len(mentions) - len(names)):
            if _takes_over(unmarked, verdict):
                mentions[index] = mention_of(text, name, verdict)
    names.append((candidate, verdict))
    mentions.append(mention_of(text, candidate, verdict))


# What stands between two names of one list: separators, unlisted names, levels.
_LIST_GAP = re.compile(
    r"[ ,/|&()•*®™’'–-]*+(?:(?:and/or|and|or|oder|und|et|ou|y|e|etc\.?+|such\s+as|including|like"
    r"|[A-Z][\w+&/®™’'-]*+|\d[\w-]*+)[ ,/|&()•*®™–-]*+){0,8}"
)

_UNMARKED_RULES = ("bare_item", "bare_among_duties", "section_", "prose")

_MARKED_RULES = ("modal_", "or_", "use_", "negated", "preferred_", "refused_")

_MAX_LIST_GAP = 90  # characters


def _is_one_list(text: str, first: Candidate, second: Candidate) -> bool:
    """Say whether nothing but separators and other names stands between two names."""
    gap = text[first.end : second.start]
    return len(gap) <= _MAX_LIST_GAP and _LIST_GAP.fullmatch(gap) is not None


def _is_aside(text: str, first: Candidate, second: Candidate) -> bool:
    """Say whether brackets speak of the second name alone: `PMP certification (CSM a plus)`."""
    return first.is_named and text[first.end : second.start].strip() == "("


def _takes_over(verdict: Verdict, neighbour: Verdict) -> bool:
    """Say whether a name without a modal word of its own takes over what its list says."""
    return verdict.rule.startswith(_UNMARKED_RULES) and neighbour.rule.startswith(_MARKED_RULES)
