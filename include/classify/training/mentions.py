"""Train the model of the second reading: `python -m include.classify.training.mentions`.

Learns from mentions that readers judged in ads outside the annotated ones (`mention_labels.csv`, which holds
no text). How far the rules can be trusted is learnt from their verdicts before anybody had read a batch's
errors and mended the rules by them; other batches teach words alone. The held-out batches are never learnt
from: the accuracy printed for them is that of the shipped model.
"""

from __future__ import annotations

import argparse
import re
import sys
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Literal, NamedTuple

from include.classify.certifications import mentions_by_rules
from include.classify.certs.mention_features import mention_features, verdict_features
from include.classify.certs.neighbours import Nearness, nearness, place_of, pooled
from include.classify.certs.second_reading import CLASSES, probabilities_alone, second_status
from include.classify.evaluation import Pair, table
from include.classify.evaluation_data import add_shared_option
from include.classify.labels import CERT_STRENGTH, CertMention, CertStatus
from include.classify.language import is_supported
from include.classify.linear_model import LinearModel
from include.classify.plain_text import PlainText
from include.classify.scan import find_hits
from include.classify.segments import segment
from include.classify.training.fit import fit_presence, write_model
from include.classify.training.labelled import Ad, ads, json_lines, posting_hash
from include.classify.training.mention_labels import OPEN, Reading, read_labels
from include.classify.training.whole_ads import held_out_names
from include.normalize.languages import detect_language

MODEL_VERSION = "certifications-13"
HELD_OUT = ("9", "11")
_STRENGTH = 0.1
_MINIMUM_ROWS = 5
_THRESHOLDS = {"kept": 0.25, "required": 0.5, "listed": 0.5, "asked": 0.5}
_N_FOLDS = 5
_WORDING_LENGTH = 50  # characters
_AROUND = 400  # characters on either side of which the language is told


class Verdict(NamedTuple):
    """What the rules gave a mention."""

    status: CertStatus
    rule: str


class Neighbour(NamedTuple):
    """A mention that stands near a judged one: how near, both verdicts on it, and its features."""

    near: Nearness
    by_rules: Verdict
    blind: Verdict | None
    words: list[str]


class JudgedMention(NamedTuple):
    """A mention as the rules found it, with the reader's status.

    Attributes:
        posting: hash of the ad's id.
        group: employer, or the ad where the collection names none; never split between folds.
        by_rules: the verdict of today's rules; None where they see no mention, so that nothing is read again.
        blind: that of the rules before anybody had read the batch's errors; None where it is not known.
        words: features of the mention, none where the rules see no mention.
        wording: the last letters and figures before it, by which a sentence is known again in another ad.
        neighbours: the mentions near it.
        language: ISO 639-1 code of the words around it.
    """

    batch: str
    posting: str
    group: str
    status: str
    by_rules: Verdict | None
    blind: Verdict | None
    words: list[str]
    wording: str
    neighbours: tuple[Neighbour, ...] = ()
    language: str = "en"


def read_mentions(corpus: Path) -> Iterator[JudgedMention]:
    """Yield the judged mentions of the ads below `corpus`.

    Raises:
        OSError: a file is missing.
    """
    waiting = read_labels()
    for ad in ads(corpus):
        name = posting_hash(ad.id)
        readings = waiting.pop(name, None)
        if readings is not None:
            yield from _judged(name, ad, readings)


def _judged(name: str, ad: Ad, readings: Sequence[Reading]) -> Iterator[JudgedMention]:
    document, hits = segment(ad.text), find_hits(ad.text)
    mentions = (
        mentions_by_rules(document, ad.title, list(hits)) if hits and is_supported(ad.text, None) else ()
    )
    features = [mention_features(document, mention, hits) for mention in mentions]
    places = [place_of(document, mention.start) for mention in mentions]
    settled = [reading for reading in readings if reading.status != OPEN]
    found = [_at(mentions, reading) for reading in settled]
    blind = dict(zip(found, map(_blind, settled), strict=True))
    for reading, at in zip(settled, found, strict=True):
        neighbours = [
            Neighbour(near, _by_rules(mentions[nth]), blind.get(nth), features[nth])
            for nth, place in enumerate(places)
            if at is not None and nth != at and (near := nearness(places[at], place)) is not None
        ]
        yield JudgedMention(
            reading.batch,
            name,
            ad.employer.lower().strip() or name,
            reading.status,
            None if at is None else _by_rules(mentions[at]),
            _blind(reading),
            [] if at is None else features[at],
            _wording(ad.text, reading.start),
            tuple(neighbours),
            detect_language(ad.text[max(0, reading.start - _AROUND) : reading.end + _AROUND]),
        )


