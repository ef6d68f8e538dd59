"""Each DAG runs under `dag.test()`, on a small simulated market, up to a release."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from include.partitions import day_key, week_days
from include.pipeline.gate import GateReport
from include.pipeline.loading import NotStagedError
from include.pipeline.publishing import CoverageError
from include.sample_market.config import MarketConfig
from include.sample_market.history import write_history
from include.sample_market.market import generate
from include.sample_market.server import MarketServer
from include.validate.report import ValidationFailedError
from tests.pipeline.installation import Installation, installation, rows

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

pytestmark = pytest.mark.airflow

MONDAY = date(2026, 11, 16)
CONFIG = MarketConfig(employers=4, weeks=3, product_openings_per_week=8, other_openings_per_week=4)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Four boards and a data folder that every DAG of this module works in."""
    with MarketServer(generate(CONFIG), day=MONDAY) as server, pytest.MonkeyPatch.context() as patch:
        small = installation(tmp_path_factory.mktemp("small"), server.application.market, server.url)
        for name, value in small.settings.model_dump(exclude_none=True).items():
            patch.setenv(f"HIRING_SIGNALS_{name.upper()}", str(value))
        yield small


@pytest.fixture(scope="module")
def built(dagbag: DagBag, small: Installation) -> Installation:
    """The boards were read on Monday, and the day was built."""
    small.set_day(MONDAY)
    run(dagbag, "collect_postings", day=day_key(MONDAY))
    run(dagbag, "build_warehouse", day=day_key(MONDAY))
    return small


@pytest.fixture(scope="module")
def published(dagbag: DagBag, built: Installation) -> Installation:
    """The week of that Monday was published."""
    for day in week_days(MONDAY)[1:]:
        built.collect(day)
        built.build(day)
    run(dagbag, "publish_weekly", week="2026-W47", allow_partial=True)
    return built


def run(dagbag: DagBag, dag_id: str, **conf: Any) -> Any:
    ended = dagbag.dags[dag_id].test(run_conf=conf)
    assert ended.state == "success", dag_id
    return ended


def count(small: Installation, sql: str) -> Any:
    (row,) = rows(small.settings, sql)
    return row


def test_one_day_is_collected_and_built(built: Installation) -> None:
    monday = "FROM core_board_reads WHERE day = DATE '2026-11-16'"
    assert count(built, f"SELECT count(*) FILTER (is_complete) {monday}") == (4,)
    assert count(built, "SELECT count(*) > 0 FROM core_openings") == (True,)


