"""Labels that people give to audited ads: reading, checking, writing, and settling disagreement.

Three formats, the same content: JSONL and CSV with one row per ad, annotator and label (the columns of
core_audit_labels), and Label Studio's task JSON (tasks out, annotations in).
"""

from __future__ import annotations

import csv
import io
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, Literal, get_args

import msgspec

from include.classify.labels import CertStatus, CertTiming, CriteriaStatus, DegreeStatus, FrameworkUse
from include.storage import write_text

ADJUDICATED: Final = "adjudicated"
"""The annotator name of a settled label; it overrides all others."""
LABELS: Final[Mapping[str, tuple[str, ...]]] = {
    "cert_status": get_args(CertStatus),
    "cert_timing": (*get_args(CertTiming), "none"),
    "criteria_status": get_args(CriteriaStatus),
    "degree_status": get_args(DegreeStatus),
    "framework_use": get_args(FrameworkUse),
    "requires_clearance": ("true", "false"),
    "has_generic_kpi": ("true", "false"),
}
"""Labels an annotator may give and their values (codebook)."""

Format = Literal["jsonl", "csv", "label_studio"]
QUOTE_LIMIT: Final = 300


class AuditLabelError(ValueError):
    """A label file cannot be used; the message names the file, the record and the mend."""


class AuditLabel(msgspec.Struct, frozen=True, kw_only=True):
    """One label by one annotator: a row of core_audit_labels."""

    audit_week: str
    content_hash: str
    stratum: str
    inclusion_probability: float
    annotator: str
    label: str
    value: str
    quote: str | None = None


class AuditTask(msgspec.Struct, frozen=True, kw_only=True):
    """One ad to label. The model's labels and the employer's name are left out on purpose.

    Attributes:
        inclusion_probability: chance that an opening of its stratum was drawn.
    """

    audit_week: str
    content_hash: str
    stratum: str
    inclusion_probability: float
    title: str
    text: str


def write_tasks(path: Path, tasks: Sequence[AuditTask], form: Format) -> None:
    """Write tasks for annotators.

    JSONL and CSV have one row per task; Label Studio's JSON keeps the design in `data`, so that it comes back
    with the annotations.
    """
    rows = [msgspec.structs.asdict(task) for task in tasks]
    if form == "label_studio":
        body = json.dumps(
            [{"id": i + 1, "data": row} for i, row in enumerate(rows)], indent=1, ensure_ascii=False
        )
    elif form == "jsonl":
        body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        body = _csv(AuditTask.__struct_fields__, rows)
    write_text(path, body)


def write_labels(path: Path, labels: Sequence[AuditLabel], form: Literal["jsonl", "csv"]) -> None:
    """Write labels, one row each."""
    rows = [msgspec.structs.asdict(label) for label in labels]
    if form == "csv":
        write_text(path, _csv(AuditLabel.__struct_fields__, rows))
    else:
        write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def read_labels(path: Path, form: Format) -> list[AuditLabel]:
    """Read and check labels.

    Raises:
        AuditLabelError: the file is not of the format, or a record has an unknown label or value, a missing
            field, a probability outside (0, 1] or a repeated (ad, annotator, label).
    """
    text = path.read_text(encoding="utf-8-sig")
    try:
        if form == "csv":
            rows: Iterable[Mapping[str, Any]] = list(csv.DictReader(io.StringIO(text), strict=True))
        elif form == "jsonl":
            rows = [json.loads(line) for line in text.splitlines() if line.strip()]
        else:
            rows = _label_studio_rows(json.loads(text))
    except (json.JSONDecodeError, csv.Error, KeyError, TypeError, IndexError) as error:
        raise AuditLabelError(f"{path} is not {form}: {error!r}. Export it again.") from error
    labels = [_checked(path, number, row) for number, row in enumerate(rows, 1)]
    seen: dict[tuple[str, str, str, str], int] = {}
    for number, label in enumerate(labels, 1):
        key = (label.audit_week, label.content_hash, label.annotator, label.label)
        if key in seen:
            raise AuditLabelError(
                f"{path}, record {number}: {label.annotator} labelled {label.label} of ad "
                f"{label.content_hash[:12]} before, in record {seen[key]}. Keep one of the two."
            )
        seen[key] = number
    return labels


class Settled(msgspec.Struct, frozen=True, kw_only=True):
    """What the labels of one ad and name came to.

    Attributes:
        values: (audit week, content hash) to label name to value.
        design: (audit week, content hash) to (stratum, inclusion probability).
        contradictions: (audit week, content hash, label) without agreement or adjudication, left out.
    """

    values: dict[tuple[str, str], dict[str, str]]
    design: dict[tuple[str, str], tuple[str, float]]
    contradictions: list[tuple[str, str, str]]


def settle(labels: Iterable[AuditLabel]) -> Settled:
    """Return one value per ad and label: the adjudicated one, else the one all annotators gave."""
    votes: dict[tuple[str, str, str], dict[str, str]] = defaultdict(dict)
    design = {}
    for label in labels:
        votes[label.audit_week, label.content_hash, label.label][label.annotator] = label.value
        design[label.audit_week, label.content_hash] = (label.stratum, label.inclusion_probability)
    values: dict[tuple[str, str], dict[str, str]] = defaultdict(dict)
    contradictions = []
    for (week, content_hash, name), given in sorted(votes.items()):
        answers = set(given.values())
        if ADJUDICATED in given:
            values[week, content_hash][name] = given[ADJUDICATED]
        elif len(answers) == 1:
            values[week, content_hash][name] = answers.pop()
        else:
            contradictions.append((week, content_hash, name))
    return Settled(values=dict(values), design=design, contradictions=contradictions)


def _checked(path: Path, number: int, row: Mapping[str, Any]) -> AuditLabel:
    where = f"{path}, record {number}"
    try:
        cleaned = {name: row.get(name) for name in AuditLabel.__struct_fields__}
        label = msgspec.convert({**cleaned, "quote": cleaned["quote"] or None}, AuditLabel, strict=False)
    except msgspec.ValidationError as error:
        raise AuditLabelError(f"{where}: {error}") from error
    if label.label not in LABELS:
        raise AuditLabelError(f"{where}: unknown label {label.label!r}; known: {', '.join(LABELS)}")
    if label.value not in LABELS[label.label]:
        known = ", ".join(LABELS[label.label])
        raise AuditLabelError(f"{where}: {label.value!r} is not a value of {label.label}; values: {known}")
    if not 0 < label.inclusion_probability <= 1:
        raise AuditLabelError(
            f"{where}: inclusion_probability {label.inclusion_probability} is not in (0, 1]"
        )
    if label.quote and len(label.quote) > QUOTE_LIMIT:
        raise AuditLabelError(f"{where}: the quote is longer than {QUOTE_LIMIT} characters")
    return label


def _label_studio_rows(tasks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return label rows from Label Studio's export: one per annotation and choice."""
    rows = []
    for task in tasks:
        data = task["data"]
        for annotation in task.get("annotations", []):
            annotator = annotation.get("completed_by", "unknown")
            if isinstance(annotator, Mapping):
                annotator = annotator.get("id", "unknown")
            for result in annotation["result"]:
                if result["type"] != "choices":
                    continue
                rows.append(
                    {
                        **{name: data[name] for name in ("audit_week", "content_hash", "stratum")},
                        "inclusion_probability": data["inclusion_probability"],
                        "annotator": str(annotator),
                        "label": result["from_name"],
                        "value": result["value"]["choices"][0],
                    }
                )
    return rows


def _csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
