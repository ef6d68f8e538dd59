"""Train the model of the second reading: `python -m include.classify.training.mentions`.

Learns from mentions that one reader judged in ads outside the annotated ones (`mention_labels.csv`, which
holds no text). Batch `9`, judged by two readers independently, is never learnt from: the accuracy printed for
it is that of the shipped model on mentions that neither the rules' authors nor the model have seen.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

from include.classify.certifications import mentions_by_rules
from include.classify.certs.mention_features import mention_features
from include.classify.certs.second_reading import CLASSES, is_open, second_status
from include.classify.evaluation import Pair, table
from include.classify.evaluation_readings import OPEN, Reading, read_labels
from include.classify.labels import CERT_STRENGTH, CertMention, CertStatus
from include.classify.language import is_supported
from include.classify.linear_model import LinearModel
from include.classify.scan import find_hits
from include.classify.segments import segment
from include.classify.training.fit import fit_presence, write_model
from include.classify.training.labelled import ads, posting_hash
from include.settings import PROJECT_ROOT

MODEL_VERSION = "certifications-1"
HELD_OUT = "9"
_STRENGTH = 0.1
_MINIMUM_ROWS = 5


class JudgedMention(NamedTuple):
    """A mention as the rules found it, with the reader's status.

    Attributes:
        posting: hash of the ad's id.
        by_rules: the rules' status, `none` where they found nothing.
        is_open: the rules' verdict is read again.
        features: None where the rules found nothing.
    """

    batch: str
    posting: str
    status: str
    by_rules: CertStatus
    is_open: bool
    features: list[str] | None


def read_mentions(corpus: Path) -> Iterator[JudgedMention]:
    """Yield the judged mentions of the ads below `corpus`.

    Raises:
        OSError: a file is missing.
    """
    waiting = read_labels()
    for posting_id, title, text in ads(corpus):
        name = posting_hash(posting_id)
        readings = waiting.pop(name, None)
        if readings is not None:
            yield from _judged(name, title, text, readings)


def _judged(name: str, title: str, text: str, readings: Sequence[Reading]) -> Iterator[JudgedMention]:
    document, hits = segment(text), find_hits(text)
    mentions = mentions_by_rules(document, title, list(hits)) if hits and is_supported(text, None) else ()
    for reading in readings:
        if reading.status == OPEN:
            continue
        found = _at(mentions, reading)
        if found is None:
            yield JudgedMention(reading.batch, name, reading.status, "none", False, None)
            continue
        features = mention_features(document, found, mentions, hits)
        yield JudgedMention(reading.batch, name, reading.status, found.status, is_open(found), features)


def _at(mentions: Sequence[CertMention], reading: Reading) -> CertMention | None:
    overlapping = [m for m in mentions if m.start < reading.end and m.end > reading.start]
    return min(overlapping, key=lambda mention: CERT_STRENGTH.index(mention.status), default=None)


def train(judged: Sequence[JudgedMention]) -> LinearModel:
    """Fit the model on all mentions that the rules found: those it will not judge teach it words too."""
    rows = [(mention.features, mention.status) for mention in judged if mention.features is not None]
    return fit_presence(
        "certifications",
        MODEL_VERSION,
        [features for features, _ in rows],
        [status for _, status in rows],
        classes=CLASSES,
        strength=_STRENGTH,
        minimum_rows=_MINIMUM_ROWS,
        thresholds={},
    )


def status_by(model: LinearModel, mention: JudgedMention) -> CertStatus:
    """Return a mention's status after the second reading."""
    if mention.features is None or not mention.is_open:
        return mention.by_rules
    return second_status(model, mention.by_rules, mention.features)


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the accuracy on the held-out batch, write the model; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.classify.training.mentions", description=__doc__)
    default = Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=default, help="folder with corpus/")
    parser.add_argument("--no-write", action="store_true", help="print the accuracy only")
    options = parser.parse_args(arguments)
    try:
        judged = list(read_mentions(options.shared / "corpus"))
    except OSError as error:
        print(f"cannot read the ads: {error}. Give their folder with --shared.", file=sys.stderr)
        return 2
    held = [mention for mention in judged if mention.batch == HELD_OUT]
    model = train([mention for mention in judged if mention.batch != HELD_OUT])
    for name, given in (
        ("rules alone", [mention.by_rules for mention in held]),
        ("with the second reading", [status_by(model, mention) for mention in held]),
    ):
        pairs = [Pair(m.status, status, m.posting) for m, status in zip(held, given, strict=True)]
        print(table(f"held-out mentions, {name}", pairs, CERT_STRENGTH))
    if not options.no_write:
        write_model(model)
    return 0


if __name__ == "__main__":
    sys.exit(main())
