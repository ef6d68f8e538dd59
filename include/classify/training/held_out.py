"""Are the criteria model's probabilities true? `python -m include.classify.training.held_out`.

Readers judged 2,698 passages (`held_out_passages.csv`, by hash and offset, without text) drawn after model 4
was trained, mostly where it was unsure, none of the same sentence as a passage it has learnt from. They are
never learnt from. Two models are compared on them more surely than on a few hundred whole ads.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from include.classify.criteria import model
from include.classify.evaluation import Pair, table
from include.classify.evaluation_data import add_shared_option
from include.classify.linear_model import LinearModel
from include.classify.training.labelled import Passage, read_passages
from include.classify.training.models import CRITERIA_CLASSES

LABELS_FILE = Path(__file__).parent / "held_out_passages.csv"
_N_BINS = 10

Probabilities = dict[str, float]


def probabilities(model: LinearModel, passages: Sequence[Passage]) -> list[Probabilities]:
    """Return the probability of each class for each passage."""
    return [
        dict(zip(model.classes, model.probabilities(passage.features), strict=True)) for passage in passages
    ]


def reliability(
    given: Sequence[Probabilities],
    labels: Sequence[str],
    chance: Callable[[Probabilities], float],
    is_true: Callable[[str], bool],
) -> str:
    """Return a table of what was promised and what was found, by tenths of the promised probability.

    Args:
        given: probabilities of each passage.
        labels: of the readers.
        chance: the probability in question.
        is_true: whether a label fulfils it.
    """
    bins: dict[int, list[tuple[float, bool]]] = {}
    for promised, label in zip(map(chance, given), labels, strict=True):
        bins.setdefault(min(_N_BINS - 1, int(promised * _N_BINS)), []).append((promised, is_true(label)))
    lines = ["| n | mean probability | share found |", "|---:|---:|---:|"]
    for _, rows in sorted(bins.items()):
        mean, share = (sum(column) / len(rows) for column in zip(*rows, strict=True))
        lines.append(f"| {len(rows)} | {mean:.2f} | {share:.2f} |")
    return "\n".join(lines)


def log_loss(given: Sequence[Probabilities], labels: Sequence[str]) -> float:
    """Return the mean negative logarithm (nats) of what the readers' labels were given."""
    return -sum(math.log(max(row[label], 1e-9)) for row, label in zip(given, labels, strict=True)) / len(
        labels
    )


def status_of(row: Probabilities, thresholds: dict[str, float]) -> str:
    """Return the class that the thresholds give outside product roles, before any rule is asked."""
    if row["explicit"] >= thresholds["explicit_elsewhere"]:
        return "explicit"
    return "partial" if row["explicit"] + row["partial"] >= thresholds["partial"] else "none"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print log loss, both reliability tables and the classes; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.classify.training.held_out", description=__doc__)
    add_shared_option(parser, "corpus/")
    options = parser.parse_args(arguments)
    try:
        passages = read_passages(options.shared / "corpus", LABELS_FILE)
    except OSError as error:
        print(f"cannot read the ads: {error}. Give their folder with --shared.", file=sys.stderr)
        return 2
    texts = [text for text, _ in passages]
    labels = [str(passage.label) for _, passage in passages]
    given = probabilities(model(), [passage for _, passage in passages])
    print(f"{len(labels)} held-out passages, log loss {log_loss(given, labels):.4f}\n")
    print("### explicit\n")
    print(reliability(given, labels, lambda row: row["explicit"], lambda label: label == "explicit"))
    print("\n### explicit or partial\n")
    print(reliability(given, labels, lambda row: 1 - row["none"], lambda label: label != "none"))
    pairs = [
        Pair(label, status_of(row, model().thresholds), text)
        for label, row, text in zip(labels, given, texts, strict=True)
    ]
    print(table("held-out passages, by the model alone", pairs, CRITERIA_CLASSES))
    return 0


if __name__ == "__main__":
    sys.exit(main())
