"""Audit: draw the week's sample for people, take their labels in.

`audit/<week>/` holds the tasks in every format, the page, the design that stays with us, `labels/`, where
people put what they downloaded, and `taken_in.jsonl`, the labels that count. The files are the source: the
table is filled from them, at any time again.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from pathlib import Path

import duckdb
import msgspec

from include.audit.agreement import Agreement, agreement_by_label
from include.audit.labels import (
    DESIGN_FILE,
    AuditLabel,
    AuditLabelError,
    Format,
    read_design,
    read_labels,
    settle,
    write_design,
    write_labels,
    write_tasks,
)
from include.audit.page import write_labelling_page
from include.audit.sample import draw_sample
from include.json_text import readable_json
from include.measure.suppression import PROVISIONAL_WEEKS
from include.partitions import parse_week, week_name
from include.publish.naming import list_releases
from include.settings import Settings
from include.storage import write_bytes, write_text
from include.warehouse.connection import open_warehouse, transaction
from include.warehouse.rows import insert_rows, read_rows
from include.warehouse.texts import TextStore

PAGE = "label.html"
LABELS = "labels"
TO_SETTLE = "to_settle.csv"
TAKEN_IN = "taken_in.jsonl"
"""What of a week's labels is in the table. Once the week is frozen its labels are these, whatever comes."""
AGREEMENT = "agreement.json"
SAMPLE_SIZE = 30
"""Ads a week: about 390 in the thirteen weeks that correct a figure."""
_FORMATS: dict[str, Format] = {".jsonl": "jsonl", ".csv": "csv", ".json": "label_studio"}


class Drawn(msgspec.Struct, frozen=True, kw_only=True):
    """A week's sample.

    Attributes:
        folder: where it lies.
        n_tasks: ads in it.
        is_new: False when it had been drawn before: a sample is drawn once.
    """

    week: str
    folder: str
    n_tasks: int
    is_new: bool


