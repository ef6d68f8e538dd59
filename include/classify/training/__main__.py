"""Train the models and print their cross-validated accuracy: `python -m include.classify.training`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from include.classify.evaluation_data import add_shared_option
from include.classify.training.fit import write_model
from include.classify.training.labelled import read_archetypes, read_gold, read_invented, read_passages
from include.classify.training.models import train_archetype, train_criteria, train_generic_kpi
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
        gold = read_gold(options.shared / "gold")
        passages = read_passages(options.shared / "corpus")
        examples = read_archetypes(options.shared / "corpus")
    except OSError as error:
        print(
            f"cannot read the labelled postings: {error}. Give their folder with --shared.", file=sys.stderr
        )
        return 2
    judged = sum(passage.label is not None for posting in gold for passage in posting.passages)
    print(
        f"{len(gold)} labelled postings with {judged} judged passages; {len(passages)} single passages;"
        f" {len(examples)} single archetypes"
    )
    if not options.no_validate:
        report(gold, cross_validate(gold, passages, examples, options.seed))
    if not options.no_write:
        every = [
            *read_invented(),
            *(passage for _, passage in passages),
            *(p for posting in gold for p in posting.passages),
        ]
        for model in (train_criteria(every), train_generic_kpi(gold), train_archetype(gold, examples)):
            write_model(model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
