"""List what product ads are said to demand: `python -m include.classify.evaluation_demands`.

Hardly a product ad demands a certification, so one false demand in a hundred ads would outweigh what is
measured. Every `required` and `listed` that the collections' product ads are given is printed with the words
around it, to be judged by reading. The texts are evaluation data outside the project; nothing is kept.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import islice
from pathlib import Path

from include.classify.classifier import Ad, classify_all
from include.classify.evaluation_data import add_shared_option
from include.classify.labels import CERT_STRENGTH, CertMention
from include.classify.training.labelled import ads_titled
from include.role_families import PRODUCT_FAMILIES

_DEMANDS = ("required", "listed")
_BATCH_SIZE = 200
_BEFORE, _AFTER = 120, 80  # characters around a demand that are printed


def product_ads(corpus: Path) -> Iterator[Ad]:
    """Yield the ads with a product title below `corpus`, each text once.

    Raises:
        OSError: a file is missing.
    """
    for ad in ads_titled(corpus, PRODUCT_FAMILIES):
        yield Ad(ad.title, ad.text)


def counts_and_demands(product: Iterator[Ad]) -> tuple[Counter[str], list[str]]:
    """Return how many ads have each certification status, and a line for each demand."""
    counts: Counter[str] = Counter()
    demands: list[str] = []
    while batch := list(islice(product, _BATCH_SIZE)):
        for ad, labels in zip(batch, classify_all(batch), strict=True):
            counts[labels.cert_status] += 1
            demands += [_line(ad, mention) for mention in labels.certs if mention.status in _DEMANDS]
    return counts, demands


def _line(ad: Ad, mention: CertMention) -> str:
    around = ad.text[max(0, mention.start - _BEFORE) : mention.end + _AFTER]
    return f"{mention.status} | {mention.rule} | {ad.title} | {' '.join(around.split())}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the counts and every demand; return the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m include.classify.evaluation_demands", description=__doc__
    )
    add_shared_option(parser, "corpus/")
    options = parser.parse_args(arguments)
    try:
        counts, demands = counts_and_demands(product_ads(options.shared / "corpus"))
    except OSError as error:
        print(f"cannot read the ads: {error}. Give their folder with --shared.", file=sys.stderr)
        return 2
    print(f"{counts.total():,} different texts of product ads")
    for status in (*CERT_STRENGTH, "unsupported_language"):
        print(f"  {status:<22}{counts[status]:>6,}")
    print("\n".join(demands) if demands else "No demand to read.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
