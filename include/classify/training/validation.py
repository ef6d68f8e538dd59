"""Cross-validation of the models on the annotated postings.

No fold's model has seen a posting of much the same wording as one that it judges. Every label is given by the
classifier's own path, with all its rules; only the model is the fold's.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import NamedTuple

import numpy as np

from include.classify.archetype import archetype_features
from include.classify.criteria import criteria_status, find_criteria
from include.classify.cues import find_cues
from include.classify.generic_kpi import find_generic_kpi
from include.classify.labels import CriteriaStatus
from include.classify.linear_model import LinearModel
from include.classify.segments import segment
from include.classify.success.scoring import PassageScorer
from include.classify.training.labelled import GoldPosting
from include.classify.training.models import ARCHETYPES, CRITERIA_CLASSES
from include.classify.training.scoring import alike, f1, folds, group_alike, shingles, with_interval
from include.classify.training.training_set import TrainingSet, train
from include.normalize.titles import role_family
from include.role_families import PRODUCT_FAMILIES

N_FOLDS = 10


class Given(NamedTuple):
    """What the folds' models gave the annotated postings, in their order."""

    statuses: list[CriteriaStatus]
    kpis: list[bool]
    archetypes: list[str]


def status_by(model: LinearModel, title: str, text: str) -> CriteriaStatus:
    """Return a posting's criteria status as the classifier gives it with this model."""
    return criteria_status(find_criteria(segment(text), title, scorer=PassageScorer(model)))


def has_kpi_talk(model: LinearModel, text: str) -> bool:
    """Say whether a posting talks of KPIs in general, as the classifier says it with this model."""
    return find_generic_kpi(text, find_cues(text), model) is not None


def archetype_by(model: LinearModel, title: str, text: str) -> str:
    """Return the kind of a product role as the classifier gives it with this model."""
    scores = model.probabilities_of_values(archetype_features(text, title))
    return model.classes[int(np.argmax(scores))]


def cross_validate(training: TrainingSet, seeds: Sequence[int]) -> list[Given]:
    """Return the labels of the annotated postings, one answer per seed.

    Args:
        training: the annotated postings, and what else the models learn from.
        seeds: each is another way for postings to fall into folds.
    """
    gold = training.gold
    groups = group_alike([posting.text for posting in gold])
    wording = [shingles(posting.text) for posting in gold]
    of_gold = {posting.text for posting in gold}
    like = {text: alike(text, wording) for text in training.texts() - of_gold}
    answers = []
    for seed in seeds:
        fold = folds(groups, N_FOLDS, seed)
        given = Given(["none"] * len(gold), [False] * len(gold), [""] * len(gold))
        for number in range(N_FOLDS):
            held = {i for i in range(len(gold)) if fold[i] == number}
            unseen = {gold[i].text for i in held} | {text for text, same in like.items() if same & held}
            models = train(training.without(unseen))
            for i in held:
                given.statuses[i] = status_by(models.criteria, gold[i].title, gold[i].text)
                given.kpis[i] = has_kpi_talk(models.generic_kpi, gold[i].text)
                given.archetypes[i] = archetype_by(models.archetype, gold[i].title, gold[i].text)
        answers.append(given)
    return answers


def report(gold: Sequence[GoldPosting], answers: Sequence[Given]) -> None:
    """Print the accuracy for each seed, with intervals, and the means over the seeds."""
    means: dict[str, list[float]] = {}
    for given in answers:
        for name, value in _report_one(gold, given).items():
            means.setdefault(name, []).append(value)
    if len(answers) > 1:
        print(f"\nmeans over {len(answers)} seeds")
        for name, values in means.items():
            print(f"  {name:34s} {np.mean(values):.3f}")


def _report_one(gold: Sequence[GoldPosting], given: Given) -> dict[str, float]:
    """Print one seed's accuracy; return its figures by name."""
    figures: dict[str, float] = {}
    for file, rows in _parts(gold).items():
        truth, answer = [gold[i].status for i in rows], [given.statuses[i] for i in rows]
        print(f"\n{file}: n={len(rows)}")
        for name in CRITERIA_CLASSES:
            figures[f"{file} {name} F1"] = f1(truth, answer, name)
            print(f"  {name:9s} F1 {_f1_interval(truth, answer, name)}")
        hits = sum(t == a == "explicit" for t, a in zip(truth, answer, strict=True))
        print(
            f"  explicit precision {hits}/{answer.count('explicit')} recall {hits}/{truth.count('explicit')}"
        )
        macro = with_interval(partial(macro_f1, truth, answer), len(rows))
        figures[f"{file} macro-F1"] = macro.estimate
        print(f"  macro-F1  {macro}")
        kpi_truth, kpi_answer = [gold[i].generic_kpi for i in rows], [given.kpis[i] for i in rows]
        print(f"  generic_kpi F1 {_f1_interval(kpi_truth, kpi_answer, True)}")
    figures |= _report_shares(gold, given.statuses)
    _report_archetypes(gold, given.archetypes)
    return figures


def _parts(gold: Sequence[GoldPosting]) -> dict[str, list[int]]:
    """Return the numbers of the postings that each part of the report is about, by the part's name."""
    by_file = {
        file: [i for i, posting in enumerate(gold) if posting.file == file]
        for file in ("postings", "criteria")
    }
    product = [i for i in by_file["postings"] if role_family(gold[i].title) in PRODUCT_FAMILIES]
    return {"product roles": product, **by_file}


def _report_shares(gold: Sequence[GoldPosting], statuses: Sequence[str]) -> dict[str, float]:
    figures = {}
    population = [i for i in range(len(gold)) if gold[i].is_population]
    total = sum(gold[i].weight for i in population)
    for name in ("explicit", "partial"):
        annotated = 100 * sum(gold[i].weight for i in population if gold[i].status == name) / total
        machine = 100 * sum(gold[i].weight for i in population if statuses[i] == name) / total
        figures[f"bias of the share {name}, pp"] = machine - annotated
        print(
            f"population share {name}: annotators {annotated:.2f}% classifier {machine:.2f}%"
            f" bias {machine - annotated:+.2f} pp"
        )
    return figures


def _report_archetypes(gold: Sequence[GoldPosting], archetypes: Sequence[str]) -> None:
    rows = [i for i in range(len(gold)) if gold[i].archetype is not None]
    truth, answer = [gold[i].archetype for i in rows], [archetypes[i] for i in rows]
    accuracy = with_interval(lambda ix: float(np.mean([truth[k] == answer[k] for k in ix])), len(rows))
    print(f"archetype accuracy {accuracy} n={len(rows)}")
    scores = [f1(truth, answer, name) for name in ARCHETYPES]
    print(f"archetype macro-F1 {np.mean(scores):.3f}")
    for name, score in zip(ARCHETYPES, scores, strict=True):
        print(f"  {name:20s} F1 {score:.3f}")


def _f1_interval(truth: Sequence[object], given: Sequence[object], value: object) -> str:
    return str(
        with_interval(lambda ix: f1([truth[i] for i in ix], [given[i] for i in ix], value), len(truth))
    )


def macro_f1(truth: Sequence[str], given: Sequence[str], indices: Sequence[int]) -> float:
    """Return the mean F1 over the three criteria statuses of the chosen items."""
    picked_truth, picked_given = [truth[i] for i in indices], [given[i] for i in indices]
    return float(np.nanmean([f1(picked_truth, picked_given, name) for name in CRITERIA_CLASSES]))
