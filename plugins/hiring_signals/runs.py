"""The last run of each stage, from Airflow's metadata database."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from pathlib import PurePath
from typing import Literal

import msgspec
from airflow.models.dag import DagModel
from airflow.models.dagrun import DagRun
from sqlalchemy import select
from sqlalchemy.orm import Session

from include.partitions import PartitionKeyError, parse_week, week_name
from plugins.hiring_signals.stages import STAGES, Stage

Health = Literal["good", "busy", "bad", "idle"]
"""good: succeeded. busy: queued or running. bad: failed. idle: never ran, unknown or not visible."""

_HEALTH: dict[str, Health] = {"success": "good", "running": "busy", "queued": "busy", "failed": "bad"}


MEMORY = timedelta(days=14)
"""How far back failed runs are looked for: two weeks hold every day of the week that is due."""


class StageRun(msgspec.Struct, frozen=True, kw_only=True):
    """How a stage's last run went.

    Attributes:
        state: Airflow's state, or None without a run.
        partition: the run's day or week, the name of an import, or None.
        started_at: UTC; None while queued.
        seconds: duration, so far when it still runs.
        succeeded_at: end of the last successful run, when the last run is another one.
        unmended: other partitions of the last two weeks whose own last run failed, oldest first.
        paused: what is lost while the DAG's schedule is switched off; None when it is on, or need not be.
        link: of the run in Airflow's pages, or of the DAG without a run.
        advice: what to do, or None when all is well.
    """

    stage: str
    dag_id: str
    health: Health = "idle"
    state: str | None = None
    partition: str | None = None
    started_at: datetime | None = None
    seconds: float | None = None
    succeeded_at: datetime | None = None
    unmended: tuple[str, ...] = ()
    paused: str | None
    link: str
    advice: str | None


def last_runs(session: Session, readable: Collection[str], root: str, now: datetime) -> list[StageRun]:
    """Return one row per stage.

    Args:
        session: of the metadata database.
        readable: DAGs that the user may see; the others are reported without their runs.
        root: path under which Airflow is served, without a slash at its end.
        now: for the duration of a run that has not ended.
    """
    return [_stage_run(session, stage, stage.dag_id in readable, root, now) for stage in STAGES]


def _stage_run(session: Session, stage: Stage, is_readable: bool, root: str, now: datetime) -> StageRun:
    dag = session.get(DagModel, stage.dag_id) if is_readable else None
    last = _latest(session, stage.dag_id) if dag else None
    if dag is None or last is None:
        return StageRun(
            stage=stage.name,
            dag_id=stage.dag_id,
            paused=stage.when_paused if dag and dag.is_paused else None,
            link=f"{root}/dags/{stage.dag_id}" if dag else f"{root}/dags",
            advice=_no_run_advice(stage, dag is not None, is_readable),
        )
    health = _HEALTH.get(str(last.state), "idle")
    recent = _recent(session, stage.dag_id, now - MEMORY) if stage.can_be_mended else ()
    success = None if last.state == "success" else _latest(session, stage.dag_id, state="success")
    return StageRun(
        stage=stage.name,
        dag_id=stage.dag_id,
        health=health,
        state=str(last.state),
        partition=_partition(last),
        started_at=last.start_date,
        seconds=((last.end_date or now) - last.start_date).total_seconds() if last.start_date else None,
        succeeded_at=success.end_date if success else None,
        unmended=unmended_partitions(recent),
        paused=stage.when_paused if dag.is_paused else None,
        link=f"{root}/dags/{stage.dag_id}/runs/{last.run_id}",
        advice=stage.when_red if health == "bad" else None,
    )


def _subject(run: DagRun) -> str | None:
    """Return what a run was about: what it was started with by hand, or its partition.

    In this order, as the tasks find it (`include.assets`).
    """
    started_with = run.conf or {}  # of whoever started it: Airflow checks only what the DAG declares
    file_name = PurePath(str(started_with.get("path") or "")).name
    named = (started_with.get("week"), started_with.get("name"), file_name, started_with.get("day"))
    return next((str(name) for name in named if name), run.partition_key)


def unmended_partitions(runs: Iterable[DagRun]) -> tuple[str, ...]:
    """Return the partitions whose last run failed, but for that of the last run of all.

    Args:
        runs: of one DAG, oldest first.
    """
    states: dict[str, str] = {}
    last = None
    for run in runs:
        last = _partition(run)
        if last is not None:
            states[last] = str(run.state)
    return tuple(sorted(key for key, state in states.items() if state == "failed" and key != last))


def _partition(run: DagRun) -> str | None:
    """Return what a run was about, a week by its name however the run was started."""
    subject = _subject(run)
    if subject is None or run.dag_id != "publish_weekly":
        return subject
    try:
        return week_name(parse_week(subject))
    except PartitionKeyError:
        return subject


def _recent(session: Session, dag_id: str, since: datetime) -> Iterable[DagRun]:
    query = select(DagRun).where(DagRun.dag_id == dag_id, DagRun.run_after >= since)
    return session.scalars(query.order_by(DagRun.run_after, DagRun.id))


def _latest(session: Session, dag_id: str, state: str | None = None) -> DagRun | None:
    query = select(DagRun).where(DagRun.dag_id == dag_id)
    if state is not None:
        query = query.where(DagRun.state == state)
    return session.scalars(query.order_by(DagRun.run_after.desc(), DagRun.id.desc()).limit(1)).first()


def _no_run_advice(stage: Stage, is_known: bool, is_readable: bool) -> str:
    if not is_readable:
        return "Your account may not see this DAG, or Airflow has not read it yet (see its import errors)."
    if not is_known:
        return "Airflow does not know this DAG: look for an import error, and whether the DAG processor runs."
    return stage.never_ran
