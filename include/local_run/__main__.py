"""Run the pipeline on this machine: `python -m include.local_run {demo,archive,live,ui}`."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rich.console import Console
from rich.text import Text

from include.collect.dumps.column_map import ColumnMapError, find_column_map
from include.collect.dumps.reading import DumpError, open_dump
from include.local_run.airflow import (
    DRIVEN_SETTINGS,
    LocalAirflow,
    LocalAirflowError,
    environment,
    free_port,
    prepare,
    running_airflow,
    set_pool,
)
from include.local_run.last_run import code_digest, release_of_same_run, remember
from include.local_run.market import HISTORY_WEEKS, LAST_SUNDAY, running_market, write_history
from include.local_run.report import print_release
from include.local_run.sessions import LeftoversError, Sessions, end_leftovers, kept_sessions
from include.locks import LockTimeout, locked_file
from include.partitions import day_key, week_days, week_name, week_start
from include.pipeline.choosing import choose_week
from include.pipeline.importing import Refusal, refusals
from include.pipeline.reclassifying import has_outdated_labels, reclassify
from include.publish.words import counted
from include.settings import PROJECT_ROOT, Settings
from include.storage import StorageError

DAG_IDS = ("collect_postings", "build_warehouse", "publish_weekly", "import_archive")
HOME = PROJECT_ROOT / ".airflow"
DATA = PROJECT_ROOT / "data"
PASSWORDS = "simple_auth_manager_passwords.json.generated"  # named by Airflow
NEVER = "0 0 29 2 *"
"""A cron expression that does not fire while a run is driven by hand (29 February)."""
UNSCHEDULED = {"HIRING_SIGNALS_COLLECT_SCHEDULE": NEVER, "HIRING_SIGNALS_MAINTAIN_SCHEDULE": NEVER}
REASONS_SHOWN = 5
EXPECTED = (
    ColumnMapError,
    DumpError,
    LeftoversError,
    LocalAirflowError,
    StorageError,
    subprocess.CalledProcessError,
)
"""Errors whose message says what happened and what to do."""


class Progress:
    """Says what is being done, and how long it took, one line a step.

    Args:
        console: where to.
    """

    def __init__(self, console: Console) -> None:
        self.console = console
        self.started = time.monotonic()

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Show a step while it runs and its outcome when it has ended."""
        begun = time.monotonic()
        step = Step(name)
        with self.console.status(name) as status:
            if self.console.is_terminal:
                step.update = lambda text: status.update(f"{name}: {text}")
            yield step
        took = time.monotonic() - begun
        self.console.print(f"  {name:<42} {step.outcome:<52} {took:6.1f} s", highlight=False)


