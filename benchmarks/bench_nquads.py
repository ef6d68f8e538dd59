"""Memory and speed of importing N-Quads, the form of Web Data Commons' yearly files.

Writes a file of pages as crawls have them (JobPosting with organisation, places and a text of 4 KB; one page
in ten for a product role; one in 5,000 with more facts than a page may have) and imports it the way
`make run ARCHIVE=FILE.nq` does: into the archive, then staged. Each step runs in a process of its own, so
that its peak is its own. The peak must not grow with the file: a quarter of the file is measured too.

Usage: .venv/bin/python -m benchmarks.bench_nquads [--gigabytes 2] [--folder FOLDER]
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import NamedTuple

from include.collect.dumps.reading import open_dump
from include.pipeline.importing import archive_dump, stage_import
from include.settings import Settings

DAY = date(2026, 11, 16)
_CRAWL = date(2024, 11, 15)
_MAP = "source: webdatacommons\nseries_kind: reconstructed\nonly_product_titles: true\nseen_on: 2024-11-15\n"
_TYPE = "<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>"
_ROLES = ["Nurse", "Driver", "Cook", "Teacher", "Welder", "Accountant", "Electrician", "Clerk", "Barista"]
_FACTS_OF_A_LONG_PAGE = 25_000


class Figures(NamedTuple):
    """What one step used."""

    n_records: int
    cpu_seconds: float
    peak_mb: float


def write_quads(path: Path, n_bytes: int) -> int:
    """Write about `n_bytes` of facts and return how many pages they are of."""
    dice = random.Random(7)  # noqa: S311 - test data
    words = [f"word{number}" for number in range(3_000)]
    written = n_pages = 0
    with path.open("w", encoding="utf-8", newline="\n") as file:
        while written < n_bytes:
            written += file.write("".join(_page(n_pages, dice, words)))
            n_pages += 1
    return n_pages


def _page(number: int, dice: random.Random, words: list[str]) -> Iterator[str]:
    page, node, vocabulary = f"https://site{number % 9_000}.example/jobs/{number}", "_:n", "http://schema.org"
    role = "Product Manager" if number % 10 == 0 else dice.choice(_ROLES)
    posted = _CRAWL - timedelta(days=dice.randrange(80))
    text = " ".join(dice.choices(words, k=550))
    facts = [
        f"{node} {_TYPE} <{vocabulary}/JobPosting>",
        f'{node} <{vocabulary}/title> "{role}"@en',
        f'{node} <{vocabulary}/datePosted> "{posted}"',
        f'{node} <{vocabulary}/description> "<p>{text}</p>\\n<p>caf\\u00E9</p>"',
        f"{node} <{vocabulary}/hiringOrganization> {node}org",
        f"{node}org {_TYPE} <{vocabulary}/Organization>",
        f'{node}org <{vocabulary}/name> "Employer {number % 9_000}"',
        f"{node} <{vocabulary}/jobLocation> {node}place",
        f"{node}place <{vocabulary}/address> {node}address",
        f'{node}address <{vocabulary}/addressLocality> "Porto"',
        f'{node}address <{vocabulary}/addressCountry> "PT"',
    ]
    if number % 5_000 == 4_999:
        facts += [f'{node}x{n} <{vocabulary}/name> "crumb {n}"' for n in range(_FACTS_OF_A_LONG_PAGE)]
    return (f"{fact} <{page}> .\n" for fact in facts)


def read_only(folder: Path, path: Path) -> int:
    """Put the pages together and read their postings, without keeping anything."""
    return sum(batch.n_records for batch in open_dump(path).batches())


def archive_and_stage(folder: Path, path: Path) -> int:
    """Do what the DAG `import_archive` does before the warehouse is loaded."""
    settings = Settings(data_dir=folder, data_origin="archive")
    archive_dump(settings, path, DAY, "quads")
    report = stage_import(settings, "quads")
    return report.n_listed + report.n_rejected + report.n_skipped


def _measured(step: Callable[[Path, Path], int], path: Path) -> Figures:
    with tempfile.TemporaryDirectory(dir=path.parent) as folder:
        context = multiprocessing.get_context("spawn")
        with context.Pool(1) as pool:
            return pool.apply(_measure, (step, Path(folder), path))


def _measure(step: Callable[[Path, Path], int], folder: Path, path: Path) -> Figures:
    begin = time.process_time()
    n_records = step(folder, path)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return Figures(n_records, time.process_time() - begin, peak)


def main() -> None:
    """Print one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("--gigabytes", type=float, default=2.0, help="1 GB is 10**9 bytes")
    parser.add_argument("--folder", type=Path, help="where the file may be written; default: the system's")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=arguments.folder) as folder:
        for share in (0.25, 1.0):
            path = Path(folder) / "part.nq"
            n_pages = write_quads(path, int(arguments.gigabytes * share * 1e9))
            path.with_name(f"{path.name}.columns.yaml").write_text(_MAP + "columns: {}\n", encoding="utf-8")
            megabytes = path.stat().st_size / 1e6
            for name, step in (("read", read_only), ("archived and staged", archive_and_stage)):
                figures = _measured(step, path)
                print(
                    f"{megabytes:,.0f} MB, {n_pages:,} pages, {name}: {figures.cpu_seconds:.0f} s CPU, "
                    f"{megabytes / figures.cpu_seconds:.0f} MB/s CPU, peak {figures.peak_mb:.0f} MB, "
                    f"{figures.n_records:,} records",
                    flush=True,
                )


if __name__ == "__main__":
    main()
