"""What writing says when the place cannot take it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from include.storage import StorageError, atomic_directory, swapped_directory


@pytest.mark.parametrize("write", [atomic_directory, swapped_directory])
def test_a_folder_that_cannot_be_made_is_named(
    tmp_path: Path, write: Callable[[Path], AbstractContextManager[Path]]
) -> None:
    path = tmp_path / ("x" * 250)  # fits, but not with what marks it as in the making
    with pytest.raises(StorageError, match=f"could not write {path}: "), write(path):
        pass
    assert list(tmp_path.iterdir()) == []
