"""The simulated boards as a process of their own, on loopback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx

from include.errors import ExplainedError
from include.local_run.sessions import Sessions
from include.settings import PROJECT_ROOT
from include.storage import atomic_path

LAST_SUNDAY = date(2026, 11, 22)
"""The simulated observed week ends here, whatever the clock says: every run gives the same figures."""

HISTORY_WEEKS = 26


class MarketError(ExplainedError, RuntimeError):
    """The simulated boards cannot be asked."""


class LocalMarket:
    """The running server.

    Args:
        url: of the server.
    """

    def __init__(self, url: str) -> None:
        self.url = url

    def set_day(self, day: date) -> None:
        """Move the market's clock: from now on boards answer as of `day`."""
        httpx.put(f"{self.url}/_market/clock", json={"day": day.isoformat()}).raise_for_status()

    def write_boards(self, path: Path) -> None:
        """Save the list of the market's boards."""
        listed = httpx.get(f"{self.url}/_market/boards.csv").raise_for_status().content
        with atomic_path(path) as temporary:
            temporary.write_bytes(listed)


@contextmanager
def running_market(sessions: Sessions, *options: str) -> Iterator[LocalMarket]:
    """Start the simulated boards on a free loopback port; stop them at the end.

    Args:
        sessions: where the process is put on record.
        options: further options of `python -m include.sample_market serve`.

    Raises:
        MarketError: they did not start; why is on the terminal.
    """
    command = _command("serve", "--port", "0", "--print-url", *options)
    process = sessions.start(
        command, PROJECT_ROOT, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, text=True
    )
    try:
        assert process.stdout is not None  # noqa: S101 - for the type checker: PIPE was asked for
        url = process.stdout.readline().strip()
        if not url:
            raise MarketError("the simulated boards did not start; see the message above")
        yield LocalMarket(url)
    finally:
        sessions.stop([process])
        if process.stdout is not None:
            process.stdout.close()


def write_history(path: Path) -> None:
    """Write the simulated market's past as a dump, unless it is there.

    Raises:
        subprocess.CalledProcessError: the generator failed; its message is on the terminal.
    """
    if path.exists():
        return
    with atomic_path(path) as temporary:
        # The generator tells the format by the name, so the draft keeps the ending.
        draft = temporary.with_name(f"draft-{path.name}")
        try:
            subprocess.run(  # noqa: S603 - our own interpreter and arguments
                _command("history", "--weeks", str(HISTORY_WEEKS), "--out", str(draft)),
                check=True,
                cwd=PROJECT_ROOT,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # its summary would stand in the middle of the run's own lines
            )
            draft.rename(temporary)
        finally:
            draft.unlink(missing_ok=True)


def _command(*arguments: str) -> Sequence[str]:
    return [sys.executable, "-m", "include.sample_market", *arguments]
