"""Train the model of lost line breaks: `python -m include.classify.training.line_starts`.

No reader is needed. Ads that have their line breaks are flattened in the ways in which collections flatten
them: breaks become blanks or nothing, marks stay or go. The model learns where lines began, and is measured
on employers that it does not know.
"""

from __future__ import annotations

import argparse
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from include.classify.evaluation_data import add_shared_option
from include.classify.language import is_supported
from include.classify.linear_model import LinearModel
from include.classify.structure.line_starts import Line, LineStarts, features
from include.classify.structure.lost_breaks import VERY_LONG_LINE
from include.classify.training.fit import fit_presence, write_model
from include.classify.training.labelled import ads, posting_hash
from include.classify.training.mention_labels import read_labels
from include.classify.training.mentions import HELD_OUT
from include.classify.training.whole_ads import held_out_names

MODEL_VERSION: Final = "line-starts-1"
_STRENGTH: Final = 0.3
_MINIMUM_ROWS: Final = 20
_THRESHOLDS: Final = {"start": 0.6}
_MOST_OF_EMPLOYER: Final = 5  # ads; employers repeat themselves
_N_FOLDS: Final = 8

# An ad that kept its breaks: many lines, none of them long, nearly all beginning with a capital.
_FEWEST_LINES: Final = 20
_LONGEST_LINE: Final = 700  # characters
_MEAN_LENGTH: Final = range(30, 201)  # characters
_LEAST_CAPITALS: Final = 0.7

_LINE_MARK: Final = re.compile(r"^(?:#+ |[-*•·●▪◦] ?|__)++")
_SENTENCE_END: Final = re.compile(r"(?<=[a-z0-9)])[.!?]\s+(?=[A-Z])")
_MARK_BETWEEN: Final = re.compile(r"\s[-–—&/|]\s")
_MARK: Final = re.compile(r"[^\w\s+%$]")


class Loss(NamedTuple):
    """A way of losing line breaks.

    Attributes:
        marks: whether punctuation goes, too.
        blanks: whether no blank takes a break's place.
    """

    marks: bool
    blanks: bool


LOSSES: Final = (Loss(marks=False, blanks=False), Loss(True, False), Loss(False, True), Loss(True, True))
_DRAWN: Final = (*LOSSES, *LOSSES[:2])  # most collections put a blank


class Flat(NamedTuple):
    """An ad whose breaks were taken out.

    Attributes:
        employer: or the ad's id where the collection names none.
        starts: where its lines began; where marks were lost, sentences too.
    """

    employer: str
    line: str
    starts: frozenset[int]
    loss: Loss


def flattened(lines: Sequence[str], loss: Loss) -> tuple[str, frozenset[int]]:
    """Return lines as one line, and where they begin in it (with lost marks, their sentences too)."""
    text = ""
    starts: set[int] = set()
    for line in lines:
        sentences = _SENTENCE_END.split(line) if loss.marks else [line]
        for number, sentence in enumerate(sentences):
            words = _without_marks(sentence) if loss.marks else sentence
            if not words:
                continue
            if text:
                text += "" if loss.blanks and number == 0 else " "
                starts.add(len(text))
            text += words
    return text, frozenset(starts)


def _without_marks(sentence: str) -> str:
    return " ".join(_MARK.sub("", _MARK_BETWEEN.sub(" ", sentence)).split())


def read_flat(corpus: Path) -> Iterator[Flat]:
    """Yield flattened ads of the collections below `corpus`, none of them held out.

    Raises:
        OSError: a file is missing.
    """
    of_held_out_mentions = {
        name for name, readings in read_labels().items() if any(each.batch in HELD_OUT for each in readings)
    }
    held_out = held_out_names() | of_held_out_mentions
    n_of_employer: Counter[str] = Counter()
    seen: set[tuple[str, str]] = set()
    for ad in ads(corpus):
        name = posting_hash(ad.id)
        employer = ad.employer.lower().strip() or name
        lines = lines_of(ad.text)
        if name in held_out or (employer, ad.title) in seen or n_of_employer[employer] == _MOST_OF_EMPLOYER:
            continue
        if has_its_breaks(lines) and is_supported(ad.text, None):
            seen.add((employer, ad.title))
            n_of_employer[employer] += 1
            loss = _DRAWN[int(name, 16) % len(_DRAWN)]
            yield Flat(employer, *flattened(lines, loss), loss)


