"""Train the models and print their cross-validated accuracy: `python -m include.classify.training`."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from functools import partial
from pathlib import Path

import numpy as np

from include.classify.archetype import archetype_features
from include.classify.cues import find_cues
from include.classify.generic_kpi import cue_features, find_generic_kpi
from include.classify.linear_model import LinearModel
from include.classify.training.fit import fit_presence, fit_values, write_model
from include.classify.training.labelled import (
    GoldPosting,
    KindExample,
    Passage,
    read_archetypes,
    read_gold,
    read_invented,
    read_passages,
)
from include.classify.training.scoring import f1, folds, group_alike, is_alike, shingles, with_interval
from include.settings import PROJECT_ROOT

MODEL_VERSIONS = {"criteria": "3", "generic_kpi": "3", "archetype": "2"}
"""Bump one when its model changes; include.classify.versions names them too."""

CRITERIA_CLASSES = ("explicit", "partial", "none")
ARCHETYPES = (
    "business_owner_pnl",
    "technical",
    "marketing_gtm",
    "framework_delivery",
    "catch_all",
    "generalist_other",
)
CRITERIA_THRESHOLDS = {"explicit": 0.33, "partial": 0.33}
KPI_THRESHOLDS = {"present": 0.5}
N_FOLDS = 10


def train_criteria(passages: Sequence[Passage]) -> LinearModel:
    """Fit the passage model on the judged passages."""
    judged = [passage for passage in passages if passage.label is not None]
    return fit_presence(
        "criteria",
        f"criteria-{MODEL_VERSIONS['criteria']}",
        [passage.features for passage in judged],
        [str(passage.label) for passage in judged],
        classes=CRITERIA_CLASSES,
        strength=0.1,
        minimum_rows=3,
        thresholds=CRITERIA_THRESHOLDS,
        weights=[passage.weight for passage in judged],
    )


def kpi_features(text: str) -> list[str]:
    """Return the features of the posting-level KPI model."""
    cues = (cue for cue in find_cues(text) if cue.kind != "support")
    return sorted({feature for cue in cues for feature in cue_features(text, cue)})


def train_generic_kpi(postings: Sequence[GoldPosting]) -> LinearModel:
    """Fit the posting-level model of generic KPI talk."""
    return fit_presence(
        "generic_kpi",
        f"generic-kpi-{MODEL_VERSIONS['generic_kpi']}",
        [kpi_features(posting.text) for posting in postings],
        ["present" if posting.generic_kpi else "absent" for posting in postings],
        classes=("present", "absent"),
        strength=0.5,
        minimum_rows=3,
        thresholds=KPI_THRESHOLDS,
    )


def train_archetype(postings: Sequence[GoldPosting], examples: Sequence[KindExample]) -> LinearModel:
    """Fit the archetype model on the annotated postings of product families and on single readings."""
    product = [posting for posting in postings if posting.archetype is not None]
    return fit_values(
        "archetype",
        f"archetype-{MODEL_VERSIONS['archetype']}",
        [archetype_features(posting.text, posting.title) for posting in product]
        + [example.features for example in examples],
        [str(posting.archetype) for posting in product] + [example.archetype for example in examples],
        classes=ARCHETYPES,
        strength=0.1,
    )


def status_of(model: LinearModel, posting: GoldPosting) -> str:
    """Return the posting's status under a model."""
    rows = [model.probabilities(passage.features) for passage in posting.passages]
    if any(
        explicit >= model.thresholds["explicit"] and passage.names_deliverable
        for (explicit, _, _), passage in zip(rows, posting.passages, strict=True)
    ):
        return "explicit"
    return "partial" if any(e + p >= model.thresholds["partial"] for e, p, _ in rows) else "none"


