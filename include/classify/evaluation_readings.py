"""Agreement with one reader on unlabelled ads: `python -m include.classify.evaluation_readings`.

`training/mention_labels.csv` names each mention by hash of the ad's id and character offsets, without text:
the texts are evaluation data outside the project. `open` marks what the codebook does not decide. The figures
are those of the shipped classifier, whose rules were mended after each reading; docs/accuracy_history.md has
the forecasts.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple, cast

from include.classify.classifier import classify
from include.classify.evaluation import Pair, mention_status, table
from include.classify.evaluation_data import add_shared_option
from include.classify.labels import CERT_STRENGTH, CertStatus
from include.classify.training.labelled import ads, posting_hash

LABELS_FILE = Path(__file__).parent / "training" / "mention_labels.csv"
OPEN = "open"
"""Label of a mention that the codebook leaves open; it is not counted."""


class Reading(NamedTuple):
    """One judged mention.

    Attributes:
        batch: the sample it belongs to.
        start, end: offsets of the marked word in the ad's text, in characters.
        status: codebook status, or `open`.
        blind: status and rule that the rules gave before anybody had read the batch's errors; None where
            they were not recorded.
    """

    batch: str
    start: int
    end: int
    status: str
    blind: tuple[CertStatus, str] | None = None


def read_labels(path: Path = LABELS_FILE) -> dict[str, list[Reading]]:
    """Return the judged mentions by hash of the ad's id.

    Raises:
        OSError: the file is missing.
        ValueError: a status is none of the codebook's.
    """
    found: dict[str, list[Reading]] = defaultdict(list)
    with path.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            for status, allowed in (
                (row["status"], (*CERT_STRENGTH, OPEN)),
                (row["blind_status"], (*CERT_STRENGTH, "")),
            ):
                if status not in allowed:
                    raise ValueError(
                        f"{path}: posting {row['posting']}: unknown status {status!r}; use "
                        f"{', '.join(filter(None, allowed))}"
                    )
            blind = (
                (cast(CertStatus, row["blind_status"]), row["blind_rule"]) if row["blind_status"] else None
            )
            reading = Reading(row["batch"], int(row["start"]), int(row["end"]), row["status"], blind)
            found[row["posting"]].append(reading)
    return found


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
