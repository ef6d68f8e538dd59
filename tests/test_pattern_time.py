"""Patterns of `re` that could match a text in very many ways, and try them all before they give up.

Such a pattern (`(?:[A-Z]\\w*\\s*){0,16}`: capitals are words together or each by itself) takes seconds, or
years, on a line that an ad could hold. Every pattern is tried on texts made of what it matches, again and
again.
"""

from __future__ import annotations

import importlib
import pkgutil
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

import include
from include.classify.linear_time import GuardedPattern

_SECONDS = 1.0  # a linear pattern takes microseconds, a cubic one 0.1 s
_LENGTH = 300  # characters; no longer stretch is read with a pattern that is not linear

pytestmark = pytest.mark.slow


def _patterns() -> dict[str, re.Pattern[str]]:
    """Return the patterns that modules hold by name."""
    found: dict[str, re.Pattern[str]] = {}
    for module in pkgutil.walk_packages(include.__path__, "include."):
        if module.name.endswith("__main__"):
            continue
        for name, value in vars(importlib.import_module(module.name)).items():
            if isinstance(value, re.Pattern) and isinstance(value.pattern, str):
                found[f"{module.name}.{name}"] = value
            elif isinstance(value, GuardedPattern):
                found[f"{module.name}.{name}.unguarded"] = value.unguarded
    return found


PATTERNS = _patterns()


class TooLongError(Exception):
    """A search was cut off."""


def _cut_off(signal_number: int, frame: FrameType | None) -> None:
    raise TooLongError


@contextmanager
def _limited() -> Iterator[None]:
    signal.signal(signal.SIGVTALRM, _cut_off)
    signal.setitimer(signal.ITIMER_VIRTUAL, _SECONDS)  # processor time; `re` lets signals in
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)


def _repeated(pattern: re.Pattern[str]) -> st.SearchStrategy[str]:
    """Return texts of the pattern's own pieces: the start of a match, then a piece of it again and again."""
    return st.builds(
        lambda match, start, length, end: (
            (match[:start] + (match[start : start + length] or "a") * _LENGTH)[:_LENGTH] + end
        ),
        st.from_regex(pattern),
        st.integers(0, 40),
        st.integers(1, 40),
        st.sampled_from(["", "!", "\n", " ;", "\u2603"]),
    )


def _try_out(pattern: re.Pattern[str], n_texts: int) -> None:
    @settings(
        max_examples=n_texts,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate],
    )
    @given(_repeated(pattern))
    def every_way_of_matching(text: str) -> None:
        with _limited():
            pattern.search(text)
            pattern.fullmatch(text)

    every_way_of_matching()


@pytest.mark.parametrize("name", PATTERNS)
def test_a_pattern_gives_up_in_bounded_time(name: str) -> None:
    _try_out(PATTERNS[name], n_texts=150)


@pytest.mark.parametrize(
    "ambiguous", [r"(?:[A-Z]\w*[ ,]*){0,16};", r"Series \d+\w?(?:, ?\d+\w?)*$", r"(?:<\w+[^>]*>)+$"]
)
def test_a_pattern_that_matches_in_many_ways_is_found_out(ambiguous: str) -> None:
    with pytest.raises(TooLongError):
        _try_out(re.compile(ambiguous), n_texts=2_000)
