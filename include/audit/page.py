"""The labelling page: one HTML file with a week's tasks in it, worked by keyboard, without any request."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from include.audit.labels import QUOTE_LIMIT, AuditTask, blind
from include.storage import write_text


@dataclass(frozen=True)
class Question:
    """One label that the page asks for.

    Attributes:
        label: its name in the codebook.
        text: the question.
        answers: value and its meaning in a few words; the first is answered with the key 1.
        only_if: (label, value) that must have been given for the question to be asked.
    """

    label: str
    text: str
    answers: tuple[tuple[str, str], ...]
    only_if: tuple[str, str] | None = None


QUESTIONS: Final = (
    Question(
        "cert_status",
        "Does the ad ask the candidate for a certification?",
        (
            ("required", "a condition: without one, nobody could be hired on these words"),
            ("listed", "stands bare in a neutral list, neither must nor nice"),
            ("preferred", "a plus, or experience or a degree would do instead"),
            ("mentioned_other", "talked about, but not asked of the candidate"),
            ("none", "no certification of persons"),
        ),
    ),
    Question(
        "cert_timing",
        "When must it be held?",
        (("at_hire", "when hired"), ("post_hire", "may be obtained after hire")),
        only_if=("cert_status", "required"),
    ),
    Question(
        "criteria_status",
        "Does the ad say how success of the person in this role will be recognised?",
        (
            ("explicit", "an outsider could check it: by when, by which measure, or which outcome"),
            ("partial", "a metric is owned, a plan without outcome, or success without anything to check"),
            ("none", "duties, or general talk of KPIs"),
        ),
    ),
)
"""The labels that corrections need; the other labels of the codebook can be given in the other formats."""


def write_labelling_page(path: Path, tasks: Sequence[AuditTask]) -> None:
    """Write the page for a sample.

    Raises:
        StorageError: the file could not be written.
    """
    environment = Environment(
        loader=PackageLoader("include.audit", "."),
        autoescape=select_autoescape(("html", "j2")),
        undefined=StrictUndefined,
    )
    week = tasks[0].audit_week if tasks else ""
    # Inside a script element only "<" could end the element; JSON may write it as an escape.
    data = json.dumps(
        {
            "week": week,
            "tasks": blind(tasks),
            "questions": [asdict(question) for question in QUESTIONS],
            "quoteLimit": QUOTE_LIMIT,
        },
        ensure_ascii=False,
    ).replace("<", "\\u003c")
    html = environment.get_template("labelling.html.j2").render(week=week, n_tasks=len(tasks), data=data)
    write_text(path, html)
