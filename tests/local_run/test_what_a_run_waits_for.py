"""Airflow ends with a local run: what was triggered is waited for before, and its failure is said."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import date
from pathlib import Path
from typing import Any, cast

import pytest
from rich.console import Console

from include.local_run import runs
from include.local_run.progress import Progress
from include.local_run.rest_client import LocalAirflow, LocalAirflowError
from include.local_run.sessions import Sessions
from include.partitions import parse_day

RELEASE = Path("data/archive/releases/2026-W47")


class Airflow:
    """Publishes at once; the audit that the release triggers ends as it is told."""

    def __init__(self, drawn: dict[str, Any] | None, error: str | None = None) -> None:
        self._drawn = drawn
        self._error = error
        self.calls: list[str] = []

    def run_ids(self, dag_id: str) -> set[str]:
        return {f"old {dag_id}"}

    def trigger(self, dag_id: str, **conf: Any) -> str:
        self.calls.append(f"trigger {dag_id}")
        return "manual"

    def wait(self, dag_id: str, run_id: str, on_change: object) -> None:
        self.calls.append(f"end of {dag_id}")

    def wait_for_partition(self, dag_id: str, key: str, known: set[str], **bounds: Any) -> str:
        assert (key, known) == ("2026-W47", {"old audit_classifier"})
        assert bounds["end_seconds"] < 3600
        self.calls.append(f"end of {dag_id}")
        if self._error:
            raise LocalAirflowError(self._error)
        return "asset"

    def wait_until_idle(self, dag_ids: tuple[str, ...], timeout_seconds: float) -> None:
        assert {"publish_weekly", "audit_classifier"} <= set(dag_ids)
        self.calls.append("idle")

    def result(self, dag_id: str, run_id: str, task_id: str) -> Any:
        return self._drawn if dag_id == "audit_classifier" else str(RELEASE)


def publish(airflow: Airflow) -> str:
    """Publish the week and return what the console said."""
    console = Console(record=True, width=200)
    assert runs._publish(Progress(console), cast(LocalAirflow, airflow), "2026-W47") == RELEASE
    return console.export_text()


@pytest.mark.parametrize(
    ("drawn", "said"),
    [
        ({"n_tasks": 30, "is_new": True}, "30 ads for people to label, drawn "),
        ({"n_tasks": 1, "is_new": False}, "1 ad for people to label, drawn before"),
        (None, "the week has no product opening to draw"),
    ],
)
def test_a_run_ends_when_the_audit_of_its_release_has_ended(drawn: dict[str, Any] | None, said: str) -> None:
    airflow = Airflow(drawn)
    assert said in publish(airflow)
    assert airflow.calls == [
        "trigger publish_weekly",
        "end of publish_weekly",
        "end of audit_classifier",
        "idle",
    ]


def test_an_audit_that_fails_says_so_and_where_the_release_is() -> None:
    with pytest.raises(LocalAirflowError) as caught:
        publish(Airflow(None, error="audit_classifier failed (asset)\n  import_labels: anna.csv, record 3"))
    assert "anna.csv, record 3" in str(caught.value)
    assert f"The week is released all the same: {RELEASE / 'index.html'}" in str(caught.value)


def test_public_boards_are_released_only_when_every_day_handed_on_is_built(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """A first reading in the middle of a week hands on the days before it too."""
    built: list[str] = []

    class Collecting(Airflow):
        def wait_for_partition(self, dag_id: str, key: str, known: set[str], **bounds: Any) -> str:
            if dag_id == "build_warehouse":
                assert known == {"old build_warehouse"}
                assert self.calls == ["trigger collect_postings", "end of collect_postings"]
                built.append(key)
            return "asset"

        def trigger(self, dag_id: str, partition_key: str | None = None, **conf: Any) -> str:
            return super().trigger(dag_id, **conf)

        def result(self, dag_id: str, run_id: str, task_id: str) -> Any:
            if task_id == "finish_day":
                return {"n_whole": 3, "n_expected": 4, "lost_days": ["2026-11-16", "2026-11-17"]}
            return super().result(dag_id, run_id, task_id)

    monkeypatch.setenv("HIRING_SIGNALS_CONTACT", "me@example.org")
    monkeypatch.setattr(runs, "_airflow", lambda *_: nullcontext(Collecting({"n_tasks": 3, "is_new": True})))
    console = Console(record=True, width=200)
    assert runs.live(console, Sessions(tmp_path / "sessions.json")) == RELEASE
    assert built[:-1] == ["2026-11-16", "2026-11-17"]
    assert parse_day(built[-1]) > date(2026, 11, 17)  # today
    assert "3 of 4 boards read" in console.export_text()
