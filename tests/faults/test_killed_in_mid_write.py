"""A task that is killed while it writes: nothing half-written is visible, and running it again heals all."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from datetime import date, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from include.maintain.compaction import compact
from include.maintain.retention import LEFTOVER_SECONDS, apply_retention
from include.partitions import day_key
from include.pipeline.loading import NotStagedError, load_partition
from include.pipeline.publishing import measure, release
from include.publish.release import verify_release
from tests.faults.conftest import TUESDAY, copy_of, stage
from tests.faults.doomed import Doom, End, files_below, run_doomed, settings_json
from tests.pipeline.installation import MONDAY, Installation, core_rows, rows

Copied = Callable[[str], Installation]

# The n-th sync of a file: texts, rejects, postings, reads, then criteria, certifications, labels, each synced
# before and after its renaming.
STAGING_MOMENTS = {"texts": 1, "postings": 5, "all but labels": 9}
LOADING_MOMENTS = {
    "labels": ("include.warehouse.load:_run", 8),
    "before grouping": ("include.pipeline.loading:group_openings", 1),
}
RELEASE_MOMENTS = {
    "page": ("include.publish.release:write_page", 1),
    "syncing": ("include.storage:_sync", 3),
    "ledger": ("include.publish.release:record", 1),
    "latest": ("include.publish.release:_point_latest", 1),
}


def test_staging_killed_at_any_moment(copied: Copied) -> None:
    whole = copied("whole")
    stage(whole, TUESDAY)
    load_partition(whole.settings, TUESDAY.isoformat())
    expected = core_rows(whole.settings)

    made = {moment: copied(moment) for moment in STAGING_MOMENTS}
    ends = run_doomed(
        [
            Doom(
                settings=settings_json(made[moment].settings),
                step="stage",
                day=TUESDAY,
                source="greenhouse",
                kill_at="include.storage:_sync",
                kill_call=call,
            )
            for moment, call in STAGING_MOMENTS.items()
        ]
    )
    assert {end.killed_by for end in ends} == {signal.SIGKILL}
    for moment, one in made.items():
        for path in files_below(one.settings.paths.staging) + files_below(one.settings.paths.texts):
            pq.read_table(path)
        # The other sources go on, and the boards of this one are named.
        stage(one, TUESDAY, "ashby", "lever")
        load_partition(one.settings, TUESDAY.isoformat())
        assert rows(
            one.settings,
            "SELECT DISTINCT source = 'greenhouse', status IN ('complete', 'unchanged') "
            f"FROM core_board_reads WHERE day = DATE '{TUESDAY}' ORDER BY ALL",
        ) == [(False, True), (True, False)], moment
        assert rows(
            one.settings,
            "SELECT count(*) FROM core_postings WHERE closed_date IS NOT NULL AND source = 'greenhouse'",
        ) == [(0,)], moment

    one = made["all but labels"]
    stage(one, TUESDAY, "greenhouse")
    load_partition(one.settings, TUESDAY.isoformat())
    assert core_rows(one.settings) == expected


def test_loading_killed_at_any_moment(copied: Copied, tmp_path: Path) -> None:
    whole = copied("whole")
    stage(whole, TUESDAY)
    before = core_rows(whole.settings)
    made = {moment: copy_of(whole, tmp_path / moment) for moment in LOADING_MOMENTS}
    load_partition(whole.settings, TUESDAY.isoformat())
    expected = core_rows(whole.settings)

    kill_in_each(made, LOADING_MOMENTS, "load", TUESDAY)
    for moment, one in made.items():
        seen = core_rows(one.settings)
        if moment == "before grouping":  # a transaction of its own: the day is in, openings are yesterday's
            assert seen["core_sightings"] == expected["core_sightings"]
            assert seen["core_openings"] == before["core_openings"]
        else:
            assert seen == before, moment
        load_partition(one.settings, TUESDAY.isoformat())
        assert core_rows(one.settings) == expected, moment


@pytest.mark.parametrize("n_removed", [1, 4])
def test_tidying_up_killed_at_any_moment(copied: Copied, n_removed: int) -> None:
    """Of a day that is half removed, one source must not look as if its staging had failed."""
    made = copied("made")
    before = core_rows(made.settings)
    later = MONDAY + timedelta(days=made.settings.keep_days + 1)
    tidying = Doom(
        settings=settings_json(made.settings),
        step="tidy",
        day=later,
        kill_at="os:unlink",
        kill_call=n_removed + 1,
    )
    assert run_doomed([tidying]) == [End(killed_by=signal.SIGKILL, error="")]
    with pytest.raises(NotStagedError):
        load_partition(made.settings, day_key(MONDAY))
    assert core_rows(made.settings) == before
    for left in made.settings.paths.staging.glob(".*"):
        os.utime(left, (time.time() - LEFTOVER_SECONDS - 1,) * 2)
    assert apply_retention(made.settings, later).n_leftovers == 1
    assert list(made.settings.paths.staging.iterdir()) == []


def test_compaction_killed_at_any_moment(copied: Copied, tmp_path: Path) -> None:
    made = copied("made")
    before = core_rows(made.settings)
    moments = {
        "copying": ("include.maintain.compaction:_copy_table", 5),
        "syncing": ("include.storage:_sync", 1),
        "renamed": ("include.storage:_sync", 2),
    }
    copies = {moment: copy_of(made, tmp_path / moment) for moment in moments}
    kill_in_each(copies, moments, "compact", MONDAY)
    for moment, one in copies.items():
        assert core_rows(one.settings) == before, moment
        compact(one.settings)
        assert core_rows(one.settings) == before, moment


@pytest.mark.slow
def test_a_release_killed_at_any_moment(copied: Copied, tmp_path: Path) -> None:
    whole = copied("whole")
    measure(whole.settings, MONDAY)
    made = {moment: copy_of(whole, tmp_path / moment) for moment in RELEASE_MOMENTS}
    release(whole.settings, MONDAY)
    expected = visible(whole.settings.paths.releases)

    kill_in_each(made, RELEASE_MOMENTS, "release", MONDAY)
    for moment, one in made.items():
        releases = one.settings.paths.releases
        for folder in sorted(releases.glob("[!.]*")):
            assert not folder.is_dir() or verify_release(folder) == [], moment
        release(one.settings, MONDAY)
        assert visible(releases) == expected, moment
        assert (releases / "latest").resolve().name == "2026-W47"


def kill_in_each(
    copies: Mapping[str, Installation], moments: Mapping[str, tuple[str, int]], step: str, day: date
) -> None:
    """Run a step in every copy of an installation, and kill it there at the call that its moment names."""
    dooms = [
        Doom(settings=settings_json(copies[moment].settings), step=step, day=day, kill_at=at, kill_call=call)
        for moment, (at, call) in moments.items()
    ]
    assert {end.killed_by for end in run_doomed(dooms)} == {signal.SIGKILL}


def visible(releases: Path) -> dict[str, bytes]:
    """Return the files of the visible release, but the database, whose bytes may differ."""
    folder = releases / "2026-W47"
    return {path.name: path.read_bytes() for path in files_below(folder) if path.suffix != ".duckdb"}