class Imported(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the label files.

    Attributes:
        n_files, n_labels: read from all weeks' folders.
        frozen_weeks: weeks whose labels came too late: the figures that they correct are frozen. Their rows
            in the table stay as they were taken in.
        n_unsettled: labels on which annotators disagree; `to_settle.csv` of each week lists them.
        agreement: by label, of everything in the table.
    """

    n_files: int
    n_labels: int
    frozen_weeks: tuple[str, ...]
    n_unsettled: int
    agreement: tuple[Agreement, ...]


def draw(settings: Settings, monday: date, size: int = SAMPLE_SIZE) -> Drawn:
    """Draw the sample of a week and write its tasks; a sample that was drawn before is kept.

    Raises:
        EmptyFrameError: the week has no product opening.
        MissingTextError: the text of a drawn ad is not stored.
        AuditLabelError: how the sample was drawn is lost, and labels of it are there.
        StorageError: a file could not be written; drawing again writes all of them.
    """
    week = week_name(monday)
    folder = settings.paths.audit / week
    if (folder / DESIGN_FILE).is_file():
        n_tasks = len(read_design(folder / DESIGN_FILE))
        return Drawn(week=week, folder=str(folder), n_tasks=n_tasks, is_new=False)
    if _label_files(folder):
        raise _lost_design(folder)
    with open_warehouse(settings) as connection:
        tasks = draw_sample(connection, monday, size, TextStore(settings.paths.texts).get)
    write_tasks(folder / "tasks.jsonl", tasks, "jsonl")
    write_tasks(folder / "tasks.csv", tasks, "csv")
    write_tasks(folder / "tasks.label_studio.json", tasks, "label_studio")
    write_labelling_page(folder / PAGE, tasks)
    (folder / LABELS).mkdir(exist_ok=True)
    write_design(folder / DESIGN_FILE, tasks)  # last: with it the sample is drawn
    return Drawn(week=week, folder=str(folder), n_tasks=len(tasks), is_new=True)


def import_labels(settings: Settings) -> Imported:
    """Replace the labels of every week by what its files say, in one transaction.

    Labels that come after their week was frozen are left out: they would move figures that were promised to
    stand still. Those that were in time stay, after the warehouse was rebuilt too.

    Raises:
        AuditLabelError: a file cannot be used; nothing was imported.
        StorageError: what was taken in could not be written down; the next run does it.
    """
    folders = sorted(path for path in settings.paths.audit.glob("*") if path.is_dir())
    files = {}
    for folder in folders:
        labelled = _label_files(folder)
        if (folder / DESIGN_FILE).is_file():
            files[folder.name] = labelled
        elif labelled:
            raise _lost_design(folder)
    given = {
        week: _read_week(settings.paths.audit / week / DESIGN_FILE, paths) for week, paths in files.items()
    }
    with open_warehouse(settings) as connection:
        taken_in = given | _frozen_labels(settings, connection, given)
        with transaction(connection):
            for week, labels in taken_in.items():
                _replace(connection, week, labels)
        kept = _stored(connection)
    unsettled = settle(kept).contradictions
    for week, labels in taken_in.items():
        write_labels(settings.paths.audit / week / TAKEN_IN, labels, "jsonl")
        rows = "".join(f"{ad},{label}\n" for of_week, ad, label in unsettled if of_week == week)
        write_text(settings.paths.audit / week / TO_SETTLE, f"content_hash,label\n{rows}")
    report = Imported(
        n_files=sum(map(len, files.values())),
        n_labels=sum(map(len, given.values())),
        frozen_weeks=tuple(week for week in given if taken_in[week] != given[week]),
        n_unsettled=len(unsettled),
        agreement=tuple(agreement_by_label(kept)),
    )
    write_bytes(settings.paths.audit / AGREEMENT, readable_json(report))
    return report


def _label_files(folder: Path) -> list[Path]:
    return sorted(path for path in (folder / LABELS).glob("*") if not path.name.startswith("."))


def _lost_design(folder: Path) -> AuditLabelError:
    return AuditLabelError(
        f"{folder / DESIGN_FILE} is gone, and labels of its sample are there: they count by how their ads "
        "were drawn. Bring the file back from a backup, or move the folder away."
    )


def _read_week(design_file: Path, paths: Sequence[Path]) -> list[AuditLabel]:
    design = read_design(design_file)
    labels: list[AuditLabel] = []
    said: dict[tuple[str, str, str], tuple[str, Path]] = {}
    for path in paths:
        form = _FORMATS.get(path.suffix.lower())
        if form is None:
            raise AuditLabelError(
                f"{path}: labels come as .jsonl, .csv or Label Studio's .json. Remove it or export again."
            )
        given = read_labels(path, form, design)
        if not given:  # cut short, or exported too early; what was taken in of it before must not vanish
            raise AuditLabelError(f"{path} holds no label. Export it again, or remove it.")
        for label in given:
            key = (label.content_hash, label.annotator, label.label)
            value, where = said.setdefault(key, (label.value, path))
            if value != label.value:
                raise AuditLabelError(
                    f"{path} and {where}: {label.annotator} says {label.label} of ad "
                    f"{label.content_hash[:12]} is {label.value} in one and {value} in the other. "
                    "Keep one of the two files."
                )
            if where is path:
                labels.append(label)
    return sorted(labels, key=_order)


def _frozen_labels(
    settings: Settings, connection: duckdb.DuckDBPyConnection, weeks: Iterable[str]
) -> dict[str, list[AuditLabel]]:
    """Return the labels that those of the weeks that are frozen were frozen with."""
    newest = max((name.monday for name in list_releases(settings.paths.releases)), default=None)
    if newest is None:
        return {}
    last_frozen = newest - timedelta(weeks=PROVISIONAL_WEEKS)
    frozen = {}
    for week in weeks:
        if parse_week(week) <= last_frozen:
            path = settings.paths.audit / week / TAKEN_IN
            # Frozen before the file was written: the table alone knows.
            labels = read_labels(path, "jsonl") if path.is_file() else _stored(connection)
            frozen[week] = sorted((label for label in labels if label.audit_week == week), key=_order)
    return frozen


def _order(label: AuditLabel) -> tuple[str, str, str]:
    return label.content_hash, label.annotator, label.label


def _stored(connection: duckdb.DuckDBPyConnection) -> list[AuditLabel]:
    rows = read_rows(connection, "SELECT * FROM core_audit_labels")
    return sorted((AuditLabel(**row) for row in rows), key=_order)


def _replace(connection: duckdb.DuckDBPyConnection, week: str, labels: Sequence[AuditLabel]) -> None:
    connection.execute("DELETE FROM core_audit_labels WHERE audit_week = ?", [week])
    insert_rows(connection, "core_audit_labels", [msgspec.structs.asdict(label) for label in labels])