def cross_validate(
    gold: Sequence[GoldPosting],
    passages: Sequence[tuple[str, Passage]],
    examples: Sequence[KindExample],
    seed: int,
) -> None:
    """Print the accuracy of models that never saw a posting of the same wording as the one they judge."""
    fold = folds(group_alike([posting.text for posting in gold]), N_FOLDS, seed)
    gold_shingles = [shingles(posting.text) for posting in gold]
    single_texts = {text for text, _ in passages} | {example.text for example in examples}
    single_shingles = {text: shingles(text) for text in single_texts}
    statuses, kpis, archetypes = [""] * len(gold), [False] * len(gold), [""] * len(gold)
    for number in range(N_FOLDS):
        held = [i for i in range(len(gold)) if fold[i] == number]
        kept = [posting for i, posting in enumerate(gold) if fold[i] != number]
        alike = {t for t, s in single_shingles.items() if any(is_alike(s, gold_shingles[i]) for i in held)}
        judged = [passage for text, passage in passages if text not in alike] + read_invented()
        criteria = train_criteria([*judged, *(passage for posting in kept for passage in posting.passages)])
        kpi = train_generic_kpi(kept)
        kind = train_archetype(kept, [example for example in examples if example.text not in alike])
        for i in held:
            statuses[i] = status_of(criteria, gold[i])
            kpis[i] = find_generic_kpi(gold[i].text, find_cues(gold[i].text), kpi) is not None
            scores = kind.probabilities_of_values(archetype_features(gold[i].text, gold[i].title))
            archetypes[i] = kind.classes[int(np.argmax(scores))]
    _report(gold, statuses, kpis, archetypes)


def _report(
    gold: Sequence[GoldPosting], statuses: Sequence[str], kpis: Sequence[bool], archetypes: Sequence[str]
) -> None:
    for file in ("postings", "criteria"):
        rows = [(gold[i], statuses[i], kpis[i]) for i in range(len(gold)) if gold[i].file == file]
        truth, given = [posting.status for posting, _, _ in rows], [status for _, status, _ in rows]
        print(f"\n{file}: n={len(rows)}")
        for name in CRITERIA_CLASSES:
            print(f"  {name:9s} F1 {_f1_interval(truth, given, name)}")
        hits = sum(t == g == "explicit" for t, g in zip(truth, given, strict=True))
        print(
            f"  explicit precision {hits}/{given.count('explicit')} recall {hits}/{truth.count('explicit')}"
        )
        print(f"  macro-F1  {with_interval(partial(_macro, truth, given), len(rows))}")
        kpi_truth, kpi_given = [posting.generic_kpi for posting, _, _ in rows], [kpi for _, _, kpi in rows]
        print(f"  generic_kpi F1 {_f1_interval(kpi_truth, kpi_given, True)}")
    population = [i for i in range(len(gold)) if gold[i].is_population]
    total = sum(gold[i].weight for i in population)
    for name in ("explicit", "partial"):
        human = 100 * sum(gold[i].weight for i in population if gold[i].status == name) / total
        machine = 100 * sum(gold[i].weight for i in population if statuses[i] == name) / total
        print(
            f"population share {name}: human {human:.2f}% classifier {machine:.2f}%"
            f" bias {machine - human:+.2f} pp"
        )
    product = [i for i in range(len(gold)) if gold[i].archetype is not None]
    accuracy = with_interval(
        lambda ix: float(np.mean([gold[product[k]].archetype == archetypes[product[k]] for k in ix])),
        len(product),
    )
    print(f"archetype accuracy {accuracy} n={len(product)}")
    scores = [
        f1([gold[i].archetype for i in product], [archetypes[i] for i in product], a) for a in ARCHETYPES
    ]
    print(f"archetype macro-F1 {np.mean(scores):.3f}")
    for name, score in zip(ARCHETYPES, scores, strict=True):
        print(f"  {name:20s} F1 {score:.3f}")


def _f1_interval(truth: Sequence[object], given: Sequence[object], value: object) -> str:
    return str(
        with_interval(lambda ix: f1([truth[i] for i in ix], [given[i] for i in ix], value), len(truth))
    )


def _macro(truth: Sequence[str], given: Sequence[str], indices: Sequence[int]) -> float:
    picked_truth, picked_given = [truth[i] for i in indices], [given[i] for i in indices]
    return float(np.nanmean([f1(picked_truth, picked_given, name) for name in CRITERIA_CLASSES]))


def main(arguments: Sequence[str] | None = None) -> int:
    """Train, cross-validate and write the models; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.classify.training", description=__doc__)
    default = Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))
    parser.add_argument("--shared", type=Path, default=default, help="folder with gold/ and corpus/")
    parser.add_argument("--no-write", action="store_true", help="cross-validate only")
    parser.add_argument("--no-validate", action="store_true", help="train and write only")
    parser.add_argument("--seed", type=int, default=0, help="how postings fall into folds")
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
        cross_validate(gold, passages, examples, options.seed)
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
