"""Speed and memory of the simulated market: demo, label-only stream, texts, and requests per second.

Usage: .venv/bin/python -m benchmarks.bench_sample_market [--openings 100000] [--requests 5000]

The label-only stream is the benchmark market (500 boards, five years, about a million postings), cut after
`--openings`; memory must not grow with it. Requests go over kept-alive loopback connections to a server in a
process of its own, each answered with a whole board (gzip). Prints one line per figure.
"""

from __future__ import annotations

import argparse
import itertools
import resource
import socket
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import httpx

from include.sample_market.boards import BoardWriter
from include.sample_market.config import MarketConfig
from include.sample_market.market import generate, stream_openings


def peak_megabytes() -> float:
    """Return the peak resident memory of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def bench_stream(n_openings: int) -> None:
    """Stream labels of the benchmark market."""
    before = peak_megabytes()
    began = time.process_time()
    n_spells = sum(
        len(opening.spells)
        for opening in itertools.islice(stream_openings(MarketConfig.benchmark()), n_openings)
    )
    seconds = time.process_time() - began
    print(f"label-only stream: {n_openings / seconds:,.0f} openings/s ({n_spells:,} spells)")
    print(f"label-only stream: {peak_megabytes() - before:.0f} MB more than before")


def bench_demo() -> None:
    """Make the demo's market, its texts and one day of all boards."""
    began = time.process_time()
    market = generate()
    n_postings = sum(map(len, market.postings_by_employer.values()))
    made = time.process_time()
    for opening in market.openings:
        market.ad(opening)
    written = time.process_time()
    writer = BoardWriter(market)
    size = sum(len(writer.board(employer, market.config.end_day)) for employer in market.employers)
    served = time.process_time()
    print(f"demo labels: {made - began:.2f} s for {len(market.openings):,} openings, {n_postings:,} postings")
    print(f"demo texts: {written - made:.2f} s ({len(market.openings) / (written - made):,.0f} ads/s)")
    print(
        f"demo boards: {served - written:.2f} s for one day of {len(market.employers)} ({size / 1e6:.1f} MB)"
    )


def bench_server(n_requests: int) -> None:
    """Ask one board again and again over one kept-alive connection, ten requests in flight."""
    command = [sys.executable, "-m", "include.sample_market", "serve", "--print-url", "--weeks", "4"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            url = process.stdout.readline().strip()
            first = httpx.get(f"{url}/_market/boards.csv").text.splitlines()[1].split(",")
            path = f"/ashby/posting-api/job-board/{first[1]}"
            size = len(httpx.get(url + path).content)
            request = f"GET {path} HTTP/1.1\r\nHost: x\r\nAccept-Encoding: gzip\r\n\r\n".encode() * 10
            host, port = url.removeprefix("http://").split(":")
            began, done = time.monotonic(), 0
            with socket.create_connection((host, int(port))) as connection:
                while done < n_requests:
                    connection.sendall(request)
                    received = b""
                    while received.count(b"HTTP/1.1 200 ") < 10 or not connection_is_quiet(connection):
                        received += connection.recv(1 << 20)
                    done += 10
            seconds = time.monotonic() - began
            print(f"server: {done / seconds:,.0f} boards/s of {size / 1000:.0f} kB unpacked")
        finally:
            process.terminate()


def connection_is_quiet(connection: socket.socket) -> bool:
    """Whether nothing more arrives within a millisecond."""
    connection.settimeout(0.001)
    try:
        return not connection.recv(1, socket.MSG_PEEK)
    except TimeoutError:
        return True
    finally:
        connection.settimeout(None)


def main() -> None:
    """Run all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--openings", type=int, default=100_000)
    parser.add_argument("--requests", type=int, default=5_000)
    options = parser.parse_args()
    bench_stream(options.openings)
    bench_demo()
    bench_server(options.requests)


if __name__ == "__main__":
    main()
