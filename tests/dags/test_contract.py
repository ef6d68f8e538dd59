"""What every DAG of the project promises to an operator."""

from __future__ import annotations

import ast
import copy
import re
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import pytest

from include.settings import PROJECT_ROOT
from tests.test_settings import SCHEDULES

if TYPE_CHECKING:
    from airflow.dag_processing.dagbag import DagBag

pytestmark = pytest.mark.airflow

DAG_IDS = {path.stem for path in (PROJECT_ROOT / "dags").glob("*.py")}
TAGS = {
    *("hiring-signals", "daily", "weekly", "manual"),
    *("collect", "build", "publish", "import", "audit", "maintain"),
}


@pytest.fixture(params=sorted(DAG_IDS))
def dag(request: pytest.FixtureRequest, dagbag: DagBag) -> Any:
    return dagbag.dags[request.param]


def test_every_dag_file_parses(dagbag: DagBag) -> None:
    assert dagbag.import_errors == {}
    assert set(dagbag.dags) == DAG_IDS
    assert len(DAG_IDS) == 6


def test_docs_tell_what_how_and_who(dag: Any) -> None:
    assert re.findall(r"^#### (\w+)$", dag.doc_md, re.MULTILINE) == ["Description", "Triage", "Owner"]
    sections = re.split(r"^#### \w+$", dag.doc_md, flags=re.MULTILINE)[1:]
    assert all(len(section.strip()) >= len("hiring-signals") for section in sections)


def test_whatever_can_be_red_stands_in_the_operators_triage(dag: Any) -> None:
    text = (PROJECT_ROOT / "docs" / "operators.md").read_text(encoding="utf-8")
    triage = text.split("## Triage")[1].split("\n##")[0]
    reds = "\n".join(line.split("|")[1] for line in triage.splitlines() if line.startswith("|"))
    assert [task.task_id for task in dag.tasks if f"`{task.task_id}`" not in reds] == []


def test_tags_and_owner_are_known(dag: Any) -> None:
    assert dag.tags >= {"hiring-signals"}
    assert dag.tags <= TAGS
    assert {task.owner for task in dag.tasks} == {"hiring-signals"}


def test_no_dag_catches_up_on_days_that_boards_no_longer_show(dag: Any) -> None:
    assert dag.catchup is False


def test_a_dag_runs_once_at_a_time_and_only_days_are_built_two_at_once(dag: Any) -> None:
    assert dag.max_active_runs == (2 if dag.dag_id == "build_warehouse" else 1)


def test_what_runs_although_something_before_it_went_wrong(dagbag: DagBag) -> None:
    """A red board does not stop a day nor a source's staging the others; upkeep does what it can."""
    rules = {
        (dag_id, task.task_id): task.trigger_rule.value
        for dag_id, dag in dagbag.dags.items()
        for task in dag.tasks
        if task.trigger_rule != "all_success"
    }
    assert rules == {
        ("collect_postings", "finish_day"): "all_done",
        ("build_warehouse", "load"): "all_done",
        ("audit_classifier", "import_labels"): "none_failed",  # a week without openings has none to draw
        ("maintain_warehouse", "compact"): "none_failed",
        ("maintain_warehouse", "remove_outdated"): "none_failed",  # no warehouse yet, nothing compacted
    }


def test_nothing_is_published_below_the_threshold_or_labelled_again_unless_asked_for(dagbag: DagBag) -> None:
    def default(dag_id: str, name: str) -> object:
        return dagbag.dags[dag_id].params[name]

    assert default("publish_weekly", "allow_partial") is False
    assert default("build_warehouse", "reclassify") is False


def test_whatever_opens_the_warehouse_waits_for_the_one_slot(dag: Any) -> None:
    guarded = {
        *("load", "validate", "measure", "check_coverage", "release", "draw_sample", "import_labels"),
        *("check_integrity", "back_up", "compact", "remove_outdated"),
    }
    pools = {task.task_id: task.pool for task in dag.tasks}
    assert {name for name, pool in pools.items() if pool == "duckdb"} == guarded & set(pools)


def test_whatever_holds_the_one_slot_gives_it_back_in_the_end(dag: Any) -> None:
    """One task that hangs would keep every other from the warehouse, until somebody looks."""
    assert [task.task_id for task in dag.tasks if task.pool == "duckdb" and not task.execution_timeout] == []


def test_a_result_is_one_value_not_a_request_per_key(dag: Any) -> None:
    # Airflow reads `-> dict` as several outputs and sends every key to its API apart.
    assert not any(getattr(task, "multiple_outputs", False) for task in dag.tasks)


