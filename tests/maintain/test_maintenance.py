"""Upkeep of a data folder on which a small market was collected, built and imported."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pytest

from include import storage
from include.archive.manifest import CorruptManifestError
from include.archive.plan import handed_on_by, plan_path, read_plan, write_plan
from include.archive.reads import Board
from include.archive.store import Archive
from include.maintain.backup import NoBackupFolderError, back_up
from include.maintain.compaction import NoWarehouseError, compact
from include.maintain.integrity import IntegrityError, check_integrity
from include.maintain.retention import apply_retention
from include.partitions import day_key
from include.publish.vintages import LEDGER
from include.sample_market.config import MarketConfig
from include.sample_market.history import write_history
from include.sample_market.market import generate
from include.sample_market.server import MarketServer
from include.settings import Settings
from include.storage import StorageError
from include.warehouse.cards import load_cards
from include.warehouse.connection import WarehouseLockedError, open_warehouse, replaced_warehouse
from tests.archive.samples import answer_of, read_of, record
from tests.pipeline.installation import MONDAY, bring_in, changed, installation, rows

CONFIG = MarketConfig(employers=4, weeks=3, product_openings_per_week=8, other_openings_per_week=4)
TUESDAY = MONDAY + timedelta(days=1)


@pytest.fixture(scope="module")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two built days and an import."""
    with MarketServer(generate(CONFIG), day=MONDAY) as server:
        house = installation(tmp_path_factory.mktemp("kept"), server.application.market, server.url)
        for day in (MONDAY, TUESDAY):
            house.collect(day)
            house.build(day)
    dump = house.settings.data_dir / "history.jsonl.gz"
    write_history(CONFIG, dump)
    bring_in(house.settings, dump, MONDAY)
    return house.settings


