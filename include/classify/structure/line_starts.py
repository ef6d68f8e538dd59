"""Where lines began in a text that lost its line breaks: a linear model over the words on either side.

It needs no labels: `include.classify.training.line_starts` takes the breaks out of ads that have them, in the
ways in which collections lose them, and the model learns where they were.
"""

from __future__ import annotations

import functools
import math
import re
from itertools import accumulate, chain
from typing import Final, NamedTuple

from include.classify.linear_model import LinearModel, load_model

MAX_LINE: Final = 50_000
"""Characters; no ad is as long, and hostile input stays cheap."""

_MIN_FULL_STOPS: Final = 1 / 500  # per character; running text has about one in a hundred
_MIN_JOINTS: Final = 1 / 400  # per character; names such as JavaScript alone are fewer
# Where two words are glued: `teamStrong`, `team.Strong`, `SQLExperience`, `needed5 years`.
_JOINT: Final = re.compile(
    r"(?=[A-Z0-9])(?:(?<=[a-z0-9%)\].!?:;])(?=[A-Z][a-z])|(?<=[A-Z]{2})(?=[A-Z][a-z]{2})|(?<=[a-z]{2})(?=[0-9]))"
)
_GLUED: Final = "+"  # to the next word; after its mark
# `Or equivalent experience` goes on with a sentence.
_CONTINUING: Final = frozenset(["Or", "OR", "And", "AND"])
_NOT_NAME: Final = re.compile(r"[^\w+#&/'’-]+")
_MAX_REMEMBERED: Final = 32_768  # words


class Word(NamedTuple):
    """A word of a line, by itself.

    Attributes:
        name: its letters and figures, in lower case.
        mark: the mark it ends with, if any, and `+` where it is glued to the next word.
        shape: A capitals, C capital first, d figure first, a small letter first, - other.
        may_start: whether a line can begin with it: a capital or a figure first, and no conjunction.
        length: characters to the next word's start.
    """

    name: str
    mark: str
    shape: str
    may_start: bool
    length: int


_NONE: Final = Word("", "", "", may_start=False, length=0)


class Line:
    """The words of a line, of which some may have begun lines of their own.

    Args:
        line: of a plain text (`include.classify.plain_text`).

    Attributes:
        words: its words; glued ones count as several.
        candidates: numbers of the words that a line can begin with, the first word aside.
        padded: the same between two empty ones, so that the words around number n are n - 1 to n + 2.
        manner: whether it lost its marks, and whether words are glued.
    """

    __slots__ = ("candidates", "manner", "padded", "words")

    def __init__(self, line: str) -> None:
        blanks = line.split(" ")
        self.words = words = list(chain.from_iterable(map(_words, blanks)))
        self.padded = [_NONE, *words, _NONE]
        self.candidates = [number for number, word in enumerate(words) if word.may_start and number]
        has_joints = len(words) - len(blanks) > len(line) * _MIN_JOINTS
        self.manner = ("" if _is_punctuated(line) else "bare") + ("glued" if has_joints else "")

    def starts(self) -> list[int]:
        """Return where each word starts, in characters."""
        return list(accumulate([word.length for word in self.words[:-1]], initial=0))

    def around(self, number: int) -> tuple[Word, Word, Word, Word]:
        """Return the two words before a place, and the two from it on."""
        earlier, before, at, after = self.padded[number - 1 : number + 3]
        return earlier, before, at, after


class _Marks(NamedTuple):
    """What is read at a place besides its words."""

    manner: str
    mark: str
    shapes: str

    def features(self) -> list[str]:
        manner, mark, shapes = self
        return [
            f"marks:{manner}|{mark}",
            f"marks:{manner}|{mark}|{shapes}",
            f"shape:{manner}|{shapes[1]}|{mark.endswith(_GLUED):d}",
        ]


def features(line: Line, number: int) -> list[str]:
    """Return the features of a candidate by the names under which the model knows them."""
    earlier, before, at, after = line.around(number)
    marks = _Marks(line.manner, before.mark, before.shape + at.shape + after.shape)
    return [
        f"before:{before.name}",
        f"before:{earlier.name} {before.name}",
        f"at:{at.name}",
        f"at:{at.name} {after.name}",
        *marks.features(),
    ]


