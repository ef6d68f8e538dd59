r"""Patterns matched by RE2: linear in the input, and many times faster than `re` on long alternations.

RE2 has no lookaround, and `\\b`, `\\w` and `\\s` know ASCII only.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from typing import ClassVar

import re2

_SENTENCE_MEMORY_BYTES = 12 << 20
_TEXT_MEMORY_BYTES = 64 << 20
"""What a pattern may keep of its automaton's states; when it is full, they are dropped and built again. The
patterns of some hundred words that pass over whole texts need more: with 8 MB the cue pattern takes 210
instead of 58 microseconds per ad."""

_TOKEN = re.compile(r"(\[(?:\\.|[^\]\\])*\]|\\.)|(\s+#[^\n]*|\s+)", re.DOTALL)
_ANYWHERE = re2._Anchor.UNANCHORED
_AT_START = re2._Anchor.ANCHOR_START


class LinearPattern:
    r"""A compiled RE2 pattern over Python text; offsets are in characters.

    Calls the library's matcher itself: its Python layer makes a generator, a match object and a table of
    offsets for every search, which costs several times the search in a sentence.

    Alternatives that loop over any word (`(?:\w+ ){0,3}`) are better compiled apart and tried in turn: an
    automaton of them all has a state for every combination of places in each, and making states is dear.

    Args:
        pattern: in RE2's syntax.
        options: how it matches; letters in their own case, unless given.

    Raises:
        re2.error: the pattern uses what RE2 does not have, such as lookaround.
    """

    __slots__ = ("_find", "_match")

    def __init__(self, pattern: str, options: re2.Options | None = None) -> None:
        options = options or _options(memory_bytes=_TEXT_MEMORY_BYTES)
        self._match = re2.compile(pattern, options)._regexp.Match
        self._find = _set_matcher([pattern], options)  # says that there is a match, at half the cost of where

    def is_in(self, text: str) -> bool:
        """Say whether the pattern matches anywhere."""
        return bool(self._find(text.encode("utf-8", "surrogatepass")))

    def starts(self, text: str) -> bool:
        """Say whether the pattern matches at the start of the text."""
        data = text.encode("utf-8", "surrogatepass")
        return bool(self._match(_AT_START, data, 0, len(data))[0][0] >= 0)

    def spans(self, text: str, limit: int | None = None) -> list[tuple[int, int]]:
        """Return where the first `limit` matches start and end, without overlap, in order; no empty ones."""
        data = text.encode("utf-8", "surrogatepass")
        found = self._byte_spans(data, limit)
        if len(data) == len(text) or not found:
            return found
        spans = []
        n_bytes = n_characters = 0
        for start, end in found:  # byte offsets to character offsets, decoding each stretch once
            n_characters += _length(data[n_bytes:start])
            length = _length(data[start:end])
            spans.append((n_characters, n_characters + length))
            n_characters += length
            n_bytes = end
        return spans

    def _byte_spans(self, data: bytes, limit: int | None) -> list[tuple[int, int]]:
        match = self._match
        size = len(data)
        found: list[tuple[int, int]] = []
        position = 0
        while position < size and len(found) != limit:
            start, end = span = match(_ANYWHERE, data, position, size)[0]
            if start < 0:
                break
            if end == start:
                position = end + 1
                continue
            found.append(span)
            position = end
        return found


class GuardedPattern:
    """A pattern with lookaround, searched by `re` only where RE2 finds what is left of it without lookaround.

    `re` tries every alternative at every character; nearly every text that is searched holds none of them.

    Args:
        pattern: for `re`; letters match in either case unless `flags` says otherwise.
        flags: for `re`, such as `re.VERBOSE`.

    Attributes:
        unguarded: the pattern for `re`, for a text of which is known that it may match.

    Raises:
        re.error: the pattern is none.
        re2.error: what the pattern is without lookaround uses what RE2 does not have.
    """

    __slots__ = ("_guard", "unguarded")

    def __init__(self, pattern: str, flags: re.RegexFlag = re.IGNORECASE) -> None:
        self.unguarded = re.compile(pattern, flags)
        plain = _without_layout(pattern) if flags & re.VERBOSE else pattern
        options = _options(case_sensitive=not flags & re.IGNORECASE)
        self._guard = LinearPattern(wider_pattern(plain), options)

    def search(self, text: str, start: int = 0, end: int | None = None) -> re.Match[str] | None:
        """Return the first match in `text[start:end]`, or None; lookbehind sees what stands before."""
        if end is None:
            end = len(text)
        return self.unguarded.search(text, start, end) if self._guard.is_in(text[start:end]) else None

    def finditer(self, text: str, start: int, end: int) -> Iterator[re.Match[str]]:
        """Return the matches in `text[start:end]`; lookbehind sees what stands before."""
        if not self._guard.is_in(text[start:end]):
            return iter(())
        return self.unguarded.finditer(text, start, end)

    def near(self, text: str, limit: int) -> list[tuple[int, int]]:
        """Return the first `limit` stretches in one of which every match starts, in order."""
        return self._guard.spans(text, limit)


class LinearSet:
    """RE2 patterns over one text; one pass says which of them match. Letters match in either case.

    Args:
        patterns: in RE2's syntax.
        at_start: whether they are to match at the start of the text, instead of anywhere.
        verbose: whether they are laid out as for `re.VERBOSE`.

    Raises:
        re2.error: a pattern uses what RE2 does not have, such as lookaround.
    """

    __slots__ = ("_match",)

    def __init__(self, patterns: Sequence[str], *, at_start: bool = False, verbose: bool = False) -> None:
        if verbose:
            patterns = list(map(_without_layout, patterns))
        options = _options(case_sensitive=False, memory_bytes=_TEXT_MEMORY_BYTES)
        self._match = _set_matcher(patterns, options, at_start=at_start)

    def found_in(self, text: str) -> list[int]:
        """Return the indices of the patterns that match, in order."""
        return sorted(self._match(text.encode("utf-8", "surrogatepass")))


class _GuardedPatterns:
    """Many patterns with lookaround; one pass of RE2 says which of them `re` has to try.

    Args:
        patterns: for `re.IGNORECASE`, in the order in which they are tried.

    Raises:
        re.error: a pattern is none.
        re2.error: what a pattern is without lookaround uses what RE2 does not have.
    """

    __slots__ = ("_guards", "_patterns")
    _AT_START: ClassVar[bool]

    def __init__(self, patterns: Sequence[str]) -> None:
        self._patterns = [re.compile(pattern, re.IGNORECASE) for pattern in patterns]
        self._guards = LinearSet(list(map(wider_pattern, patterns)), at_start=self._AT_START)


class GuardedSet(_GuardedPatterns):
    """Many patterns with lookaround, anywhere in a text; built as `_GuardedPatterns`."""

    __slots__ = ()
    _AT_START = False

    def first_in(self, text: str) -> int | None:
        """Return the index of the first pattern of the sequence that matches anywhere, or None."""
        for index in self._guards.found_in(text):
            if self._patterns[index].search(text) is not None:
                return index
        return None


class GuardedAlternatives(_GuardedPatterns):
    """Alternatives with lookaround at a place of a text; built as `_GuardedPatterns`."""

    __slots__ = ()
    _AT_START = True

    def match(self, text: str, position: int) -> re.Match[str] | None:
        """Return the match at `position` of the first pattern that has one; lookbehind sees before it."""
        for index in self._guards.found_in(text[position:]):
            match = self._patterns[index].match(text, position)
            if match is not None:
                return match
        return None


def _set_matcher(
    patterns: Sequence[str], options: re2.Options, *, at_start: bool = False
) -> Callable[[bytes], list[int]]:
    compiled = re2.Set.MatchSet(options) if at_start else re2.Set.SearchSet(options)
    for pattern in patterns:
        compiled.Add(pattern)
    compiled.Compile()
    matcher: Callable[[bytes], list[int]] = compiled._set.Match
    return matcher


def _options(
    *, case_sensitive: bool = True, longest_match: bool = False, memory_bytes: int = _SENTENCE_MEMORY_BYTES
) -> re2.Options:
    options = re2.Options()
    options.case_sensitive = case_sensitive
    options.longest_match = longest_match
    options.never_capture = True  # offsets of the whole match alone: RE2 then needs no second engine
    options.max_mem = memory_bytes
    options.log_errors = False
    return options


def _length(data: bytes) -> int:
    return len(data.decode("utf-8", "surrogatepass"))


def wider_pattern(pattern: str) -> str:
    r"""Return a pattern of RE2 that matches wherever `pattern` of `re` does, and perhaps elsewhere.

    Lookaround and word boundaries, which can only forbid a match, are left out, and so is how often something
    may be repeated, from ten times on: counting takes an automaton a state for every count. `\\w`, `\\d` and
    `\\s` are spelled out, since RE2's know ASCII only. Negated classes that hold a `\\W`, `\\D` or `\\S` are
    not read.
    """
    parts: list[str] = []
    position = 0
    while (match := _ASSERTION.search(pattern, position)) is not None:
        parts.append(pattern[position : match.start()])
        position = match.end()
        if match[0].startswith("(?"):
            position = _closing_bracket(pattern, position)
        elif match[0] in ("$", r"\Z"):
            parts.append(r"\n?\z" if match[0] == "$" else r"\z")
        elif match[0].startswith("{"):
            parts.append("*" if match["least"] == "0" else "+")
        elif match[0] not in (r"\b", r"\B"):
            parts.append(_unicode_classes(match[0]))
    return "".join(("(?s)", *parts, pattern[position:]))  # a dot may be meant to match a line's end


_CLASS = r"\[(?:\\.|[^\]\\])*\]"
# What can only forbid a match, and what must be passed over unread: escapes and character classes.
_ASSERTION = re.compile(rf"\(\?(?:<?[=!])|\\.|\$|{_CLASS}|\{{(?P<least>\d+),\d{{2,}}\}}")
_BRACKET = re.compile(rf"\\.|{_CLASS}|[()]")
_UNICODE = {
    r"\w": r"\pL\pN_",
    r"\d": r"\pN",
    r"\s": r"\s\x{1c}-\x{1f}\x{85}\x{a0}\x{1680}\x{2000}-\x{200a}\x{2028}\x{2029}\x{202f}\x{205f}\x{3000}",
}


def _unicode_classes(token: str) -> str:
    if token in _UNICODE:
        return f"[{_UNICODE[token]}]"
    if token.startswith("["):
        for short, long in _UNICODE.items():
            token = token.replace(short, long)
    return token


def _closing_bracket(pattern: str, position: int) -> int:
    depth = 1
    for match in _BRACKET.finditer(pattern, position):
        depth += {"(": 1, ")": -1}.get(match[0], 0)
        if depth == 0:
            return match.end()
    raise re.error("missing )", pattern, position)


def compile_verbose(pattern: str) -> LinearPattern:
    """Compile a pattern laid out as for `re.VERBOSE`; letters match in either case.

    Raises:
        re2.error: the pattern uses what RE2 does not have, such as lookaround.
    """
    return compile_plain(_without_layout(pattern))


def _without_layout(pattern: str) -> str:
    return _TOKEN.sub(lambda match: match[1] or "", pattern)


def compile_plain(pattern: str) -> LinearPattern:
    """Compile a pattern in which blanks count; letters match in either case.

    Raises:
        re2.error: the pattern uses what RE2 does not have.
    """
    return LinearPattern(pattern, _options(case_sensitive=False))


def compile_longest(pattern: str, *, ignores_case: bool = False) -> LinearPattern:
    """Compile a pattern whose matches are the leftmost-longest ones.

    Raises:
        re2.error: the pattern uses what RE2 does not have.
    """
    return LinearPattern(
        pattern,
        _options(case_sensitive=not ignores_case, longest_match=True, memory_bytes=_TEXT_MEMORY_BYTES),
    )
