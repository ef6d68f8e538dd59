"""Drives a running local Airflow over its REST API: starts runs, waits for them, reads their results."""

from __future__ import annotations

import itertools
import json
import math
import time
import uuid
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx

from include.errors import ExplainedError

START_TIMEOUT_SECONDS = 300.0
ANSWER_TIMEOUT_SECONDS = 60.0
PATIENCE_SECONDS = 300.0
"""How long the API server may leave questions unanswered, on a machine that is busy with other things too."""

POLL_SECONDS = 1.0  # each question costs the API server as much as a step of a task
PROGRESS_EVERY_POLLS = 2
FINISHED = ("success", "failed")
ADMIN = "admin"
POOL = ("duckdb", "1", "One writer: every task that opens the warehouse")


class LocalAirflowError(ExplainedError, RuntimeError):
    """Airflow did not start, or a run failed; the message says where to look."""


class Login(httpx.Auth):
    """Logs in when Airflow asks for it: at first, and when a token has ended.

    Args:
        url: of the API server.
        passwords: file with the password by user, as Airflow has it.
    """

    requires_response_body = True

    def __init__(self, url: str, passwords: Path) -> None:
        self._url = url
        self._passwords = passwords
        self._token = ""

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """Send a request with the token; where that is refused, fetch one and send it again."""
        if self._token:
            request.headers["Authorization"] = f"Bearer {self._token}"
        answer = yield request
        if answer.status_code != httpx.codes.UNAUTHORIZED:
            return
        password = json.loads(self._passwords.read_text(encoding="utf-8"))[ADMIN]
        login = {"username": ADMIN, "password": password}
        answer = yield httpx.Request("POST", f"{self._url}/auth/token", json=login)
        if answer.is_success:  # else it is what the caller gets to see
            self._token = answer.json()["access_token"]
            request.headers["Authorization"] = f"Bearer {self._token}"
            yield request


