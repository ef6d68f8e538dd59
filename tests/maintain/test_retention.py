"""What retention removes, and what it keeps."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path

from include.maintain.integrity import check_integrity
from include.maintain.retention import apply_retention
from include.partitions import day_key
from include.settings import Settings
from tests.maintain.kept_folder import TUESDAY
from tests.pipeline.installation import MONDAY


def test_retention_keeps_what_is_recent_and_what_waits_for_its_labels(settings: Settings) -> None:
    staging = settings.paths.staging
    half = next((staging / day_key(TUESDAY)).iterdir())
    (half / "core_signals.parquet").unlink()
    forgotten = staging / "import" / "forgotten"  # its record was moved away, as an operator is told to do
    forgotten.mkdir()
    assert apply_retention(settings, MONDAY + timedelta(days=settings.keep_days)).staged_partitions == ()
    report = apply_retention(settings, TUESDAY + timedelta(days=settings.keep_days + 1))
    assert set(report.staged_partitions) == {day_key(MONDAY), "import/history"}
    assert report.bytes_freed > 0
    assert (staging / day_key(TUESDAY)).is_dir()
    assert forgotten.is_dir()
    assert check_integrity(settings).problems == ()


def test_retention_removes_old_check_pages_with_what_they_link_to(settings: Settings) -> None:
    pages = settings.paths.data_docs
    for name in (day_key(TUESDAY), "2026-W40", "import=history", "notes"):
        (pages / f".{name}.1").mkdir(parents=True)
        (pages / f".{name}.1" / "index.html").write_text("checks")
        (pages / name).symlink_to(f".{name}.1")
    report = apply_retention(settings, TUESDAY + timedelta(days=settings.keep_days))
    assert report.check_pages == ("2026-W40", "import=history")
    assert not (pages / ".2026-W40.1").exists()
    assert not (pages / "2026-W40").is_symlink()
    assert (pages / day_key(TUESDAY) / "index.html").exists()
    assert (pages / "notes").exists()


def test_retention_removes_check_pages_that_no_link_leads_to(settings: Settings, tmp_path: Path) -> None:
    """A task killed while it swaps its pages leaves a folder of either run."""
    settings.data_dir.rename(tmp_path / "another disk")
    settings.data_dir.symlink_to(tmp_path / "another disk")
    pages = settings.paths.data_docs
    for version in (".2026-11-17.old", ".2026-11-17.new", ".2026-11-17.fresh"):
        (pages / version).mkdir(parents=True)
    (pages / "2026-11-17").symlink_to(".2026-11-17.new")
    for version in (".2026-11-17.old", ".2026-11-17.new"):
        os.utime(pages / version, (time.time() - 2 * 86400,) * 2)
    assert apply_retention(settings, date(2026, 11, 18)).n_leftovers == 1
    assert not (pages / ".2026-11-17.old").exists()
    assert (pages / "2026-11-17").resolve().is_dir()
    assert (pages / ".2026-11-17.fresh").is_dir()  # of a run that may be about to move the link


def test_retention_removes_drafts_of_the_dead_and_not_those_of_the_living(settings: Settings) -> None:
    releases, spill = settings.paths.releases, settings.paths.warehouse.parent / "spill"
    pages = settings.paths.data_docs

    def drafts(kind: str) -> tuple[list[Path], list[Path]]:
        folders = [releases / f".2026-W47.{kind}.tmp", pages / f".2026-11-17.{kind}.tmp"]
        return folders, [releases / f".feed.atom.{kind}.tmp", spill / f"{kind}.tmp"]

    spill.mkdir(parents=True)
    for kind, hours in (("dead", 25), ("alive", 23)):
        folders, files = drafts(kind)
        for folder in folders:
            folder.mkdir(parents=True)
        if kind == "dead":
            files.append(folders[0] / ".feed.atom.tmp")  # goes with its folder
        for file in (*(folder / "index.html" for folder in folders), *files):
            file.write_text("half a page")
        for draft in (*folders, *files):
            os.utime(draft, (time.time() - hours * 3600,) * 2)
    report = apply_retention(settings, date(2026, 11, 17))
    assert (report.n_leftovers, report.bytes_freed) == (5, 5 * len("half a page"))
    for kind, are_there in (("dead", False), ("alive", True)):
        assert {draft.exists() for part in drafts(kind) for draft in part} == {are_there}


def test_retention_does_not_stumble_over_drafts_that_their_writers_finish_meanwhile(
    settings: Settings,
) -> None:
    """A collector makes its drafts and puts them in their place while the folder is gone through."""
    script = (
        "import pathlib, sys\n"
        "drafts = [pathlib.Path(sys.argv[1], f'.{number}.tmp') for number in range(50)]\n"
        "while True:\n"
        "    for draft in drafts: draft.touch()\n"
        "    for draft in drafts: draft.replace(draft.with_name('answer'))\n"
    )
    folder = settings.paths.archive / "busy"
    folder.mkdir()
    for number in range(500):  # of other sources, gone through in between
        (settings.paths.archive / f"quiet {number}").mkdir()
    with subprocess.Popen([sys.executable, "-c", script, str(folder)]) as collector:
        try:
            while not (folder / "answer").exists():
                time.sleep(0.01)
            for _ in range(10):
                assert apply_retention(settings, MONDAY).n_leftovers == 0
        finally:
            collector.kill()