@pytest.fixture
def settings(kept: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A copy to damage, with a folder for backups."""
    shutil.copytree(kept.data_dir, tmp_path / "data", symlinks=True)
    return changed(kept, data_dir=tmp_path / "data", backup_dir=tmp_path / "backup")


def tables(settings: Settings) -> dict[str, list[tuple[object, ...]]]:
    return {
        table: rows(settings, f"SELECT * FROM {table} ORDER BY ALL") for table in ("_meta", *load_cards())
    }


def problems(settings: Settings) -> str:
    return "\n".join(check_integrity(settings).problems)


def test_a_sound_folder_has_no_problems_and_every_partition_is_added_up(settings: Settings) -> None:
    report = check_integrity(settings)
    report.raise_if_broken()
    assert report.problems == ()
    assert report.n_partitions == 3
    assert report.n_text_files == len(list(settings.paths.texts.rglob("*.parquet")))
    assert report.n_objects >= 4


def test_a_damaged_object_is_named(settings: Settings) -> None:
    damaged = next((settings.paths.archive / "objects").rglob("*.zst"))
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:-9])
    assert damaged.stem in problems(settings)
    with pytest.raises(IntegrityError, match="nothing was backed up, compacted or removed"):
        check_integrity(settings).raise_if_broken()


def test_a_release_that_is_gone_is_named_with_the_mend(settings: Settings) -> None:
    settings.paths.releases.mkdir(exist_ok=True)
    line = "2026-W40,2026-10-05T12:05:00+00:00,00"
    (settings.paths.releases / LEDGER).write_text(f"release,recorded_at,sha256\n{line}\n")
    assert problems(settings).startswith(
        "release 2026-W40: the ledger vintages.csv has it and the folder is gone."
    )
    assert "Bring the folder back from a backup" in problems(settings)
    (settings.paths.releases / LEDGER).write_text("release,recorded_at,sha256\n2026-W40,once,00\n")
    assert "line 2" in problems(settings)


def test_a_sample_whose_design_is_empty_is_named_with_the_mend(settings: Settings) -> None:
    design = settings.paths.audit / "2026-W47" / "design.csv"
    design.parent.mkdir(parents=True)
    design.write_text("audit_week,content_hash,stratum,inclusion_probability\n2026-W47,ab,neither,0.5\n")
    assert problems(settings) == ""
    design.write_text("")
    assert f"{design} holds no record" in problems(settings)
    assert "backup" in problems(settings)


def test_rows_lost_in_the_warehouse_are_counted(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        connection.execute(
            "DELETE FROM core_sightings WHERE posting_key = (SELECT min(posting_key) FROM core_sightings "
            "WHERE day = ?) AND day = ?",
            [MONDAY, MONDAY],
        )
    assert f"{day_key(MONDAY)} read" in problems(settings)
    assert day_key(TUESDAY) not in problems(settings)


@pytest.mark.parametrize(
    ("table", "of", "is_in_sum"),
    [
        ("core_sightings", "day = '2026-11-16'", "2026-11-16 read"),
        ("core_board_reads", "day = '2026-11-16'", "2026-11-16 read 0 postings"),
        ("core_rejected_records", "day = '2026-11-16'", "2026-11-16 read"),
        ("core_postings", "is_import(source)", "import/history read"),
        ("core_board_reads", "is_import(source)", "import/history read 0 postings"),
    ],
)
def test_a_partition_that_lost_all_of_its_rows_in_a_table_is_named(
    settings: Settings, table: str, of: str, is_in_sum: str
) -> None:
    assert day_key(MONDAY) == "2026-11-16"
    with open_warehouse(settings) as connection:
        connection.execute("UPDATE core_board_reads SET n_rejected = 1 WHERE day = ?", [MONDAY])
        connection.execute(f"DELETE FROM {table} WHERE {of}")
    assert f"warehouse: {is_in_sum}" in problems(settings)


def test_partitions_without_a_reject_are_added_up_too(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        connection.execute("UPDATE core_board_reads SET n_rejected = 0")
        connection.execute("DELETE FROM core_rejected_records")
    report = check_integrity(settings)
    assert (report.problems, report.n_partitions) == ((), 3)


def test_a_day_that_was_archived_and_never_built_is_named_unless_it_is_under_way(settings: Settings) -> None:
    later = TUESDAY + timedelta(days=1)
    boards = [Board(source="greenhouse", token="acme", employer="Acme")]
    write_plan(settings.paths.archive, later, boards)
    assert problems(settings) == ""
    write_plan(settings.paths.archive, later + timedelta(days=1), boards)
    assert f"{day_key(later)} is archived but not built" in problems(settings)


def test_lost_and_damaged_texts_are_told_apart(settings: Settings) -> None:
    first, second = sorted(settings.paths.texts.rglob("*.parquet"), key=lambda path: -path.stat().st_size)[:2]
    whole = first.read_bytes()
    first.unlink()
    assert "have no text" in problems(settings)
    first.write_bytes(whole)
    second.write_bytes(second.read_bytes()[:-20])
    assert f"{second} cannot be read" in problems(settings)


def test_a_backup_restores_everything(settings: Settings, tmp_path: Path) -> None:
    before = tables(settings)
    first = back_up(settings, TUESDAY)
    assert first.n_kept == 0
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


@pytest.mark.parametrize("is_damaged", [True, False])
def test_a_warehouse_that_cannot_be_opened_hides_no_other_problem(
    settings: Settings, is_damaged: bool
) -> None:
    if is_damaged:
        settings.paths.warehouse.write_bytes(settings.paths.warehouse.read_bytes()[:5_000])
    else:
        with duckdb.connect(str(settings.paths.warehouse)) as connection:
            connection.execute("ALTER TABLE core_sightings ALTER day TYPE VARCHAR")
    damaged = next((settings.paths.archive / "objects").rglob("*.zst"))
    damaged.chmod(0o644)
    damaged.write_bytes(damaged.read_bytes()[:-9])
    report = check_integrity(settings)
    said = "is damaged" if is_damaged else "was made by another version of the code: core_sightings.day"
    assert [said in problem for problem in report.problems].count(True) == 1
    assert any(damaged.stem in problem for problem in report.problems)
    with pytest.raises(IntegrityError, match=r"problems; nothing was .*\n  1\. archive: (.|\n)*\n  2\. "):
        report.raise_if_broken()


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


@pytest.mark.parametrize("folder", ["plans", "handed_on"])
def test_a_damaged_record_of_a_day_is_named_with_the_mend(settings: Settings, folder: str) -> None:
    path = settings.paths.archive / folder / plan_path(settings.paths.archive, MONDAY).name
    path.parent.mkdir(exist_ok=True)
    path.unlink(missing_ok=True)
    path.write_text("[{")
    assert f"archive: {path} cannot be read" in problems(settings)
    assert "Restore it from a backup, or move it away: then " in problems(settings)
    with pytest.raises(CorruptManifestError, match=f"{path} cannot be read"):
        (read_plan if folder == "plans" else handed_on_by)(settings.paths.archive, MONDAY)


def test_later_damage_does_not_reach_the_backup(settings: Settings) -> None:
    folder = Path(back_up(settings, TUESDAY).folder)
    original = next((settings.paths.archive / "objects").rglob("*.zst"))
    copy = folder / original.relative_to(settings.data_dir)
    sound = copy.read_bytes()
    original.chmod(0o644)
    original.write_bytes(b"damaged")
    back_up(settings, TUESDAY)
    assert copy.read_bytes() == sound


def test_only_the_newest_copies_of_the_warehouse_stay(settings: Settings) -> None:
    days = [TUESDAY + timedelta(weeks=week) for week in range(6)]
    for day in days:
        folder = Path(back_up(settings, day).folder)
    assert [path.stem for path in sorted((folder / "warehouse").iterdir())] == [day_key(d) for d in days[2:]]


def test_a_backup_needs_a_folder_outside_the_data(settings: Settings) -> None:
    with pytest.raises(NoBackupFolderError, match="HIRING_SIGNALS_BACKUP_DIR"):
        back_up(changed(settings, backup_dir=None), TUESDAY)
    with pytest.raises(StorageError, match="inside the data folder"):
        back_up(changed(settings, backup_dir=settings.data_dir / "copies"), TUESDAY)


def test_compaction_gives_space_back_and_changes_no_row_and_no_comment(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        connection.execute(
            "CREATE TABLE ballast AS SELECT range AS a, md5(range::VARCHAR) AS b FROM range(200000)"
        )
    with open_warehouse(settings) as connection:
        connection.execute("DROP TABLE ballast")
    before = tables(settings)
    report = compact(settings)
    assert report.bytes_after < report.bytes_before
    assert report.n_rows == sum(map(len, before.values()))
    assert tables(settings) == before
    uncommented = rows(
        settings,
        "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL "
        "AND table_name <> '_meta' AND NOT internal",
    )
    assert uncommented == []
    assert [path.name for path in settings.paths.warehouse.parent.iterdir()] == ["warehouse.duckdb"]


def test_what_is_written_while_the_file_is_swapped_is_not_lost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new file is whole and closed, and not yet in its place: a writer comes in just then."""

    def write() -> None:
        with open_warehouse(settings) as connection:
            connection.execute("INSERT INTO _meta VALUES ('mark', 'written meanwhile')")

    writer = threading.Thread(target=write)
    sync = storage._sync

    def sync_slowly(path: Path) -> None:
        if writer.ident is None:
            writer.start()
            writer.join(1.0)
        sync(path)

    monkeypatch.setattr(storage, "_sync", sync_slowly)
    compact(settings)
    writer.join(30.0)
    with open_warehouse(settings) as connection:
        marks = connection.execute("SELECT value FROM _meta WHERE key = 'mark'").fetchall()
    assert marks == [("written meanwhile",)]


def test_there_is_nothing_to_compact_before_a_day_is_built(tmp_path: Path) -> None:
    with pytest.raises(NoWarehouseError, match="build a day first"):
        compact(Settings(data_dir=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_compaction_waits_for_nobody_who_keeps_the_file(settings: Settings) -> None:
    with (
        open_warehouse(settings),
        pytest.raises(WarehouseLockedError, match="is being replaced, or held"),
        replaced_warehouse(settings, patience_seconds=0),
    ):
        pass
    with replaced_warehouse(settings) as (_, successor):
        shutil.copy(settings.paths.warehouse, successor)
        with (
            pytest.raises(WarehouseLockedError, match="is being replaced, or held"),
            open_warehouse(settings, patience_seconds=0),
        ):
            pass


def test_retention_keeps_what_is_recent_and_what_waits_for_its_labels(settings: Settings) -> None:
    staging = settings.paths.staging
    half = next((staging / day_key(TUESDAY)).iterdir())
    (half / "core_signals.parquet").unlink()
    assert apply_retention(settings, MONDAY + timedelta(days=settings.keep_days)).staged_partitions == ()
    report = apply_retention(settings, TUESDAY + timedelta(days=settings.keep_days + 1))
    assert set(report.staged_partitions) == {day_key(MONDAY), "import/history"}
    assert report.bytes_freed > 0
    assert (staging / day_key(TUESDAY)).is_dir()
    assert check_integrity(settings).problems == ()


def test_retention_removes_old_check_pages_with_what_they_link_to(settings: Settings) -> None:
    pages = settings.paths.data_docs
    for name in (day_key(MONDAY), "2026-W40", "import=history", "notes"):
        (pages / f".{name}.1").mkdir(parents=True)
        (pages / f".{name}.1" / "index.html").write_text("checks")
        (pages / name).symlink_to(f".{name}.1")
    report = apply_retention(settings, MONDAY + timedelta(days=settings.keep_days))
    assert report.check_pages == ("2026-W40",)
    assert not (pages / ".2026-W40.1").exists()
    assert not (pages / "2026-W40").is_symlink()
    assert (pages / day_key(MONDAY) / "index.html").exists()
    assert (pages / "notes").exists()


def test_retention_removes_check_pages_that_no_link_leads_to(settings: Settings) -> None:
    """A task killed while it swaps its pages leaves a folder of either run."""
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
    dead = [releases / ".2026-W47.dead.tmp", releases / ".feed.atom.dead.tmp", spill / "dead.tmp"]
    alive = [releases / ".2026-W47.alive.tmp", releases / ".feed.atom.alive.tmp", spill / "alive.tmp"]
    for folder in (dead[0], alive[0], spill):
        folder.mkdir(parents=True)
    for file in (dead[0] / "index.html", alive[0] / "index.html", *dead[1:], *alive[1:]):
        file.write_text("half a page")
    for hours, drafts in ((25, dead), (23, alive)):
        for draft in drafts:
            os.utime(draft, (time.time() - hours * 3600,) * 2)
    report = apply_retention(settings, date(2026, 11, 17))
    assert (report.n_leftovers, report.bytes_freed) == (3, 3 * len("half a page"))
    assert [draft.exists() for draft in (*dead, *alive)] == [False] * 3 + [True] * 3


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
