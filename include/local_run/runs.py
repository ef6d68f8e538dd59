"""The runs of this machine, each from its data to a release: simulated boards, a dump, the public boards."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

from rich.console import Console

from include.collect.dumps.column_map import find_column_map
from include.local_run.airflow import DRIVEN_SETTINGS, environment, free_port, prepare, running_airflow
from include.local_run.market import HISTORY_WEEKS, LAST_SUNDAY, running_market, write_history
from include.local_run.progress import Progress
from include.local_run.report import print_refusals
from include.local_run.rest_client import LocalAirflow, LocalAirflowError
from include.local_run.sessions import Sessions
from include.partitions import IMPORT_PREFIX, day_key, week_days, week_name, week_start
from include.pipeline.choosing import choose_week, openings_of_import
from include.pipeline.importing import refusals
from include.pipeline.reclassifying import has_outdated_labels, reclassify
from include.plurals import counted
from include.settings import PROJECT_ROOT, Settings

DAG_IDS = ("collect_postings", "build_warehouse", "publish_weekly", "import_archive", "audit_classifier")
HOME = PROJECT_ROOT / ".airflow"
"""What local runs keep; below it an Airflow for each origin of data, whose runs are no news of another's."""
DATA = PROJECT_ROOT / "data"
NEVER = "0 0 29 2 *"
"""A cron expression that does not fire while a run is driven by hand (29 February)."""
UNSCHEDULED = {"HIRING_SIGNALS_COLLECT_SCHEDULE": NEVER, "HIRING_SIGNALS_MAINTAIN_SCHEDULE": NEVER}
AUDIT_SECONDS = 600.0
"""How long the audit that a release triggers may take; on two cores it takes five to ten seconds."""


def demo(console: Console, sessions: Sessions) -> Path:
    """Simulated boards: 26 weeks imported, the last week collected day by day over HTTP.

    Returns:
        The release folder.
    """
    progress = Progress(console)
    data = DATA / "simulated"
    data.mkdir(parents=True, exist_ok=True)
    monday = week_start(LAST_SUNDAY)
    history = data / "history.jsonl.gz"
    # The history is written while Airflow prepares itself: neither uses more than one core.
    with ThreadPoolExecutor(max_workers=1) as aside, running_market(sessions) as market:
        past = aside.submit(write_history, history)
        market.write_boards(data / "boards.csv")
        settings = {
            "HIRING_SIGNALS_DATA_DIR": str(data),
            "HIRING_SIGNALS_DATA_ORIGIN": "simulated",
            "HIRING_SIGNALS_BOARDS_FILE": str(data / "boards.csv"),
            "HIRING_SIGNALS_SIMULATED_MARKET_URL": market.url,
            "HIRING_SIGNALS_ALLOW_LOOPBACK": "true",
            "HIRING_SIGNALS_REQUESTS_PER_SECOND_PER_HOST": "1000",
            "HIRING_SIGNALS_CONCURRENCY_PER_HOST": "8",
            **UNSCHEDULED,
        }
        with _airflow(progress, settings, sessions) as airflow:
            builds = airflow.run_ids("build_warehouse")
            releases = airflow.run_ids("publish_weekly")
            audits = airflow.run_ids("audit_classifier")
            with progress.step(f"simulated market: {HISTORY_WEEKS} weeks of history") as step:
                past.result()
                step.outcome = str(history.relative_to(PROJECT_ROOT))
            _import(progress, airflow, history, day_key(monday - timedelta(days=1)), "history")
            for day in week_days(monday):
                market.set_day(day)
                _collect(progress, airflow, day)
            with progress.step("build the warehouse, seven days") as step:
                for day in week_days(monday):
                    airflow.wait_for_partition("build_warehouse", day_key(day), builds)
                step.outcome = "each triggered by its day of raw answers"
            with progress.step(f"publish week {week_name(monday)}") as step:
                run = airflow.wait_for_partition("publish_weekly", day_key(monday), releases)
                folder = Path(airflow.result("publish_weekly", run, "release"))
                step.outcome = "triggered by the seventh day"
            _wait_for_audit(progress, airflow, week_name(monday), audits, folder)
    console.print(f"  done in {time.monotonic() - progress.started:.0f} s")
    return folder


def archive(
    console: Console, sessions: Sessions, dump: Path, column_map: str | None, name: str | None
) -> Path:
    """Import a dump and publish the newest week with enough openings for a figure, or else the newest.

    Returns:
        The release folder.
    """
    progress = Progress(console)
    of_archive = Settings(data_dir=DATA / "archive", data_origin="archive")
    settings = {
        **given_settings(),
        "HIRING_SIGNALS_DATA_DIR": str(of_archive.data_dir),
        "HIRING_SIGNALS_DATA_ORIGIN": "archive",
        **UNSCHEDULED,
    }
    today = datetime.now(UTC).date()
    with _airflow(progress, settings, sessions) as airflow:
        imported = _import(progress, airflow, dump, day_key(today), name, column_map)
        print_refusals(console, refusals(of_archive, imported))
        with progress.step("choose the week to publish") as step:
            choice = choose_week(of_archive)
            step.outcome = week_name(choice.monday) if choice else "none"
        if choice is None:
            raise LocalAirflowError(
                "there is nothing to publish: no product-manager opening in English with its text could "
                "be placed in a week. The lines above say what became of the rows of the dump."
            )
        console.print(f"  published is {choice.reason}", highlight=False)
        of_dump = openings_of_import(of_archive, imported, choice.monday)
        console.print(f"  {of_dump.told}", highlight=False)
        folder = _publish(progress, airflow, week_name(choice.monday))
    return folder


