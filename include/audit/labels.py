"""Labels that people give to audited ads: reading, checking, writing, and settling disagreement.

Three formats, the same content: JSONL and CSV with one row per ad, annotator and label, and Label Studio's
task JSON (tasks out, annotations in). Tasks are blind: an ad's stratum says what the classifier thought, so
the design (stratum, inclusion probability) is a file of its own that joins the labels when they come back.
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
from include.errors import ExplainedError
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
Design = Mapping[tuple[str, str], tuple[str, float]]
"""(audit week, content hash) to (stratum, inclusion probability)."""
SEEN_FIELDS: Final = ("audit_week", "content_hash", "title", "text")
DESIGN_FILE: Final = "design.csv"
"""How the ads of a week's sample were drawn."""

DESIGN_FIELDS: Final = ("audit_week", "content_hash", "stratum", "inclusion_probability")
GIVEN_FIELDS: Final = ("audit_week", "content_hash", "annotator", "label", "value")
"""What every record of people must have; a quote may be left out."""
QUOTE_LIMIT: Final = 300


class AuditLabelError(ExplainedError, ValueError):
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
        stratum: sampling stratum; it tells what the classifier said, so annotators do not see it.
        inclusion_probability: chance that an opening of its stratum was drawn; as above.
    """

    audit_week: str
    content_hash: str
    stratum: str
    inclusion_probability: float
    title: str
    text: str


def blind(tasks: Sequence[AuditTask]) -> list[dict[str, str]]:
    """Return what annotators may see of the tasks."""
    return [{name: getattr(task, name) for name in SEEN_FIELDS} for task in tasks]


def write_tasks(path: Path, tasks: Sequence[AuditTask], form: Format) -> None:
    """Write tasks for annotators: one row per task, or Label Studio's import format."""
    rows = blind(tasks)
    if form == "label_studio":
        body = json.dumps(
            [{"id": i + 1, "data": row} for i, row in enumerate(rows)], indent=1, ensure_ascii=False
        )
    elif form == "jsonl":
        body = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)
    else:
        body = _csv(SEEN_FIELDS, [{name: _as_words(cell) for name, cell in row.items()} for row in rows])
    write_text(path, body)


def _as_words(cell: str) -> str:
    """Return a cell that a spreadsheet takes for words: the words are a stranger's, and may be a formula.

    A text that begins with a list begins with `-`, which starts a formula too.
    """
    return f"'{cell}" if cell.startswith(("=", "+", "-", "@", "\t")) else cell


