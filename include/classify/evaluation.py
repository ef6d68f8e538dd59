"""Accuracy of the classifier on labelled ads: `python -m include.classify.evaluation`.

Prints the tables of docs/accuracy.md: per label precision, recall and F1 with 95% intervals, confusion
matrices, population shares, per kind of source and per language, next to two baselines and to the agreement
of the two annotators (the ceiling). The labelled ads are not part of the project; without them the command
says so and ends with status 2.

The ads are split by a hash of their id: rules were written while reading one half (`tuning`); a quarter was
read late (`read_late`); the last quarter (`unread`) was measured once before its errors were read. The models
learn from all of them, so the labels that models decide look better here than on other ads; headings say so,
and `python -m include.classify.training.fresh` has the forecast.
"""

from __future__ import annotations

import argparse
import gzip
import hashlib
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple, get_args

from scipy.stats import binomtest

from include.classify.baselines import Baseline, keywords, spacy_matcher
from include.classify.classifier import classify
from include.classify.evaluation_data import refusal, shared_folder, write_rows
from include.classify.labels import CERT_STRENGTH, Archetype, DevSupport, Labels, strongest_status
from include.classify.language import is_supported
from include.normalize.titles import role_family

Part = Literal["tuning", "read_late", "unread"]
Row = dict[str, Any]

OF_MODELS = ("criteria_status", "generic_kpi", "archetype")
"""Labels decided by a model that learns from the annotated ads; the others are decided by rules, and
certifications also by a model that knows none of these ads."""

PRODUCT_STRATA = frozenset("ABCD")
"""Strata of the product families, whose weights speak of the population."""

_BOOTSTRAP = 500
_SEEN = ", ads that its model has learnt from"
LABEL_CLASSES: dict[str, tuple[Any, ...]] = {
    "cert_status": CERT_STRENGTH,
    "criteria_status": ("explicit", "partial", "none"),
    "degree_status": ("required", "preferred", "substitutable", "none"),
    "framework_use": ("safe", "scrum", "other", "agile_generic", "none"),
    "role_family": ("pm", "po", "pmm", "project_program", "other_product", "not_product"),
    "generic_kpi": (1, 0),
    "archetype": get_args(Archetype),
    **{kind: (1, 0) for kind in get_args(DevSupport)},
}
"""The labels of a whole ad and their values; each kind of development support is a label of its own."""


class Pair(NamedTuple):
    """One judgement: what people say, what the classifier says, where it comes from and what it weighs."""

    truth: Any
    answer: Any
    group: str
    weight: float = 1.0


class Error(NamedTuple):
    """One judgement that differs, with the words around it."""

    kind: str
    row_id: str
    truth: Any
    answer: Any
    rule: str
    words: str


def part_of(row_id: str) -> Part:
    """Return the part that an ad belongs to, by a hash of its id."""
    remainder = int(hashlib.sha256(row_id.encode()).hexdigest(), 16) % 4
    if remainder % 2 == 0:
        return "tuning"
    return "read_late" if remainder == 1 else "unread"


def interval(successes: int, trials: int) -> tuple[float, float]:
    """Return the 95% Wilson interval of a proportion; (0, 1) when there is nothing to count."""
    if trials == 0:
        return 0.0, 1.0
    bounds = binomtest(successes, trials).proportion_ci(method="wilson")
    return float(bounds.low), float(bounds.high)


def f1_of(pairs: Iterable[Pair], value: Any) -> float | None:
    """Return F1 of one class, None when neither side has it."""
    hits = false = missed = 0
    for pair in pairs:
        hits += pair.truth == value == pair.answer
        false += pair.truth != value == pair.answer
        missed += pair.truth == value != pair.answer
    return 2 * hits / (2 * hits + false + missed) if hits + false + missed else None


def macro_f1(pairs: Sequence[Pair], classes: Sequence[Any]) -> float:
    """Return the mean F1 over the classes that people gave."""
    present = {pair.truth for pair in pairs}
    scores = [f1_of(pairs, value) or 0.0 for value in classes if value in present]
    return sum(scores) / len(scores) if scores else float("nan")


