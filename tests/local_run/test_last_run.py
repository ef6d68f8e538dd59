from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from rich.console import Console

from include.local_run import __main__ as commands
from include.local_run import last_run
from include.local_run.last_run import RECORD, code_digest, release_of_same_run, remember
from include.local_run.sessions import Sessions


@pytest.fixture
def ended(tmp_path: Path) -> tuple[Path, Path, Path]:
    """A run that has just ended: Airflow's folder, the data folder and the release."""
    home, data = tmp_path / "airflow", tmp_path / "data"
    release = data / "releases" / "2026-W47"
    for folder in (home, release, data / "warehouse"):
        folder.mkdir(parents=True)
    (release / "index.html").write_text("<p>page")
    (data / "warehouse" / "warehouse.duckdb").write_bytes(b"rows")
    (data / "releases" / "latest").symlink_to("2026-W47")
    remember(home, data, release, code_digest())
    return home, data, release


def test_another_run_of_the_same_would_give_the_same_release(ended: tuple[Path, Path, Path]) -> None:
    home, data, release = ended
    assert release_of_same_run(home, data) == release


def rewrite(data: Path) -> None:
    """Write other bytes of the same size, a second later."""
    path = data / "warehouse" / "warehouse.duckdb"
    path.write_bytes(b"ROWS")
    later = path.stat().st_mtime + 1
    os.utime(path, (later, later))


def point_elsewhere(data: Path) -> None:
    (data / "releases" / "latest").unlink()
    (data / "releases" / "latest").symlink_to("2026-W48")


@pytest.mark.parametrize(
    "change",
    [
        rewrite,
        point_elsewhere,
        lambda data: (data / "labels.jsonl").touch(),
        lambda data: (data / "releases" / "2026-W47" / "index.html").unlink(),
        shutil.rmtree,
    ],
    ids=["rewritten", "another latest", "added", "removed", "make clean"],
)
def test_changed_data_is_not_the_same(ended: tuple[Path, Path, Path], change: Callable[[Path], None]) -> None:
    home, data, _ = ended
    change(data)
    assert release_of_same_run(home, data) is None


def test_changed_code_is_not_the_same(
    ended: tuple[Path, Path, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, data, _ = ended
    monkeypatch.setattr(last_run, "code_digest", lambda: "of another commit")
    assert release_of_same_run(home, data) is None


def test_code_that_changed_during_the_run_is_not_the_code_of_the_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def demo(console: Console, sessions: Sessions) -> Path:
        monkeypatch.setattr(last_run, "code_digest", lambda: "edited meanwhile")
        (tmp_path / "data" / "simulated").mkdir(parents=True, exist_ok=True)
        return tmp_path / "data" / "simulated"

    monkeypatch.setattr(commands, "HOME", tmp_path / "airflow")
    monkeypatch.setattr(commands, "DATA", tmp_path / "data")
    monkeypatch.setattr(commands, "demo", demo)
    monkeypatch.setattr(commands, "print_release", lambda console, release: None)
    assert commands.main(["demo"]) == 0
    assert commands.main(["demo"]) == 0
    assert "Nothing is run" not in capsys.readouterr().out


@pytest.mark.parametrize("record", [None, b'{"code": "ab'], ids=["none", "cut off"])
def test_without_a_record_nothing_is_taken_for_the_same(
    ended: tuple[Path, Path, Path], record: bytes | None
) -> None:
    home, data, _ = ended
    (home / RECORD).unlink()
    if record is not None:
        (home / RECORD).write_bytes(record)
    assert release_of_same_run(home, data) is None


@pytest.mark.parametrize(
    "name", ["dags/collect.py", "include/normalize/titles.yaml", "plugins/page.html", "requirements.txt"]
)
def test_every_file_that_a_run_uses_counts(tmp_path: Path, name: str) -> None:
    for each in ("dags", "include", "plugins"):
        (tmp_path / each).mkdir()
    (tmp_path / "requirements.txt").touch()
    before = code_digest(tmp_path)
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("one")
    first = code_digest(tmp_path)
    path.write_text("two")
    assert len({before, first, code_digest(tmp_path)}) == 3


def test_what_python_compiles_and_what_no_run_reads_does_not_count(tmp_path: Path) -> None:
    for each in ("dags", "include/__pycache__", "plugins", "docs"):
        (tmp_path / each).mkdir(parents=True)
    (tmp_path / "requirements.txt").touch()
    before = code_digest(tmp_path)
    (tmp_path / "include" / "__pycache__" / "stage.cpython-311.pyc").write_bytes(b"x")
    (tmp_path / "docs" / "page.md").write_text("x")
    assert code_digest(tmp_path) == before


def test_the_second_make_run_shows_the_release_and_runs_only_when_told_to(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    runs: list[Path] = []
    shown: list[Path] = []

    def demo(console: Console, sessions: Sessions) -> Path:
        release = tmp_path / "data" / "simulated" / "releases" / "2026-W47"
        release.mkdir(parents=True, exist_ok=True)
        (release / "index.html").write_text("<p>page")
        runs.append(release)
        return release

    monkeypatch.setattr(commands, "HOME", tmp_path / "airflow")
    monkeypatch.setattr(commands, "DATA", tmp_path / "data")
    monkeypatch.setattr(commands, "demo", demo)
    monkeypatch.setattr(commands, "print_release", lambda console, release: shown.append(release))
    assert commands.main(["demo"]) == 0
    assert "Nothing is run" not in capsys.readouterr().out
    assert commands.main(["demo"]) == 0
    assert len(runs) == 1
    assert "make run AGAIN=1" in " ".join(capsys.readouterr().out.split())
    assert commands.main(["demo", "--again"]) == 0
    assert len(runs) == 2
    assert shown == [runs[0]] * 3
