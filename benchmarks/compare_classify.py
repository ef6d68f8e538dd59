"""Speed of labelling, another checkout and this one batch by batch in turn: other work slows both alike.

Reads the optional evaluation data, as `bench_classify` does. Each checkout labels in a process of its own,
every ad once, in the order of the file. Times are CPU seconds.

Usage: .venv/bin/python -m benchmarks.compare_classify OTHER_CHECKOUT [--ads 62400]
"""

from __future__ import annotations

import argparse
import itertools
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pyarrow.parquet as pq

from include.classify.classifier import Ad, classify_all
from include.normalize.text import html_to_text

_HERE = Path(__file__).resolve().parent.parent
_ADS = Path(os.environ.get("HIRING_SIGNALS_SHARED", _HERE.parent / "shared")) / "corpus" / "all_jobs.parquet"
_BATCH_SIZE = 200  # as the stage reads them


def main() -> None:
    """Print what an ad costs in either checkout, and the ratio."""
    parser = argparse.ArgumentParser(description="Speed of labelling against another checkout.")
    parser.add_argument("other", type=Path, help="the checkout to compare with")
    parser.add_argument("--ads", type=int, default=6_000, help="ads read, from the file's start")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not _ADS.exists():
        print(f"evaluation data not here: {_ADS}")
    elif options.worker:
        for seconds in _times():
            print(seconds, flush=True)
    else:
        there, here = _totals([options.other.resolve(), _HERE], options.ads // _BATCH_SIZE)
        n_ads = options.ads // _BATCH_SIZE * _BATCH_SIZE
        print(
            f"{n_ads:,} ads: {there / n_ads * 1e6:,.0f} us an ad there, {here / n_ads * 1e6:,.0f} here: "
            f"{here / there:.3f} of the time"
        )


def _totals(checkouts: list[Path], n_batches: int) -> list[float]:
    """Return the CPU seconds that each checkout took; they label every batch one after the other."""
    workers = [
        subprocess.Popen(
            [sys.executable, __file__, str(checkout), "--worker"],
            cwd=checkout,
            env={**os.environ, "PYTHONPATH": str(checkout)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for checkout in checkouts
    ]
    totals = [0.0 for _ in workers]
    for _ in range(n_batches):
        for index, worker in enumerate(workers):
            if worker.stdin is None or worker.stdout is None:
                raise RuntimeError("a worker has no pipes")
            worker.stdin.write("next\n")
            worker.stdin.flush()
            totals[index] += float(worker.stdout.readline())
    for worker in workers:
        worker.communicate()
    return totals


def _times() -> Iterator[float]:
    """Return the CPU seconds of one batch after the other, each when a line asks for it."""
    ads = _ads()
    for _ in sys.stdin:
        pages = list(itertools.islice(ads, _BATCH_SIZE))
        started = time.process_time()
        classify_all([Ad(title, html_to_text(html)) for title, html in pages])
        yield time.process_time() - started


def _ads() -> Iterator[tuple[str, str]]:
    for batch in pq.ParquetFile(_ADS).iter_batches(1000, columns=["title", "description"]):
        for row in batch.to_pylist():
            yield row["title"], row["description"] or ""


if __name__ == "__main__":
    main()
