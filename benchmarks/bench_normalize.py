"""Speed of normalising real postings, against the bare parsers on the same HTML, in one run.

Reads the optional evaluation data (`HIRING_SIGNALS_SHARED`, or `shared` beside the project) and says so when
it is absent. Times are of one process on one core (`time.process_time`), the best of three passes.

Usage: .venv/bin/python -m benchmarks.bench_normalize
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import time
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

from bs4 import BeautifulSoup
from lxml import html as lxml_html
from selectolax.lexbor import LexborHTMLParser

from include.archive.reads import Board
from include.collect.protocol import Listing, Place
from include.normalize.languages import detect_language
from include.normalize.pay import read_pay
from include.normalize.personal_data import remove_personal_data
from include.normalize.postings import normalize_listing
from include.normalize.text import html_to_text
from include.normalize.titles import role_family
from include.settings import PROJECT_ROOT

_SHARED = Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))
_POSTINGS = _SHARED / "corpus" / "postings.jsonl.gz"
_DAY = date(2026, 12, 31)


def _rate(work: Callable[[Any], object], items: list[Any], passes: int = 3) -> float:
    """Return items per second of the fastest pass."""
    best = float("inf")
    for _ in range(passes):
        begin = time.process_time()
        for item in items:
            work(item)
        best = min(best, time.process_time() - begin)
    return len(items) / best


def main() -> None:
    """Print a Markdown table."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    if not _POSTINGS.exists():
        print(f"no evaluation data at {_POSTINGS}: nothing measured")
        return
    with gzip.open(_POSTINGS, "rt", encoding="utf-8") as file:
        rows = [json.loads(line) for line in file]
    pages = [row["description_html"] for row in rows if row["description_html"]]
    texts = [html_to_text(row["description_html"] or row["description_text"] or "") for row in rows]
    board = Board(source="bench", token="board", employer="Bench")  # noqa: S106 - a board's name
    listings = [
        Listing(
            native_id=row["id"],
            title=row["title"],
            raw_pointer="bench",
            description_html=row["description_html"] or None,
            description_text=row["description_text"],
            places=(Place(text=row["location"]),) if row["location"] else (),
        )
        for row in rows
    ]
    mean_size = sum(map(len, pages)) / len(pages)
    print(f"{len(pages)} HTML ads of {mean_size:,.0f} characters on average; {len(rows)} postings\n")
    print("| step | per second |\n|---|---:|")
    steps: list[tuple[str, Callable[[Any], object], list[Any], int]] = [
        ("html_to_text (headings, bullets, tables kept)", html_to_text, pages, 3),
        ("selectolax lexbor, parse only", LexborHTMLParser, pages, 3),
        ("selectolax lexbor, text without structure", lambda page: LexborHTMLParser(page).text(), pages, 3),
        ("lxml, text without structure", lambda page: lxml_html.fromstring(page).text_content(), pages, 3),
        ("BeautifulSoup on lxml, text", lambda page: BeautifulSoup(page, "lxml").get_text(), pages[:60], 1),
        ("remove_personal_data", remove_personal_data, texts, 3),
        ("detect_language", detect_language, texts, 3),
        ("read_pay", read_pay, texts, 3),
        ("role_family, titles not seen before", role_family.__wrapped__, [row["title"] for row in rows], 3),
        (
            "normalize_listing, all of it",
            lambda one: normalize_listing(one, board, _DAY, "observed"),
            listings,
            3,
        ),
    ]
    for name, work, items, passes in steps:
        print(f"| {name} | {_rate(work, items, passes):,.0f} |")


if __name__ == "__main__":
    main()
