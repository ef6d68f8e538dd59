"""Sentence frames per language, read from `phrases/<language>.txt` and expanded with seeded choices.

A frame file holds pools (`== name`) of frames, one per line. `[a|b]` picks one alternative (alternatives
may nest and may be empty); `{name}` is filled from the ad's own values, else from the pool
`table.<name>.<industry>` or `table.<name>`.
"""

from __future__ import annotations

import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path

from include.sample_market.draws import pick

PHRASES_FOLDER = Path(__file__).parent / "phrases"
LANGUAGES = ("en", "de", "fr", "es", "nl", "pt", "pl")


class PhraseError(ValueError):
    """A frame file cannot be used; the message names file, line and fault."""


class Slot(str):
    """A `{name}` in a frame."""

    __slots__ = ()


class Choice(tuple["Node", ...]):
    """Alternatives, of which one is taken."""

    __slots__ = ()


Node = tuple["str | Slot | Choice", ...]


class Frame:
    """One compiled frame.

    Attributes:
        source: the frame as written.
        slots: names it needs.
    """

    __slots__ = ("node", "slots", "source")

    def __init__(self, source: str) -> None:
        self.source = source
        self.node, end = _compile(source, 0, stop="]")
        if end != len(source):
            raise PhraseError(f"unbalanced ']' in {source!r}")
        self.slots = frozenset(_slots_of(self.node))


class Phrasebook:
    """All pools of one language.

    Args:
        language: ISO 639-1 code, one of `LANGUAGES`.
        pools: frames by pool name.
    """

    def __init__(self, language: str, pools: Mapping[str, tuple[Frame, ...]]) -> None:
        self.language = language
        self.pools = pools

    def has(self, pool: str) -> bool:
        """Whether the language has frames for `pool`."""
        return pool in self.pools

    def frames(self, pool: str) -> tuple[Frame, ...]:
        """Return the frames of `pool`; PhraseError when the language has none."""
        try:
            return self.pools[pool]
        except KeyError:
            raise PhraseError(f"phrases/{self.language}.txt has no pool {pool!r}") from None

    def expand(self, frame: Frame, rng: random.Random, values: Mapping[str, str]) -> str:
        """Return one sentence of `frame`, its first letter in upper case.

        Args:
            frame: a frame of this book.
            rng: decides alternatives and table entries.
            values: slot values of the ad; `industry` selects among tables.
        """
        text = self._text(frame.node, rng, values, {}).strip()
        return text[:1].upper() + text[1:]

    def _text(
        self, node: Node, rng: random.Random, values: Mapping[str, str], drawn: dict[str, Frame]
    ) -> str:
        parts: list[str] = []
        for part in node:
            if isinstance(part, Slot):
                value = values.get(part)
                if value is None:
                    value = self._text(self._draw(part, rng, values, drawn).node, rng, values, drawn)
                parts.append(value)
            elif isinstance(part, Choice):
                parts.append(self._text(pick(rng, part), rng, values, drawn))
            else:
                parts.append(part)
        return "".join(parts)

    def _draw(
        self, name: str, rng: random.Random, values: Mapping[str, str], drawn: dict[str, Frame]
    ) -> Frame:
        base = name.removesuffix("2")  # {metric2} is a second, different draw from table.metric
        table = self.pools.get(f"table.{base}.{values.get('industry', '')}") or self.frames(f"table.{base}")
        frame = pick(rng, table)
        if name != base and frame is drawn.get(base) and len(table) > 1:
            frame = table[(table.index(frame) + 1) % len(table)]
        drawn[name] = frame
        return frame


@cache
def phrasebook(language: str) -> Phrasebook:
    """Read the phrase book of `language` once.

    Raises:
        PhraseError: no such language, or its file is malformed.
    """
    path = PHRASES_FOLDER / f"{language}.txt"
    if language not in LANGUAGES or not path.exists():
        raise PhraseError(f"no phrases for language {language!r}; there are {', '.join(LANGUAGES)}")
    pools: dict[str, list[Frame]] = {}
    frames: list[Frame] | None = None
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if line.startswith("== "):
            frames = pools.setdefault(line[3:].strip(), [])
        elif line and not line.startswith("#"):
            if frames is None:
                raise PhraseError(f"{path.name}:{number}: a frame before the first '== pool' line")
            try:
                frames.append(Frame(line))
            except PhraseError as error:
                raise PhraseError(f"{path.name}:{number}: {error}") from None
    return Phrasebook(language, {name: tuple(found) for name, found in pools.items()})


def _compile(source: str, start: int, stop: str) -> tuple[Node, int]:
    parts: list[str | Slot | Choice] = []
    literal_from = position = start
    while position < len(source) and source[position] not in stop:
        mark = source[position]
        if mark not in "[{":
            position += 1
            continue
        if literal_from < position:
            parts.append(source[literal_from:position])
        if mark == "{":
            end = source.find("}", position)
            if end < 0:
                raise PhraseError(f"'{{' without '}}' in {source!r}")
            parts.append(Slot(source[position + 1 : end]))
            position = end + 1
        else:
            choice, position = _compile_choice(source, position + 1)
            parts.append(choice)
        literal_from = position
    if literal_from < position:
        parts.append(source[literal_from:position])
    return tuple(parts), position


def _compile_choice(source: str, start: int) -> tuple[Choice, int]:
    alternatives: list[Node] = []
    position = start
    while True:
        node, position = _compile(source, position, stop="|]")
        alternatives.append(node)
        if position >= len(source):
            raise PhraseError(f"'[' without ']' in {source!r}")
        if source[position] == "]":
            return Choice(alternatives), position + 1
        position += 1


def _slots_of(node: Node) -> set[str]:
    found: set[str] = set()
    for part in node:
        if isinstance(part, Slot):
            found.add(str(part))
        elif isinstance(part, Choice):
            for alternative in part:
                found |= _slots_of(alternative)
    return found
