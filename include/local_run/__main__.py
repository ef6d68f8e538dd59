"""Run the pipeline on this machine: `python -m include.local_run {demo,archive,live,ui}`."""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType
from typing import NoReturn

from rich.console import Console
from rich.text import Text

from include.collect.dumps.reading import check_new_dump
from include.errors import ExplainedError
from include.local_run.airflow import PASSWORDS, environment, prepare, require_port, set_pool
from include.local_run.last_run import code_digest, release_of_same_run, remember
from include.local_run.report import print_release
from include.local_run.runs import DATA, HOME, UNSCHEDULED, archive, demo, given_settings, live
from include.local_run.sessions import Sessions, end_leftovers, kept_sessions
from include.locks import LockTimeout, locked_file
from include.settings import Settings

EXPECTED = (ExplainedError, subprocess.CalledProcessError)


def ui(sessions: Sessions, port: int) -> int:
    """Start `airflow standalone` with DAGs and plugin, on simulated data if the environment names no other.

    Returns:
        Its exit code.

    Raises:
        LocalAirflowError: the port cannot be used.
        SettingsError: a setting in the environment is wrong.
    """
    home = HOME / Settings().data_origin
    require_port(port)
    env = environment(
        home,
        port,
        {
            "HIRING_SIGNALS_DATA_DIR": str(DATA / "simulated"),
            "HIRING_SIGNALS_DATA_ORIGIN": "simulated",
            **UNSCHEDULED,
            **given_settings(),
        },
    )
    print(f"Airflow is starting at http://127.0.0.1:{port} (Ctrl-C stops it).")
    print(f"User and password: {home / PASSWORDS}, written at the first start.", flush=True)
    prepare(env)
    set_pool(env)
    # Standalone alone would leave its parts running when it is told to end; its session is ended whole.
    process = sessions.start([sys.executable, "-m", "airflow", "standalone"], home, env=env)
    try:
        return process.wait()
    except KeyboardInterrupt:
        return 0


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one of the commands; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m include.local_run", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    simulated = commands.add_parser("demo", help="simulated boards, end to end (make run)")
    simulated.add_argument("--again", action="store_true", help="also when nothing has changed (AGAIN=1)")
    importing = commands.add_parser("archive", help="import a dump (make run ARCHIVE=FILE)")
    importing.add_argument(
        "dump", type=Path, help="JSON Lines, JSON, CSV, Parquet or N-Quads; gzip and zip too"
    )
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
    check_new_dump(given.dump, given.columns)  # what is wrong is said at once, not when Airflow has started
    return archive(console, sessions, given.dump, given.columns, given.name)


if __name__ == "__main__":
    sys.exit(main())