def lines_of(text: str) -> list[str]:
    """Return the lines of a text without the marks of lists, headings and bold words; no empty ones."""
    lines = [_LINE_MARK.sub("", line).strip(" *_") for line in text.split("\n")]
    return [line for line in lines if line]


def has_its_breaks(lines: Sequence[str]) -> bool:
    """Return whether an ad of these lines kept its breaks: many lines, none long, mostly with a capital."""
    if len(lines) < _FEWEST_LINES or max(map(len, lines)) > _LONGEST_LINE:
        return False
    n_capitals = sum(line[0].isupper() for line in lines)
    return sum(map(len, lines)) // len(lines) in _MEAN_LENGTH and n_capitals >= _LEAST_CAPITALS * len(lines)


def is_mostly_long_lines(text: str) -> bool:
    """Return whether most of a text stands in lines so long that their breaks must have been lost."""
    return 2 * sum(len(line) for line in text.split("\n") if len(line) > VERY_LONG_LINE) > len(text)


def count_long_lines(corpus: Path) -> tuple[int, int]:
    """Return how many different texts of the collections stand mostly in long lines, and how many there are.

    Raises:
        OSError: a file is missing.
    """
    is_long = {hash(ad.text): is_mostly_long_lines(ad.text) for ad in ads(corpus)}
    return sum(is_long.values()), len(is_long)


def train(flat: Iterable[Flat]) -> LinearModel:
    """Fit the model on the words of flattened ads that a line can begin with."""
    rows: list[list[str]] = []
    labels: list[str] = []
    for ad in flat:
        line = Line(ad.line)
        starts = line.starts()
        for number in line.candidates:
            rows.append(features(line, number))
            labels.append("start" if starts[number] in ad.starts else "inside")
    return fit_presence(
        "line_starts",
        MODEL_VERSION,
        rows,
        labels,
        classes=("start", "inside"),
        strength=_STRENGTH,
        minimum_rows=_MINIMUM_ROWS,
        thresholds=_THRESHOLDS,
    )


def accuracy(flat: Sequence[Flat], model: LineStarts) -> str:
    """Return precision and recall of line starts by way of losing them, as a Markdown table."""
    rows = [
        "| marks | in a break's place | ads | starts | precision | recall |",
        "|---|---|---:|---:|---:|---:|",
    ]
    for loss in LOSSES:
        those = [ad for ad in flat if ad.loss == loss]
        found = [set(model.inside(ad.line)) for ad in those]
        n_right = sum(len(given & ad.starts) for given, ad in zip(found, those, strict=True))
        n_found, n_starts = sum(map(len, found)), sum(len(ad.starts) for ad in those)
        way = f"{'lost' if loss.marks else 'kept'} | {'nothing' if loss.blanks else 'a blank'}"
        shares = f"{_share(n_right, n_found)} | {_share(n_right, n_starts)}"
        rows.append(f"| {way} | {len(those)} | {n_starts} | {shares} |")
    return "\n".join(rows)


def _share(part: int, whole: int) -> str:
    return f"{part / whole:.3f}" if whole else "of none"


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the accuracy on unknown employers, write the model of all ads; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m include.classify.training.line_starts", description=__doc__
    )
    add_shared_option(parser, "corpus/")
    parser.add_argument("--no-write", action="store_true", help="print the accuracy only")
    options = parser.parse_args(arguments)
    try:
        n_long, n_texts = count_long_lines(options.shared / "corpus")
        flat = list(read_flat(options.shared / "corpus"))
    except OSError as error:
        print(f"cannot read the ads: {error}. Give their folder with --shared.", file=sys.stderr)
        return 2
    print(
        f"{n_long:,} of {n_texts:,} different texts hold most of their characters in lines of over "
        f"{VERY_LONG_LINE}\n"
    )
    is_known = [zlib.crc32(ad.employer.encode()) % _N_FOLDS != 0 for ad in flat]
    known = [ad for ad, its in zip(flat, is_known, strict=True) if its]
    unknown = [ad for ad, its in zip(flat, is_known, strict=True) if not its]
    print(f"{len(flat)} ads that have their line breaks; {len(unknown)} of unknown employers:\n")
    print(accuracy(unknown, LineStarts(train(known))))
    if not options.no_write:
        write_model(train(flat))
    return 0


if __name__ == "__main__":
    sys.exit(main())
