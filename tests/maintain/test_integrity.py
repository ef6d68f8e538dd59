"""What the check of a data folder finds, and how it names the mend."""

from __future__ import annotations

import shutil
from datetime import timedelta

import duckdb
import pytest

from include.archive.manifest import CorruptManifestError
from include.archive.plan import handed_on_by, plan_path, read_plan, write_plan
from include.archive.reads import Board
from include.maintain.integrity import IntegrityError, LostArchiveError, check_integrity
from include.partitions import day_key
from include.pipeline.rebuilding import rebuild
from include.publish.vintages import LEDGER
from include.settings import Settings
from include.warehouse.connection import open_warehouse
from tests.maintain.kept_folder import TUESDAY, problems, tables
from tests.pipeline.installation import MONDAY


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
        ("core_board_reads core_rejected_records", "day = '2026-11-16'", "2026-11-16 read 0 postings"),
        ("core_board_reads core_sightings", "day = '2026-11-16'", "2026-11-16 read 0 postings"),
    ],
)
def test_a_partition_that_lost_all_of_its_rows_in_a_table_is_named(
    settings: Settings, table: str, of: str, is_in_sum: str
) -> None:
    assert day_key(MONDAY) == "2026-11-16"
    with open_warehouse(settings) as connection:
        connection.execute("UPDATE core_board_reads SET n_rejected = 1 WHERE day = ?", [MONDAY])
        for lost in table.split():
            connection.execute(f"DELETE FROM {lost} WHERE {of}")
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


def test_an_import_that_was_archived_and_never_loaded_is_named(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        for table in ("core_board_reads", "core_postings", "core_rejected_records"):
            connection.execute(f"DELETE FROM {table} WHERE is_import(source)")
    assert "the import history is archived but not loaded. Run import_archive" in problems(settings)


def test_what_the_archive_has_lost_is_named_and_no_rebuild_drops_it(settings: Settings) -> None:
    reads = settings.paths.archive / "reads"
    for source in reads.iterdir():
        shutil.rmtree(source / day_key(TUESDAY))
    (named,) = check_integrity(settings).problems
    assert f"{settings.paths.archive} has nothing of {day_key(TUESDAY)}, which the warehouse holds" in named
    assert "backup" in named
    settings.paths.archive.rename(settings.data_dir / "unmounted")
    before = tables(settings)
    assert f"nothing of {day_key(MONDAY)}, {day_key(TUESDAY)}, import/history, which" in problems(settings)
    with pytest.raises(LostArchiveError, match=r"Nothing was dropped(.|\n)*move .*warehouse\.duckdb away"):
        rebuild(settings)
    assert tables(settings) == before
    assert list(settings.paths.texts.rglob("*.parquet"))


def test_no_rebuild_drops_a_warehouse_of_another_version_that_the_archive_has_lost(
    settings: Settings,
) -> None:
    """After an update it cannot be opened, but with the former version, and it is all that there is."""
    with duckdb.connect(str(settings.paths.warehouse)) as connection:
        connection.execute("ALTER TABLE core_postings DROP COLUMN employer")
    settings.paths.archive.rename(settings.data_dir / "unmounted")
    before = tables(settings)
    with pytest.raises(LostArchiveError, match=rf"nothing of {day_key(MONDAY)}(.|\n)*Nothing was dropped"):
        rebuild(settings)
    assert tables(settings) == before
    assert list(settings.paths.texts.rglob("*.parquet"))


def test_a_warehouse_that_is_gone_is_named_once_not_every_day_of_it(settings: Settings) -> None:
    """As after a rebuild that was killed when it had dropped it."""
    settings.paths.warehouse.unlink()
    (problem,) = check_integrity(settings).problems
    assert problem == (
        f"warehouse: {settings.paths.warehouse} is gone; 2 days and 1 import are archived. "
        "python -m include.pipeline rebuild"
    )


def test_lost_and_damaged_texts_are_told_apart(settings: Settings) -> None:
    first, second = sorted(settings.paths.texts.rglob("*.parquet"), key=lambda path: -path.stat().st_size)[:2]
    whole = first.read_bytes()
    first.unlink()
    assert "have no text" in problems(settings)
    first.write_bytes(whole)
    whole = second.read_bytes()
    at = len(whole) // 2
    for damaged in (
        whole[:-20],
        whole[:200] + b"\xff" * 64 + whole[264:],
        whole[:at] + b"~" + whole[at + 1 :],
    ):
        second.write_bytes(damaged)
        assert f"{second} cannot be read" in problems(settings)


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
