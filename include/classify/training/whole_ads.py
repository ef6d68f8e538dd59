"""Ads that readers judged whole (`whole_ad_labels.csv`): every label of the codebook, by hash, without text.

Samples: `any_1` and `any_2`, ads of any occupation rich in success language, and `product`, product ads and
their neighbours, were read by two readers independently, and are held out: nothing learns from them and no
rule was written while reading them. `read` are further product ads whose errors were read; models learn from
them.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from include.classify.training.labelled import ads, posting_hash

LABELS_FILE = Path(__file__).parent / "whole_ad_labels.csv"
HELD_OUT_SAMPLES = ("any_1", "any_2", "product")
READ_SAMPLE = "read"


class WholeAd(NamedTuple):
    """An ad with the answers of its readers.

    Attributes:
        sample: the drawing it belongs to.
        name: hash of its id.
        answers: label to value, one mapping for each reader; a label that was not asked for is missing.
            `dev_support` holds the kinds of support joined by `+`.
    """

    sample: str
    name: str
    title: str
    text: str
    answers: tuple[Mapping[str, str], ...]

    def agreed(self, label: str) -> str | None:
        """Return what all readers answered, or None where they differ or were not asked."""
        given = {answer.get(label) for answer in self.answers}
        return given.pop() if len(given) == 1 else None


def held_out_names(labels: Path = LABELS_FILE) -> set[str]:
    """Return the hashes of the ids of the held-out ads.

    Raises:
        OSError: the file is missing.
    """
    with labels.open(newline="", encoding="utf-8") as file:
        return {row["posting"] for row in csv.DictReader(file) if row["sample"] in HELD_OUT_SAMPLES}


def read_whole_ads(corpus: Path, labels: Path = LABELS_FILE) -> list[WholeAd]:
    """Read the ads from the collections below `corpus`.

    Raises:
        OSError: a file is missing.
    """
    answers: dict[str, list[dict[str, str]]] = defaultdict(list)
    samples: dict[str, str] = {}
    with labels.open(newline="", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            name = row.pop("posting")
            samples[name] = row.pop("sample")
            row.pop("reader")
            answers[name].append({label: value for label, value in row.items() if value})
    found = []
    for ad in ads(corpus):
        name = posting_hash(ad.id)
        if (sample := samples.pop(name, None)) is not None:
            found.append(WholeAd(sample, name, ad.title, ad.text, tuple(answers[name])))
    return found
