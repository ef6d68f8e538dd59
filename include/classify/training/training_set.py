"""All that the models learn from, and the models that it makes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple

from include.classify.archetype import archetype_features
from include.classify.linear_model import LinearModel
from include.classify.training.labelled import (
    GoldPosting,
    KindExample,
    KpiExample,
    Passage,
    read_archetypes,
    read_gold,
    read_invented,
    read_passages,
)
from include.classify.training.models import train_archetype, train_criteria, train_generic_kpi
from include.classify.training.whole_ads import READ_SAMPLE, WholeAd, read_whole_ads


class Models(NamedTuple):
    """The models of one training."""

    criteria: LinearModel
    generic_kpi: LinearModel
    archetype: LinearModel


class TrainingSet(NamedTuple):
    """Labelled postings and passages.

    Attributes:
        gold: annotated postings.
        passages: single passages of further postings, each with its posting's text.
        kinds: further postings with their archetype.
        kpis: further postings with what is known of their KPI talk.
    """

    gold: Sequence[GoldPosting]
    passages: Sequence[tuple[str, Passage]]
    kinds: Sequence[KindExample]
    kpis: Sequence[KpiExample]

    def texts(self) -> set[str]:
        """Return the text of every posting that something is learned from."""
        return {
            *(posting.text for posting in self.gold),
            *(text for text, _ in self.passages),
            *(example.text for example in self.kinds),
            *(example.text for example in self.kpis),
        }

    def without(self, texts: Collection[str]) -> TrainingSet:
        """Return what is left when nothing is learned from postings of these texts."""
        return TrainingSet(
            [posting for posting in self.gold if posting.text not in texts],
            [pair for pair in self.passages if pair[0] not in texts],
            [example for example in self.kinds if example.text not in texts],
            [example for example in self.kpis if example.text not in texts],
        )


def read_training_set(shared: Path) -> TrainingSet:
    """Read everything from the folder of the evaluation data.

    Args:
        shared: holds `gold` and `corpus`.

    Raises:
        OSError: a file is missing.
    """
    corpus = shared / "corpus"
    read = [ad for ad in read_whole_ads(corpus) if ad.sample == READ_SAMPLE]
    return TrainingSet(
        gold=read_gold(shared / "gold"),
        passages=read_passages(corpus),
        kinds=[*read_archetypes(corpus), *_kinds(read)],
        kpis=_kpis(read),
    )


def _kinds(ads: Sequence[WholeAd]) -> list[KindExample]:
    agreed = [(ad, ad.agreed("archetype")) for ad in ads]
    return [
        KindExample(ad.text, archetype_features(ad.text, ad.title), kind)
        for ad, kind in agreed
        if kind is not None
    ]


def _kpis(ads: Sequence[WholeAd]) -> list[KpiExample]:
    agreed = [(ad, ad.agreed("generic_kpi")) for ad in ads]
    return [KpiExample(ad.text, has_kpi_talk=value == "1") for ad, value in agreed if value is not None]


def train(training: TrainingSet) -> Models:
    """Train every model on the set and on the invented passages."""
    criteria = train_criteria([
        *read_invented(),
        *(passage for _, passage in training.passages),
        *(passage for posting in training.gold for passage in posting.passages),
    ])  # fmt: skip
    return Models(
        criteria=criteria,
        generic_kpi=train_generic_kpi([
            *(KpiExample(posting.text, posting.generic_kpi) for posting in training.gold),
            *training.kpis,
        ]),
        archetype=train_archetype(training.gold, training.kinds),
    )  # fmt: skip
