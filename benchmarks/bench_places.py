"""How many places of real postings are read, and how often a town's name alone tells its country rightly.

Reads the optional evaluation data (`HIRING_SIGNALS_SHARED`, or `shared` beside the project) and says so when
it is absent. The second table takes places that name a town and its country or state ("Bielefeld, Germany")
and compares what the town's name alone would have said; names of places.yaml's own list are not among them.
The last line is the time of reading each distinct text once, on one core (`time.process_time`), the best of
three passes.

Usage: .venv/bin/python -m benchmarks.bench_places
"""

from __future__ import annotations

import argparse
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable
from pathlib import Path

import duckdb

from include.collect.protocol import Place
from include.normalize import places
from include.normalize.places import PLACE_NAMES, Location, locate
from include.normalize.titles import role_family
from include.normalize.towns import place_key, read_towns
from include.settings import PROJECT_ROOT

_SHARED = Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))
_ADS = _SHARED / "corpus" / "all_jobs.parquet"
_LISTINGS = _SHARED / "corpus" / "greenhouse_listings.parquet"
_MIN_POSTINGS = 500
"""Collections with fewer are one row."""


def _read_postings() -> list[tuple[str, str, str]]:
    """Return collection, title and place of each posting that has a place."""
    return duckdb.sql(
        f"""
        SELECT collection, title, place
        FROM (
            SELECT source_repo AS collection, title, trim(location) AS place FROM '{_ADS}'
            UNION ALL
            SELECT 'Greenhouse listings', title, trim(location) FROM '{_LISTINGS}'
        )
        WHERE place <> ''
        """
    ).fetchall()


def _print_coverage(postings: list[tuple[str, str, str]], read: dict[str, Location]) -> None:
    size = Counter(collection for collection, _, _ in postings)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for collection, title, place in postings:
        is_product = role_family(title or "") != "not_product"
        for row in ("all", collection if size[collection] >= _MIN_POSTINGS else "smaller collections"):
            for kind in ("any", "product") if is_product else ("any",):
                counts[row][kind] += 1
                counts[row][f"{kind} no region"] += read[place].region == "unknown"
                counts[row][f"{kind} no country"] += read[place].country_code is None
    print("| collection | postings | no region | no country | product roles | no region | no country |")
    print("|---|---|---|---|---|---|---|")
    for row, count in sorted(counts.items(), key=lambda item: -item[1]["any"]):
        cells = [
            cell
            for kind in ("any", "product")
            for cell in (
                f"{count[kind]:,}",
                *(
                    f"{count[f'{kind} {what}'] / max(1, count[kind]):.1%}"
                    for what in ("no region", "no country")
                ),
            )
        ]
        print(f"| {row} | {' | '.join(cells)} |")


def _print_agreement(places: Iterable[str]) -> None:
    towns = read_towns()
    own = {place_key(name) for name in PLACE_NAMES}
    countries: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for place in places:
        town, *larger = place.split(",")
        if len(larger) in (1, 2) and (country := locate([Place(text=f"Nowhere, {larger[-1]}")]).country_code):
            countries[place_key(town)][country] += 1
    named = {name: by_country for name, by_country in countries.items() if name not in own}
    n_named = sum(by_country.total() for by_country in named.values())
    told = {name: by_country for name, by_country in named.items() if name in towns.country_of}
    n_told = sum(by_country.total() for by_country in told.values())
    n_right = sum(by_country[towns.country_of[name]] for name, by_country in told.items())
    print(
        f"\n{n_named:,} places name a town with its country or state: the name alone tells a country for "
        f"{n_told:,} ({n_told / n_named:.0%}), and the right one for {n_right / n_told:.1%} of these"
    )


def main() -> None:
    """Print the three."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    if not (_ADS.exists() and _LISTINGS.exists()):
        print(f"no evaluation data at {_SHARED}: nothing measured")
        return
    postings = _read_postings()
    distinct = sorted({place for _, _, place in postings})
    seconds = float("inf")
    for _ in range(3):
        places._locate_text.cache_clear()
        begin = time.process_time()
        read = {place: locate([Place(text=place)]) for place in distinct}
        seconds = min(seconds, time.process_time() - begin)
    _print_coverage(postings, read)
    _print_agreement(place for _, _, place in postings)
    print(f"\n{len(distinct):,} distinct texts, {seconds / len(distinct) * 1e6:.0f} µs each")


if __name__ == "__main__":
    main()
