"""What a backup holds, and that it restores."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from include.archive.integrity import verify
from include.archive.store import Archive
from include.maintain import backup
from include.maintain.backup import NoBackupFolderError, back_up
from include.maintain.integrity import check_integrity
from include.partitions import day_key
from include.settings import Settings
from include.storage import StorageError
from tests.archive.samples import answer_of, read_of, record
from tests.maintain.kept_folder import TUESDAY, problems, tables
from tests.pipeline.installation import changed


def test_a_backup_restores_everything(settings: Settings, tmp_path: Path) -> None:
    before = tables(settings)
    first = back_up(settings, TUESDAY)
    assert (Path(first.folder), first.n_kept) == (tmp_path / "backup" / "simulated", 0)
    again = back_up(settings, TUESDAY)
    assert (again.n_copied, again.n_kept) == (1, first.n_copied - 1)  # the warehouse's copy is always new
    restored = changed(settings, data_dir=tmp_path / "restored")
    for folder in ("archive", "texts"):
        shutil.copytree(Path(first.folder) / folder, restored.data_dir / folder)
    restored.paths.warehouse.parent.mkdir()
    shutil.copy(Path(first.folder) / "warehouse" / f"{day_key(TUESDAY)}.duckdb", restored.paths.warehouse)
    assert tables(restored) == before
    assert check_integrity(restored).problems == ()


def test_a_backup_holds_releases_and_samples_and_nothing_unfinished(settings: Settings) -> None:
    kept = {
        "releases/2026-W39/index.html": "week 39",
        "releases/2026-W40/index.html": "week 40",
        "releases/vintages.csv": "release,recorded_at,sha256\n",
        "audit/2026-W40/design.csv": "audit_week\n",
    }
    unfinished = ("archive/open/acme.jsonl", "releases/.2026-W41.tmp/index.html", "audit/2026-W40/.draft.tmp")
    for name in (*kept, *unfinished):
        path = settings.data_dir / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(kept.get(name, "half"))
    latest = settings.paths.releases / "latest"
    latest.symlink_to("2026-W39")
    first = back_up(settings, TUESDAY)
    folder = Path(first.folder)
    copied = {str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file()}
    assert {name for name in copied if name.startswith(("releases", "audit"))} == set(kept)
    assert not copied & set(unfinished)
    assert (folder / "releases" / "latest").readlink() == Path("2026-W39")
    assert first.n_copied == len(copied)
    assert first.bytes_copied == sum((folder / name).stat().st_size for name in copied)

    latest.unlink()
    latest.symlink_to("2026-W40")
    (settings.paths.releases / "vintages.csv").write_text("release,recorded_at,sha256\n2026-W40,once,00\n")
    assert back_up(settings, TUESDAY).n_copied == 2  # the ledger, and the warehouse's copy
    assert (folder / "releases" / "latest" / "index.html").read_text() == "week 40"
    assert "2026-W40" in (folder / "releases" / "vintages.csv").read_text()


def test_a_file_that_was_written_again_is_copied_again(settings: Settings) -> None:
    """Such as a ledger, of the same size as before or, by a coarse clock, of the same time."""
    resized, rewritten, same = (settings.paths.audit / "2026-W40" / name for name in ("a", "b", "c"))
    resized.parent.mkdir(parents=True)
    for path in (resized, rewritten, same):
        path.write_text("one")
    folder = Path(back_up(settings, TUESDAY).folder)
    moment = resized.stat()
    resized.write_text("three")
    os.utime(resized, ns=(moment.st_atime_ns, moment.st_mtime_ns))
    rewritten.write_text("two")
    os.utime(rewritten, ns=(moment.st_atime_ns, moment.st_mtime_ns + 10**9))
    assert back_up(settings, TUESDAY).n_copied == 3  # and the warehouse's copy
    copies = [folder / path.relative_to(settings.data_dir) for path in (resized, rewritten, same)]
    assert [copy.read_text() for copy in copies] == ["three", "two", "one"]


@pytest.mark.parametrize("moved", ["", "archive", "archive/objects"])
def test_what_lies_on_another_disk_by_a_link_is_in_the_backup(
    settings: Settings, tmp_path: Path, moved: str
) -> None:
    expected = back_up(settings, TUESDAY).n_copied
    link = settings.data_dir / moved
    link.rename(tmp_path / "elsewhere")
    link.symlink_to(tmp_path / "elsewhere")
    again = back_up(changed(settings, backup_dir=tmp_path / "second"), TUESDAY)
    assert again.n_copied == expected


def test_what_a_killed_task_committed_is_in_the_backup(settings: Settings) -> None:
    """It stands beside the file, in DuckDB's log, until the file is opened again."""
    script = (
        "import duckdb, os, sys\n"
        "connection = duckdb.connect(sys.argv[1])\n"
        "connection.execute(\"INSERT INTO _meta VALUES ('mark', 'committed')\")\n"
        "os._exit(0)\n"
    )
    live = settings.paths.warehouse
    subprocess.run([sys.executable, "-c", script, str(live)], check=True)
    assert live.with_name(f"{live.name}.wal").stat().st_size > 0
    folder = Path(back_up(settings, TUESDAY).folder)
    copy = folder / "warehouse" / f"{day_key(TUESDAY)}.duckdb"
    with duckdb.connect(str(copy), read_only=True) as connection:
        marks = connection.execute("SELECT value FROM _meta WHERE key = 'mark'").fetchall()
    assert marks == [("committed",)]


