"""Everything the page and the API show, with what needs the operator first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal

import msgspec

from include.partitions import published_at, week_name, week_start
from include.plurals import counted
from include.settings import DataOrigin, Settings
from plugins.hiring_signals.files import Build, Release, read_build, read_release
from plugins.hiring_signals.runs import StageRun

SILENCE = timedelta(hours=36)
"""Collect runs daily; half a day more allows for a moved schedule and a long run."""

DUE_AFTER = timedelta(days=7, hours=12)
"""A week is due at noon of the Monday after it: the time that its release carries."""

Urgency = Literal["bad", "warn"]


class Attention(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that needs the operator.

    Attributes:
        urgency: bad: the chain has stopped or a release is held up. warn: look at it this week.
        what: what is wrong.
        advice: what to do.
        link: where, or None.
    """

    urgency: Urgency
    what: str
    advice: str
    link: str | None = None


class Overview(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the pipeline.

    Attributes:
        made_at: UTC.
        attention: most urgent first; empty when all is well.
    """

    made_at: datetime
    data_origin: DataOrigin
    attention: tuple[Attention, ...]
    stages: tuple[StageRun, ...]
    build: Build
    release: Release


def make_overview(settings: Settings, stages: Sequence[StageRun], now: datetime) -> Overview:
    """Put together what the stages, the last build and the last release say."""
    build = read_build(settings.paths)
    release = read_release(settings.paths)
    attention = [
        *_of_stages(stages, settings.data_origin),
        *_of_silence(stages, settings.data_origin, now),
        *_of_nothing("Last build", build.problem, "build_warehouse", stages, settings),
        *_of_build(build, settings.minimum_board_coverage),
        *_of_nothing("Last release", release.problem, "publish_weekly", stages, settings),
        *_of_release(release),
        *_of_calendar(release, settings.data_origin, now),
    ]
    return Overview(
        made_at=now,
        data_origin=settings.data_origin,
        attention=tuple(sorted(attention, key=lambda item: item.urgency != "bad")),
        stages=tuple(stages),
        build=build,
        release=release,
    )


def _of_stages(stages: Sequence[StageRun], origin: DataOrigin) -> list[Attention]:
    found = []
    for run in stages:
        if run.health == "bad":
            of = f" of {run.partition}" if run.partition else ""
            found.append(
                Attention(
                    urgency="bad",
                    what=f"{run.stage}: the last run{of} failed.",
                    advice=run.advice or "",
                    link=run.link,
                )
            )
        if run.unmended:
            # A later run that went well hides them, and the week goes on waiting.
            which = ", ".join(run.unmended)
            found.append(
                Attention(
                    urgency="bad",
                    what=f"{run.stage}: {which} failed, and nothing was done about it since.",
                    advice="What follows waits for it: open its run, mend the cause, then clear the failed "
                    f"task or run {run.dag_id} for it again. Is it out by another way, or left out on "
                    "purpose? Then mark its run as success, and this line goes.",
                    link=run.link.split("/runs/")[0],
                )
            )
        if run.paused:
            # What other stages miss can be made up for; a day on which no board was read cannot.
            loses_days = run.dag_id == "collect_postings" and origin == "public_boards"
            found.append(
                Attention(
                    urgency="bad" if loses_days else "warn",
                    what=f"{run.stage}: {run.dag_id} is paused.",
                    advice=f"{run.paused} Switch it on, unless it was paused on purpose.",
                    link=run.link.split("/runs/")[0],
                )
            )
    return found


def _of_silence(stages: Sequence[StageRun], origin: DataOrigin, now: datetime) -> list[Attention]:
    """Notice that nothing runs at all, which no failed run would tell."""
    if origin != "public_boards":
        return []
    return [
        Attention(
            urgency="bad",
            what=f"{run.stage} has not started since {run.started_at:%Y-%m-%d %H:%M} UTC.",
            advice="It should run every day. Look whether Airflow's scheduler and workers are healthy; "
            "the days since then are lost.",
            link=run.link,
        )
        for run in stages
        if run.dag_id == "collect_postings"
        and run.started_at is not None
        and not run.paused
        and now - run.started_at > SILENCE
    ]


def _of_nothing(
    subject: str, problem: str | None, dag_id: str, stages: Sequence[StageRun], settings: Settings
) -> list[Attention]:
    """Say why there is nothing to show; what a run has made and is not there any more is an alarm."""
    if problem is None:
        return []
    if not any(run.dag_id == dag_id and (run.health == "good" or run.succeeded_at) for run in stages):
        return [Attention(urgency="warn", what=f"{subject}: nothing to show.", advice=problem)]
    return [
        Attention(
            urgency="bad",
            what=f"{subject}: nothing to show, although a run of {dag_id} succeeded.",
            advice=f"Is {settings.data_dir} the data folder, and its disk there? {problem}",
        )
    ]


def _of_build(build: Build, minimum_coverage: float) -> list[Attention]:
    status = build.status
    if status is None:
        return []
    found = []
    critical = [check for check in status.failed_checks if check.severity == "critical"]
    if critical:
        found.append(
            Attention(
                urgency="bad",
                what=f"{counted(len(critical), 'critical check')} failed on {status.day}; "
                "the day was not handed on.",
                advice="See the checks below; mend the cause and run build_warehouse for the day again.",
                link="#checks",
            )
        )
    if status.boards_expected and status.boards_read / status.boards_expected < minimum_coverage:
        found.append(
            Attention(
                urgency="bad",
                what=f"Only {status.boards_read} of {status.boards_expected} boards were read on "
                f"{status.day}.",
                advice="See the boards below. A week that stays under "
                f"{minimum_coverage:.0%} is not published; if it is today, run collect_postings again.",
                link="#boards",
            )
        )
    elif status.troubles:
        found.append(
            Attention(
                urgency="warn",
                what=f"{counted(len(status.troubles), 'board')} of {status.boards_expected} not read whole "
                f"on {status.day}.",
                advice="See the boards below; a board that is red for a week needs its address checked.",
                link="#boards",
            )
        )
    return found


def _of_release(release: Release) -> list[Attention]:
    if release.summary is not None and release.summary.warnings:
        warnings = counted(len(release.summary.warnings), "warning")
        return [
            Attention(
                urgency="warn",
                what=f"{release.summary.release} was published with {warnings}.",
                advice="Readers see them too; judge whether the release needs a note.",
                link="#release",
            )
        ]
    return []


def _of_calendar(release: Release, origin: DataOrigin, now: datetime) -> list[Attention]:
    """Notice that a week is overdue, whatever held it up: a run that never started fails nowhere."""
    if origin != "public_boards" or release.summary is None:
        return []
    due = week_start((now - DUE_AFTER).date())
    if release.summary.week_start >= due:
        return []
    return [
        Attention(
            urgency="bad",
            what=f"{week_name(due)} is not out; it was due by {published_at(due):%Y-%m-%d %H:%M} UTC.",
            advice="publish_weekly starts when all seven days of the week have passed their gate, and "
            "refuses a week of thin coverage: look for a day that is not built, then at the last run of "
            "Publish.",
            link="#release",
        )
    ]