def test_the_asset_event_sits_on_the_last_task(dag: Any) -> None:
    with_outlets = [task for task in dag.tasks if task.outlets]
    if dag.dag_id == "maintain_warehouse":  # nothing waits for upkeep
        assert with_outlets == []
        return
    assert len(with_outlets) == 1
    assert with_outlets[0].downstream_task_ids == set()


@pytest.mark.parametrize("dag_id", ["collect_postings", "build_warehouse", "publish_weekly"])
def test_a_task_whose_process_was_killed_is_tried_again(dagbag: DagBag, dag_id: str) -> None:
    """A day whose gate was killed would hold up its week until somebody looks."""
    assert {task.task_id: task.retries for task in dagbag.dags[dag_id].tasks if task.retries != 1} == {}


@pytest.mark.parametrize("conf", [{}, {"path": "/data/ads.csv"}, {"path": "", "day": "2026-11-16"}])
def test_an_import_without_file_or_day_is_refused_before_it_starts(
    dagbag: DagBag, conf: dict[str, str]
) -> None:
    from airflow.sdk.exceptions import ParamValidationError

    def trigger(conf: dict[str, str]) -> None:
        params = copy.deepcopy(dagbag.dags["import_archive"].params)
        params.update(conf)
        params.validate()

    trigger({"path": "/data/ads.csv", "day": "2026-11-16"})
    with pytest.raises(ParamValidationError):
        trigger(conf)


def test_the_daily_key_has_the_format_that_the_weekly_roll_up_reads(dagbag: DagBag) -> None:
    from include.partitions import DAY_FORMAT

    daily = dagbag.dags["collect_postings"].timetable
    weekly = dagbag.dags["publish_weekly"].timetable
    assert daily.key_format == DAY_FORMAT
    assert weekly.default_partition_mapper.upstream_mapper.input_format == DAY_FORMAT


def test_a_week_is_whole_when_its_sunday_has_been_read(dagbag: DagBag) -> None:
    """The key of a run is the day it runs on, so the pages say that a week is published on its Sunday."""
    from datetime import UTC, datetime

    from airflow.timetables.trigger import CronPartitionTimetable

    daily = dagbag.dags["collect_postings"].timetable
    timetable = CronPartitionTimetable(
        daily.expression, timezone=daily.timezone, run_offset=daily.run_offset, key_format=daily.key_format
    )
    sunday = datetime(2026, 11, 22, tzinfo=UTC)
    [run] = timetable.iter_partition_dagrun_infos(earliest=sunday, latest=sunday.replace(hour=23))
    assert (run.partition_key, run.run_after) == ("2026-11-22", sunday.replace(hour=3))


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_airflow_reads_every_schedule_that_the_settings_take(schedule: str) -> None:
    """With another its DAG would be gone, and nothing would name the variable."""
    from airflow.timetables.trigger import CronPartitionTimetable

    from include.partitions import DAY_FORMAT

    CronPartitionTimetable(schedule, timezone="UTC", key_format=DAY_FORMAT).validate()


def test_dag_files_are_thin_and_import_nothing_heavy_at_the_top() -> None:
    allowed = {
        "__future__",
        "datetime",
        "airflow.sdk",
        "include.assets",
        "include.partitions",
        "include.settings",
    }
    for path in sorted((PROJECT_ROOT / "dags").glob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        imported = {node.module for node in tree.body if isinstance(node, ast.ImportFrom)}
        imported |= {alias.name for node in tree.body if isinstance(node, ast.Import) for alias in node.names}
        assert imported <= allowed, path.name


def test_parsing_the_dags_takes_little_beyond_airflow_itself() -> None:
    code = (
        "import sys, airflow.sdk; before = set(sys.modules)\n"
        f"import {', '.join(f'dags.{dag_id}' for dag_id in sorted(DAG_IDS))}\n"
        "print(*sorted({m.split('.')[0] for m in set(sys.modules) - before}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=PROJECT_ROOT, capture_output=True, text=True, check=True
    )
    heavy = {"duckdb", "pandas", "pyarrow", "great_expectations", "numpy", "scipy", "altair", "httpx", "lxml"}
    assert heavy.isdisjoint(done.stdout.split())


def test_parsing_the_dags_takes_less_than_a_second_of_processor_time(dagbag: DagBag) -> None:
    from airflow.dag_processing.dagbag import DagBag as Bag

    begun = time.process_time()
    bag = Bag(str(PROJECT_ROOT / "dags"), bundle_path=PROJECT_ROOT / "dags", bundle_name="dags-folder")
    assert time.process_time() - begun < 1
    assert set(bag.dags) == set(dagbag.dags)
