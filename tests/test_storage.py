"""What writing says when the place cannot take it, or has something already."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from pathlib import Path
from threading import Barrier

import pytest

from include.storage import StorageError, atomic_directory, put_if_absent, remove_directory, swapped_directory


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


def test_a_removed_folder_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "2026-11-16"
    (path / "lever").mkdir(parents=True)
    (path / "lever" / "core_signals.parquet").write_bytes(b"x")
    remove_directory(path)
    assert list(tmp_path.iterdir()) == []