class LocalAirflow:
    """A running Airflow.

    Args:
        url: of the API server.
        logs: folder of the task logs.
        ended_process: returns the name of a process that has ended, None while all of them run.
        passwords: file with the password by user, as Airflow has it.
    """

    def __init__(
        self, url: str, logs: Path, ended_process: Callable[[], str | None], passwords: Path
    ) -> None:
        self.url = url
        self._logs = logs
        self._ended_process = ended_process
        self._client = httpx.Client(
            base_url=f"{url}/api/v2", timeout=ANSWER_TIMEOUT_SECONDS, auth=Login(url, passwords)
        )

    def close(self) -> None:
        """Close the connection to the API server; the processes go on."""
        self._client.close()

    def wait_until_ready(self, dag_ids: tuple[str, ...]) -> None:
        """Wait until the scheduler is healthy and the DAGs are known; see to the warehouse's pool.

        Raises:
            LocalAirflowError: a process ended, it took too long, a DAG is paused, or the pool was refused.
        """
        too_late = f"Airflow was not ready after {START_TIMEOUT_SECONDS:.0f} s; see {self._logs.parent}/*.log"
        for _ in self._polls(START_TIMEOUT_SECONDS, lambda: too_late):
            if self._is_ready(dag_ids):
                break
        paused = [dag["dag_id"] for dag in self._get("/dags")["dags"] if dag["is_paused"]]
        if stuck := sorted({*paused} & {*dag_ids}):  # a run of theirs would be queued for ever
            raise LocalAirflowError(
                f"paused in this Airflow: {', '.join(stuck)}. Unpause in make ui, then run again."
            )
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

    def wait(
        self,
        dag_id: str,
        run_id: str,
        on_change: Callable[[str], None] | None = None,
        timeout_seconds: float = math.inf,
    ) -> None:
        """Wait until a run has ended, telling `on_change` how far it is.

        Raises:
            LocalAirflowError: the run failed, and the message has the failed tasks and their last words; or
                it took longer than `timeout_seconds`, and the message says how far it is.
        """

        def too_late() -> str:
            progress = self._progress(dag_id, run_id)
            logs = f"{self._logs}/dag_id={dag_id}/run_id={run_id}"
            return f"{dag_id} has not ended after {timeout_seconds:.0f} s: {progress}; see {logs}"

        for poll in self._polls(timeout_seconds, too_late):
            state = self._get(f"/dags/{dag_id}/dagRuns/{run_id}")["state"]
            if state in FINISHED:
                break
            if on_change is not None and poll % PROGRESS_EVERY_POLLS == 0:
                on_change(self._progress(dag_id, run_id))
        if state == "failed":
            raise LocalAirflowError(self._failure(dag_id, run_id))

    def wait_until_idle(self, dag_ids: Sequence[str], timeout_seconds: float) -> None:
        """Wait until no run of the DAGs is queued or under way, however it was triggered.

        Raises:
            LocalAirflowError: it took too long; the message names the runs.
        """

        def too_late() -> str:
            return f"not ended after {timeout_seconds:.0f} s: {', '.join(busy)}; see {self._logs}"

        for _ in self._polls(timeout_seconds, too_late):
            busy = [
                f"{dag_id} ({run['dag_run_id']})"
                for dag_id in dag_ids
                for run in self.runs(dag_id)
                if run["state"] not in FINISHED
            ]
            if not busy:
                break

    def runs(self, dag_id: str) -> list[dict[str, Any]]:
        """Return the latest runs of a DAG, newest first (at most 100)."""
        runs: list[dict[str, Any]] = self._get(
            f"/dags/{dag_id}/dagRuns", params={"order_by": "-run_after", "limit": 100}
        )["dag_runs"]
        return runs

    def run_ids(self, dag_id: str) -> set[str]:
        """Return the ids of the latest runs of a DAG, as `wait_for_partition` takes them for known."""
        return {run["dag_run_id"] for run in self.runs(dag_id)}

    def wait_for_partition(
        self,
        dag_id: str,
        partition_key: str,
        known: set[str],
        *,
        on_change: Callable[[str], None] | None = None,
        appear_seconds: float = PATIENCE_SECONDS,
        end_seconds: float = math.inf,
    ) -> str:
        """Wait for a run of a partition that an asset event starts, and for its end.

        Args:
            dag_id: of the DAG.
            partition_key: the run's key starts with it (the weekly roll-up adds a remark).
            known: run ids from before, which do not count.
            on_change: is told how far the run is.
            appear_seconds: how long the run may take to appear.
            end_seconds: how long it may take from then on.

        Returns:
            The run's id.

        Raises:
            LocalAirflowError: no run appeared in time, it failed, or it did not end in time.
        """
        too_late = f"no run of {dag_id} for {partition_key} was triggered in {appear_seconds:.0f} s"
        for _ in self._polls(appear_seconds, lambda: too_late):
            for run in self.runs(dag_id):
                is_new = run["dag_run_id"] not in known
                if is_new and str(run["partition_key"]).startswith(partition_key):
                    self.wait(dag_id, run["dag_run_id"], on_change, end_seconds)
                    return str(run["dag_run_id"])
        raise AssertionError("polls end with an error")

    def result(self, dag_id: str, run_id: str, task_id: str) -> Any:
        """Return what a task of a run returned; None of a task that was skipped."""
        path = f"/dags/{dag_id}/dagRuns/{run_id}/taskInstances/{task_id}"
        if self._get(path)["state"] == "skipped":
            return None
        value = self._get(f"{path}/xcomEntries/return_value")["value"]
        return json.loads(value) if isinstance(value, str) and value.startswith(("{", "[")) else value

    def _polls(self, seconds: float, too_late: Callable[[], str]) -> Iterator[int]:
        """Yield 0, 1, 2, ... with a pause after each, until the caller has found what it looks for.

        Args:
            seconds: how long it may take.
            too_late: says what did not come in time.

        Raises:
            LocalAirflowError: the time is over, or a process of Airflow has ended.
        """
        give_up_at = time.monotonic() + seconds
        for poll in itertools.count():
            yield poll
            self._check_alive()
            if time.monotonic() > give_up_at:
                raise LocalAirflowError(too_late())
            time.sleep(POLL_SECONDS)

    def _get(self, path: str, params: Mapping[str, Any] | None = None) -> Any:
        answer = self._ask("GET", path, params=params)
        if answer.is_error:
            raise self._unanswered(f"{answer.status_code} to {path}: {answer.text}")
        return answer.json()

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
                    raise self._unanswered(type(error).__name__) from error
            self._check_alive()
            time.sleep(POLL_SECONDS)

    def _unanswered(self, trouble: str) -> LocalAirflowError:
        return LocalAirflowError(
            f"Airflow's API server does not answer ({trouble}); see "
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
        ended = self._ended_process()
        if ended is not None:
            raise LocalAirflowError(f"{ended} ended unexpectedly; see {self._logs.parent}/{ended}.log")

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


def _error_of(line: str) -> str | None:
    try:
        entry = json.loads(line)
    except json.JSONDecodeError:
        return None
    if not isinstance(entry, dict):  # something that the task printed, a number
        return None
    details = entry.get("error_detail") or entry.get("exception")
    if isinstance(details, list) and details:
        last = details[-1]
        return f"{last.get('exc_type')}: {last.get('exc_value')}"
    return str(entry["event"]) if entry.get("level") in ("error", "critical") else None
