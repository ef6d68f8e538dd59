"""Forecast on ads that nothing was learned from: `python -m include.classify.training.fresh`.

Two readers read the held-out ads whole, independently of each other (see `whole_ads`). The models are
trained without any ad that shares much wording with one of them, so the figures are those for employers never
seen; the shipped models' own answers stand beside. Tables count the ads on which the readers agree.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Sequence
from typing import Any, get_args

from include.classify.evaluation import LABEL_CLASSES, OF_MODELS, Pair, answers_of, table
from include.classify.evaluation_data import add_shared_option
from include.classify.labels import DevSupport
from include.classify.training.scoring import alike, shingles
from include.classify.training.training_set import Models, read_training_set, train
from include.classify.training.validation import archetype_by, has_kpi_talk, status_by
from include.classify.training.whole_ads import HELD_OUT_SAMPLES, READ_SAMPLE, WholeAd, read_whole_ads
from include.normalize.titles import role_family
from include.role_families import PRODUCT_FAMILIES

Judge = Callable[[WholeAd], dict[str, Any]]


def truth_of(ad: WholeAd, label: str) -> Any:
    """Return what the readers agree on, in the classifier's values, or None."""
    if label in get_args(DevSupport):
        given = {int(label in kinds.split("+")) for kinds in _asked(ad, "dev_support")}
        return given.pop() if len(given) == 1 else None
    agreed = ad.agreed(label)
    return int(agreed) if label == "generic_kpi" and agreed is not None else agreed


def _asked(ad: WholeAd, label: str) -> list[str]:
    return [answer[label] for answer in ad.answers if label in answer]


def tables(ads: Sequence[WholeAd], name: str, judge: Judge, labels: Sequence[str]) -> str:
    """Return a table for each label over the ads on which the readers agree.

    Args:
        ads: of which samples; labels that no reader was asked for have no table.
        name: of the classifier.
        judge: gives an ad's labels by name.
        labels: names of `LABEL_CLASSES`.
    """
    answers = {ad.name: judge(ad) for ad in ads}
    parts = []
    for label in labels:
        pairs = [
            Pair(truth, answers[ad.name][label], ad.name)
            for ad in ads
            if (truth := truth_of(ad, label)) is not None
        ]
        if pairs:
            parts.append(table(f"{label}, {name}", pairs, LABEL_CLASSES[label]))
    return "\n".join(parts)


def agreement(ads: Sequence[WholeAd]) -> str:
    """Return how often the readers agree, by label, as a Markdown table."""
    lines = ["| label | ads | readers agree |", "|---|---:|---:|"]
    for label in LABEL_CLASSES:
        asked = "dev_support" if label in get_args(DevSupport) else label
        both = [ad for ad in ads if len(_asked(ad, asked)) > 1]
        if both:
            n_same = sum(truth_of(ad, label) is not None for ad in both)
            lines.append(f"| {label} | {len(both)} | {n_same / len(both):.3f} |")
    return "\n".join([*lines, ""])


def judge_by(models: Models) -> Judge:
    """Return a judge that asks these models what models decide, and the rules the rest."""

    def judge(ad: WholeAd) -> dict[str, Any]:
        is_product = role_family(ad.title) in PRODUCT_FAMILIES
        return {
            **answers_of(ad.title, ad.text),
            "criteria_status": status_by(models.criteria, ad.title, ad.text),
            "generic_kpi": int(has_kpi_talk(models.generic_kpi, ad.text)),
            "archetype": archetype_by(models.archetype, ad.title, ad.text) if is_product else None,
        }

    return judge


def _shipped(ad: WholeAd) -> dict[str, Any]:
    return answers_of(ad.title, ad.text)


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the agreement of the readers and all tables; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.classify.training.fresh", description=__doc__)
    add_shared_option(parser, "gold/ and corpus/")
    options = parser.parse_args(arguments)
    try:
        ads = read_whole_ads(options.shared / "corpus")
        training = read_training_set(options.shared)
    except OSError as error:
        print(f"cannot read the ads: {error}. Give their folder with --shared.", file=sys.stderr)
        return 2
    held_out = {sample: [ad for ad in ads if ad.sample == sample] for sample in HELD_OUT_SAMPLES}
    wording = [shingles(ad.text) for sample in held_out.values() for ad in sample]
    kept = training.without({text for text in training.texts() if alike(text, wording)})
    print(
        f"left out of training, of much the same wording: {len(training.gold) - len(kept.gold)} annotated "
        f"postings, {len(training.passages) - len(kept.passages)} passages, "
        f"{len(training.kinds) - len(kept.kinds)} archetypes\n"
    )
    judge = judge_by(train(kept))
    any_occupation = [*held_out["any_1"], *held_out["any_2"]]
    for name, sample in {**held_out, "any_1 and any_2": any_occupation}.items():
        print(f"## {name}: {len(sample)} ads\n\n{agreement(sample)}")
        print(tables(sample, "without ads of their wording", judge, list(LABEL_CLASSES)))
        print(tables(sample, "as shipped", _shipped, OF_MODELS))
    read = [ad for ad in ads if ad.sample == READ_SAMPLE]
    print(f"## {READ_SAMPLE}: {len(read)} ads, on whose errors rules were mended\n")
    print(tables(read, "as shipped", _shipped, list(LABEL_CLASSES)))
    return 0


if __name__ == "__main__":
    sys.exit(main())
