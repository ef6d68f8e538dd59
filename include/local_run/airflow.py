"""A local Airflow: SQLite metadata, LocalExecutor, three processes, driven over its REST API."""

from __future__ import annotations

import itertools
import json
import os
import secrets
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from importlib.metadata import version
from pathlib import Path
from typing import Any

import httpx

from include.local_run.sessions import Sessions
from include.settings import PROJECT_ROOT
from include.storage import put_if_absent, write_text

START_TIMEOUT_SECONDS = 300.0
ANSWER_TIMEOUT_SECONDS = 60.0
PATIENCE_SECONDS = 300.0
"""How long the API server may leave questions unanswered, on a machine that is busy with other things too."""

POLL_SECONDS = 1.0  # each question costs the API server as much as a step of a task
PROGRESS_EVERY_POLLS = 2
FINISHED = ("success", "failed")
POOL = ("duckdb", "1", "One writer: every task that opens the warehouse")
DRIVEN_SETTINGS = {
    # Tasks are forked from a process that has imported what they need: what Airflow itself imports in every
    # task, then ours, last, for it freezes the heap. Not in `make ui`, where code may change meanwhile.
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


class LocalAirflowError(RuntimeError):
    """Airflow did not start, or a run failed; the message says where to look."""


def environment(home: Path, port: int, extra: Mapping[str, str], *, needs_login: bool) -> dict[str, str]:
    """Return the environment of every Airflow process of this installation.

    Args:
        home: Airflow's own folder: metadata database, logs, secret.
        port: of the API server, on loopback.
        extra: settings of the pipeline, by full name.
        needs_login: ask users to log in; otherwise whoever reaches the loopback port is admin.
    """
    home.mkdir(parents=True, exist_ok=True)
    secret = home / "jwt_secret"
    put_if_absent(secret, secrets.token_urlsafe(64).encode())
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
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_ALL_ADMINS": str(not needs_login),
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


class LocalAirflow:
    """A running Airflow.

    Args:
        url: of the API server.
        logs: folder of the task logs.
        is_alive: tells whether every process still runs.
    """

    def __init__(self, url: str, logs: Path, is_alive: Callable[[], str | None]) -> None:
        self.url = url
        self._logs = logs
        self._is_alive = is_alive
        self._client = httpx.Client(base_url=f"{url}/api/v2", timeout=ANSWER_TIMEOUT_SECONDS)

    def close(self) -> None:
        """Close the connection to the API server; the processes go on."""
        self._client.close()

    def wait_until_ready(self, dag_ids: tuple[str, ...]) -> None:
        """Wait until the scheduler is healthy and the DAGs are known; see to the warehouse's pool.

        Raises:
            LocalAirflowError: a process ended, it took too long, or the pool was refused.
        """
        give_up_at = time.monotonic() + START_TIMEOUT_SECONDS
        while not self._is_ready(dag_ids):
            self._check_alive()
            if time.monotonic() > give_up_at:
                raise LocalAirflowError(
                    f"Airflow was not ready after {START_TIMEOUT_SECONDS:.0f} s; "
                    f"see {self._logs.parent}/*.log"
                )
            time.sleep(POLL_SECONDS)
        name, slots, description = POOL
        answer = self._ask(
            "POST", "/pools", json={"name": name, "slots": int(slots), "description": description}
        )
        if answer.is_error and answer.status_code != httpx.codes.CONFLICT:  # it is there from an earlier run
            raise LocalAirflowError(f"Airflow refused the pool {name}: {answer.text}")

    def trigger(self, dag_id: str, partition_key: str | None = None, **conf: Any) -> str:
        """Start a run and return its id.

        Raises:
            LocalAirflowError: Airflow refused the run.
        """
        # The run's id is ours, so that the question can be repeated: a run that has begun is a conflict.
        run_id = f"manual__{uuid.uuid4().hex}"
        body = {"dag_run_id": run_id, "logical_date": None, "partition_key": partition_key, "conf": conf}
        answer = self._ask("POST", f"/dags/{dag_id}/dagRuns", json=body)
        if answer.is_error and answer.status_code != httpx.codes.CONFLICT:
            raise LocalAirflowError(f"Airflow refused to run {dag_id}: {answer.text}")
        return run_id

    def wait(self, dag_id: str, run_id: str, on_change: Callable[[str], None] | None = None) -> None:
        """Wait until a run has ended, telling `on_change` how far it is.

        Raises:
            LocalAirflowError: the run failed; the message has the failed tasks and their last words.
        """
        for poll in itertools.count():
            state = self._get(f"/dags/{dag_id}/dagRuns/{run_id}")["state"]
            if state in FINISHED:
                break
            if on_change is not None and poll % PROGRESS_EVERY_POLLS == 0:
                on_change(self._progress(dag_id, run_id))
            self._check_alive()
            time.sleep(POLL_SECONDS)
        if state == "failed":
            raise LocalAirflowError(self._failure(dag_id, run_id))

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the latest runs of a DAG, newest first (at most 100)."""
        runs: list[dict[str, Any]] = self._get(
            f"/dags/{dag_id}/dagRuns", params={"order_by": "-run_after", "limit": 100}
        )["dag_runs"]
        return runs

    def wait_for_partition(
        self, dag_id: str, partition_key: str, known: set[str], timeout_seconds: float = PATIENCE_SECONDS
    ) -> str:
        """Wait for a run of a partition that an asset event starts, and for its end.

        Args:
            dag_id: of the DAG.
            partition_key: the run's key starts with it (the weekly roll-up adds a remark).
            known: run ids from before, which do not count.
            timeout_seconds: how long the run may take to appear.

        Returns:
            The run's id.

        Raises:
            LocalAirflowError: no run appeared in time, or it failed.
        """
        give_up_at = time.monotonic() + timeout_seconds
        while True:
            for run in self.runs(dag_id):
                is_new = run["dag_run_id"] not in known
                if is_new and str(run["partition_key"]).startswith(partition_key):
                    self.wait(dag_id, run["dag_run_id"])
                    return str(run["dag_run_id"])
            self._check_alive()
            if time.monotonic() > give_up_at:
                raise LocalAirflowError(
                    f"no run of {dag_id} for {partition_key} was triggered in {timeout_seconds:.0f} s"
                )
            time.sleep(POLL_SECONDS)

    def result(self, dag_id: str, run_id: str, task_id: str) -> Any:
        """Return what a task of a run returned."""
        answer = self._get(
            f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}/xcomEntries/return_value"
        )
        value = answer["value"]
        return json.loads(value) if isinstance(value, str) and value[:1] in "{[" else value

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        return self._ask("GET", path, params=params).raise_for_status().json()

    def _ask(self, method: str, path: str, **content: Any) -> httpx.Response:
        # For what may be asked twice: a busy machine lets requests wait, or its database is locked too long.
        give_up_at = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                answer = self._client.request(method, path, **content)
                if not answer.is_server_error or time.monotonic() > give_up_at:
                    return answer
            except httpx.TransportError as error:
                if time.monotonic() > give_up_at:
                    raise self._unanswered(error) from error
            self._check_alive()
            time.sleep(POLL_SECONDS)

    def _unanswered(self, error: httpx.TransportError) -> LocalAirflowError:
        return LocalAirflowError(
            f"Airflow's API server does not answer ({type(error).__name__}); see "
            f"{self._logs.parent}/api-server.log. What was done is kept: run the same command again."
        )

    def _is_ready(self, dag_ids: tuple[str, ...]) -> bool:
        try:
            health = self._client.get("/monitor/health").raise_for_status().json()
            if health["scheduler"]["status"] != "healthy":
                return False
            known = self._client.get("/dags").raise_for_status().json()["dags"]
        except (httpx.TransportError, httpx.HTTPStatusError):
            return False  # not listening yet
        return {dag["dag_id"] for dag in known} >= set(dag_ids)

    def _check_alive(self) -> None:
        dead = self._is_alive()
        if dead is not None:
            raise LocalAirflowError(f"{dead} ended unexpectedly; see {self._logs.parent}/{dead}.log")

    def _task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._get(
            f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances", params={"limit": 1000}
        )["task_instances"]
        return found

    def _progress(self, dag_id: str, run_id: str) -> str:
        tasks = self._task_instances(dag_id, run_id)
        done = sum(task["state"] in ("success", "failed", "skipped", "upstream_failed") for task in tasks)
        running = sorted({task["task_id"] for task in tasks if task["state"] == "running"})
        return f"{done} of {len(tasks)} tasks" + (f", {', '.join(running)}" if running else "")

    def _failure(self, dag_id: str, run_id: str) -> str:
        lines = [f"{dag_id} failed ({run_id})"]
        for task in self._task_instances(dag_id, run_id):
            if task["state"] == "failed":
                name = task["rendered_map_index"] or task["task_id"]
                lines.append(f"  {task['task_id']} [{name}]: {self._last_words(dag_id, run_id, task)}")
        lines.append(f"  Full logs: {self._logs}/dag_id={dag_id}/run_id={run_id}")
        return "\n".join(lines)

    def _last_words(self, dag_id: str, run_id: str, task: Mapping[str, Any]) -> str:
        folder = self._logs / f"dag_id={dag_id}" / f"run_id={run_id}" / f"task_id={task['task_id']}"
        if task["map_index"] >= 0:
            folder /= f"map_index={task['map_index']}"
        for path in sorted(folder.glob("attempt=*.log"), reverse=True):
            for line in reversed(path.read_text(encoding="utf-8", errors="replace").splitlines()):
                error = _error_of(line)
                if error:
                    return error
        return "no log was written"


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


def _error_of(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError:
        return None
    details = entry.get("error_detail") or entry.get("exception")
    if isinstance(details, list) and details:
        last = details[-1]
        return f"{last.get('exc_type')}: {last.get('exc_value')}"
    return str(entry["event"]) if entry.get("level") in ("error", "critical") else None
