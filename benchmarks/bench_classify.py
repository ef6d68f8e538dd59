"""Speed and memory of labelling real ads, from HTML to all labels, against a spaCy matcher on the same ads.

Reads the optional evaluation data (`HIRING_SIGNALS_SHARED`, or `shared` beside the project) and says so when
it is absent. Times are CPU seconds of one process (`time.process_time`). `HTML to all labels` reads every ad
once, in the order of the file: nothing is remembered from an earlier pass, and the automata are built as the
words come. `again` is the best of three passes over a sample, when all of that is done. `--steps` tells where
the time goes: it takes the time of every step of `classify_all` while ads are labelled batch by batch, once.
Memory is the peak of a fresh process that reads the file batch by batch.

Usage: .venv/bin/python -m benchmarks.bench_classify [--once 0] [--memory] [--steps]
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

from include.classify import classifier
from include.classify.baselines import spacy_matcher
from include.classify.classifier import Ad, classify_all
from include.normalize.text import html_to_text
from include.settings import PROJECT_ROOT

_SHARED = Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))
_ADS = _SHARED / "corpus" / "all_jobs.parquet"
_MEMORY_SIZES = (6_300, 62_591)
_SPACY_ADS = 200

_BATCH_SIZE = 200  # as the stage reads them

_STEPS = {
    "find_certifications": "certifications, and the structure that they are the first to ask for",
    "find_all_criteria": "success criteria and KPI talk: passages found and judged",
    "degree": "degrees, and the structure that certifications did not ask for",
    "find_cues": "words of criteria and support, one pass",
    "PlainText": "plain letters and spacing",
    "scan": "names, degrees, frameworks, clearances, one pass",
    "all_dev_support": "development support",
    "is_supported": "language",
}
"""What `classify_all` calls, by its name there."""

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
    parser.add_argument("--steps", action="store_true", help="only tell where the time goes (labels all ads)")
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
    if options.steps:
        _print_steps(list(_ads(pq.ParquetFile(_ADS).metadata.num_rows)))
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


def _print_steps(pages: Sequence[Page]) -> None:
    """Print what each step takes of the whole, while the ads are labelled batch by batch."""
    seconds = dict.fromkeys(_STEPS, 0.0)
    for name in _STEPS:
        setattr(classifier, name, _timed(getattr(classifier, name), name, seconds))
    in_html = whole = 0.0
    for batch in _batches(pages):
        started = time.process_time()
        ads = [Ad(title, html_to_text(html)) for title, html in batch]
        in_html += time.process_time() - started
        classify_all(ads)
        whole += time.process_time() - started
    rows = {**{_STEPS[name]: taken for name, taken in seconds.items()}, "HTML to text": in_html}
    rows["the rest"] = whole - sum(rows.values())
    print(f"{whole / len(pages) * 1e6:,.0f} us an ad, of {len(pages):,} ads")
    for step, taken in sorted(rows.items(), key=lambda row: -row[1]):
        print(f"{taken / whole:>6.1%}  {step}")


def _timed(work: Callable[..., object], name: str, seconds: dict[str, float]) -> Callable[..., object]:
    def timed(*arguments: object, **named: object) -> object:
        started = time.process_time()
        try:
            return work(*arguments, **named)
        finally:
            seconds[name] += time.process_time() - started

    return timed


def _label(pages: Sequence[Page]) -> object:
    return classify_all([Ad(title, html_to_text(html)) for title, html in pages])


def _batches(ads: Sequence[Page]) -> list[Sequence[Page]]:
    return [ads[start : start + _BATCH_SIZE] for start in range(0, len(ads), _BATCH_SIZE)]


def _per_ad_of_batches(ads: list[Page], passes: int) -> float:
    batches = _batches(ads)
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
