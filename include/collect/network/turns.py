"""Takes turns at a host: a rate and a number of requests at once, across all processes of one machine.

Airflow runs every board in a process of its own, so a limiter in memory would let each of them go at full
rate. Here each host has a folder below the data root with one lock file per request allowed at once and one
file with the time of the last turn given out. Locks are the kernel's: a killed process frees its place.
Workers on several machines need one Airflow pool per source besides.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from include.collect.network.retry_after import LONGEST_PAUSE_SECONDS
from include.collect.protocol import HostLimits
from include.locks import LockedFile, LockTimeout, locked_file, one_of_locks
from include.storage import quoted

_LOCK_SECONDS = 10.0  # the schedule is held for microseconds; more means a stopped process
_FURTHEST_TURN_SECONDS = 3600.0


class NoTurn(TimeoutError):
    """The turn would come too late.

    Attributes:
        wait_seconds: how long it would take, counted from now.
        is_host_wish: the host itself asked for the pause.
    """

    def __init__(self, wait_seconds: float, *, is_host_wish: bool) -> None:
        super().__init__(f"no turn for {wait_seconds:.0f} s")
        self.wait_seconds = wait_seconds
        self.is_host_wish = is_host_wish


class _Schedule(msgspec.Struct):
    """Wall-clock seconds, since processes share no other clock.

    Attributes:
        last_turn: when the last turn given out begins, or ended where the host asks for a crawl delay.
        closed_until: the host asked for no request before this.
    """

    last_turn: float = 0.0
    closed_until: float = 0.0


class HostTurns:
    """Gives out turns.

    Args:
        folder: shared by all processes that must keep the limits together.
        limits: to each host.
    """

    def __init__(self, folder: Path, limits: HostLimits) -> None:
        self._folder = folder
        self._interval = 1.0 / limits.requests_per_second
        self._concurrency = limits.concurrency

    @contextlib.contextmanager
    def turn(self, host: str, seconds_left: float, crawl_delay: float = 0.0) -> Iterator[None]:
        """Wait for a turn at `host` and hold it.

        A crawl delay counts from the end of one request to the beginning of the next, so that what the host
        sees is never closer together than it asked, however late a busy machine sends.

        Args:
            host: name and port.
            seconds_left: when the turn would begin later than this, none is taken.
            crawl_delay: seconds between requests that the host asks for; the longer of it and ours holds.

        Raises:
            NoTurn: it would come too late.
        """
        deadline = time.monotonic() + seconds_left
        with self._place(host, deadline):
            time.sleep(self._schedule_turn(host, deadline - time.monotonic(), crawl_delay))
            try:
                yield
            finally:
                if crawl_delay > 0:
                    self._end_turn(host)

    def close_until(self, host: str, until: float) -> None:
        """Let nobody begin a turn at `host` before `until` (wall-clock seconds); a later wish stands."""
        with self._locked_schedule(host) as file:
            schedule = _read(file.read())
            schedule.closed_until = max(
                schedule.closed_until, min(until, time.time() + LONGEST_PAUSE_SECONDS)
            )
            file.replace(msgspec.json.encode(schedule))

    @contextlib.contextmanager
    def _place(self, host: str, deadline: float) -> Iterator[None]:
        folder = self._schedule_path(host).parent
        places = [folder / f"place-{number}" for number in range(self._concurrency)]
        with contextlib.ExitStack() as held:
            try:
                held.enter_context(one_of_locks(places, max(deadline - time.monotonic(), 0.0)))
            except LockTimeout as error:
                raise NoTurn(0.0, is_host_wish=False) from error
            yield

    def _schedule_turn(self, host: str, seconds_left: float, crawl_delay: float) -> float:
        with self._locked_schedule(host) as file:
            schedule = _read(file.read())
            now = time.time()
            interval = max(self._interval, crawl_delay)
            if schedule.last_turn > now + max(_FURTHEST_TURN_SECONDS, interval):
                schedule.last_turn = 0.0  # the clock was set back since
            start = max(now, schedule.last_turn + interval, schedule.closed_until)
            if start - now > seconds_left:
                raise NoTurn(start - now, is_host_wish=start == schedule.closed_until)
            schedule.last_turn = start
            file.replace(msgspec.json.encode(schedule))
            return start - now

    def _end_turn(self, host: str) -> None:
        with self._locked_schedule(host) as file:
            schedule = _read(file.read())
            schedule.last_turn = max(schedule.last_turn, time.time())
            file.replace(msgspec.json.encode(schedule))

    @contextlib.contextmanager
    def _locked_schedule(self, host: str) -> Iterator[LockedFile]:
        try:
            with locked_file(self._schedule_path(host), _LOCK_SECONDS) as file:
                yield file
        except LockTimeout as error:
            raise NoTurn(_LOCK_SECONDS, is_host_wish=False) from error

    def _schedule_path(self, host: str) -> Path:
        return self._folder / quoted(host) / "schedule.json"


def _read(content: bytes) -> _Schedule:
    try:
        return msgspec.json.decode(content, type=_Schedule)
    except msgspec.DecodeError:
        return _Schedule()  # new, or torn by a kill: the place held limits the harm to one early request