def _by_rules(mention: CertMention) -> Verdict:
    return Verdict(mention.status, mention.rule)


def _blind(reading: Reading) -> Verdict | None:
    return None if reading.blind is None else Verdict(*reading.blind)


def _wording(text: str, start: int) -> str:
    return re.sub(r"\W+", " ", text[max(0, start - 2 * _WORDING_LENGTH) : start]).lower()[-_WORDING_LENGTH:]


def read_annotated(gold: Path) -> Iterator[JudgedMention]:
    """Yield the mentions that two annotators judged, of the labelled ads below `gold`.

    Raises:
        OSError: a file is missing.
    """
    for row in json_lines(gold / "mentions.dev.jsonl.gz"):
        start = len(PlainText(row["text"][: row["start"]]).text)
        reading = Reading("annotated", start, start + row["end"] - row["start"], row["status"])
        ad = Ad(row["posting_id"], row["title"], PlainText(row["text"]).text, "")
        yield from _judged(posting_hash(ad.id), ad, [reading])


def _at(mentions: Sequence[CertMention], reading: Reading) -> int | None:
    """Return the number of the mention that a reading is about: of those that overlap it the strongest."""
    overlapping = [n for n, m in enumerate(mentions) if m.start < reading.end and m.end > reading.start]
    return min(overlapping, key=lambda n: CERT_STRENGTH.index(mentions[n].status), default=None)


def train(judged: Sequence[JudgedMention]) -> LinearModel:
    """Fit the model on all mentions that the rules see: those it will not judge teach it words too."""
    rows = [mention for mention in judged if mention.by_rules is not None]
    return fit_presence(
        "certifications",
        MODEL_VERSION,
        [_features(mention.words, mention.blind) for mention in rows],
        [mention.status for mention in rows],
        classes=CLASSES,
        strength=_STRENGTH,
        minimum_rows=_MINIMUM_ROWS,
        thresholds=_THRESHOLDS,
    )


def _features(words: list[str], verdict: Verdict | None) -> list[str]:
    return words if verdict is None else [*words, *verdict_features(verdict.status, verdict.rule, words)]


def status_by(model: LinearModel, mention: JudgedMention, *, blind: bool = False) -> CertStatus:
    """Return a mention's status after the second reading.

    Args:
        model: the second reading's.
        mention: as judged.
        blind: start from the verdicts of before anybody had read the errors, where they are known.
    """
    verdict = mention.blind if blind else mention.by_rules
    if mention.by_rules is None or verdict is None:
        return "none"
    others = [
        (near, probabilities_alone(model, *((before if blind else None) or now), words))
        for near, now, before, words in mention.neighbours
    ]
    probabilities = pooled(probabilities_alone(model, *verdict, mention.words), others)
    return second_status(model.thresholds, *verdict, probabilities)


def _status_by_rules(mention: JudgedMention) -> CertStatus:
    return "none" if mention.by_rules is None else mention.by_rules.status


def cross_validated(
    judged: Sequence[JudgedMention], by: Literal["employer", "ad"] = "employer"
) -> dict[str, list[Pair]]:
    """Return the statuses of mentions with a blind verdict, by models that do not know their employer, or ad.

    Returns:
        By `BATCH, rules` and `BATCH, with the second reading`, pairs of the reader's status and that given.
    """
    units = [mention.group if by == "employer" else mention.posting for mention in judged]
    folds = [zlib.crc32(unit.encode()) % _N_FOLDS for unit in units]
    found: dict[str, list[Pair]] = {}
    for fold in range(_N_FOLDS):
        model = train([mention for mention, its in zip(judged, folds, strict=True) if its != fold])
        for mention, its in zip(judged, folds, strict=True):
            if mention.blind is None or its != fold:
                continue
            for name, status in (
                ("rules", mention.blind.status),
                ("with the second reading", status_by(model, mention, blind=True)),
            ):
                pair = Pair(mention.status, status, mention.posting)
                found.setdefault(f"{mention.batch}, {name}", []).append(pair)
    return dict(sorted(found.items()))


