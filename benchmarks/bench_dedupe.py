"""Speed of grouping postings into openings, against datasketch's MinHash LSH and splink on the same rows.

The rows are made here: employers with a few titles each, texts of real length, whole ads repeated with small
edits, so that many postings are copies or reposts. Three figures: all rows product postings (the worst case),
a warehouse in which one in ten is (other families are grouped by id alone), and datasketch, which finds
candidate pairs only (no dates, places or rules). Splink has pinned dependencies of its own and runs in an
environment of its own, when SPLINK_PYTHON names one's Python (python -m venv FOLDER, pip install splink).

Usage: .venv/bin/python -m benchmarks.bench_dedupe [--postings 60000] [--datasketch 2000] [--splink 2000]
"""

from __future__ import annotations

import argparse
import os
import random
import resource
import subprocess
import tempfile
import time
from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
from datasketch import MinHash, MinHashLSH  # type: ignore[import-untyped]  # it ships no types

from include.dedupe.clustering import Candidate, cluster
from include.dedupe.openings import group_openings
from include.warehouse.cards import create_table_sql, load_card
from include.warehouse.macros import create_macros

_WORDS_PER_TEXT = 550
_DAY = date(2026, 1, 5)


def make_rows(n_postings: int, seed: int = 1) -> tuple[list[Candidate], dict[str, str]]:
    """Return postings and the texts of their content hashes."""
    generator = random.Random(seed)  # noqa: S311 - test data
    vocabulary = [f"word{number}" for number in range(8_000)]
    texts: dict[str, str] = {}
    rows = []
    base: list[str] = []
    employer = title = ""
    for number in range(n_postings):
        if number % 3 == 0 or not base:
            employer = f"employer {generator.randrange(max(1, n_postings // 25))}"
            title = f"product manager {generator.choice(['growth', 'payments', 'data', 'platform'])}"
            base = generator.choices(vocabulary, k=_WORDS_PER_TEXT)
        words = list(base)
        for _ in range(generator.choice([0, 0, 1, 4, 60])):
            words[generator.randrange(len(words))] = "edited"
        text = " ".join(words)
        content_hash = f"{hash(tuple(words)):x}"
        texts[content_hash] = text
        begin = _DAY + timedelta(days=generator.randrange(300))
        rows.append(
            Candidate(
                posting_key=f"greenhouse:board:{number}",
                source="greenhouse",
                board="board",
                series="simulated",
                was_standing=number % 4 == 0,
                employer_key=employer,
                title_key=title,
                opening_id=None,
                places=(generator.choice(["berlin", "paris", "austin, tx"]),),
                begin=begin,
                end=begin + timedelta(days=generator.choice([14, 40, 90])),
                first_seen=begin,
                content_hash=content_hash,
                n_words=_WORDS_PER_TEXT,
            )
        )
    return rows, texts


def _datasketch_seconds(texts: list[str]) -> float:
    begin = time.process_time()
    index = MinHashLSH(threshold=0.9, num_perm=128)
    for number, text in enumerate(texts):
        words = text.split()
        minhash = MinHash(num_perm=128)
        minhash.update_batch([" ".join(words[i : i + 5]).encode() for i in range(len(words) - 4)])
        index.query(minhash)
        index.insert(str(number), minhash)
    return time.process_time() - begin


def _print_splink(rows: list[Candidate], texts: dict[str, str]) -> None:
    python = os.environ.get("SPLINK_PYTHON")
    if not python:
        print("splink: not measured; see the top of this file for the environment it needs")
        return
    begin = time.process_time()
    members = cluster(rows, lambda hashes: {one: texts[one] for one in hashes})
    seconds = time.process_time() - begin
    n_openings = len({member.opening_key for member in members})
    print(f"the same {len(rows):,} rows here: {n_openings:,} openings, {len(rows) / seconds:,.0f}/s CPU")
    table = pa.table(
        {
            "unique_id": [row.posting_key for row in rows],
            "employer": [row.employer_key for row in rows],
            "title": [row.title_key for row in rows],
            "place": [row.places[0] for row in rows],
            "text": [texts[row.content_hash] for row in rows],
        }
    )
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.parquet"
        pq.write_table(table, path)
        script = Path(__file__).with_name("splink_pairs.py")
        subprocess.run([python, script, path], check=False)


def _warehouse(rows: list[Candidate]) -> duckdb.DuckDBPyConnection:
    """Return an in-memory warehouse in which every tenth posting is a product posting."""
    con = duckdb.connect()
    create_macros(con)
    for table in ("core_postings", "core_openings", "core_opening_members"):
        con.execute(create_table_sql(load_card(table)))
    columns = {
        name: pa.array([getattr(row, name) for row in rows]) for name in Candidate._fields if name != "places"
    }
    con.register("made", pa.table(columns | {"place": [row.places[0] for row in rows]}))
    con.execute(
        """
        INSERT INTO core_postings BY NAME
        SELECT
            posting_key, source, board, posting_key AS native_id,
            CASE WHEN was_standing THEN 'reconstructed' ELSE 'observed' END AS series_kind,
            series AS data_origin, employer_key AS employer, employer_key, title_key AS title, title_key,
            CASE hash(title_key || employer_key) % 10 WHEN 0 THEN 'pm' ELSE 'not_product' END AS role_family,
            'mid' AS seniority, 'unknown' AS region, [place] AS locations, 'unknown' AS workplace,
            'unknown' AS pay_period, 'en' AS language, true AS is_text_complete, n_words,
            "begin" AS opened_date, "end" AS closed_date, first_seen AS first_seen_date,
            was_standing AS is_left_censored, 0 AS n_reopened, 1 AS n_versions,
            content_hash AS first_content_hash, content_hash
        FROM made
        """
    )
    return con


def main() -> None:
    """Print one line per figure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postings", type=int, default=60_000)
    parser.add_argument("--datasketch", type=int, default=2_000, help="postings for the slower library")
    parser.add_argument("--splink", type=int, default=2_000, help="postings for splink")
    arguments = parser.parse_args()
    rows, texts = make_rows(arguments.postings)
    begin_cpu, begin_wall = time.process_time(), time.perf_counter()
    members = cluster(rows, lambda hashes: {one: texts[one] for one in hashes})
    cpu, wall = time.process_time() - begin_cpu, time.perf_counter() - begin_wall
    rules = Counter(member.link_rule for member in members)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{len(rows):,} product postings: {cpu:.1f} s CPU, {wall:.1f} s, {len(rows) / cpu:,.0f}/s CPU")
    print(f"openings {rules['first']:,}; {dict(rules)}; peak {peak:,.0f} MB with the texts in memory")
    con = _warehouse(rows)
    begin_cpu, begin_wall = time.process_time(), time.perf_counter()
    group_openings(con, lambda hashes: {one: texts[one] for one in hashes})
    cpu, wall = time.process_time() - begin_cpu, time.perf_counter() - begin_wall
    print(f"{len(rows):,} rows of core_postings, a tenth product: {cpu:.1f} s CPU, {wall:.1f} s with DuckDB")
    sample = [texts[row.content_hash] for row in rows[: arguments.datasketch]]
    seconds = _datasketch_seconds(sample)
    print(
        f"datasketch LSH, pairs only: {len(sample) / seconds:,.0f}/s on {len(sample):,} postings", flush=True
    )
    _print_splink(*make_rows(arguments.splink))


if __name__ == "__main__":
    main()
