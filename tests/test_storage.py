"""What writing says when the place cannot take it, or has something already."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from threading import Barrier

import pytest

from include.storage import (
    StorageError,
    atomic_directory,
    empty_directory,
    point_symlink,
    put_if_absent,
    remove_directory,
    swapped_directory,
    write_bytes,
)


@pytest.mark.parametrize("write", [atomic_directory, swapped_directory])
def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, write: Callable[[Path], AbstractContextManager[Path]]
) -> None:
    path = tmp_path / ("x" * 250)  # fits, but not with what marks it as in the making
    with pytest.raises(StorageError, match=f"could not write {path}: "), write(path):
        pass
    assert list(tmp_path.iterdir()) == []


def test_a_published_folder_is_never_replaced(tmp_path: Path) -> None:
    path = tmp_path / "2026-W47"
    path.mkdir()
    with pytest.raises(FileExistsError, match="is immutable"), atomic_directory(path) as draft:
        (draft / "index.html").write_text("another")
    assert list(tmp_path.rglob("*")) == [path]


def test_of_many_writers_of_one_object_the_first_wins(tmp_path: Path) -> None:
    n_writers = 8
    together = Barrier(n_writers)

    def write(path: Path, number: int) -> bool:
        together.wait()
        return put_if_absent(path, f"{number}".encode())

    with ThreadPoolExecutor(n_writers) as writers:
        for turn in range(30):
            path = tmp_path / f"{turn}.zst"
            won = list(writers.map(lambda number, path=path: write(path, number), range(n_writers)))
            assert won.count(True) == 1
            assert path.read_bytes() == f"{won.index(True)}".encode()
    assert list(tmp_path.glob(".*")) == []


def write_folder(path: Path) -> None:
    with atomic_directory(path) as draft:
        (draft / "specs").mkdir()
        (draft / "specs" / "m1.json").write_bytes(b"whole")
        (draft / "again.json").symlink_to("specs/m1.json")


@pytest.mark.parametrize(
    ("write", "drafts"),
    [
        (partial(write_bytes, data=b"whole"), ["{draft}"]),
        (partial(put_if_absent, data=b"whole"), ["{draft}"]),
        (write_folder, ["{draft}", "{draft}/specs", "{draft}/specs/m1.json"]),
    ],
)
def test_what_is_in_its_place_is_on_the_disk_and_then_so_is_its_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, write: Callable[[Path], object], drafts: list[str]
) -> None:
    """After a power cut a name without its content would be a damaged file, and one that is lost no file."""
    path = tmp_path / "below" / "path"
    synced: list[tuple[str, bool]] = []

    def note(descriptor: int) -> None:
        sync(descriptor)
        number = os.fstat(descriptor).st_ino
        [found] = [one for one in tmp_path.rglob("*") if one.lstat().st_ino == number]
        name = re.sub(r"\.path\.\w+\.tmp", "{draft}", found.relative_to(tmp_path).as_posix())
        synced.append((name, path.exists()))

    sync = os.fsync
    monkeypatch.setattr(os, "fsync", note)
    write(path)
    assert sorted(synced[:-1]) == [(f"below/{draft}", False) for draft in drafts]
    assert synced[-1] == ("below", True)


def test_a_removed_folder_is_gone_at_once_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "2026-11-16"
    seen: list[bool] = []

    def remove(folder: Path) -> None:
        seen.append(path.exists())
        rmtree(folder)

    rmtree = shutil.rmtree
    monkeypatch.setattr(shutil, "rmtree", remove)
    (path / "lever").mkdir(parents=True)
    (path / "lever" / "core_signals.parquet").write_bytes(b"x")
    remove_directory(path)
    assert seen == [False]
    assert list(tmp_path.iterdir()) == []


def test_a_swapped_folder_replaces_its_own_former_one_alone(tmp_path: Path) -> None:
    """The first is a link that somebody made to a folder of theirs."""
    theirs = tmp_path / "theirs" / "notes.txt"
    theirs.parent.mkdir()
    theirs.write_text("kept")
    path = tmp_path / "data_docs" / "2026-11-16"
    path.parent.mkdir()
    path.symlink_to(theirs.parent)
    for content in ("one", "two"):
        with swapped_directory(path) as draft:
            (draft / "index.html").write_text(content)
        assert (path / "index.html").read_text() == content
    assert theirs.read_text() == "kept"
    assert len(list(path.parent.iterdir())) == 2  # the link and what it leads to


def test_a_folder_that_is_no_link_is_never_swapped_and_leaves_no_draft(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-16"

    def swap_while_somebody_makes_a_folder() -> None:
        with swapped_directory(path) as draft:
            (draft / "index.html").write_text("another")
            path.mkdir()
            (path / "notes.txt").write_text("kept")

    with pytest.raises(StorageError, match=f"could not point {path} at "):
        swap_while_somebody_makes_a_folder()
    with pytest.raises(StorageError, match="is not a link that can be swapped"), swapped_directory(path):
        pass
    assert list(tmp_path.rglob("*")) == [path, path / "notes.txt"]


def test_a_link_that_is_moved_is_there_all_the_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    link = tmp_path / "latest"
    point_symlink(link, "2026-W46")
    seen: list[bool] = []

    def note(made: Path, target: str) -> None:
        seen.append(link.is_symlink())
        make(made, target)

    make = Path.symlink_to
    monkeypatch.setattr(Path, "symlink_to", note)
    point_symlink(link, "2026-W47")
    assert seen == [True]
    assert link.readlink() == Path("2026-W47")


def test_all_that_is_in_a_folder_is_removed_and_nothing_beside_it(tmp_path: Path) -> None:
    path, elsewhere = tmp_path / "texts", tmp_path / "elsewhere"
    for folder in (path / "lever", elsewhere):
        folder.mkdir(parents=True)
        (folder / "2026-11-16.parquet").write_bytes(b"x")
    (path / ".draft.tmp").write_bytes(b"x")
    (path / "linked").symlink_to(elsewhere)
    empty_directory(path)
    assert sorted(tmp_path.rglob("*")) == [elsewhere, elsewhere / "2026-11-16.parquet", path]
    empty_directory(tmp_path / "not there")


def test_the_log_of_a_database_goes_before_its_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a kill in between would leave it to the next database of this name."""
    gone: list[str] = []

    def note(path: Path, missing_ok: bool = False) -> None:
        gone.append(path.name)
        unlink(path, missing_ok)

    unlink = Path.unlink
    for name in ("warehouse.duckdb", "warehouse.duckdb.wal"):
        (tmp_path / name).write_bytes(b"x")
    monkeypatch.setattr(Path, "unlink", note)
    empty_directory(tmp_path)
    assert gone == ["warehouse.duckdb.wal", "warehouse.duckdb"]
