"""A read whose process dies, hangs or finds the disk full: it is recorded, and the next one heals it."""

from __future__ import annotations

import multiprocessing
import os
import resource
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Generator
from pathlib import Path

from include.archive.integrity import verify
from include.archive.reads import Answer, Board, Request
from include.archive.store import Archive
from include.collect.reader import read_board
from include.settings import PROJECT_ROOT
from include.storage import StorageError
from tests.collect.fakes import ACME, DAY, DetailAdapter, ListAdapter, archive_for, client_for
from tests.collect.servers import CountingServer, Reply, Seen, by_path

KILLED = """
    import sys
    from pathlib import Path
    from include.collect.reader import read_board
    from tests.collect.fakes import ACME, DAY, DetailAdapter, archive_for, client_for

    folder = Path(sys.argv[1])
    with client_for(folder) as client:
        read_board(DetailAdapter(), ACME, DAY, client, archive_for(folder), sys.argv[2])
"""


def start_reading(folder: Path, url: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-c", textwrap.dedent(KILLED), str(folder), url],
        cwd=PROJECT_ROOT,
        env=os.environ | {"PYTHONPATH": str(PROJECT_ROOT)},
        stderr=subprocess.DEVNULL,
    )


def test_a_killed_read_is_recorded_and_healed_by_the_next(tmp_path: Path) -> None:
    slow = Reply(body=b"two", delay=60)
    archive = archive_for(tmp_path)
    with by_path(acme=Reply(body=b'["1","2"]'), acme_1=Reply(body=b"one"), acme_2=slow) as server:
        process = start_reading(tmp_path, server.url)
        wait_for(lambda: bool(server.of("/acme/2")))
        process.send_signal(signal.SIGKILL)
        process.wait(10)
        assert archive.reads(DAY) == []
        assert verify(archive).problems == ()

        slow.delay = 0
        with client_for(tmp_path) as client:
            read = read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
    assert (read.status, read.attempt) == ("complete", 2)
    killed, healed = archive.reads(DAY)
    assert (killed.read.status, killed.read.attempt) == ("failed", 1)
    assert "killed" in (killed.read.error or "")
    assert [answer.body for answer in archive.answers(killed)] == [b'["1","2"]', b"one"]
    assert [answer.body for answer in archive.answers(healed)] == [b'["1","2"]', b"one", b"two"]
    assert verify(archive).problems == ()


def test_kills_at_any_moment_leave_nothing_half_written(tmp_path: Path) -> None:
    """Killed in the middle of large writes, at ten moments; the run after them reads the board."""
    body = os.urandom(3_000_000)
    archive = archive_for(tmp_path)

    def respond(seen: Seen) -> Reply:
        return (
            Reply(body=b'["1","2","3","4"]')
            if seen.path == "/acme"
            else Reply(body=seen.path.encode() + body)
        )

    context = multiprocessing.get_context("fork")
    with CountingServer(respond) as server:
        for moment in range(10):
            worker = context.Process(target=_read_details, args=(tmp_path, server.url))
            worker.start()
            worker.join(0.02 + 0.015 * moment)
            worker.kill()
            worker.join()
            report = verify(archive)
            assert report.problems == ()
        with client_for(tmp_path) as client:
            read = read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
    assert read.status == "complete"
    assert len(archive.answers(archive.effective_reads(DAY)[0])) == 5
    attempts = [archived.read.attempt for archived in archive.reads(DAY)]
    assert attempts == list(range(1, len(attempts) + 1))


def _read_details(folder: Path, url: str) -> None:
    with client_for(folder) as client:
        read_board(DetailAdapter(), ACME, DAY, client, archive_for(folder), url)


def test_a_full_disk_raises_and_the_next_run_heals_it(tmp_path: Path) -> None:
    """RLIMIT_FSIZE fails writes the way a full disk does, in a process of its own."""
    archive = archive_for(tmp_path)
    body = os.urandom(400_000)
    context = multiprocessing.get_context("fork")
    outcome = context.Queue()
    with by_path(acme=Reply(body=b'["1"]'), acme_1=Reply(body=body)) as server:
        worker = context.Process(target=_read_on_full_disk, args=(tmp_path, server.url, outcome))
        worker.start()
        message = outcome.get(timeout=20)
        worker.join()
        assert "free space" in message
        assert archive.reads(DAY) == []
        assert verify(archive).problems == ()

        with client_for(tmp_path) as client:
            assert read_board(DetailAdapter(), ACME, DAY, client, archive, server.url).status == "complete"
    first, second = archive.reads(DAY)
    assert (first.read.status, second.read.status) == ("failed", "complete")
    assert "disk was full" in (first.read.error or "")


def _read_on_full_disk(folder: Path, url: str, outcome: multiprocessing.Queue[str]) -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
    try:
        _read_details(folder, url)
        outcome.put("no error")
    except StorageError as error:
        outcome.put(str(error))


def test_a_process_that_hangs_does_not_hold_up_the_day(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    with by_path(acme=Reply(body=b"[]", delay=2)) as server:
        process = start_reading(tmp_path, server.url)
        wait_for(lambda: bool(server.of("/acme")))
        with client_for(tmp_path, board_time_budget_seconds=0.3) as client:
            read = read_board(DetailAdapter(), ACME, DAY, client, archive, server.url)
        assert (read.status, read.n_requests) == ("out_of_budget", 0)
        assert "another process" in (read.error or "")
        assert process.wait(10) == 0
    assert archive.effective_reads(DAY)[0].read.status == "complete"
    assert len(archive.reads(DAY)) == 2


def test_a_torn_journal_does_not_stop_the_board(tmp_path: Path) -> None:
    archive = archive_for(tmp_path)
    journal = archive.root / "open" / "fake" / "acme.jsonl"
    journal.parent.mkdir(parents=True)
    journal.write_bytes(b'{"day":"2026-1')
    with by_path(acme=Reply()) as server, client_for(tmp_path) as client:
        assert read_board(ListAdapter(), ACME, DAY, client, archive, server.url).status == "complete"
    assert journal.read_bytes() == b""
    assert len(archive.reads(DAY)) == 1


def test_the_manifest_stands_when_only_the_journal_was_left(tmp_path: Path) -> None:
    """Killed between the manifest and the emptying of the journal: the read is whole, and stays one."""
    archive = archive_for(tmp_path)
    journal = archive.root / "open" / "fake" / "acme.jsonl"
    kept = b""

    class Peeking(ListAdapter):
        def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
            nonlocal kept
            yield Request(url=f"{base_url}/acme")
            kept = journal.read_bytes()

    with by_path(acme=Reply()) as server, client_for(tmp_path) as client:
        read_board(Peeking(), ACME, DAY, client, archive, server.url)
        assert kept
        journal.write_bytes(kept)
        read_board(ListAdapter(), ACME, DAY, client, archive, server.url)
        assert len(server.of("/acme")) == 1
    assert [archived.read.status for archived in Archive(archive.root).reads(DAY)] == ["complete"]


def wait_for(condition: Callable[[], object], seconds: float = 15.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited too long"
        time.sleep(0.02)
