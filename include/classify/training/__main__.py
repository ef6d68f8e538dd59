"""Train the models and print their cross-validated accuracy: `python -m include.classify.training`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from include.classify.evaluation_data import add_shared_option
from include.classify.training.fit import write_model
from include.classify.training.training_set import read_training_set, train
from include.classify.training.validation import cross_validate, report


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, cross-validate and write the models; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.classify.training", description=__doc__)
    add_shared_option(parser, "gold/ and corpus/")
    parser.add_argument("--no-write", action="store_true", help="cross-validate only")
    parser.add_argument("--no-validate", action="store_true", help="train and write only")
    parser.add_argument(
        "--seed", type=int, nargs="+", default=[0], help="how postings fall into folds; several are averaged"
    )
    options = parser.parse_args(arguments)
    try:
        training = read_training_set(options.shared)
    except OSError as error:
        print(
            f"cannot read the labelled postings: {error}. Give their folder with --shared.", file=sys.stderr
        )
        return 2
    judged = sum(passage.label is not None for posting in training.gold for passage in posting.passages)
    print(
        f"{len(training.gold)} labelled postings with {judged} judged passages; "
        f"{len(training.passages)} single passages; {len(training.kinds)} further archetypes; "
        f"{len(training.kpis)} further postings with or without KPI talk"
    )
    if not options.no_validate:
        report(training.gold, cross_validate(training, options.seed))
    if not options.no_write:
        for model in train(training):
            write_model(model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