def test_a_day_whose_sources_could_not_be_listed_is_not_loaded(
    dagbag: DagBag, built: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.pipeline import collecting, loading

    def fail(*_: object) -> None:
        raise OSError("the archive is away for a moment")

    loaded: list[object] = []
    monkeypatch.setattr(collecting, "sources_of_day", fail)
    monkeypatch.setattr(loading, "load_partition", lambda *of: loaded.append(of))
    dag = dagbag.dags["build_warehouse"]
    for task in dag.tasks:
        monkeypatch.setattr(task, "retries", 0)
    ended = dag.test(run_conf={"day": day_key(MONDAY)})
    states = {task.task_id: task.state for task in ended.get_task_instances()}
    assert (states["list_sources"], states["load"], states["validate"]) == (
        "failed",
        "failed",
        "upstream_failed",
    )
    assert loaded == []


def test_a_board_that_is_gone_is_a_red_task_and_the_day_goes_on(
    dagbag: DagBag, small: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_DATA_DIR", str(tmp_path))
    small.set_day(MONDAY)
    gone, *_ = small.market.employers
    small.set_faults({f"{gone.source}/{gone.token}": {"kind": "gone"}})
    try:
        ended = run(dagbag, "collect_postings", day=day_key(MONDAY))
    finally:
        small.set_faults({})
    boards = [task.state for task in ended.get_task_instances() if task.task_id == "collect_board"]
    assert sorted(boards) == ["failed", "success", "success", "success"]
    report = ended.get_task_instance("finish_day").xcom_pull(task_ids="finish_day")
    assert (report["n_expected"], report["n_whole"]) == (4, 3)


def test_history_is_labelled_again_when_asked_for(
    dagbag: DagBag, built: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = GateReport(partition_key=day_key(MONDAY), n_checks=0, n_warnings=0)
    monkeypatch.setattr("include.pipeline.gate.validate_core", lambda *_: report)
    ended = run(dagbag, "build_warehouse", day=day_key(MONDAY), reclassify=True)
    loaded = ended.get_task_instance("load").xcom_pull(task_ids="load")
    assert (loaded["n_reclassified"],) == count(built, "SELECT count(*) FROM core_signals")


@pytest.mark.parametrize(
    ("dag_id", "task_id", "step", "error", "conf"),
    [
        (
            "collect_postings",
            "collect_board",
            "include.sources.reading.collect_board",
            OSError("a faulty adapter: the board must not be asked again"),
            {"day": day_key(MONDAY)},
        ),
        (
            "build_warehouse",
            "load",
            "include.pipeline.loading.load_partition",
            NotStagedError("an old day, one source of which was cleared"),
            {"day": day_key(MONDAY)},
        ),
        (
            "build_warehouse",
            "validate",
            "include.pipeline.gate.validate_core",
            ValidationFailedError("an impossible row"),
            {"day": day_key(MONDAY)},
        ),
        (
            "publish_weekly",
            "check_coverage",
            "include.pipeline.publishing.check_coverage",
            CoverageError("too few boards"),
            {"week": "2026-W47"},
        ),
    ],
)
def test_what_a_second_attempt_would_find_again_has_none(
    dagbag: DagBag,
    built: Installation,
    monkeypatch: pytest.MonkeyPatch,
    dag_id: str,
    task_id: str,
    step: str,
    error: Exception,
    conf: dict[str, str],
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise error

    monkeypatch.setattr(step, fail)
    ended = dagbag.dags[dag_id].test(run_conf=conf)
    found = {task.state for task in ended.get_task_instances() if task.task_id == task_id}
    assert found == {"failed"}


def test_a_dump_is_imported_with_every_row_accounted_for(
    dagbag: DagBag, small: Installation, tmp_path: Path
) -> None:
    dump = tmp_path / "history.jsonl.gz"
    n_rows = write_history(CONFIG, dump)
    run(dagbag, "import_archive", path=str(dump), day=day_key(MONDAY))
    assert count(
        small,
        "SELECT (SELECT count(*) FROM core_postings WHERE source = 'import/history') "
        "+ (SELECT count(*) FROM core_rejected_records WHERE source = 'import/history')",
    ) == (n_rows,)


def test_a_week_is_published_from_what_there_is(published: Installation) -> None:
    summary = json.loads((published.settings.paths.releases / "latest" / "release.json").read_text())
    assert (summary["release"], summary["data_origin"]) == ("2026-W47", "simulated")


def test_the_released_week_is_sampled_and_labels_come_in(dagbag: DagBag, published: Installation) -> None:
    run(dagbag, "audit_classifier", week="2026-W47", size=3)
    folder = published.settings.paths.audit / "2026-W47"
    tasks = [json.loads(line) for line in (folder / "tasks.jsonl").read_text().splitlines()]
    assert len(tasks) == 3
    labels = [
        {**{name: task[name] for name in ("audit_week", "content_hash")}, "annotator": who,
         "label": "cert_status", "value": "none"}
        for task in tasks for who in ("one", "two")
    ]  # fmt: skip
    (folder / "labels" / "both.jsonl").write_text("\n".join(json.dumps(label) for label in labels))
    run(dagbag, "audit_classifier", week="2026-W47")
    assert count(published, "SELECT count(*), count(DISTINCT content_hash) FROM core_audit_labels") == (6, 3)
    [agreement] = json.loads((published.settings.paths.audit / "agreement.json").read_text())["agreement"]
    assert (agreement["label"], agreement["n_double"], agreement["alpha"]) == ("cert_status", 3, None)


def test_a_week_without_openings_has_no_sample_and_labels_come_in_all_the_same(
    dagbag: DagBag, built: Installation
) -> None:
    ended = run(dagbag, "audit_classifier", week="2026-W40")
    states = {task.task_id: task.state for task in ended.get_task_instances()}
    assert states == {"draw_sample": "skipped", "import_labels": "success"}


def test_the_folder_is_checked_backed_up_compacted_and_tidied(
    dagbag: DagBag, published: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_BACKUP_DIR", str(tmp_path))
    before = count(published, "SELECT count(*), count(DISTINCT day) FROM core_sightings")
    run(dagbag, "maintain_warehouse", day="2026-11-22")
    assert count(published, "SELECT count(*), count(DISTINCT day) FROM core_sightings") == before
    assert (tmp_path / "simulated" / "warehouse" / "2026-11-22.duckdb").is_file()
    assert (tmp_path / "simulated" / "releases" / "2026-W47" / "index.html").is_file()


def test_upkeep_without_a_folder_for_backups_still_compacts(dagbag: DagBag, published: Installation) -> None:
    ended = run(dagbag, "maintain_warehouse", day="2026-11-22")
    states = {task.task_id: task.state for task in ended.get_task_instances()}
    assert states == {
        "check_integrity": "success",
        "back_up": "skipped",
        "compact": "success",
        "remove_outdated": "success",
    }


@pytest.mark.parametrize("has_backup", [False, True])
def test_upkeep_of_a_new_installation_has_nothing_to_do(
    dagbag: DagBag, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, has_backup: bool
) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_DATA_DIR", str(tmp_path / "data"))
    if has_backup:
        (tmp_path / "backup").mkdir()
        monkeypatch.setenv("HIRING_SIGNALS_BACKUP_DIR", str(tmp_path / "backup"))
    ended = run(dagbag, "maintain_warehouse", day="2026-11-22")
    states = {task.task_id: task.state for task in ended.get_task_instances()}
    assert states == {
        "check_integrity": "success",
        "back_up": "success" if has_backup else "skipped",
        "compact": "skipped",
        "remove_outdated": "success",
    }


def test_upkeep_touches_nothing_when_something_is_damaged(dagbag: DagBag, published: Installation) -> None:
    lost = next((published.settings.paths.archive / "objects").rglob("*.zst"))
    aside = lost.rename(lost.with_suffix(".aside"))
    try:
        ended = dagbag.dags["maintain_warehouse"].test(run_conf={"day": "2026-11-22"})
        states = {task.task_id: task.state for task in ended.get_task_instances()}
    finally:
        aside.rename(lost)
    assert states["check_integrity"] == "failed"
    assert {states[name] for name in ("back_up", "compact", "remove_outdated")} == {"upstream_failed"}
