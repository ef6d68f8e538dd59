"""The operator's commands: what they refuse to drop, and how they say that they stopped."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from datetime import date
from functools import partial
from pathlib import Path
from typing import NamedTuple

import pytest

from include.archive.manifest import object_path
from include.archive.plan import known_days
from include.audit.labels import AuditLabelError
from include.pipeline import rebuilding
from include.pipeline.__main__ import main
from include.pipeline.importing import archive_dump
from include.pipeline.rebuilding import rebuild
from include.settings import Settings
from include.storage import write_text
from include.validate.report import ValidationFailedError
from include.warehouse.connection import (
    WarehouseLockedError,
    WrongOriginError,
    open_warehouse,
    warehouse_alone,
)
from tests.pipeline.installation import rows, writer_of_a_mark


class Built(NamedTuple):
    n_postings: int = 3
    n_rejected: int = 0


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """An installation whose archive is empty, with a row in its warehouse and a text beside it."""
    monkeypatch.setenv("HIRING_SIGNALS_DATA_DIR", str(tmp_path))
    monkeypatch.setattr(rebuilding, "warehouse_alone", partial(warehouse_alone, patience_seconds=0))
    found = Settings()
    with open_warehouse(found) as connection:
        connection.execute("INSERT INTO _meta VALUES ('mark', 'of before')")
    write_text(found.paths.texts / "greenhouse" / "2026-11-16.parquet", "text")
    return found


def marks(settings: Settings) -> list[tuple[str]]:
    return rows(settings, "SELECT value FROM _meta WHERE key = 'mark'")


def test_a_rebuild_drops_what_was_there_and_takes_labels_in(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    taken_in: list[Settings] = []
    monkeypatch.setattr(rebuilding, "import_labels", taken_in.append)
    write_text(settings.paths.staging / "2026-11-16" / "lever" / "core_postings.parquet", "of before")
    assert main(["rebuild"]) == 0
    assert "0 partitions built" in capsys.readouterr().out
    for folder in (settings.paths.warehouse.parent, settings.paths.texts, settings.paths.staging):
        assert list(folder.iterdir()) == []
    assert taken_in == [settings]
    assert rebuild(settings) == []  # and again, with nothing there


def test_a_rebuild_builds_imports_and_then_the_days_from_the_oldest_on(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[str] = []
    monkeypatch.setattr(rebuilding, "validate_core", lambda settings, key: checked.append(key))
    dump = tmp_path / "ads.csv"
    dump.write_text("id,title,posted_at\n1,Product Owner,2026-01-05\n")
    archive_dump(settings, dump, date(2026, 12, 1))
    for day in ("2026-11-17", "2026-11-16", "2026-12-02"):
        write_text(settings.paths.archive / "plans" / f"{day}.json", "[]")
    told: list[str] = []
    built = rebuild(settings, told.append)
    assert built == checked == ["import/ads", "2026-11-16", "2026-11-17", "2026-12-02"]
    assert [line.partition(":")[0] for line in told] == built
    assert rows(settings, "SELECT count(*) FROM core_signals") == [(1,)]


def test_a_rebuild_goes_on_when_a_day_fails_its_gate_and_says_so_at_the_end(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def gate(settings: Settings, partition_key: str) -> None:
        if partition_key == "2026-11-16":
            raise ValidationFailedError("2026-11-16: ids are not unique")

    for day in ("2026-11-16", "2026-11-17"):
        write_text(settings.paths.archive / "plans" / f"{day}.json", "[]")
    monkeypatch.setattr(rebuilding, "load_partition", lambda settings, key: Built())
    monkeypatch.setattr(rebuilding, "validate_core", gate)
    assert main(["rebuild"]) == 1
    said = capsys.readouterr()
    assert "2026-11-17: 3 postings, 0 rejected" in said.out
    assert said.err == (
        "Stopped: what could be built is built, but not all is well:\n2026-11-16: ids are not unique\n"
    )


def test_a_rebuild_goes_on_without_what_cannot_be_read_and_names_it(
    settings: Settings,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(rebuilding, "validate_core", lambda settings, key: None)
    for name in ("good", "lost"):
        dump = tmp_path / f"{name}.csv"
        dump.write_text(f"id,title,posted_at\n{name},Product Owner,2026-01-05\n")
        record = archive_dump(settings, dump, date(2026, 2, 1))
    object_path(settings.paths.archive, record.sha256).unlink()
    boards = [{"source": source, "token": "acme", "employer": "Acme"} for source in ("of_old", "of_yore")]
    write_text(settings.paths.archive / "plans" / "2026-11-16.json", json.dumps(boards))
    manifest = settings.paths.archive / "reads" / "of_old" / "2026-11-17" / "acme.1.json"
    write_text(manifest, "{")
    assert main(["rebuild"]) == 1
    said = capsys.readouterr()
    assert f"2026-11-17 is left out: the manifest {manifest}" in said.err
    assert "import/good: 1 posting" in said.out
    assert "2026-11-16: 0 postings" in said.out
    assert f"import/lost is left out: the archived object {tmp_path}" in said.err
    assert "2026-11-16, of_old is left out" in said.err
    reads = rows(settings, "SELECT source, status FROM core_board_reads ORDER BY 1")
    assert reads == [("import/good", "complete"), ("of_old", "malformed"), ("of_yore", "malformed")]


def test_a_rebuild_names_what_it_left_out_also_where_labels_cannot_be_used(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def unusable(settings: Settings) -> None:
        raise AuditLabelError("2026-W47/labels/anna.csv, record 3: no label 'cert'")

    monkeypatch.setattr(rebuilding, "validate_core", lambda settings, key: None)
    monkeypatch.setattr(rebuilding, "import_labels", unusable)
    plans = settings.paths.archive / "plans"
    write_text(plans / "2026-11-16.json", "{")
    write_text(plans / "2026-11-17.json", "[]")
    assert main(["rebuild"]) == 1
    said = capsys.readouterr()
    assert "2026-11-17: 0 postings" in said.out
    assert f"2026-11-16 is left out: {plans / '2026-11-16.json'} cannot be read" in said.err
    assert "2026-W47/labels/anna.csv, record 3: no label 'cert'" in said.err


def test_a_rebuild_goes_on_where_what_was_switched_off_cannot_be_read(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rebuilding, "validate_core", lambda settings, key: None)
    for day in ("2026-11-16", "2026-11-17"):
        write_text(settings.paths.archive / "plans" / f"{day}.json", "[]")
    off = settings.paths.archive / "switched_off" / "2026-11-16.json"
    write_text(off, "[{")
    assert main(["rebuild"]) == 1
    said = capsys.readouterr()
    assert "2026-11-17: 0 postings" in said.out
    assert f"2026-11-16 is left out: {off} cannot be read" in said.err


def test_a_file_beside_the_plans_that_is_none_stops_nothing(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    write_text(settings.paths.archive / "plans" / "2026-11-16 (copy).json", "[]")
    assert main(["rebuild"]) == 0
    assert "0 partitions built" in capsys.readouterr().out


def test_a_rebuild_that_is_interrupted_says_what_it_leaves(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def press_control_c(settings: Settings, partition_key: str) -> None:
        signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(rebuilding, "validate_core", press_control_c)
    for day in ("2026-11-16", "2026-11-17", "2026-11-18"):
        write_text(settings.paths.archive / "plans" / f"{day}.json", "[]")
    # A shell lets what it starts in the background ignore Ctrl-C.
    of_before = signal.signal(signal.SIGINT, signal.default_int_handler)
    try:
        assert main(["rebuild"]) == 130
    finally:
        signal.signal(signal.SIGINT, of_before)
    assert capsys.readouterr().err == (
        "Stopped: interrupted. The warehouse is built in part: run rebuild again before anything else.\n"
    )
    assert main(["verify"]) == 1
    assert "2026-11-17 is archived but not built" in capsys.readouterr().out


def test_a_rebuild_leaves_the_data_of_another_origin_alone(settings: Settings) -> None:
    wrong = Settings(data_dir=settings.data_dir, data_origin="public_boards")
    with pytest.raises(WrongOriginError, match="holds simulated data and cannot take public_boards data"):
        rebuild(wrong)
    assert marks(settings) == [("of before",)]
    assert settings.paths.texts.exists()


def test_a_rebuild_does_not_pull_the_warehouse_from_under_a_process(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    hold = f"import duckdb; c = duckdb.connect({str(settings.paths.warehouse)!r}); print(flush=True); input()"
    with subprocess.Popen(
        [sys.executable, "-c", hold], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with pytest.raises(WarehouseLockedError):
            rebuild(settings)
        assert main(["rebuild"]) == 1
        other.communicate(b"\n")
    said = capsys.readouterr().err
    assert said.startswith(f"Stopped: {settings.paths.warehouse} is held by another process")
    assert str(other.pid) in said
    assert marks(settings) == [("of before",)]


def test_what_is_written_while_a_rebuild_drops_the_warehouse_is_not_lost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The old file has been looked at and is not removed yet: a writer comes in just then."""

    writer = writer_of_a_mark(settings)

    def know_days_slowly(root: Path) -> list[date]:
        writer.start()
        writer.join(1.0)
        return known_days(root)

    monkeypatch.setattr(rebuilding, "known_days", know_days_slowly)
    monkeypatch.setattr(rebuilding, "import_labels", lambda settings: writer.join(30.0))
    assert rebuild(settings) == []
    assert marks(settings) == [("written meanwhile",)]


