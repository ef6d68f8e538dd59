"""Speed and memory of labelling real ads, from HTML to all labels, against a spaCy matcher on the same ads.

Reads the optional evaluation data (`HIRING_SIGNALS_SHARED`, or `shared` beside the project) and says so when
it is absent. Times are CPU seconds of one process (`time.process_time`). `HTML to all labels` reads every ad
once, in the order of the file: nothing is remembered from an earlier pass, and the automata are built as the
words come. `again` and the steps are the best of three passes over a sample, when all of that is done. Memory
is the peak of a fresh process that reads the file batch by batch.

Usage: .venv/bin/python -m benchmarks.bench_classify [--once 0] [--memory]
"""

from __future__ import annotations

import argparse
import itertools
import os
import resource
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pyarrow.parquet as pq

from include.classify.archetype import archetype
from include.classify.baselines import spacy_matcher
from include.classify.certifications import find_certifications
from include.classify.classifier import Ad, classify_all
from include.classify.criteria import find_criteria
from include.classify.degrees import degree
from include.classify.frameworks import framework
from include.classify.language import is_supported
from include.classify.scan import scan
from include.classify.segments import segment
from include.classify.support import dev_support
from include.normalize.text import html_to_text
from include.normalize.titles import role_family
from include.settings import PROJECT_ROOT

_SHARED = Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))
_ADS = _SHARED / "corpus" / "all_jobs.parquet"
_MEMORY_SIZES = (6_300, 62_591)
_SPACY_ADS = 200

_BATCH_SIZE = 200  # as the stage reads them

Page = tuple[str, str]
"""Title and HTML (or text) of an ad."""


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description="Speed and memory of labelling real ads.")
    parser.add_argument(
        "--once", type=int, default=12_000, help="ads read once, from the file's start; 0: all"
    )
    parser.add_argument("--ads", type=int, default=2000, help="ads to time again, spread over the file")
    parser.add_argument("--memory", action="store_true", help="measure peak memory too (labels all ads)")
    parser.add_argument("--peak-of", type=int, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if not _ADS.exists():
        print(f"evaluation data not here: {_ADS}")
        return
    if options.peak_of:
        pages = _ads(options.peak_of)
        while batch := list(itertools.islice(pages, _BATCH_SIZE)):
            _label(batch)
        print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024)
        return
    if options.memory:  # before this process holds the ads: a child's peak starts at its parent's
        for size in _MEMORY_SIZES:
            command = [sys.executable, "-m", "benchmarks.bench_classify", "--peak-of", str(size)]
            peak = subprocess.run(command, capture_output=True, text=True, check=True, cwd=PROJECT_ROOT)
            print(f"peak memory of {size:,} ads: {peak.stdout.strip()} MB")
    every_ad = list(_ads(pq.ParquetFile(_ADS).metadata.num_rows))
    once = every_ad[: options.once or None]
    ads = every_ad[:: max(1, len(every_ad) // options.ads)]
    print(f"{'step':<28}{'us/ad':>10}{'ads/s':>10}   ({len(once)} ads once, then {len(ads)} again)")
    whole = _per_ad_of_batches(once, passes=1)
    _print("HTML to all labels", whole)
    _print("  again", _per_ad_of_batches(ads, passes=3))
    for name, work in _steps().items():
        _print(f"  {name}", _per_ad(work, ads))
    label = spacy_matcher()
    matcher = _per_ad(lambda ad: label(ad[1]), ads[:_SPACY_ADS])
    _print("spaCy matcher, 2 labels", matcher)
    print(f"times faster than spaCy: {matcher / whole:.1f}")


def _ads(count: int) -> Iterator[Page]:
    n_read = 0
    for batch in pq.ParquetFile(_ADS).iter_batches(1000, columns=["title", "description"]):
        for row in batch.to_pylist():
            if n_read >= count:
                return
            n_read += 1
            yield row["title"], row["description"] or ""


def _steps() -> dict[str, Callable[[Page], object]]:
    return {
        "HTML to text": lambda ad: html_to_text(ad[1]),
        "language": lambda ad: is_supported(ad[1]),
        "one pass": lambda ad: scan(ad[1]),
        "certifications": lambda ad: find_certifications(segment(ad[1]), ad[0]),
        "degrees": lambda ad: degree(segment(ad[1]), scan(ad[1]).degrees),
        "frameworks": lambda ad: framework(segment(ad[1]), scan(ad[1]), ()),
        "success criteria": lambda ad: find_criteria(segment(ad[1]), ad[0]),
        "development support": lambda ad: dev_support(segment(ad[1])),
        "archetype": lambda ad: archetype(segment(ad[1]), ad[0], role_family(ad[0])),
    }


def _label(pages: Sequence[Page]) -> object:
    return classify_all([Ad(title, html_to_text(html)) for title, html in pages])


def _per_ad_of_batches(ads: list[Page], passes: int) -> float:
    batches = [ads[start : start + _BATCH_SIZE] for start in range(0, len(ads), _BATCH_SIZE)]
    return _seconds(lambda: [_label(batch) for batch in batches], passes) / len(ads)


def _per_ad(work: Callable[[Page], object], ads: list[Page]) -> float:
    return _seconds(lambda: [work(ad) for ad in ads], passes=3) / len(ads)


def _seconds(work: Callable[[], object], passes: int) -> float:
    """Return the CPU seconds of the fastest pass."""
    best = float("inf")
    for _ in range(passes):
        started = time.process_time()
        work()
        best = min(best, time.process_time() - started)
    return best


def _print(name: str, seconds: float) -> None:
    print(f"{name:<28}{seconds * 1e6:>10.0f}{1 / seconds:>10,.0f}")


if __name__ == "__main__":
    main()
