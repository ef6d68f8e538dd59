"""Processes that a local run starts, on record, so that none of them outlives it, however it ends.

Each one leads a session of its own, and what it starts stays in that session: Airflow's tasks leave their
process group, so a group alone would miss them. The record names the sessions. It is read when a run ends; by
a guardian, a process that only waits for the run to end, should it be killed; and by the next run, should the
guardian have been killed with it.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import msgspec
import psutil

from include.errors import ExplainedError
from include.settings import PROJECT_ROOT
from include.storage import write_bytes

RECORD = "processes.json"
PATIENCE_SECONDS = 15.0
"""How long processes may take to end by themselves before they are killed."""

_KILL_SECONDS = 10.0
_POLL_SECONDS = 0.1
_CLOCK_STEP_SECONDS = 2.0
"""How far two readings of one start time may lie apart: they move with the machine's clock."""


class LeftoversError(ExplainedError, RuntimeError):
    """Processes of an earlier run cannot be ended; the message names them and the mend."""


class Session(msgspec.Struct, frozen=True):
    """A session of processes that a run started.

    Args:
        leader: id of the process that began it, and so of the session.
        started: when that process began, in seconds since 1970.
        folder: its working folder, which what it starts inherits.
    """

    leader: int
    started: float
    folder: str

    def members(self) -> list[psutil.Process]:
        """Return the session's processes that still run, and no process of anybody else.

        The system does not give a session's number away while a process is in it. It may have been given away
        after all had ended: then its new leader began at another time, or, when that has gone too, what it
        left works in another folder.
        """
        found = []
        is_ours = False
        for pid in psutil.pids():
            with contextlib.suppress(psutil.NoSuchProcess, ProcessLookupError, PermissionError):
                if os.getsid(pid) != self.leader:
                    continue
                process = psutil.Process(pid)
                if process.status() == psutil.STATUS_ZOMBIE:
                    continue
                begun = process.create_time() - self.started
                if pid == self.leader:
                    if abs(begun) > _CLOCK_STEP_SECONDS:
                        return []
                    is_ours = True
                if begun > -_CLOCK_STEP_SECONDS:
                    found.append(process)
        return found if is_ours else [process for process in found if _works_in(process, self.folder)]


class Sessions:
    """The sessions of a run; made by `kept_sessions`.

    Args:
        record: the file that names them.
    """

    def __init__(self, record: Path) -> None:
        self._record = record
        self._started: dict[int, tuple[subprocess.Popen[Any], Session]] = {}

    def start(self, command: Sequence[str], cwd: Path, **options: Any) -> subprocess.Popen[Any]:
        """Start a process in a session of its own and put it on record.

        Args:
            command: program and arguments, ours.
            cwd: its working folder.
            options: of `subprocess.Popen`.
        """
        process = subprocess.Popen(command, cwd=cwd, start_new_session=True, **options)  # noqa: S603 - see `command`
        begun = psutil.Process(process.pid).create_time()
        self._started[process.pid] = (process, Session(process.pid, begun, str(cwd.resolve())))
        self._write()
        return process

    def stop(self, processes: Sequence[subprocess.Popen[Any]]) -> None:
        """End processes that were started here and whatever runs in their sessions."""
        end_sessions([self._started[process.pid][1] for process in processes])
        for process in processes:
            process.wait()
            del self._started[process.pid]
        self._write()

    def stop_all(self) -> None:
        """End every session."""
        self.stop([process for process, _ in self._started.values()])

    def _write(self) -> None:
        write_bytes(self._record, msgspec.json.encode([session for _, session in self._started.values()]))


@contextmanager
def kept_sessions(home: Path) -> Iterator[Sessions]:
    """Let a run start processes, and end what it leaves, also when the run itself is killed.

    Args:
        home: folder of the record. The caller has ended what an earlier run left there (`end_leftovers`).
    """
    sessions = Sessions(home / RECORD)
    command = [sys.executable, "-m", "include.local_run.sessions", str(home)]
    # Its own session: what kills the run's process group or closes its terminal does not reach it.
    guardian = subprocess.Popen(  # noqa: S603 - our own interpreter and arguments
        command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, cwd=PROJECT_ROOT, start_new_session=True
    )
    try:
        yield sessions
    finally:
        sessions.stop_all()
        guardian.communicate()  # closes the pipe it waits for


def end_leftovers(home: Path) -> list[int]:
    """End what a run that no longer is there left running.

    Args:
        home: folder of the run's record.

    Returns:
        The ids of the processes that were ended.

    Raises:
        LeftoversError: one of them cannot be ended.
    """
    try:
        recorded = msgspec.json.decode((home / RECORD).read_bytes(), type=list[Session])
    except (FileNotFoundError, msgspec.DecodeError):  # a record that was cut off by a full disk names nothing
        return []
    return end_sessions(recorded)


def end_sessions(sessions: Sequence[Session]) -> list[int]:
    """Ask all processes of some sessions to end, and kill those that do not.

    Returns:
        The ids of the processes that were ended.

    Raises:
        LeftoversError: a process cannot be ended.
    """
    asked: set[int] = set()
    kill_from = time.monotonic() + PATIENCE_SECONDS
    while members := [process for session in sessions for process in session.members()]:
        is_late = time.monotonic() > kill_from
        if time.monotonic() > kill_from + _KILL_SECONDS:
            raise LeftoversError(_sentence(members, "do not end. Restart the machine"))
        for process in members:
            # A process that is asked to end can still start another, so each look may find new ones.
            if is_late or process.pid not in asked:
                asked.add(process.pid)
                _end(process, is_late)
        time.sleep(_POLL_SECONDS)
    return sorted(asked)


def _end(process: psutil.Process, is_late: bool) -> None:
    try:
        if is_late:
            process.kill()
        else:
            process.terminate()
    except psutil.NoSuchProcess:
        return
    except psutil.AccessDenied as error:
        mend = f"belong to another user. End them as that user: kill -9 {process.pid}"
        raise LeftoversError(_sentence([process], mend)) from error


def _sentence(processes: Sequence[psutil.Process], mend: str) -> str:
    return f"processes of an earlier run ({', '.join(str(process.pid) for process in processes)}) {mend}."


def _works_in(process: psutil.Process, folder: str) -> bool:
    try:
        return bool(process.cwd() == folder)
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        return False


if __name__ == "__main__":
    sys.stdin.buffer.read()  # ends when the run has ended and with it the other end of the pipe
    end_leftovers(Path(sys.argv[1]))
