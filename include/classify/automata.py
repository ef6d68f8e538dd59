"""RE2 automata over Python text: many patterns in one linear-time pass, with offsets in characters."""

from __future__ import annotations

from collections.abc import Iterator

import re2

from include.classify.linear_time import MAX_MEMORY_BYTES


def compile_automaton(pattern: str) -> re2._Regexp:
    """Compile a pattern that finds the leftmost-longest match; ASCII word boundaries, no captures."""
    options = re2.Options()
    options.longest_match = True
    options.never_capture = True
    options.max_mem = MAX_MEMORY_BYTES
    return re2.compile(pattern, options)


def find_spans(automaton: re2._Regexp, text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of non-overlapping matches, in characters of `text`."""
    data = text.encode("utf-8", "surrogatepass")
    if len(data) == len(text):
        for match in automaton.finditer(data):
            yield match.span()
        return
    n_bytes = n_characters = 0
    for match in automaton.finditer(data):  # byte offsets to character offsets, decoding each stretch once
        start, end = match.span()
        n_characters += len(data[n_bytes:start].decode("utf-8", "surrogatepass"))
        n_bytes = start
        yield n_characters, n_characters + len(data[start:end].decode("utf-8", "ignore"))