def learnable(judged: Sequence[JudgedMention]) -> list[JudgedMention]:
    """Return what the shipped model learns from: no held-out batch or ad, no wording of these ads."""
    held_out_ads = held_out_names()
    others = [mention for mention in judged if mention.batch not in HELD_OUT]
    of_ads = [mention for mention in others if mention.posting in held_out_ads]
    return without_wording_of(of_ads, others)


def without_wording_of(
    others: Sequence[JudgedMention], judged: Sequence[JudgedMention]
) -> list[JudgedMention]:
    """Return the judged mentions whose wording is not that of one of the others."""
    known = {mention.wording for mention in others}
    return [mention for mention in judged if mention.wording not in known]


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, print the accuracy on the held-out batches, write the model; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.classify.training.mentions", description=__doc__)
    add_shared_option(parser, "corpus/ and gold/")
    parser.add_argument("--no-write", action="store_true", help="print the accuracy only")
    parser.add_argument(
        "--cross-validate",
        choices=("employer", "ad"),
        help="also print the accuracy where verdicts are blind, by models that do not know employer, or ad",
    )
    options = parser.parse_args(arguments)
    try:
        judged = list(read_mentions(options.shared / "corpus"))
        annotated = list(read_annotated(options.shared / "gold"))
    except OSError as error:
        print(f"cannot read the ads: {error}. Give their folder with --shared.", file=sys.stderr)
        return 2
    learnt = learnable(judged)
    if options.cross_validate is not None:
        for name, pairs in cross_validated(learnt, options.cross_validate).items():
            print(table(f"cross-validated by {options.cross_validate}, batch {name}", pairs, CERT_STRENGTH))
    stranger = train(without_wording_of(annotated, learnt))
    _print_tables("annotated mentions, wording not learnt", stranger, annotated)
    model = train(learnt)
    held_out = [mention for mention in judged if mention.batch in HELD_OUT]
    for batch in HELD_OUT:
        _print_tables(f"held-out batch {batch}", model, [m for m in held_out if m.batch == batch])
    _print_languages("held-out batches", model, held_out)
    _print_languages("batches learnt from", model, learnt)
    if not options.no_write:
        write_model(model)
    return 0


def _print_tables(name: str, model: LinearModel, judged: Sequence[JudgedMention]) -> None:
    for by, given in (
        ("rules alone", [_status_by_rules(m) for m in judged]),
        ("with the second reading", [status_by(model, m) for m in judged]),
    ):
        pairs = [Pair(m.status, status, m.posting) for m, status in zip(judged, given, strict=True)]
        print(table(f"{name}, {by}", pairs, CERT_STRENGTH))


def right_by_language(model: LinearModel, judged: Sequence[JudgedMention]) -> dict[str, tuple[int, int, int]]:
    """Return by language how many the rules alone have right, the second reading, and of how many.

    The most frequent language comes first.
    """
    found: dict[str, tuple[int, int, int]] = {}
    for language, n in Counter(mention.language for mention in judged).most_common():
        those = [mention for mention in judged if mention.language == language]
        by_rules = sum(_status_by_rules(mention) == mention.status for mention in those)
        found[language] = by_rules, sum(status_by(model, mention) == mention.status for mention in those), n
    return found


def _print_languages(name: str, model: LinearModel, judged: Sequence[JudgedMention]) -> None:
    print(f"### {name}, right by language: rules alone, with the second reading\n")
    for language, (by_rules, read_again, n) in right_by_language(model, judged).items():
        print(f"- {language}: {by_rules} and {read_again} of {n}")
    print()


if __name__ == "__main__":
    sys.exit(main())
