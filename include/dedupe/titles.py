"""Titles of postings as grouping compares them: without order of words, places, and words of the trade."""

from __future__ import annotations

import itertools
from collections.abc import Sequence

from rapidfuzz import fuzz

from include.normalize.places import PLACE_NAMES, STATE_CODES

_MIN_TITLE_RATIO = 80  # of 100, rapidfuzz: between "airlines" and "flights", under one requisition id
# What nearly every product title holds: only the other words tell two roles of one employer apart.
# fmt: off
_COMMON_WORDS = frozenset([
    "senior", "staff", "principal", "lead", "group", "junior", "associate", "i", "ii", "iii", "iv", "1", "2",
    "3", "product", "manager", "management", "owner", "and", "of", "for", "the",
])
# fmt: on
# Who builds software is called by any of these: "Backend Engineer" is "Backend Software Developer".
_TRADES = {"developer": "engineer", "developers": "engineer", "engineers": "engineer", "engineer": "engineer"}
_MIN_STATES_IN_A_ROW = 3  # "sales mi oh or in": fewer could be words
_NOT_THE_ROLE = frozenset(["remote", "hybrid", "in", "at", "based", "emea", "americas", "worldwide"])


def grouping_title(title_key: str, employer_key: str, places: Sequence[str]) -> str:
    """Return the words of a title key in order, without employer and places ("product manager berlin").

    Args:
        title_key: lower case, as core_postings has it.
        employer_key: likewise.
        places: of the posting, lower case.
    """
    words = title_key.split()
    employer = employer_key.split()
    if employer and words[: len(employer)] == employer:
        words = words[len(employer) :]
    dropped = {word for place in places for word in place.replace(",", " ").split()}
    kept = [word for word in _without_places(words) if word not in dropped and word not in _NOT_THE_ROLE]
    if any(word in _TRADES or word == "architect" for word in kept):
        kept = [_TRADES.get(word, word) for word in kept if word != "software"]
    return " ".join(sorted(kept)) or title_key


def _without_places(words: Sequence[str]) -> list[str]:
    kept: list[str] = []
    position = 0
    while position < len(words):
        n_states = len(list(itertools.takewhile(STATE_CODES.__contains__, words[position:])))
        if n_states >= _MIN_STATES_IN_A_ROW:
            position += n_states
            continue
        for length in (3, 2, 1):
            if " ".join(words[position : position + length]) in PLACE_NAMES:
                position += length
                if position < len(words) and words[position] in STATE_CODES:  # "austin tx"
                    position += 1
                break
        else:
            kept.append(words[position])
            position += 1
    return kept


def is_same_role(title: str, other: str) -> bool:
    """Tell whether two grouping titles are alike, rank apart."""
    one, two = _distinguishing_words(title), _distinguishing_words(other)
    return one == two or fuzz.token_sort_ratio(one, two) >= _MIN_TITLE_RATIO


def _distinguishing_words(title: str) -> str:
    return " ".join(word for word in title.split() if word not in _COMMON_WORDS)
