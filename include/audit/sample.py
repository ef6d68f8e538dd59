"""Draw the weekly audit sample: stratified by the classifier's labels, inclusion probabilities known."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import date
from typing import Final

import duckdb

from include.audit.labels import AuditTask
from include.partitions import week_name, week_start
from include.warehouse.texts import ReadTexts

STRATA: Final[Mapping[str, float]] = {"cert_asked": 0.3, "criteria_explicit": 0.2, "neither": 0.5}
"""Share of the sample per stratum. Half from predicted positives gave the smallest variance at equal
cost when it was simulated (two-phase sampling)."""


class EmptyFrameError(ValueError):
    """There is no product opening to sample in the week."""


class MissingTextError(LookupError):
    """The text of a drawn ad is not in the text store; the message says how to mend it."""


def draw_sample(
    connection: duckdb.DuckDBPyConnection,
    week: date,
    size: int,
    read_texts: ReadTexts,
) -> list[AuditTask]:
    """Return the week's audit tasks in random but reproducible order.

    The frame is the week's flow of product openings with distinct text. Order within a stratum is by the
    SHA-256 of week and content hash: as good as random, and the same for everyone.

    Args:
        connection: the warehouse.
        week: any day of the week.
        size: tasks wanted; a stratum smaller than its share is taken whole and the rest goes to the others.
        read_texts: gives the stored texts of content hashes.

    Raises:
        EmptyFrameError: the week has no product opening.
        MissingTextError: the text of a drawn ad is not stored.
    """
    monday = week_start(week)
    name = week_name(monday)
    members = _frame(connection, monday)
    if not any(members.values()):
        raise EmptyFrameError(f"no product opening in {name}: there is nothing to audit")
    takes = allocate({stratum: len(rows) for stratum, rows in members.items()}, size)
    drawn = {
        stratum: sorted(rows, key=lambda row: _rank(name, row[0]))[: takes[stratum]]
        for stratum, rows in members.items()
    }
    texts = read_texts([content_hash for rows in drawn.values() for content_hash, _ in rows])
    tasks = []
    for stratum, rows in drawn.items():
        for content_hash, title in rows:
            if content_hash not in texts:
                raise MissingTextError(
                    f"the text of ad {content_hash[:12]} ({title}) is not in the text store. Build the days "
                    f"of {name} again, then draw."
                )
            tasks.append(
                AuditTask(
                    audit_week=name,
                    content_hash=content_hash,
                    stratum=stratum,
                    inclusion_probability=takes[stratum] / len(members[stratum]),
                    title=title,
                    text=texts[content_hash],
                )
            )
    # Mixed, so that the order of tasks does not tell the annotator what the classifier said.
    return sorted(tasks, key=lambda task: _rank(f"{name} order", task.content_hash))


def _frame(connection: duckdb.DuckDBPyConnection, monday: date) -> dict[str, list[tuple[str, str]]]:
    """Return content hash and title of every distinct text among the week's product openings, by stratum."""
    rows = connection.execute(
        """
        SELECT o.content_hash, arg_min(o.title, o.opening_key) AS title,
            CASE WHEN any_value(s.cert_status) IN ('required', 'listed', 'preferred') THEN 'cert_asked'
                WHEN any_value(s.criteria_status) = 'explicit' THEN 'criteria_explicit'
                ELSE 'neither' END AS stratum
        FROM core_openings AS o JOIN core_signals AS s USING (content_hash)
        WHERE o.week_start = $week AND is_measured(o.role_family, o.language, o.is_text_complete)
        GROUP BY o.content_hash
        """,
        {"week": monday},
    ).fetchall()
    members: dict[str, list[tuple[str, str]]] = {stratum: [] for stratum in STRATA}
    for content_hash, title, stratum in rows:
        members[stratum].append((content_hash, title))
    return members


def allocate(sizes: Mapping[str, int], wanted: int) -> dict[str, int]:
    """Return how many to take per stratum: its share, all of it if smaller, and the rest spread over others.

    A stratum that has members gets at least one, or its share of the truth could never be seen.
    """
    takes = {name: min(size, max(round(wanted * STRATA[name]), 1)) for name, size in sizes.items()}
    rest = wanted - sum(takes.values())
    for name in sorted(sizes, key=lambda name: -sizes[name]):
        extra = min(max(rest, 0), sizes[name] - takes[name])
        takes[name] += extra
        rest -= extra
    return takes


def _rank(salt: str, content_hash: str) -> str:
    return hashlib.sha256(f"{salt} {content_hash}".encode()).hexdigest()
