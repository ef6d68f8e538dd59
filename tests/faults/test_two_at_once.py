"""Two runs at once, or one in the midst of another: the same as one after the other."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import httpx
import msgspec
import pytest

from include.archive.integrity import verify
from include.archive.store import Archive
from include.partitions import day_key
from include.pipeline.loading import load_partition
from include.pipeline.publishing import measure, release
from include.pipeline.staging import classify_source, stage_source
from include.publish.naming import DATABASE
from include.settings import PROJECT_ROOT
from tests.faults.conftest import TUESDAY, WEDNESDAY, copy_of, stage
from tests.faults.doomed import Doom, End, settings_json
from tests.pipeline.installation import MONDAY, Installation, core_rows, rows

Copied = Callable[[str], Installation]


def run_at_once(*dooms: Doom) -> list[End]:
    """Run each step in a process of its own, all at the same time."""
    processes = [
        subprocess.Popen(
            [sys.executable, "-m", "tests.faults.doomed"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=PROJECT_ROOT,
        )
        for _ in dooms
    ]
    for process, doom in zip(processes, dooms, strict=True):
        assert process.stdin is not None
        process.stdin.write(msgspec.json.encode([doom]))
        process.stdin.close()
        process.stdin = None  # so that communicate does not flush it again
    outputs = [process.communicate(timeout=100)[0] for process in processes]
    return [msgspec.json.decode(output, type=list[End])[0] for output in outputs]


@pytest.mark.slow
def test_two_loads_of_a_day_at_once(copied: Copied) -> None:
    made = copied("made")
    stage(made, TUESDAY)
    alone = copy_of(made, made.settings.data_dir.with_name("alone"))
    load_partition(alone.settings, TUESDAY.isoformat())
    loading = Doom(settings=settings_json(made.settings), step="load", day=TUESDAY)
    assert run_at_once(loading, loading) == [End(killed_by=0, error="")] * 2
    assert core_rows(made.settings) == core_rows(alone.settings)


@pytest.mark.slow
def test_builds_of_two_days_at_once(copied: Copied) -> None:
    """As when a day is built again while the newest is built: Airflow runs two at a time."""
    made = copied("made")
    alone = copy_of(made, made.settings.data_dir.with_name("alone"))
    alone.build(TUESDAY)
    settings = settings_json(made.settings)
    builds = [Doom(settings=settings, step="build", day=day) for day in (MONDAY, TUESDAY)]
    assert run_at_once(*builds) == [End(killed_by=0, error="")] * 2
    assert core_rows(made.settings) == core_rows(alone.settings)


def test_two_collections_of_a_day_at_once(copied: Copied) -> None:
    made = copied("made")
    made.set_day(WEDNESDAY)
    asked_before = requests_of(made)
    collecting = Doom(settings=settings_json(made.settings), step="collect", day=WEDNESDAY)
    ends = run_at_once(collecting, collecting)
    assert ends == [End(killed_by=0, error="")] * 2
    archive = Archive(made.settings.paths.archive)
    reads = Counter((r.read.board.source, r.read.board.token) for r in archive.reads(WEDNESDAY))
    assert len(reads) == 6
    assert set(reads.values()) == {1}
    asked = requests_of(made) - asked_before
    assert {board: n for board, n in asked.items() if "/" in board} == {"/".join(board): 1 for board in reads}
    assert verify(archive).problems == ()


def requests_of(made: Installation) -> Counter[str]:
    """Return how often the market was asked for each board on Wednesday."""
    statistics = httpx.get(f"{made.url}/_market/stats").raise_for_status().json()
    return Counter(
        {board: counts["requests"] for board, counts in statistics.get(WEDNESDAY.isoformat(), {}).items()}
    )


def test_a_load_takes_nothing_from_another_run_that_stages_the_day_meanwhile(copied: Copied) -> None:
    """The scheduled run loads, while one that was started by hand has staged a source half."""
    made = copied("made")
    stage(made, TUESDAY)
    alone = copy_of(made, made.settings.data_dir.with_name("alone"))
    load_partition(alone.settings, day_key(TUESDAY))
    stage_source(made.settings, TUESDAY, "lever")
    load_partition(made.settings, day_key(TUESDAY))
    assert rows(
        made.settings,
        "SELECT DISTINCT status, n_listed FROM core_board_reads "
        f"WHERE day = DATE '{TUESDAY}' AND source = 'lever'",
    ) == [("malformed", 0)]
    classify_source(made.settings, day_key(TUESDAY), "lever")
    load_partition(made.settings, day_key(TUESDAY))
    assert core_rows(made.settings) == core_rows(alone.settings)


@pytest.mark.slow
def test_a_release_shows_no_evidence_that_its_figures_do_not_count(copied: Copied) -> None:
    """A day is loaded when the week was measured and is not released yet."""
    made = copied("made")
    stage(made, TUESDAY)
    before = copy_of(made, made.settings.data_dir.with_name("before"))
    load_partition(before.settings, day_key(TUESDAY))
    measure(before.settings, MONDAY)
    measure(made.settings, MONDAY)
    load_partition(made.settings, day_key(TUESDAY))
    tables = [released_rows(release(each.settings, MONDAY)) for each in (made, before)]
    assert tables[0] == tables[1]


def released_rows(folder: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every table of a release's database but those of its making."""
    with duckdb.connect(str(folder / DATABASE), read_only=True) as connection:
        names = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        return {
            name: connection.execute(f"SELECT * FROM {name} ORDER BY ALL").fetchall()
            for (name,) in names
            if name not in ("core_validation_results", "vintages")
        }
