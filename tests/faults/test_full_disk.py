"""A full disk while staging, loading and publishing: a clear error, nothing half-written, and a rerun heals.

RLIMIT_FSIZE fails a write the way a full disk does, in a process of its own.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from include.pipeline.importing import archive_dump, stage_import
from include.pipeline.loading import load_partition
from include.pipeline.publishing import measure, release
from include.publish.release import verify_release
from include.settings import Settings
from tests.faults.conftest import TUESDAY, stage
from tests.faults.doomed import Doom, files_below, run_doomed, settings_json
from tests.pipeline.installation import MONDAY, Installation, core_rows

Copied = Callable[[str], Installation]


def test_a_full_disk_while_staging_and_loading(copied: Copied) -> None:
    made = copied("made")
    before = files_below(made.settings.paths.texts)
    staging_doom = Doom(
        settings=settings_json(made.settings), step="stage", day=TUESDAY, source="greenhouse", file_limit=500
    )
    (end,) = run_doomed([staging_doom])
    assert end.error.startswith("StorageError: could not write ")
    assert "free space" in end.error.lower()
    assert files_below(made.settings.paths.texts) == before
    assert files_below(made.settings.paths.staging / TUESDAY.isoformat()) == []

    stage(made, TUESDAY)
    rows_before = core_rows(made.settings)
    (end,) = run_doomed(
        [Doom(settings=settings_json(made.settings), step="load", day=TUESDAY, file_limit=8_000)]
    )
    assert end.error.startswith(f"StorageError: could not write {made.settings.paths.warehouse}: ")
    assert "free space" in end.error.lower()
    assert core_rows(made.settings) == rows_before

    load_partition(made.settings, TUESDAY.isoformat())
    assert core_rows(made.settings) != rows_before


def test_a_full_disk_while_a_dump_is_unpacked(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", data_origin="archive")
    dump = tmp_path / "ads.csv"
    dump.write_text("id,title,posted_date\n" + "1,Product Manager,2026-11-03\n" * 5_000, encoding="utf-8")
    archive_dump(settings, dump, MONDAY)
    (end,) = run_doomed(
        [
            Doom(
                settings=settings_json(settings),
                step="stage_import",
                day=MONDAY,
                source="ads",
                file_limit=8_000,
            )
        ]
    )
    assert end.error.startswith("StorageError: could not write ")
    assert "free space" in end.error.lower()
    assert files_below(settings.paths.staging) == []
    report = stage_import(settings, "ads")
    assert (report.n_listed, report.n_rejected) == (1, 4_999)


@pytest.mark.slow
def test_a_full_disk_while_publishing(copied: Copied) -> None:
    made = copied("made")
    measure(made.settings, MONDAY)
    releases: Path = made.settings.paths.releases
    (end,) = run_doomed(
        [Doom(settings=settings_json(made.settings), step="release", day=MONDAY, file_limit=20_000)]
    )
    assert end.error.startswith("StorageError: could not write ")
    assert "free space" in end.error.lower()
    assert files_below(releases) == []
    assert not (releases / "latest").exists()
    assert verify_release(release(made.settings, MONDAY)) == []