def test_history_that_was_brought_in_is_checked_and_backed_up(settings: Settings) -> None:
    """It took hours of a public host's time to read."""
    before = check_integrity(settings)
    history = Archive(settings.paths.history)
    record(history, read_of(), [answer_of(b"old ads")])
    report = check_integrity(settings)
    assert report.problems == ()
    assert (report.n_objects, report.n_manifests) == (before.n_objects + 1, before.n_manifests + 1)
    folder = Path(back_up(settings, TUESDAY).folder)
    copy = Archive(folder / "history")
    assert copy.objects.digests() == history.objects.digests()
    (digest,) = history.objects.digests()
    original = next(settings.paths.history.rglob("*.zst"))
    original.chmod(0o644)
    original.write_bytes(b"damaged")
    assert f"history: the archived object {original} cannot be read" in problems(settings)
    back_up(settings, TUESDAY)
    assert copy.objects.read(digest) == b"old ads"


def test_a_backup_during_a_collection_has_the_answers_of_every_read_that_it_has(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = Archive(settings.paths.archive)
    copy_file = backup._copy
    n_copied = 0

    def copy_while_a_board_is_read(path: Path, copy: Path) -> None:
        nonlocal n_copied
        copy_file(path, copy)
        n_copied += 1
        record(archive, read_of(), [answer_of(f"ads {n_copied}".encode())])

    monkeypatch.setattr(backup, "_copy", copy_while_a_board_is_read)
    folder = Path(back_up(settings, TUESDAY).folder)
    assert n_copied > 5
    assert verify(Archive(folder / "archive")).problems == ()


def test_later_damage_does_not_reach_the_backup(settings: Settings) -> None:
    folder = Path(back_up(settings, TUESDAY).folder)
    original = next((settings.paths.archive / "objects").rglob("*.zst"))
    copy = folder / original.relative_to(settings.data_dir)
    sound = copy.read_bytes()
    original.chmod(0o644)
    original.write_bytes(b"damaged")
    back_up(settings, TUESDAY)
    assert copy.read_bytes() == sound


def test_a_copy_that_differs_from_its_original_is_no_backup(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failing disk, which no test can have, is stood in for by a copy that loses a byte."""

    def lose_a_byte(path: Path, copy: Path) -> None:
        copy.write_bytes(path.read_bytes()[:-1])

    monkeypatch.setattr(shutil, "copy2", lose_a_byte)
    with pytest.raises(StorageError, match=r"the copy of .* differs from it; check the disk of .*backup"):
        back_up(settings, TUESDAY)
    assert [path for path in (tmp_path / "backup").rglob("*") if path.is_file()] == []


def test_only_the_newest_copies_of_the_warehouse_stay(settings: Settings) -> None:
    days = [TUESDAY + timedelta(weeks=week) for week in range(6)]
    for day in days:
        folder = Path(back_up(settings, day).folder)
    assert [path.stem for path in sorted((folder / "warehouse").iterdir())] == [day_key(d) for d in days[2:]]


def test_a_backup_needs_a_folder_outside_the_data(settings: Settings, tmp_path: Path) -> None:
    with pytest.raises(NoBackupFolderError, match="HIRING_SIGNALS_BACKUP_DIR"):
        back_up(changed(settings, backup_dir=None), TUESDAY)
    inside, link = settings.data_dir / "copies", tmp_path / "another disk"
    link.symlink_to(inside)
    for folder in (inside, link):
        with pytest.raises(StorageError, match="inside the data folder"):
            back_up(changed(settings, backup_dir=folder), TUESDAY)
