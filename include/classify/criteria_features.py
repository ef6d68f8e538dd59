"""What the criteria model sees of a passage: words near the cue, what they announce, and counts.

Features are strings. Words are lower case without apostrophes, and every number is `#`, so that curly quotes,
capitals and figures make no difference.
"""

from __future__ import annotations

import re
from itertools import pairwise

from include.classify.criteria_candidates import Candidate
from include.classify.horizons import DELIVERING, LEARNING
from include.classify.linear_time import compile_plain
from include.classify.metrics_grammar import NAMED_METRIC, NUMERIC_TARGET

_WORD = re.compile(r"[^\W\d_]+(?:['’‘´`][^\W\d_]+)*|\d[\d.,]*|[%$€£&]")
_APOSTROPHE = re.compile(r"['’‘´`]")
_WORDS_BEFORE = 14
_WORDS_AFTER = 22
_WORDS_BELOW = 60
_MAX_ITEMS = 8

_YOU = compile_plain(
    r"\b(?:you|your|youll|you['’]ll|this role|this position|du|sie|dein|ihr|vous|tu|usted|tú|você|je)\b"
)
_WE = compile_plain(r"\b(?:we|our|us|the company|company['’]s|wir|nous|nosotros|nós|wij)\b")
_PAST = compile_plain(
    r"\b(?:proven|track record|experienced?|demonstrat\w+|history of|years|background|you['’]?ve|you have"
    r"|ability to|able to"
    r"|comfortable|skills?|knowledge|strong|passion\w*|understanding of)\b"
)
_TEAM = compile_plain(r"\b(?:team|teams|engineers|stakeholders|others|clients?|customers?|users)\b")


def features(text: str, candidate: Candidate) -> list[str]:
    """Return the features of a candidate passage, without repeats.

    Args:
        text: the text that the candidate's offsets refer to.
        candidate: the passage.
    """
    passage = candidate.passage
    before = text[passage.start : candidate.cue_start]
    cue = text[candidate.cue_start : candidate.cue_end]
    after = text[candidate.cue_end : passage.end]
    items = [text[start:end] for start, end in passage.body[:_MAX_ITEMS]]
    below = " ".join(items)
    kind = candidate.kind
    found = {
        f"kind={kind}",
        f"section={passage.section}",
        f"{kind}&section={passage.section}",
        f"{kind}&lead={passage.is_lead_in}",
    }
    found.update(f"kinds={kind}+{other}" for other in candidate.kinds if other != kind)
    _add_words(found, "b", _words(before)[-_WORDS_BEFORE:])
    _add_words(found, "a", _words(after)[:_WORDS_AFTER])
    _add_words(found, "a", _words(below)[:_WORDS_BELOW])
    found.update(f"c:{word}" for word in _words(cue))
    found.update(f"h:{word}" for word in _words(passage.heading))
    _add_counts(found, kind, before + cue + after, items or [after])
    return sorted(found)


def _words(text: str) -> list[str]:
    return ["#" if word[0].isdigit() else _APOSTROPHE.sub("", word).lower() for word in _WORD.findall(text)]


def _add_words(found: set[str], zone: str, words: list[str]) -> None:
    found.update(f"{zone}:{word}" for word in words)
    found.update(f"{zone}:{first} {second}" for first, second in pairwise(words))


def _add_counts(found: set[str], kind: str, sentence: str, items: list[str]) -> None:
    whole = " ".join((sentence, *items))
    n_metrics = len({whole[start:end].lower() for start, end in NAMED_METRIC.spans(whole)})
    learning = sum(LEARNING.is_in(item[:60]) for item in items)
    delivering = sum(DELIVERING.is_in(item[:80]) and not LEARNING.is_in(item[:40]) for item in items)
    counts = {
        "metrics": min(n_metrics, 3),
        "learning": min(learning, 3),
        "delivering": min(delivering, 3),
        "target": int(NUMERIC_TARGET.search(whole) is not None),
        "you": int(_YOU.is_in(sentence)),
        "we": int(_WE.is_in(sentence)),
        "past": int(_PAST.is_in(sentence)),
        "team": int(_TEAM.is_in(sentence)),
    }
    for name, count in counts.items():
        found.add(f"{name}={count}")
        found.add(f"{kind}&{name}={count}")