def macro_interval(pairs: Sequence[Pair], classes: Sequence[Any]) -> tuple[float, float]:
    """Return the 95% percentile interval of the macro-F1, resampling ads (seeded, so repeatable)."""
    draw = random.Random(20261123)  # noqa: S311 - resampling, not cryptography
    groups: dict[str, list[Pair]] = {}
    for pair in pairs:
        groups.setdefault(pair.group, []).append(pair)
    names = sorted(groups)
    scores = sorted(
        macro_f1([pair for name in draw.choices(names, k=len(names)) for pair in groups[name]], classes)
        for _ in range(_BOOTSTRAP)
    )
    return scores[int(0.025 * _BOOTSTRAP)], scores[int(0.975 * _BOOTSTRAP)]


def table(title: str, pairs: Sequence[Pair], classes: Sequence[Any]) -> str:
    """Return one label's accuracy as a Markdown table."""
    if not pairs:
        return f"### {title}\n\nno rows\n"
    low, high = macro_interval(pairs, classes)
    lines = [
        f"### {title}",
        "",
        f"n = {len(pairs)}, agreement {sum(p.truth == p.answer for p in pairs) / len(pairs):.3f}, "
        f"macro-F1 {macro_f1(pairs, classes):.3f} ({low:.3f} to {high:.3f})",
        "",
        "| value | n | precision | recall | F1 |",
        "|---|---:|---|---|---:|",
    ]
    for value in classes:
        hits = sum(p.truth == value == p.answer for p in pairs)
        given = sum(p.answer == value for p in pairs)
        there = sum(p.truth == value for p in pairs)
        f1 = f1_of(pairs, value)
        if f1 is not None:
            lines.append(f"| {value} | {there} | {_rate(hits, given)} | {_rate(hits, there)} | {f1:.3f} |")
    return "\n".join([*lines, "", _confusions(pairs), ""])


