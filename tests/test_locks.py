"""Locks between open files; they work the same between threads and between processes of one machine."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from include.locks import LockedFile, LockTimeout, locked_file, one_of_locks, shared_lock
from include.storage import StorageError

FULL = Path("/dev/full")


def test_a_locked_file_keeps_others_out_until_it_is_left(tmp_path: Path) -> None:
    path = tmp_path / "below" / "lock"
    with locked_file(path, 0) as held:
        held.replace(b"one")
        held.append(b" two")
        for other in (locked_file(path, 0), shared_lock(path, 0)):
            with pytest.raises(LockTimeout, match="held for more than 0 s"), other:
                pass
    with locked_file(path, 0) as held:
        assert held.read() == b"one two"
        held.replace(b"3")
    assert path.read_bytes() == b"3"


def test_a_lock_that_is_let_go_in_time_is_had(tmp_path: Path) -> None:
    with contextlib.ExitStack() as holder:
        holder.enter_context(locked_file(tmp_path / "lock", 0))
        let_go = threading.Timer(0.1, holder.close)
        let_go.start()
        with locked_file(tmp_path / "lock", 30):
            pass
        let_go.join()


@pytest.mark.skipif(not FULL.exists(), reason="only Linux has a device that is always full")
@pytest.mark.parametrize("write", [LockedFile.replace, LockedFile.append])
def test_a_full_disk_is_said_with_the_mend(write: Callable[[LockedFile, bytes], None]) -> None:
    with (
        locked_file(FULL, 0) as held,
        pytest.raises(StorageError, match=r"could not write /dev/full: No space left on device\. Free space"),
    ):
        write(held, b"one")


def test_a_shared_lock_is_shared_and_keeps_out_who_wants_it_alone(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with shared_lock(path, 0), shared_lock(path, 0), pytest.raises(LockTimeout), locked_file(path, 0):
        pass
    with locked_file(path, 0):
        pass


def test_as_many_hold_one_of_some_locks_as_there_are(tmp_path: Path) -> None:
    places = [tmp_path / "place-0", tmp_path / "place-1"]
    with (
        one_of_locks(places, 0),
        one_of_locks(places, 0),
        pytest.raises(LockTimeout),
        one_of_locks(places, 0),
    ):
        pass
    with one_of_locks(places, 0):
        pass


def test_a_lock_that_cannot_be_made_names_the_mend(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    with pytest.raises(StorageError, match="Fix the permissions"), locked_file(tmp_path / "file" / "lock", 0):
        pass
