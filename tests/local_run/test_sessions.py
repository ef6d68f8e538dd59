from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import psutil
import pytest

from include.local_run import sessions as kept
from include.local_run.sessions import (
    RECORD,
    LeftoversError,
    Session,
    end_leftovers,
    end_sessions,
    kept_sessions,
)
from include.settings import PROJECT_ROOT

# As Airflow's scheduler and its tasks: a child in a process group of its own, here one deaf to SIGTERM.
TREE = """set -m
bash -c 'trap "" TERM; echo $$ > deaf; exec sleep 300' &
set +m
echo $$ > leader
wait"""
RUN = """
import sys, time
from pathlib import Path
from include.local_run.sessions import kept_sessions
home = Path(sys.argv[1])
with kept_sessions(home) as sessions:
    sessions.start(["bash", "-c", sys.argv[2]], home)
    time.sleep(300)
"""


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "PATIENCE_SECONDS", 0.3)


def until(is_so: Callable[[], bool]) -> None:
    give_up_at = time.monotonic() + 30
    while not is_so():
        assert time.monotonic() < give_up_at
        time.sleep(0.05)


def lives(pid: int) -> bool:
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False


def pid_in(path: Path) -> int:
    until(lambda: path.exists() and path.read_text().endswith("\n"))
    return int(path.read_text())


@pytest.fixture
def killed_run(tmp_path: Path) -> Iterator[tuple[int, int]]:
    """A run that was killed together with its guardian; the leader and the deaf child that it left."""
    run = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path), TREE], cwd=PROJECT_ROOT)
    leader, deaf = pid_in(tmp_path / "leader"), pid_in(tmp_path / "deaf")
    until((tmp_path / RECORD).exists)
    (guardian,) = (child for child in psutil.Process(run.pid).children() if child.pid != leader)
    os.kill(guardian.pid, signal.SIGKILL)
    run.kill()
    run.wait()
    yield leader, deaf
    for pid in (leader, deaf):
        if lives(pid):
            os.kill(pid, signal.SIGKILL)


def test_a_run_s_processes_and_their_children_end_with_it(tmp_path: Path) -> None:
    with kept_sessions(tmp_path) as sessions:
        process = sessions.start(["bash", "-c", TREE], tmp_path)
        deaf = pid_in(tmp_path / "deaf")
        assert os.getpgid(deaf) != process.pid
    assert process.returncode == -signal.SIGTERM
    assert not lives(deaf)
    assert end_leftovers(tmp_path) == []


def test_a_killed_run_s_processes_are_ended_by_its_guardian(tmp_path: Path) -> None:
    hearing = TREE.replace('trap "" TERM; ', "")  # the deaf would have it wait for its whole patience
    run = subprocess.Popen([sys.executable, "-c", RUN, str(tmp_path), hearing], cwd=PROJECT_ROOT)
    leader, child = pid_in(tmp_path / "leader"), pid_in(tmp_path / "deaf")
    until((tmp_path / RECORD).exists)
    run.kill()
    run.wait()
    until(lambda: not lives(leader) and not lives(child))


def test_what_a_run_left_that_was_killed_with_its_guardian_is_ended_by_the_next(
    tmp_path: Path, killed_run: tuple[int, int]
) -> None:
    leader, deaf = killed_run
    assert lives(leader)
    assert set(end_leftovers(tmp_path)) == {leader, deaf}
    assert not lives(leader)
    assert not lives(deaf)
    assert end_leftovers(tmp_path) == []


def test_children_whose_leader_has_died_are_found(tmp_path: Path, killed_run: tuple[int, int]) -> None:
    leader, deaf = killed_run
    os.kill(leader, signal.SIGKILL)
    until(lambda: not lives(leader))
    assert end_leftovers(tmp_path) == [deaf]
    assert not lives(deaf)


def test_a_process_that_got_a_session_s_number_later_is_left_alone(tmp_path: Path) -> None:
    other = subprocess.Popen(["sleep", "300"], cwd=tmp_path, start_new_session=True)
    try:
        begun = psutil.Process(other.pid).create_time()
        earlier = Session(leader=other.pid, started=begun - 60, folder=str(tmp_path))
        assert end_sessions([earlier]) == []
        assert lives(other.pid)
        assert end_sessions([msgspec.structs.replace(earlier, started=begun)]) == [other.pid]
    finally:
        other.kill()
        other.wait()


def test_orphans_that_work_elsewhere_are_left_alone(tmp_path: Path, killed_run: tuple[int, int]) -> None:
    leader, deaf = killed_run
    os.kill(leader, signal.SIGKILL)
    until(lambda: not lives(leader))
    elsewhere = Session(leader=leader, started=psutil.Process(deaf).create_time(), folder="/elsewhere")
    assert end_sessions([elsewhere]) == []
    assert lives(deaf)


def test_processes_of_another_user_are_named_with_the_mend(
    tmp_path: Path, killed_run: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(process: psutil.Process) -> None:
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "terminate", refuse)  # tests may run as root, who is never refused
    with pytest.raises(
        LeftoversError, match=r"\(\d+\) belong to another user\. End them as that user: kill -9"
    ):
        end_leftovers(tmp_path)


@pytest.mark.parametrize("record", [b"", b"[{"])
def test_a_damaged_record_names_nothing(tmp_path: Path, record: bytes) -> None:
    (tmp_path / RECORD).write_bytes(record)
    assert end_leftovers(tmp_path) == []