def mention_status(labels: Labels | Baseline, start: int, end: int) -> tuple[str, str]:
    """Return the strongest status of the mentions that overlap a marked term, and the rule behind it."""
    if isinstance(labels, Baseline):
        found = [(str(status), "") for s, e, status in labels.mentions if s < end and e > start]
    else:
        found = [(str(m.status), m.rule) for m in labels.certs if m.start < end and m.end > start]
    order: list[str] = [str(value) for value in CERT_STRENGTH]
    return min(found, key=lambda pair: order.index(pair[0]), default=("none", ""))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command; return its exit status."""
    parser = argparse.ArgumentParser(prog="python -m include.classify.evaluation", description=__doc__)
    parser.add_argument(
        "--data",
        type=Path,
        default=shared_folder() / "gold",
        help="folder of the labelled ads",
    )
    parser.add_argument("--part", choices=("tuning", "read_late", "unread", "all"), default="all")
    parser.add_argument("--errors", type=Path, help="file for the errors with quotes; outside the project")
    options = parser.parse_args(arguments)
    if not options.data.is_dir():
        print(f"no labelled ads at {options.data}: give --data or set HIRING_SIGNALS_SHARED", file=sys.stderr)
        return 2
    if refused := refusal(options.errors):
        print(refused, file=sys.stderr)
        return 2
    errors: list[Error] = []
    for section in _sections(options.data, options.part, errors):
        print(section)
    if options.errors is not None:
        write_rows(options.errors, [error._asdict() for error in errors])
        print(f"{len(errors)} errors written to {options.errors}", file=sys.stderr)
    return 0


def _sections(data: Path, part: str, errors: list[Error]) -> Iterable[str]:
    mentions = _load(data / "mentions.dev.jsonl.gz", part)
    postings = _load(data / "postings.dev.jsonl.gz", part)
    criteria = _load(data / "criteria.dev.jsonl.gz", part)
    yield f"# Accuracy on the part: {part}\n"
    yield _mention_tables(mentions, errors)
    yield _posting_tables(postings, errors)
    yield _criteria_tables(criteria, errors)
    yield _baseline_table(mentions, postings)


def _load(path: Path, part: str) -> list[Row]:
    with gzip.open(path, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file if line.strip()]
    return [row for row in rows if part in ("all", part_of(row.get("posting_id") or row["id"]))]


def _mention_tables(rows: Sequence[Row], errors: list[Error]) -> str:
    pairs = []
    for row in rows:
        answer, rule = mention_status(classify(row["title"], row["text"]), row["start"], row["end"])
        pairs.append(Pair(row["status"], answer, row["posting_id"]))
        if answer != row["status"]:
            words = row["text"][max(0, row["start"] - 150) : row["end"] + 100]
            errors.append(Error("mention", row["id"], row["status"], answer, rule, words))
    return "## Certification mentions, all occupations\n\n" + table("status", pairs, CERT_STRENGTH)


def _posting_tables(rows: Sequence[Row], errors: list[Error]) -> str:
    answers = [answers_of(row["title"], row["text"]) for row in rows]
    parts = ["## Product ads and their neighbours\n"]
    for label, classes in LABEL_CLASSES.items():
        pairs = []
        for row, answer in zip(rows, answers, strict=True):
            truth = _truth(row["labels"], label)
            if label == "archetype" and truth is None:
                continue
            pairs.append(Pair(truth, answer[label], row["id"], 1 / row["incl_prob"]))
            if truth != answer[label]:
                quotes = row["labels"]["certs" if label == "cert_status" else "criteria_quotes"]
                errors.append(Error(label, row["id"], truth, answer[label], "", json.dumps(quotes)[:600]))
        seen = _SEEN if label in OF_MODELS else ""
        parts.append(table(f"{label} (annotators agree {_ceiling(rows, label)}){seen}", pairs, classes))
        if label in ("cert_status", "criteria_status"):
            product = [p for row, p in zip(rows, pairs, strict=True) if row["stratum"][0] in PRODUCT_STRATA]
            parts.append(_shares(product, classes[:-1]))
            parts.append(_by_group(rows, pairs, "kind of source", lambda row: str(row.get("source_kind"))))
            parts.append(_by_group(rows, pairs, "language", _language))
    parts.append(_false_demands(rows, answers))
    return "\n".join(parts)


def answers_of(title: str, text: str) -> Row:
    """Return what the classifier says of an ad, by the names of `LABEL_CLASSES`."""
    labels = classify(title, text)
    return {
        "cert_status": labels.cert_status,
        "criteria_status": labels.criteria_status,
        "degree_status": labels.degree_status,
        "framework_use": labels.framework_use,
        "role_family": role_family(title),
        "generic_kpi": int(labels.generic_kpi),
        "archetype": labels.archetype,
        **{kind: int(kind in labels.dev_support) for kind in get_args(DevSupport)},
    }


def _truth(labels: Row, label: str) -> Any:
    if label in get_args(DevSupport):
        return int(label in labels.get("dev_support", ()))
    return labels.get(label)


def _criteria_tables(rows: Sequence[Row], errors: list[Error]) -> str:
    status, kpi = [], []
    for row in rows:
        labels = classify(row["title"], row["text"])
        status.append(Pair(row["criteria_status"], labels.criteria_status, row["id"]))
        kpi.append(Pair(row["generic_kpi"], int(labels.generic_kpi), row["id"]))
        if row["criteria_status"] != labels.criteria_status:
            quotes = json.dumps(row["criteria_quotes"])[:600]
            errors.append(
                Error("criteria", row["id"], row["criteria_status"], labels.criteria_status, "", quotes)
            )
    return "\n".join(
        [
            "## Success criteria, any occupation\n",
            table(f"criteria_status{_SEEN}", status, LABEL_CLASSES["criteria_status"]),
            table(f"generic_kpi{_SEEN}", kpi, LABEL_CLASSES["generic_kpi"]),
        ]
    )


def _baseline_table(mentions: Sequence[Row], postings: Sequence[Row]) -> str:
    lines = [
        "## Next to baselines\n",
        f"| classifier | mention macro-F1 | posting certification macro-F1 | explicit criteria F1{_SEEN} |",
        "|---|---:|---:|---:|",
    ]
    labellers: dict[str, Callable[[Row], Labels | Baseline]] = {
        "this classifier": lambda row: classify(row["title"], row["text"]),
        "keywords": lambda row: keywords(row["text"]),
    }
    try:
        label = spacy_matcher()
        labellers["spaCy phrase matcher"] = lambda row: label(row["text"])
    except ModuleNotFoundError:
        lines.append("| spaCy phrase matcher | spaCy is not installed | | |")
    for name, labeller in labellers.items():
        marked = [
            Pair(r["status"], mention_status(labeller(r), r["start"], r["end"])[0], r["posting_id"])
            for r in mentions
        ]
        answers = [(row, labeller(row)) for row in postings]
        certs = [Pair(r["labels"]["cert_status"], _posting_status(a), r["id"]) for r, a in answers]
        criteria = [Pair(r["labels"]["criteria_status"], a.criteria_status, r["id"]) for r, a in answers]
        lines.append(
            f"| {name} | {macro_f1(marked, CERT_STRENGTH):.3f} | {macro_f1(certs, CERT_STRENGTH):.3f} "
            f"| {f1_of(criteria, 'explicit') or 0:.3f} |"
        )
    return "\n".join([*lines, ""])


def _posting_status(answer: Labels | Baseline) -> str:
    if isinstance(answer, Labels):
        return answer.cert_status
    return strongest_status(status for _, _, status in answer.mentions)


def _ceiling(rows: Sequence[Row], label: str) -> str:
    """Return the share of ads on which the two annotators gave the same answer, before adjudication."""
    both = [row["annotators"] for row in rows if len(row.get("annotators") or []) == 2]
    if not both:
        return "unknown"
    same = sum(_truth(first, label) == _truth(second, label) for first, second in both)
    return f"{same / len(both):.3f} of {len(both)}"


def _shares(pairs: Sequence[Pair], classes: Sequence[Any]) -> str:
    total = sum(pair.weight for pair in pairs)
    if not total:
        return ""
    lines = ["| share of the population | people | classifier | difference |", "|---|---:|---:|---:|"]
    for value in classes:
        truth = 100 * sum(pair.weight for pair in pairs if pair.truth == value) / total
        answer = 100 * sum(pair.weight for pair in pairs if pair.answer == value) / total
        lines.append(f"| {value} | {truth:.2f}% | {answer:.2f}% | {answer - truth:+.2f} pp |")
    return "\n".join([*lines, ""])


def _by_group(rows: Sequence[Row], pairs: Sequence[Pair], name: str, group: Callable[[Row], str]) -> str:
    lines = [f"| {name} | n | right |", "|---|---:|---|"]
    counts: Counter[str] = Counter(group(row) for row in rows)
    for value, n in counts.most_common():
        right = sum(p.truth == p.answer for row, p in zip(rows, pairs, strict=True) if group(row) == value)
        lines.append(f"| {value} | {n} | {_rate(right, n)} |")
    return "\n".join([*lines, ""])


def _false_demands(rows: Sequence[Row], answers: Sequence[Row]) -> str:
    softer = [
        answer["cert_status"] in ("required", "listed")
        for row, answer in zip(rows, answers, strict=True)
        if row["stratum"][0] in PRODUCT_STRATA and row["labels"]["cert_status"] not in ("required", "listed")
    ]
    return f"False `required` or `listed` among product ads: {sum(softer)} of {len(softer)}\n"


def _language(row: Row) -> str:
    if not is_supported(row["text"]):
        return "unsupported"
    return (
        "English" if sum(row["text"].lower().count(f" {w} ") for w in ("the", "and", "you")) > 8 else "other"
    )


def _rate(successes: int, trials: int) -> str:
    if trials == 0:
        return "none given"
    low, high = interval(successes, trials)
    return f"{successes / trials:.3f} ({low:.2f} to {high:.2f})"


def _confusions(pairs: Sequence[Pair]) -> str:
    wrong = Counter((pair.truth, pair.answer) for pair in pairs if pair.truth != pair.answer)
    if not wrong:
        return "No confusions."
    return "Confusions (people → classifier): " + ", ".join(
        f"{t} → {a}: {n}" for (t, a), n in wrong.most_common()
    )


if __name__ == "__main__":
    sys.exit(main())