class Step:
    """One step; set `outcome` to say how it ended."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.outcome = ""
        self.update: Callable[[str], None] | None = None
        """Says how far the step is; None where nobody watches (no terminal)."""


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
            builds = {run["dag_run_id"] for run in airflow.runs("build_warehouse")}
            releases = {run["dag_run_id"] for run in airflow.runs("publish_weekly")}
            with progress.step(f"simulated market: {HISTORY_WEEKS} weeks of history") as step:
                past.result()
                step.outcome = str(history.relative_to(PROJECT_ROOT))
            _import(progress, airflow, history, day_key(monday - timedelta(days=1)), "history")
            for day in week_days(monday):
                market.set_day(day)
                with progress.step(f"collect {day:%a %d %b %Y}") as step:
                    run = airflow.trigger("collect_postings", day_key(day))
                    airflow.wait("collect_postings", run, step.update)
                    report = airflow.result("collect_postings", run, "finish_day")
                    step.outcome = f"{report['n_whole']} of {report['n_expected']} boards read"
            with progress.step("build the warehouse, seven days") as step:
                for day in week_days(monday):
                    airflow.wait_for_partition("build_warehouse", day_key(day), builds)
                step.outcome = "each triggered by its day of raw answers"
            with progress.step(f"publish week {week_name(monday)}") as step:
                run = airflow.wait_for_partition("publish_weekly", day_key(monday), releases)
                folder = Path(airflow.result("publish_weekly", run, "release"))
                step.outcome = "triggered by the seventh day"
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
    data = DATA / "archive"
    settings = {
        "HIRING_SIGNALS_DATA_DIR": str(data),
        "HIRING_SIGNALS_DATA_ORIGIN": "archive",
        **UNSCHEDULED,
    }
    today = datetime.now(UTC).date()
    with _airflow(progress, settings, sessions) as airflow:
        imported = _import(progress, airflow, dump, day_key(today), name, column_map)
        _say_refusals(console, refusals(Settings(data_dir=data, data_origin="archive"), imported))
        with progress.step("choose the week to publish") as step:
            choice = choose_week(Settings(data_dir=data, data_origin="archive"))
            step.outcome = week_name(choice.monday) if choice else "none"
        if choice is None:
            raise LocalAirflowError(
                "there is nothing to publish: no product-manager opening in English with its text could "
                "be placed in a week. The lines above say what became of the rows of the dump."
            )
        console.print(f"  published is {choice.reason}", highlight=False)
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
    settings = {name: value for name, value in os.environ.items() if name.startswith("HIRING_SIGNALS_")} | {
        "HIRING_SIGNALS_DATA_DIR": str(DATA / "live"),
        "HIRING_SIGNALS_DATA_ORIGIN": "public_boards",
        **UNSCHEDULED,
    }
    day = datetime.now(UTC).date()
    with _airflow(progress, settings, sessions) as airflow:
        builds = {run["dag_run_id"] for run in airflow.runs("build_warehouse")}
        with progress.step(f"collect {day}") as step:
            run = airflow.trigger("collect_postings", day_key(day))
            airflow.wait("collect_postings", run, step.update)
            report = airflow.result("collect_postings", run, "finish_day")
            step.outcome = f"{report['n_whole']} of {report['n_expected']} boards read"
        with progress.step("build the warehouse"):
            airflow.wait_for_partition("build_warehouse", day_key(day), builds)
        folder = _publish(progress, airflow, week_name(day))
    return folder


def ui(sessions: Sessions, port: int) -> int:
    """Start `airflow standalone` with DAGs and plugin on the simulated data; return its exit code."""
    env = environment(
        HOME,
        port,
        {
            "HIRING_SIGNALS_DATA_DIR": os.environ.get("HIRING_SIGNALS_DATA_DIR", str(DATA / "simulated")),
            "HIRING_SIGNALS_DATA_ORIGIN": os.environ.get("HIRING_SIGNALS_DATA_ORIGIN", "simulated"),
            **{name: os.environ.get(name, schedule) for name, schedule in UNSCHEDULED.items()},
        },
        needs_login=True,
    )
    print(f"Airflow is starting at http://127.0.0.1:{port} (Ctrl-C stops it).")
    print(f"User and password: {HOME / PASSWORDS}, written at the first start.", flush=True)
    prepare(env)
    set_pool(env)
    # Standalone alone would leave its parts running when it is told to end; its session is ended whole.
    process = sessions.start([sys.executable, "-m", "airflow", "standalone"], HOME, env=env)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return 0


@contextmanager
def _airflow(progress: Progress, settings: Mapping[str, str], sessions: Sessions) -> Iterator[LocalAirflow]:
    env = environment(HOME, free_port(), {**DRIVEN_SETTINGS, **settings}, needs_login=False)
    data = Settings.model_validate(
        {name: settings[f"HIRING_SIGNALS_{name.upper()}"] for name in ("data_dir", "data_origin")}
    )
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
    return str(report["partition_key"]).removeprefix("import/")


def _say_refusals(console: Console, found: Sequence[Refusal]) -> None:
    for refusal in found[:REASONS_SHOWN]:
        rows = counted(refusal.n_records, "row")
        # The example quotes the dump: what looks like markup of ours in it is none.
        console.print(
            f"    {rows} rejected as {refusal.reason}, such as {refusal.example}",
            highlight=False,
            markup=False,
        )


def _publish(progress: Progress, airflow: LocalAirflow, week: str) -> Path:
    with progress.step(f"publish week {week}") as step:
        run = airflow.trigger("publish_weekly", week=week, allow_partial=True)
        airflow.wait("publish_weekly", run, step.update)
        return Path(airflow.result("publish_weekly", run, "release"))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m include.local_run", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    simulated = commands.add_parser("demo", help="simulated boards, end to end (make run)")
    simulated.add_argument("--again", action="store_true", help="also when nothing has changed (AGAIN=1)")
    importing = commands.add_parser("archive", help="import a dump (make run ARCHIVE=FILE)")
    importing.add_argument("dump", type=Path, help="JSONL, .jsonl.gz, CSV or Parquet file")
    importing.add_argument("--columns", help="YAML column map or name of a shipped one; guessed when absent")
    importing.add_argument("--name", help="name of the import; the file's name when absent")
    commands.add_parser("live", help="read the public boards once (make run SOURCE=live)")
    interface = commands.add_parser("ui", help="Airflow with the operator's page (make ui)")
    interface.add_argument("--port", type=int, default=8080)
    given = parser.parse_args(arguments)
    # A run that is terminated stops its Airflow and its boards, like one that is interrupted; so does one
    # whose terminal is closed, unless it was started to outlive it (nohup).
    signal.signal(signal.SIGTERM, _exit_in_order)
    if signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:
        signal.signal(signal.SIGHUP, _exit_in_order)
    console = Console(width=None if sys.stdout.isatty() else 120)
    lock = HOME / "run.lock"
    try:
        # Two schedulers on one metadata database would run each other's tasks.
        with locked_file(lock, wait_seconds=0) as held:
            held.replace(str(os.getpid()).encode())
            left = end_leftovers(HOME)
            if left:
                ended = ", ".join(map(str, left))
                console.print(f"  ended what an earlier, killed run had left running: processes {ended}")
            with kept_sessions(HOME) as sessions:
                if given.command == "ui":
                    return ui(sessions, given.port)
                print_release(console, _run(console, sessions, given))
    except LockTimeout:
        holder = lock.read_text(encoding="utf-8") or "unknown"
        reason: Exception | str = (
            f"another make run or make ui uses {HOME} (process {holder}). Wait for it, or stop it with "
            f"Ctrl-C where it runs or with kill {holder}."
        )
    except EXPECTED as error:
        reason = error
    except KeyboardInterrupt:
        reason = "interrupted. What was done is kept: the same command goes on from there."
    else:
        return 0
    console.print("\n[bold red]Stopped:[/]", Text(str(reason)), highlight=False)
    return 1


def _exit_in_order(number: int, _: FrameType | None) -> NoReturn:
    sys.exit(128 + number)


def _run(console: Console, sessions: Sessions, given: argparse.Namespace) -> Path:
    if given.command == "demo":
        data = DATA / "simulated"
        same = None if given.again else release_of_same_run(HOME, data)
        if same is not None:
            console.print(
                "  Nothing is run: neither the code nor data/simulated has changed since the last run, and "
                "the simulated boards would answer the same. make run AGAIN=1 runs it all the same."
            )
            return same
        code = code_digest()  # now: files may be changed while the run goes on
        release = demo(console, sessions)
        remember(HOME, data, release, code)
        return release
    if given.command == "live":
        return live(console, sessions)
    open_dump(given.dump, given.columns)  # what cannot be read is said at once, not when Airflow has started
    return archive(console, sessions, given.dump, given.columns, given.name)


if __name__ == "__main__":
    sys.exit(main())
