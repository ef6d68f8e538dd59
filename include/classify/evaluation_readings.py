"""Agreement with one reader on unlabelled ads: `python -m include.classify.evaluation_readings`.

The figures are those of the shipped classifier, whose rules were mended after each reading;
docs/accuracy_history.md has the forecasts.
"""

from __future__ import annotations

import argparse
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from include.classify.classifier import classify
from include.classify.evaluation import Pair, mention_status, table
from include.classify.evaluation_data import add_shared_option
from include.classify.labels import CERT_STRENGTH
from include.classify.training.labelled import ads, posting_hash
from include.classify.training.mention_labels import OPEN, Reading, read_labels


def compare(corpus: Path, labels: dict[str, list[Reading]]) -> dict[str, list[Pair]]:
    """Return pairs of the reader's and the classifier's status by batch.

    Args:
        corpus: folder with `all_jobs.parquet` and `postings.jsonl.gz`.
        labels: what `read_labels` returned.

    Raises:
        OSError: a file is missing.
    """
    pairs: dict[str, list[Pair]] = defaultdict(list)
    waiting = dict(labels)
    for ad in ads(corpus):
        name = posting_hash(ad.id)
        readings = waiting.pop(name, None)
        if readings is None:
            continue
        answer = classify(ad.title, ad.text)
        for reading in readings:
            if reading.status != OPEN:
                given, _ = mention_status(answer, reading.start, reading.end)
                pairs[reading.batch].append(Pair(reading.status, given, name))
    return pairs


def main(arguments: Sequence[str] | None = None) -> int:
    """Print one table per batch; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m include.classify.evaluation_readings", description=__doc__
    )
    add_shared_option(parser, "corpus/")
    options = parser.parse_args(arguments)
    try:
        pairs = compare(options.shared / "corpus", read_labels())
    except OSError as error:
        print(f"cannot read the ads: {error}. Give their folder with --shared.", file=sys.stderr)
        return 2
    for batch in sorted(pairs):
        print(table(f"mentions, reading {batch}", pairs[batch], CERT_STRENGTH))
    return 0


if __name__ == "__main__":
    sys.exit(main())