def live(console: Console, sessions: Sessions) -> Path:
    """Read the public boards once and publish the current week so far.

    Returns:
        The release folder.
    """
    if not os.environ.get("HIRING_SIGNALS_CONTACT"):
        raise LocalAirflowError(
            "reading public boards needs a contact that site owners can write to: "
            "make run SOURCE=live with HIRING_SIGNALS_CONTACT=you@example.org in the environment"
        )
    progress = Progress(console)
    settings = {
        **given_settings(),
        "HIRING_SIGNALS_DATA_DIR": str(DATA / "live"),
        "HIRING_SIGNALS_DATA_ORIGIN": "public_boards",
        **UNSCHEDULED,
    }
    day = datetime.now(UTC).date()
    with _airflow(progress, settings, sessions) as airflow:
        builds = airflow.run_ids("build_warehouse")
        report = _collect(progress, airflow, day)
        with progress.step("build the warehouse") as step:
            # Days that were lost before are handed on with this one; the release counts them.
            days = [*report["lost_days"], day_key(day)]
            for built in days:
                airflow.wait_for_partition("build_warehouse", built, builds, on_change=step.update)
            step.outcome = counted(len(days), "day")
        folder = _publish(progress, airflow, week_name(day))
    return folder


def given_settings() -> dict[str, str]:
    """Return the settings that the user has in the environment; the simulated run takes none."""
    return {name: value for name, value in os.environ.items() if name.startswith("HIRING_SIGNALS_")}


@contextmanager
def _airflow(progress: Progress, settings: Mapping[str, str], sessions: Sessions) -> Iterator[LocalAirflow]:
    data = Settings.model_validate(
        {name: settings[f"HIRING_SIGNALS_{name.upper()}"] for name in ("data_dir", "data_origin")}
    )
    home = HOME / data.data_origin
    env = environment(home, free_port(), {**DRIVEN_SETTINGS, **settings})
    if has_outdated_labels(data):  # after an update: the gate refuses labels of two classifiers
        with progress.step("label again: the classifier has changed") as step:
            step.outcome = counted(reclassify(data), "text")
    with progress.step("Airflow: metadata database"):
        prepare(env)
    with running_airflow(env, sessions) as airflow:
        with progress.step("Airflow: scheduler, DAG processor, API") as step:
            airflow.wait_until_ready(DAG_IDS)
            step.outcome = airflow.url
        yield airflow


def _collect(progress: Progress, airflow: LocalAirflow, day: date) -> dict[str, Any]:
    """Read the boards for a day and return the report of the task `finish_day`."""
    with progress.step(f"collect {day:%a %d %b %Y}") as step:
        run = airflow.trigger("collect_postings", day_key(day))
        airflow.wait("collect_postings", run, step.update)
        report: dict[str, Any] = airflow.result("collect_postings", run, "finish_day")
        step.outcome = f"{report['n_whole']} of {report['n_expected']} boards read"
    return report


def _import(
    progress: Progress,
    airflow: LocalAirflow,
    dump: Path,
    day: str,
    name: str | None,
    column_map: str | None = None,
) -> str:
    """Import a dump and return the name of the import."""
    with progress.step(f"import {dump.name}") as step:
        conf = {
            "path": str(dump.resolve()),
            "day": day,
            "name": name,
            "column_map": str(find_column_map(column_map).resolve()) if column_map else None,
        }
        run = airflow.trigger("import_archive", **conf)
        airflow.wait("import_archive", run, step.update)
        report = airflow.result("import_archive", run, "stage")
        n_rows = report["n_listed"] + report["n_rejected"] + report["n_skipped"]
        step.outcome = (
            f"{n_rows} rows: {report['n_listed']} postings, {report['n_rejected']} rejected with reasons"
        )
    if report["n_without_text"]:
        progress.console.print(
            f"  {report['n_without_text']} postings have no whole text: they are kept, and stay out of every "
            "figure. Where the dump has the texts, name their column in a column map (COLUMNS=MAP.yaml).",
            highlight=False,
        )
    return str(report["partition_key"]).removeprefix(IMPORT_PREFIX)


def _publish(progress: Progress, airflow: LocalAirflow, week: str) -> Path:
    audits = airflow.run_ids("audit_classifier")
    with progress.step(f"publish week {week}") as step:
        run = airflow.trigger("publish_weekly", week=week, allow_partial=True)
        airflow.wait("publish_weekly", run, step.update)
        folder = Path(airflow.result("publish_weekly", run, "release"))
    _wait_for_audit(progress, airflow, week, audits, folder)
    return folder


def _wait_for_audit(
    progress: Progress, airflow: LocalAirflow, week: str, known: set[str], release: Path
) -> None:
    """Wait for what a release triggers: Airflow ends with this command, and would cut it off.

    Args:
        progress: where to say so.
        airflow: still running.
        week: of the release.
        known: audits from before the release.
        release: its folder.

    Raises:
        LocalAirflowError: the audit failed, or took longer than `AUDIT_SECONDS`; the release stands.
    """
    with progress.step(f"audit of week {week}") as step:
        try:
            run = airflow.wait_for_partition(
                "audit_classifier", week, known, on_change=step.update, end_seconds=AUDIT_SECONDS
            )
            airflow.wait_until_idle(DAG_IDS, AUDIT_SECONDS)
        except LocalAirflowError as error:
            raise LocalAirflowError(
                f"{error}\nThe week is released all the same: {release / 'index.html'}"
            ) from error
        drawn = airflow.result("audit_classifier", run, "draw_sample")
        if drawn is None:
            step.outcome = "the week has no product opening to draw"
        else:
            when = "drawn" if drawn["is_new"] else "drawn before"
            step.outcome = f"{counted(drawn['n_tasks'], 'ad')} for people to label, {when}"
