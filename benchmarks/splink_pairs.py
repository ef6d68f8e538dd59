"""Groups the rows of a Parquet file with splink and prints what it took; run by `bench_dedupe`.

Runs in an environment of its own (splink is no dependency of the project), so it imports nothing else of the
repository. Postings of one employer and title are compared by place and by the Jaccard similarity of their
five-word shingles. The weights are given, not learnt (learning them by sampling takes a minute for two
thousand long texts), and pairs over one half are clustered. It knows no dates, so it joins more than we do.

Usage: PYTHON benchmarks/splink_pairs.py ROWS.parquet
"""

from __future__ import annotations

import logging
import sys
import time
import warnings

import duckdb
import splink.comparison_library as cl  # type: ignore[import-not-found]  # not in the project's environment
from splink import DuckDBAPI, Linker, SettingsCreator, block_on  # type: ignore[import-not-found]

_SHARED = "len(list_intersect(shingles_l, shingles_r))"
# 0.85 of all shingles of both, written with the shared ones computed once: j / (a + b - j) >= 0.85.
_ALIKE = f"{_SHARED} >= 0.85 / 1.85 * (len(shingles_l) + len(shingles_r))"


def main(path: str) -> None:
    """Print rows, pairs' clusters, and seconds of CPU and wall time."""
    logging.disable(logging.WARNING)
    warnings.simplefilter("ignore")
    connection = duckdb.connect()
    connection.execute("SET threads = 1")
    connection.execute("CREATE TABLE rows AS FROM read_parquet(?)", [path])
    begin_cpu, begin_wall = time.process_time(), time.perf_counter()
    connection.execute(
        """
        CREATE TABLE postings AS
        WITH words AS (SELECT *, string_split(text, ' ') AS word FROM rows)
        SELECT unique_id, employer, title, place,
            list_distinct([hash(word[i:i + 4]) FOR i IN range(1, len(word) - 3)]) AS shingles
        FROM words
        """
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on("employer", "title")],
        comparisons=[
            cl.ExactMatch("place").configure(m_probabilities=[0.5, 0.5], u_probabilities=[0.3, 0.7]),
            cl.CustomComparison(
                output_column_name="text",
                comparison_levels=[
                    {
                        "sql_condition": "shingles_l IS NULL",
                        "label_for_charts": "null",
                        "is_null_level": True,
                    },
                    {
                        "sql_condition": _ALIKE,
                        "label_for_charts": "alike",
                        "m_probability": 0.95,
                        "u_probability": 1e-6,
                    },
                    {
                        "sql_condition": "ELSE",
                        "label_for_charts": "else",
                        "m_probability": 0.05,
                        "u_probability": 1 - 1e-6,
                    },
                ],
            ),
        ],
        probability_two_random_records_match=1e-4,
    )
    api = DuckDBAPI(connection)
    linker = Linker(api.register("postings"), settings)
    predictions = linker.inference.predict(threshold_match_probability=0.5)
    clusters = linker.clustering.cluster_pairwise_predictions_at_threshold(predictions, 0.5)
    found = clusters.as_duckdbpyrelation().aggregate("count(*), count(DISTINCT cluster_id)").fetchall()[0]
    cpu, wall = time.process_time() - begin_cpu, time.perf_counter() - begin_wall
    print(
        f"splink: {found[0]:,} postings, {found[1]:,} clusters, {cpu:.1f} s CPU, {wall:.1f} s, "
        f"{found[0] / cpu:,.0f}/s CPU"
    )


if __name__ == "__main__":
    main(sys.argv[1])