def test_a_rebuild_drops_what_lies_on_another_disk_and_leaves_the_links(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rebuilding, "import_labels", lambda settings: None)
    folders = (settings.paths.warehouse.parent, settings.paths.texts)
    for folder in folders:
        folder.rename(tmp_path / f"elsewhere-{folder.name}")
        folder.symlink_to(tmp_path / f"elsewhere-{folder.name}")
    assert rebuild(settings) == []
    assert all(folder.is_symlink() for folder in folders)
    assert [list(folder.iterdir()) for folder in folders] == [[], []]


def test_a_damaged_warehouse_is_named_and_mended_by_a_rebuild(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(rebuilding, "validate_core", lambda settings, key: None)
    with settings.paths.warehouse.open("r+b") as file:
        file.write(b"\xff" * 64)
    assert main(["verify"]) == 1
    said = capsys.readouterr().out
    assert f"{settings.paths.warehouse} is damaged" in said
    assert "held by another process" not in said
    assert "python -m include.pipeline rebuild" in said
    assert main(["rebuild"]) == 1  # the texts are all that is left, where the archive is away
    said = capsys.readouterr().err
    assert f"{settings.paths.archive} has nothing. Nothing was dropped. Bring the archive back" in said
    assert settings.paths.warehouse.is_file()
    assert list(settings.paths.texts.rglob("*.parquet"))
    write_text(settings.paths.archive / "plans" / "2026-11-16.json", "[]")
    assert main(["rebuild"]) == 0
    assert main(["verify"]) == 0


def test_texts_that_are_damaged_are_named_when_they_are_labelled_again(
    settings: Settings, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["reclassify"]) == 1
    said = capsys.readouterr().err
    assert f"{settings.paths.texts / 'greenhouse' / '2026-11-16.parquet'} cannot be read" in said
    assert "python -m include.pipeline rebuild" in said


@pytest.mark.parametrize("command", ["verify", "reclassify"])
def test_a_warehouse_of_another_version_is_told_in_a_sentence_and_mended_by_a_rebuild(
    settings: Settings, capsys: pytest.CaptureFixture[str], command: str
) -> None:
    with open_warehouse(settings) as connection:
        connection.execute("ALTER TABLE core_postings DROP COLUMN employer")
    assert main([command]) == 1
    said = capsys.readouterr()
    assert "core_postings.employer is not in it" in said.out + said.err
    assert "python -m include.pipeline rebuild" in said.out + said.err
    assert main(["rebuild"]) == 0
    with open_warehouse(settings):
        pass


def test_an_installation_that_is_not_there_has_no_clean_bill(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["verify"])
    assert capsys.readouterr().out.startswith(f"{settings.data_dir}: 0 objects")
    monkeypatch.setenv("HIRING_SIGNALS_DATA_DIR", str(settings.data_dir / "elsewhere"))
    assert main(["verify"]) == 1
    assert f"there is no data folder {settings.data_dir / 'elsewhere'}" in capsys.readouterr().err


def test_a_variable_that_is_no_setting_is_said_in_a_sentence(
    settings: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("HIRING_SIGNALS_BACKUPDIR", "/x")
    assert main(["verify"]) == 1
    assert "HIRING_SIGNALS_BACKUPDIR is no setting" in capsys.readouterr().err
