"""A local Airflow: SQLite metadata, LocalExecutor, three processes."""

from __future__ import annotations

import json
import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path

from include.local_run.rest_client import (
    ADMIN,
    ANSWER_TIMEOUT_SECONDS,
    POOL,
    LocalAirflow,
    LocalAirflowError,
)
from include.local_run.sessions import Sessions
from include.settings import PROJECT_ROOT
from include.storage import put_if_absent, write_text

PASSWORDS = "simple_auth_manager_passwords.json.generated"
"""In Airflow's folder, under the name that Airflow itself gives it: the password by user."""

DRIVEN_SETTINGS = {
    # Tasks are forked from a process that has imported what they need: what Airflow imports in every task,
    # then what we do (last, because it freezes the heap). Not in `make ui`, where code may change meanwhile.
    "AIRFLOW__SCHEDULER__MP_START_METHOD": "forkserver",
    "AIRFLOW__SCHEDULER__MP_FORKSERVER_PRELOAD": ",".join(
        (
            "airflow.executors.local_executor",
            "airflow.dag_processing.dagbag",
            "airflow.sdk.execution_time.task_runner",
            "airflow.providers.standard.decorators.python",
            "plugins.hiring_signals.web",
            "include.local_run.preload",
        )
    ),
    # A worker waits up to a second for a task that has ended to be reaped, so more workers than cores.
    "AIRFLOW__CORE__PARALLELISM": str(2 * max(2, os.cpu_count() or 2)),
    "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "3600",  # DAG files do not change during a run
}
"""Settings of an Airflow that a command drives from start to end."""

_COMPONENTS = (["api-server"], ["scheduler", "--skip-serve-logs"], ["dag-processor"])


def environment(home: Path, port: int, extra: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of every Airflow process of this installation.

    Args:
        home: Airflow's own folder: metadata database, logs, secret, password.
        port: of the API server, on loopback.
        extra: settings of the pipeline, by full name.
    """
    home.mkdir(parents=True, exist_ok=True)
    home.chmod(0o700)  # whoever reads the secret or the database below can log in as anybody
    secret = home / "jwt_secret"
    put_if_absent(secret, secrets.token_urlsafe(64).encode())
    put_if_absent(home / PASSWORDS, json.dumps({ADMIN: secrets.token_urlsafe(16)}).encode())
    database = home / "airflow.db"
    variables = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(PROJECT_ROOT / "dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        # More workers than cores make every task slower: each is a Python process that imports its libraries.
        "AIRFLOW__CORE__PARALLELISM": str(max(2, os.cpu_count() or 2)),
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"http://127.0.0.1:{port}/execution/",
        # Other users of this machine reach the port, too, and an admin can have any file of ours imported.
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": f"{ADMIN}:admin",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(home / PASSWORDS),
        # Several processes write to this file; by default one that finds it locked gives up after 5 s.
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{database}?timeout={ANSWER_TIMEOUT_SECONDS}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__API__HOST": "127.0.0.1",
        "AIRFLOW__API__PORT": str(port),
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API_AUTH__JWT_SECRET": secret.read_text(encoding="utf-8"),
        "AIRFLOW__SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.4",
        # A task whose pipes close before its process is reaped is noticed only after this wait (5 s by
        # default); with hundreds of tasks of half a second it is the largest cost of a run.
        "AIRFLOW__WORKERS__MIN_HEARTBEAT_INTERVAL": "1",
        # 5 s by default, which a busy laptop exceeds; the task would fail although nothing is wrong.
        "AIRFLOW__WORKERS__EXECUTION_API_TIMEOUT": str(ANSWER_TIMEOUT_SECONDS),
        "PYTHONPATH": str(PROJECT_ROOT),
    }
    inherited = {
        name: value
        for name, value in os.environ.items()
        if name != "PYTHONDONTWRITEBYTECODE" and not name.startswith(("AIRFLOW_", "HIRING_SIGNALS_"))
    }
    # `airflow standalone` starts its parts by the name `airflow`.
    variables["PATH"] = os.pathsep.join(
        [str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]
    )
    return inherited | variables | dict(extra)


def free_port() -> int:
    """Return a loopback port that is free now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def require_port(port: int) -> None:
    """Make sure that the API server can listen there: Airflow itself would go on without it.

    Raises:
        LocalAirflowError: another program has the port, or it needs more rights than we have.
    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the server: a port just left is free
        try:
            probe.bind(("127.0.0.1", port))
        except (OSError, OverflowError) as error:
            raise LocalAirflowError(
                f"port {port} cannot be used ({error}): name another, PORT=8081"
            ) from error


def prepare(env: Mapping[str, str]) -> None:
    """Create or upgrade the metadata database, unless this Airflow has done so.

    Raises:
        LocalAirflowError: the command failed; the message ends with its output.
    """
    home = Path(env["AIRFLOW_HOME"])
    done = home / "migrated"  # the command takes nine seconds of CPU time to find that nothing is to be done
    installed = version("apache-airflow-core")
    if (home / "airflow.db").exists() and done.exists() and done.read_text(encoding="utf-8") == installed:
        return
    _command(env, "db", "migrate")
    write_text(done, installed)


def set_pool(env: Mapping[str, str]) -> None:
    """Create the one-slot pool that guards the warehouse, where no API server runs yet to be asked for it.

    Raises:
        LocalAirflowError: the command failed; the message ends with its output.
    """
    _command(env, "pools", "set", *POOL)


@contextmanager
def running_airflow(env: Mapping[str, str], sessions: Sessions) -> Iterator[LocalAirflow]:
    """Start API server, scheduler and DAG processor; stop them and all their children at the end."""
    home = Path(env["AIRFLOW_HOME"])
    processes: dict[str, subprocess.Popen[bytes]] = {}
    try:
        for arguments in _COMPONENTS:
            with (home / f"{arguments[0]}.log").open("ab") as log:
                processes[arguments[0]] = sessions.start(
                    [sys.executable, "-m", "airflow", *arguments],
                    home,
                    env=dict(env),
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )
        airflow = LocalAirflow(
            env["AIRFLOW__API__BASE_URL"],
            Path(env["AIRFLOW__LOGGING__BASE_LOG_FOLDER"]),
            lambda: next((name for name, process in processes.items() if process.poll() is not None), None),
            home / PASSWORDS,
        )
        try:
            yield airflow
        finally:
            airflow.close()
    finally:
        sessions.stop(list(processes.values()))


def _command(env: Mapping[str, str], *arguments: str) -> None:
    done = subprocess.run(  # noqa: S603 - our own interpreter and arguments
        [sys.executable, "-m", "airflow", *arguments],
        env=dict(env),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=env["AIRFLOW_HOME"],
        check=False,
    )
    if done.returncode != 0:
        raise LocalAirflowError(
            f"airflow {' '.join(arguments)} failed:\n{(done.stdout + done.stderr)[-2000:]}"
        )
