"""Driving Airflow over its REST API: what is waited for, for how long, and what is said when it fails."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import httpx
import pytest

from include.local_run import rest_client
from include.local_run.rest_client import LocalAirflow, LocalAirflowError, Login, _error_of


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ({"level": "info", "event": "Done"}, None),
        ({"level": "error", "event": "Task failed"}, "Task failed"),
        (
            {
                "level": "error",
                "event": "Task failed with exception",
                "error_detail": [{"exc_type": "CoverageError", "exc_value": "3 of 9 board reads"}],
            },
            "CoverageError: 3 of 9 board reads",
        ),
    ],
)
def test_the_last_words_of_a_task_are_its_error(line: dict[str, object], found: str | None) -> None:
    assert _error_of(json.dumps(line)) == found


@pytest.mark.parametrize("line", ["Traceback (most recent call last):", "7", '"words"', "[]", "null"])
def test_lines_that_are_no_record_are_passed_over(line: str) -> None:
    assert _error_of(line) is None


def a_server_that(
    answer: Callable[[httpx.Request], httpx.Response],
    dead: str | None = None,
    logs: Path = Path("/airflow/logs"),
) -> LocalAirflow:
    """Return an Airflow whose answers are scripted: no test can make a real one silent for minutes."""
    running = LocalAirflow("http://127.0.0.1:1", logs, lambda: dead, Path("/none"))
    running._client = httpx.Client(base_url="http://airflow", transport=httpx.MockTransport(answer))
    return running


def test_a_busy_machine_is_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_client, "POLL_SECONDS", 0)
    states: list[str | int | None] = [None, "running", 500, "success"]

    def answer(request: httpx.Request) -> httpx.Response:
        state = states.pop(0)
        if state is None:
            raise httpx.ReadTimeout("timed out", request=request)
        return httpx.Response(state) if isinstance(state, int) else httpx.Response(200, json={"state": state})

    a_server_that(answer).wait("collect_postings", "run")
    assert states == []


def test_a_run_whose_start_was_not_confirmed_is_not_started_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_client, "POLL_SECONDS", 0)
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(json.loads(request.content)["dag_run_id"])
        if len(asked) == 1:  # what Airflow says when SQLite is locked; the run may have begun
            return httpx.Response(500, json={"detail": {"reason": "Database error"}})
        return httpx.Response(409, json={"detail": "it is there"})

    started = a_server_that(answer).trigger("collect_postings", "2026-11-21")
    assert asked == [started, started]


def test_a_server_that_is_silent_for_good_ends_the_wait_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise httpx.ReadTimeout("timed out", request=request)

    monkeypatch.setattr(rest_client, "POLL_SECONDS", 0)
    for server in (answer, Runs(collect_postings=["running"])):  # the API server may go on without it
        with pytest.raises(LocalAirflowError, match=r"scheduler ended unexpectedly; see /airflow/sched"):
            a_server_that(server, dead="scheduler").wait("collect_postings", "run", timeout_seconds=0.2)
    monkeypatch.setattr(rest_client, "PATIENCE_SECONDS", 0)
    with pytest.raises(LocalAirflowError, match="run the same command again"):
        a_server_that(answer).wait("collect_postings", "run")
    with pytest.raises(LocalAirflowError, match="does not answer"):
        a_server_that(answer).trigger("collect_postings")


@pytest.mark.parametrize("status", [404, 500])
def test_a_server_that_answers_with_errors_ends_the_wait_with_a_sentence(
    monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    monkeypatch.setattr(rest_client, "POLL_SECONDS", 0)
    monkeypatch.setattr(rest_client, "PATIENCE_SECONDS", 0)
    airflow = a_server_that(lambda _: httpx.Response(status, text="database is locked"))
    with pytest.raises(
        LocalAirflowError,
        match=rf"does not answer \({status} to /dags/collect_postings/dagRuns/run: database is locked\)",
    ):
        airflow.wait("collect_postings", "run")


def test_what_airflow_refuses_is_said_in_its_words() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.method == "POST":
            return httpx.Response(422, text="no such parameter")
        if request.url.path.endswith("/health"):
            return httpx.Response(200, json={"scheduler": {"status": "healthy"}})
        return httpx.Response(200, json={"dags": []})

    airflow = a_server_that(answer)
    with pytest.raises(LocalAirflowError, match="refused to run collect_postings: no such parameter"):
        airflow.trigger("collect_postings", "2026-11-21")
    with pytest.raises(LocalAirflowError, match="refused the pool duckdb: no such parameter"):
        airflow.wait_until_ready(())


def test_a_run_that_failed_is_said_with_the_last_words_of_its_tasks(tmp_path: Path) -> None:
    tasks = [
        {"task_id": "plan_boards", "state": "success", "map_index": -1, "rendered_map_index": None},
        {"task_id": "collect_board", "state": "failed", "map_index": 2, "rendered_map_index": "Acme (lever)"},
        {"task_id": "finish_day", "state": "failed", "map_index": -1, "rendered_map_index": None},
    ]

    def answer(request: httpx.Request) -> httpx.Response:
        is_list = request.url.path.endswith("/taskInstances")
        return httpx.Response(200, json={"task_instances": tasks} if is_list else {"state": "failed"})

    logs = tmp_path / "dag_id=collect_postings" / "run_id=run" / "task_id=collect_board" / "map_index=2"
    logs.mkdir(parents=True)
    for attempt, words in ((1, "killed"), (2, "the host is gone")):
        lines = ({"level": "error", "event": words}, {"level": "info", "event": "Done"})
        (logs / f"attempt={attempt}.log").write_text("\n".join(map(json.dumps, lines)))
    with pytest.raises(LocalAirflowError) as failed:
        a_server_that(answer, logs=tmp_path).wait("collect_postings", "run")
    assert str(failed.value).splitlines() == [
        "collect_postings failed (run)",
        "  collect_board [Acme (lever)]: the host is gone",
        "  finish_day [finish_day]: no log was written",
        f"  Full logs: {tmp_path}/dag_id=collect_postings/run_id=run",
    ]


class Runs:
    """An Airflow whose runs go through a script of states, the last of which stays."""

    def __init__(self, **states: list[str]) -> None:
        self.states = states

    def __call__(self, request: httpx.Request) -> httpx.Response:
        _, _, dag_id, *rest = request.url.path.split("/")
        match rest:
            case ["dagRuns"]:
                state = self._next(dag_id)
                runs = [] if state == "none" else [a_run(state, "2026-W46 (of before)"), a_run(state)]
                return httpx.Response(200, json={"dag_runs": runs})
            case ["dagRuns", _]:
                return httpx.Response(200, json={"state": self._next(dag_id)})
            case _:
                task = {"task_id": "draw_sample", "state": "running"}
                return httpx.Response(200, json={"task_instances": [task]})

    def _next(self, dag_id: str) -> str:
        states = self.states[dag_id]
        return states.pop(0) if len(states) > 1 else states[0]


def a_run(state: str, key: str = "2026-W47") -> dict[str, str]:
    return {"dag_run_id": f"asset__{key}", "partition_key": key, "state": state}


def test_a_triggered_run_is_waited_for_until_it_has_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_client, "POLL_SECONDS", 0)
    runs = Runs(audit_classifier=["none", "queued", "queued", "running", "success"])
    heard: list[str] = []
    run = a_server_that(runs).wait_for_partition(
        "audit_classifier", "2026-W47", set(), on_change=heard.append, end_seconds=60
    )
    assert run == "asset__2026-W47"
    assert runs.states["audit_classifier"] == ["success"]
    assert heard == ["0 of 1 tasks, draw_sample"]


def test_a_run_that_does_not_end_in_time_is_named_with_how_far_it_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rest_client, "POLL_SECONDS", 0)
    airflow = a_server_that(Runs(audit_classifier=["running"]))
    with pytest.raises(
        LocalAirflowError,
        match="audit_classifier has not ended after 0 s: 0 of 1 tasks, draw_sample; see /airflow/logs",
    ):
        airflow.wait_for_partition("audit_classifier", "2026-W47", set(), end_seconds=0)
    with pytest.raises(LocalAirflowError, match="no run of audit_classifier for 2026-W48"):
        airflow.wait_for_partition("audit_classifier", "2026-W48", set(), appear_seconds=0)
    with pytest.raises(LocalAirflowError, match="no run of audit_classifier for 2026-W47"):
        airflow.wait_for_partition("audit_classifier", "2026-W47", {"asset__2026-W47"}, appear_seconds=0)


def test_airflow_is_idle_when_no_run_of_any_dag_is_queued_or_under_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(rest_client, "POLL_SECONDS", 0)
    runs = Runs(publish_weekly=["none"], audit_classifier=["queued", "running", "failed"])
    airflow = a_server_that(runs)
    airflow.wait_until_idle(("publish_weekly", "audit_classifier"), 60)
    assert runs.states["audit_classifier"] == ["failed"]
    runs.states["audit_classifier"] = ["queued"]
    with pytest.raises(LocalAirflowError, match=r"0 s: audit_classifier \(asset__2026-W46 .*asset__2026-W47"):
        airflow.wait_until_idle(("publish_weekly", "audit_classifier"), 0)


@pytest.mark.parametrize(
    ("value", "returned"),
    [('{"n": 3}', {"n": 3}), ('["2026-11-16"]', ["2026-11-16"]), ("/data/x", "/data/x"), ("", "")],
)
def test_what_a_task_returned_comes_back_as_it_was(value: str, returned: object) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_value = request.url.path.endswith("return_value")
        return httpx.Response(200, json={"value": value} if is_value else {"state": "success"})

    assert a_server_that(answer).result("collect_postings", "run", "finish_day") == returned


def test_what_a_skipped_task_returned_is_nothing() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        is_value = request.url.path.endswith("return_value")
        return httpx.Response(404) if is_value else httpx.Response(200, json={"state": "skipped"})

    assert a_server_that(answer).result("audit_classifier", "run", "draw_sample") is None


def test_a_paused_dag_is_said_at_the_start_instead_of_being_waited_for() -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/health"):
            return httpx.Response(200, json={"scheduler": {"status": "healthy"}})
        if request.url.path.endswith("/pools"):
            return httpx.Response(409)
        names = ("audit_classifier", "build_warehouse", "maintain_warehouse")
        dags = [{"dag_id": name, "is_paused": name != "build_warehouse"} for name in names]
        return httpx.Response(200, json={"dags": dags})

    airflow = a_server_that(answer)
    airflow.wait_until_ready(("build_warehouse",))
    with pytest.raises(LocalAirflowError, match=r"paused in this Airflow: audit_classifier\. Unpause"):
        airflow.wait_until_ready(("build_warehouse", "audit_classifier"))


def test_who_drives_airflow_logs_in_once_and_again_when_the_token_has_ended(tmp_path: Path) -> None:
    passwords = tmp_path / "passwords.json"
    passwords.write_text('{"admin": "word"}')
    tokens = ["first", "second"]
    valid: list[str] = []
    asked: list[str] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url.path)
        if request.url.path == "/auth/token":
            assert json.loads(request.content) == {"username": "admin", "password": "word"}
            valid[:] = [tokens.pop(0)]
            return httpx.Response(201, json={"access_token": valid[0]})
        is_known = request.headers.get("Authorization", "") in [f"Bearer {token}" for token in valid]
        return httpx.Response(200 if is_known else 401, content=request.content)

    login = Login("http://airflow", passwords)
    with httpx.Client(base_url="http://airflow", transport=httpx.MockTransport(answer), auth=login) as client:
        assert client.post("/dags", json=[1]).json() == [1]
        assert client.get("/dags").status_code == 200
        valid.clear()
        assert client.post("/dags", json=[2]).json() == [2]
        assert asked == [
            *("/dags", "/auth/token", "/dags"),
            "/dags",
            *("/dags", "/auth/token", "/dags"),
        ]