class LineStarts:
    """A model of where lines began, taken apart once: its names are words, looked up as they are.

    Args:
        model: of the classes `start` and `inside`, over `features`.
    """

    def __init__(self, model: LinearModel) -> None:
        parts: dict[str, dict[str, int]] = {"before": {}, "at": {}}
        for name, (weight,) in model.weights.items():
            part, _, words = name.partition(":")
            if part in parts:
                parts[part][words] = weight
        self._before, self._at = parts["before"], parts["at"]
        self._of_marks = functools.lru_cache(maxsize=4096)(self._weight_of_marks)
        self._weights = model.weights
        threshold = model.thresholds["start"]
        self._least = 1000 * (math.log(threshold / (1 - threshold)) - model.bias[0])

    def inside(self, text: str) -> list[int]:
        """Return where lines began inside a line that lost its breaks, in characters, ascending.

        Args:
            text: of a plain text; one of over `MAX_LINE` characters is left whole, and so is one in capitals,
                which tell nothing then.
        """
        if len(text) > MAX_LINE or text.isupper():
            return []
        line = Line(text)
        found = self._found(line)
        if not found:
            return []
        starts = line.starts()
        return [starts[number] for number in found]

    def _found(self, line: Line) -> list[int]:
        """Return the candidates whose `features` weigh enough."""
        of_before, of_at, of_marks = self._before.get, self._at.get, self._of_marks
        least, manner, padded = self._least, line.manner, line.padded
        found = []
        for number in line.candidates:  # spelled out: this is most of the work
            earlier, before, at, after = padded[number - 1 : number + 3]
            name, next_name = before[0], at[0]
            weight = (
                of_before(name, 0)
                + of_before(earlier[0] + " " + name, 0)
                + of_at(next_name, 0)
                + of_at(next_name + " " + after[0], 0)
                + of_marks(manner, before[1], before[2] + at[2] + after[2])
            )
            if weight >= least:
                found.append(number)
        return found

    def _weight_of_marks(self, manner: str, mark: str, shapes: str) -> int:
        rows = filter(None, map(self._weights.get, _Marks(manner, mark, shapes).features()))
        return sum(weight for (weight,) in rows)


def _is_punctuated(line: str) -> bool:
    """Say whether a line has marks between its sentences."""
    enough = len(line) * _MIN_FULL_STOPS
    n_stops = line.count(". ")
    return n_stops >= enough or n_stops + line.count("; ") + line.count(": ") >= enough


@functools.cache
def shipped() -> LineStarts:
    """Return the shipped model."""
    return LineStarts(load_model("line_starts"))


@functools.lru_cache(maxsize=_MAX_REMEMBERED)
def _words(written: str) -> tuple[Word, ...]:
    """Return what stands between two blanks: a word, or several that are glued."""
    length = len(written) + 1
    if written.isalpha() and written[1:].islower():  # nearly all of them
        is_capital = written[0].isupper()
        may_start = is_capital and written not in _CONTINUING
        return (Word(written.lower(), "", "C" if is_capital else "a", may_start, length),)
    joints = [joint.start() for joint in _JOINT.finditer(written)]
    if not joints:
        return (_word(written, "", length),)
    *glued, last = [written[start:end] for start, end in zip((0, *joints), (*joints, length), strict=True)]
    return (*[_word(piece, _GLUED, len(piece)) for piece in glued], _word(last, "", len(last) + 1))


def _word(written: str, glue: str, length: int) -> Word:
    first, last = written[:1], written[-1:]
    return Word(
        name=_NOT_NAME.sub("", written).lower(),
        mark=("" if last.isalnum() else last) + glue,
        shape=_shape(written),
        may_start=(first.isupper() or first.isdigit()) and written not in _CONTINUING,
        length=length,
    )


def _shape(written: str) -> str:
    first = written[:1]
    if first.isupper():
        return "A" if len(written) > 1 and written.isupper() else "C"
    if first.isdigit():
        return "d"
    return "a" if first.islower() else "-"
