"""Forecast of the criteria labels: `python -m include.classify.training.fresh`.

Two readers read fresh ads whole, independently of each other (`fresh_labels.csv`, by hash, without text). No
wording or rule was chosen on them. The models are trained without any ad that shares much wording with one of
them, so the figures are those for employers never seen; the shipped models' own answers stand beside.
"""

from __future__ import annotations

import argparse
import csv
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from include.classify.criteria import criteria_status, find_criteria, generic_kpi
from include.classify.evaluation import Pair, table
from include.classify.evaluation_data import add_shared_option
from include.classify.segments import segment
from include.classify.training.labelled import ads, posting_hash, read_gold, read_invented, read_passages
from include.classify.training.models import CRITERIA_CLASSES, train_criteria, train_generic_kpi
from include.classify.training.scoring import alike, shingles
from include.classify.training.validation import has_kpi_talk, status_by

LABELS_FILE = Path(__file__).parent / "fresh_labels.csv"


class FreshAd(NamedTuple):
    """An ad with the answers of both readers.

    Attributes:
        sample: the drawing it belongs to.
        name: hash of its id.
        statuses: criteria status by each reader.
        kpis: `1` where the reader found generic KPI talk, else `0`.
    """

    sample: str
    name: str
    title: str
    text: str
    statuses: tuple[str, str]
    kpis: tuple[str, str]


def read_fresh(corpus: Path, labels: Path = LABELS_FILE) -> list[FreshAd]:
    """Read the fresh ads from the collections below `corpus`.

    Raises:
        OSError: a file is missing.
    """
    with labels.open(newline="", encoding="utf-8") as file:
        waiting = {row["posting"]: row for row in csv.DictReader(file)}
    found = []
    for ad in ads(corpus):
        row = waiting.pop(posting_hash(ad.id), None)
        if row is not None:
            statuses, kpis = (row["status_a"], row["status_b"]), (row["generic_kpi_a"], row["generic_kpi_b"])
            found.append(FreshAd(row["sample"], row["posting"], ad.title, ad.text, statuses, kpis))
    return found


Judge = Callable[[FreshAd], str]


def tables(fresh: Sequence[FreshAd], name: str, status: Judge, kpi: Judge) -> str:
    """Return the tables of every sample and of all, over the ads on which the readers agree."""
    samples = sorted({ad.sample for ad in fresh})
    parts = []
    for sample in (*samples, None):
        drawn = [ad for ad in fresh if sample in (None, ad.sample)]
        where = "all" if sample is None else f"sample {sample}"
        pairs = [Pair(ad.statuses[0], status(ad), ad.name) for ad in drawn if len({*ad.statuses}) == 1]
        parts.append(table(f"criteria_status, {name}, {where}", pairs, CRITERIA_CLASSES))
    pairs = [Pair(ad.kpis[0], kpi(ad), ad.name) for ad in fresh if len({*ad.kpis}) == 1]
    return "\n".join([*parts, table(f"generic_kpi, {name}, all", pairs, ("1", "0"))])


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the agreement of the readers and both tables; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.classify.training.fresh", description=__doc__)
    add_shared_option(parser, "gold/ and corpus/")
    options = parser.parse_args(arguments)
    try:
        fresh = read_fresh(options.shared / "corpus")
        gold = read_gold(options.shared / "gold")
        passages = read_passages(options.shared / "corpus")
    except OSError as error:
        print(f"cannot read the ads: {error}. Give their folder with --shared.", file=sys.stderr)
        return 2
    between = [Pair(*ad.statuses, ad.name) for ad in fresh]
    print(table("the two readers with each other", between, CRITERIA_CLASSES))
    wording = [shingles(ad.text) for ad in fresh]
    texts = {text for text, _ in passages} | {posting.text for posting in gold}
    of_one_wording = {text for text in texts if alike(text, wording)}
    kept = [posting for posting in gold if posting.text not in of_one_wording]
    singles = [passage for text, passage in passages if text not in of_one_wording]
    print(
        f"left out of training, of much the same wording: {len(gold) - len(kept)} annotated postings, "
        f"{len(passages) - len(singles)} passages\n"
    )
    criteria = train_criteria([*read_invented(), *singles, *(p for post in kept for p in post.passages)])
    kpis = train_generic_kpi(kept)
    print(
        tables(
            fresh,
            "without ads of their wording",
            lambda ad: status_by(criteria, ad.title, ad.text),
            lambda ad: str(int(has_kpi_talk(kpis, ad.text))),
        )
    )
    print(tables(fresh, "as shipped", _shipped_status, _shipped_kpi))
    return 0


def _shipped_status(ad: FreshAd) -> str:
    return criteria_status(find_criteria(segment(ad.text), ad.title))


def _shipped_kpi(ad: FreshAd) -> str:
    return str(int(generic_kpi(find_criteria(segment(ad.text), ad.title))))


if __name__ == "__main__":
    sys.exit(main())
