"""Boards per second: the polite reader against a naive loop, on the same slow loopback boards in one run.

Usage: .venv/bin/python -m benchmarks.bench_collect [--boards 500] [--latency-ms 50] [--workers 16]

The naive loop asks one board after the other with one httpx client and keeps nothing: no robots.txt, no
limits, no archive. The reader does everything it does in production: robots.txt, turns across processes,
journal, synced objects and manifests; one new client per board, as in one Airflow task per board. It is run
twice: all boards at one host with two requests at once (its politest: twice the naive rate is the bound), and
the same boards spread over 50 loopback hosts with two at once each, as real boards are over many hosts. Then
the second day, when every board answers 304. Prints one line per figure.
"""

from __future__ import annotations

import argparse
import asyncio
import multiprocessing
import resource
import sys
import tempfile
import time
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from datetime import date, timedelta
from multiprocessing.connection import Connection
from pathlib import Path

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from include.archive.reads import Answer, Board, Request
from include.archive.store import Archive
from include.collect.network.client import PoliteClient
from include.collect.protocol import BoardListing, SeriesKind
from include.collect.reader import read_board
from include.settings import Settings

DAY = date(2026, 11, 16)
BODY = b'{"jobs": [' + b",".join(b'{"id": %d, "title": "Product Manager"}' % n for n in range(1000)) + b"]}"
N_HOSTS = 50


class OneList:
    """One list request per board."""

    name = "bench"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        """Ask for the list."""
        yield Request(url=f"{board.options['base']}/{board.token}")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        """Read nothing: parsing is another benchmark's."""
        return BoardListing(listings=())


async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, latency: float) -> None:
    """Answer requests on one connection, each after the latency."""
    while head := await reader.readuntil(b"\r\n\r\n"):
        path = head.split(b" ", 2)[1]
        await asyncio.sleep(latency)
        if path == b"/robots.txt":
            status, body = b"404 Not Found", b""
        elif b"if-none-match" in head.lower():
            status, body = b"304 Not Modified", b""
        else:
            status, body = b"200 OK", BODY + path
        length = b"" if status.startswith(b"304") else b"Content-Length: %d\r\n" % len(body)
        writer.write(b'HTTP/1.1 %s\r\n%sETag: "1"\r\n\r\n%s' % (status, length, body))
        await writer.drain()


def serve(latency: float, port: Connection) -> None:
    """Serve on all loopback addresses until killed."""

    async def main() -> None:
        async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            try:
                await answer(reader, writer, latency)
            except (asyncio.IncompleteReadError, ConnectionError):
                writer.close()

        server = await asyncio.start_server(talk, "0.0.0.0", 0, backlog=512)  # noqa: S104 - loopback only below
        port.send(server.sockets[0].getsockname()[1])
        await server.serve_forever()

    asyncio.run(main())


def settings_for(folder: Path) -> Settings:
    """Return settings in which the rate is not the limit, the two requests at once are."""
    return Settings(
        data_dir=folder,
        allow_loopback=True,
        requests_per_second_per_host=1000.0,
        concurrency_per_host=2,
        board_time_budget_seconds=120.0,
    )


def read_one(folder: Path, board: Board, day: date) -> str:
    """Do what one Airflow task does."""
    settings = settings_for(folder)
    with PoliteClient(settings) as client:
        return read_board(OneList(), board, day, client, Archive(settings.paths.archive)).status


def timed(label: str, folder: Path, boards: list[Board], day: date, workers: int, expected: str) -> float:
    """Read all boards in a pool of processes; return boards per second."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        list(pool.map(read_one, [folder] * workers, boards[:1] * workers, [day] * workers))  # warm start
        began = time.perf_counter()
        statuses = list(pool.map(read_one, [folder] * len(boards), boards, [day] * len(boards)))
        seconds = time.perf_counter() - began
    assert set(statuses) == {expected}, set(statuses)
    print(f"{label}: {len(boards)} boards in {seconds:.1f} s, {len(boards) / seconds:.1f} boards/s")
    return len(boards) / seconds


def boards_at(bases: list[str], n_boards: int) -> list[Board]:
    """Return boards spread evenly over hosts."""
    return [
        Board(source="bench", token=f"b{n}", employer="E", options={"base": bases[n % len(bases)]})
        for n in range(n_boards)
    ]


def main() -> None:
    """Run all parts and print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--boards", type=int, default=500)
    parser.add_argument("--latency-ms", type=float, default=50.0)
    parser.add_argument("--workers", type=int, default=16)
    arguments = parser.parse_args()

    ours, theirs = multiprocessing.Pipe()
    server = multiprocessing.get_context("spawn").Process(
        target=serve, args=(arguments.latency_ms / 1000, theirs), daemon=True
    )
    server.start()
    try:
        port = ours.recv()
        one_host = [f"http://127.0.0.1:{port}"]
        many_hosts = [f"http://127.0.1.{number + 1}:{port}" for number in range(N_HOSTS)]

        began = time.perf_counter()
        with httpx.Client() as client:
            for board in boards_at(one_host, arguments.boards):
                client.get(f"{board.options['base']}/{board.token}").raise_for_status()
        naive = arguments.boards / (time.perf_counter() - began)
        print(f"naive sequential httpx: {arguments.boards} boards, {naive:.1f} boards/s")

        with tempfile.TemporaryDirectory() as first, tempfile.TemporaryDirectory() as second:
            at_one = boards_at(one_host, arguments.boards)
            at_many = boards_at(many_hosts, arguments.boards)
            workers = arguments.workers
            polite = timed("reader, 1 host, 2 at once", Path(first), at_one, DAY, workers, "complete")
            spread = timed(
                "reader, 50 hosts, 2 at once each", Path(second), at_many, DAY, workers, "complete"
            )
            tomorrow = DAY + timedelta(days=1)
            again = timed("the same, second day (304)", Path(second), at_many, tomorrow, workers, "unchanged")
            began = time.perf_counter()
            n_reads = len(Archive(settings_for(Path(second)).paths.archive).effective_reads(DAY))
            print(f"listing {n_reads} manifests of a day: {(time.perf_counter() - began) * 1000:.0f} ms")
    finally:
        server.kill()
        server.join()
    print(
        f"ratio to naive: 1 host {polite / naive:.2f}, 50 hosts {spread / naive:.2f}, 304 {again / naive:.2f}"
    )
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of one worker: {peak:.0f} MB")


if __name__ == "__main__":
    main()