def write_labels(path: Path, labels: Sequence[AuditLabel], form: Literal["jsonl", "csv"]) -> None:
    """Write labels, one row each."""
    rows = [msgspec.structs.asdict(label) for label in labels]
    if form == "csv":
        write_text(path, _csv(AuditLabel.__struct_fields__, rows))
    else:
        write_text(path, "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows))


def write_design(path: Path, tasks: Sequence[AuditTask]) -> None:
    """Write how the tasks were drawn, as CSV."""
    rows = [{name: getattr(task, name) for name in DESIGN_FIELDS} for task in tasks]
    write_text(path, _csv(DESIGN_FIELDS, rows))


_RESTORE_DESIGN = "The design of a sample is never edited; bring the file back from a backup."


def read_design(path: Path) -> dict[tuple[str, str], tuple[str, float]]:
    """Read how tasks were drawn.

    Raises:
        AuditLabelError: the file is not what `write_design` wrote, or holds no record.
    """
    design = {}
    with path.open(encoding="utf-8", newline="") as file:
        for number, row in enumerate(csv.DictReader(file), 1):
            try:
                key = row["audit_week"], row["content_hash"]
                design[key] = row["stratum"], float(row["inclusion_probability"])
            except (KeyError, TypeError, ValueError) as error:
                raise AuditLabelError(f"{path}, record {number}: {error!r}. {_RESTORE_DESIGN}") from error
    if not design:
        raise AuditLabelError(f"{path} holds no record. {_RESTORE_DESIGN}")
    return design


def read_labels(path: Path, form: Format, design: Design | None = None) -> list[AuditLabel]:
    """Read and check labels.

    Args:
        path: the file.
        form: its format.
        design: joined to the labels; None when the records bring stratum and probability themselves.

    Raises:
        AuditLabelError: the file is not of the format, or a record has an unknown label or value, several
            values, a missing field, no annotator, an ad that is not in the design, a probability outside
            (0, 1] or a repeated (ad, annotator, label).
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise AuditLabelError(
            f"{path} is not UTF-8: {error}. Export it again; out of a spreadsheet, save it as CSV UTF-8."
        ) from error
    try:
        if form == "csv":
            rows: Iterable[Mapping[str, Any]] = _csv_rows(path, text)
        elif form == "jsonl":
            # Not `splitlines`, which breaks at characters that JSON has in its strings, as quotes of ads do.
            rows = [json.loads(line) for line in text.split("\n") if line.strip()]
        else:
            rows = _label_studio_rows(json.loads(text))
    except (ValueError, csv.Error, AttributeError, KeyError, TypeError) as error:
        raise AuditLabelError(f"{path} is not {form}: {error!r}. Export it again.") from error
    if design is not None:
        rows = [_designed(path, number, row, design) for number, row in enumerate(rows, 1)]
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


def _designed(path: Path, number: int, row: Any, design: Design) -> dict[str, Any]:
    if not isinstance(row, Mapping):
        raise AuditLabelError(f"{path}, record {number} is not an object with named fields. Export it again.")
    key = (str(row.get("audit_week")), str(row.get("content_hash")))
    if key not in design:
        raise AuditLabelError(
            f"{path}, record {number}: ad {key[1][:12]} was not drawn for {key[0]}. Labels count only "
            "for the sample that was drawn: remove the record, or put the file into the folder of its week."
        )
    stratum, probability = design[key]
    return {**row, "stratum": stratum, "inclusion_probability": probability}


def _checked(path: Path, number: int, row: Mapping[str, Any]) -> AuditLabel:
    where = f"{path}, record {number}"
    try:
        cleaned = {name: _as_typed(name, row.get(name)) for name in AuditLabel.__struct_fields__}
        label = msgspec.convert({**cleaned, "quote": cleaned["quote"] or None}, AuditLabel, strict=False)
    except msgspec.ValidationError as error:
        raise AuditLabelError(f"{where}: {error}") from error
    if not label.annotator:
        raise AuditLabelError(f"{where}: no annotator: give each person a pseudonym.")
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


def _as_typed(name: str, cell: Any) -> Any:
    """Return a cell without what typing and spreadsheets add: blanks around it, capitals (`TRUE`)."""
    if not isinstance(cell, str) or name == "quote":
        return cell
    return cell.strip().lower() if name in ("label", "value") else cell.strip()


def _csv_rows(path: Path, text: str) -> list[dict[str, Any]]:
    """Return the rows of a CSV, whichever delimiter a spreadsheet has saved it with; blank rows are none.

    Raises:
        AuditLabelError: a column is not there.
        csv.Error: it is no CSV.
    """
    header = text.partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text), delimiter=max(",;\t", key=header.count), strict=True)
    rows = [row for row in reader if any(row.values())]
    names = reader.fieldnames or ()
    if missing := [name for name in GIVEN_FIELDS if name not in names]:
        raise AuditLabelError(
            f"{path} has no column {', '.join(missing)}; it has {', '.join(names) or 'none'}. Export it "
            "again."
        )
    return rows


def _label_studio_rows(tasks: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return label rows from Label Studio's export: one per annotation and choice, skipped tasks left out.

    Raises:
        ValueError: a label has none or several choices; it takes one.
    """
    rows = []
    for task in tasks:
        design = {name: task["data"][name] for name in DESIGN_FIELDS if name in task["data"]}
        for annotation in task.get("annotations", []):
            if annotation.get("was_cancelled"):
                continue  # the annotator skipped the task: what was chosen until then is no answer
            annotator = annotation.get("completed_by", "unknown")
            if isinstance(annotator, Mapping):
                annotator = annotator.get("id", "unknown")
            rows += [
                design
                | {
                    "annotator": str(annotator),
                    "label": result["from_name"],
                    "value": _only_choice(task, result),
                }
                for result in annotation["result"]
                if result["type"] == "choices"
            ]
    return rows


def _only_choice(task: Mapping[str, Any], result: Mapping[str, Any]) -> Any:
    choices = result["value"]["choices"]
    if len(choices) != 1:
        raise ValueError(f"{result['from_name']} of task {task.get('id')} has not one value but {choices}")
    return choices[0]


def _csv(names: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> str:
    buffer = io.StringIO()
    writer = csv.DictWriter(buffer, fieldnames=names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return buffer.getvalue()
