"""How far weekly figures move after their first publication, on the simulated market.

Usage: python -m benchmarks.revisions --warehouse data/simulated/warehouse/warehouse.duckdb [--weeks 12]

The warehouse's openings reach us late: one in ten by one to six weeks (by a hash of its key), as with boards
that index slowly and copies that are grouped later. Each week is measured with what was known at its release,
the triangle with the releases before it, and the mean absolute revision is printed as a release does.
"""

from __future__ import annotations

import argparse
import tempfile
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import duckdb

from include.measure.revisions import Vintage, measure_revisions
from include.measure.stamp import ReleaseStamp
from include.measure.weekly import measure_week
from include.partitions import published_at, week_name
from include.publish.revisions import MEAN_REVISION_LAGS, mean_absolute_revisions
from include.warehouse.cards import quote_text
from include.warehouse.macros import create_macros

LATE_SHARE: Final = 0.1
LATEST_WEEKS: Final = 6
_LATE_BY: Final = f"""
    CASE WHEN hash(opening_key) % 1000 < {1000 * LATE_SHARE:.0f}
        THEN 1 + (hash(opening_key, 1) % {LATEST_WEEKS})::INTEGER ELSE 0 END
"""


def stamp(monday: date) -> ReleaseStamp:
    """Return the stamp of a week's release."""
    return ReleaseStamp(
        release_id=week_name(monday), published_at=published_at(monday).replace(tzinfo=None),
        data_origin="simulated", methodology_version="1.0", taxonomy_version="1", code_version="0",
    )  # fmt: skip


def attach_core(con: duckdb.DuckDBPyConnection, source: Path) -> list[str]:
    """Attach a warehouse as `whole`, only to be read; return the names of its core tables."""
    con.execute(f"ATTACH {quote_text(str(source))} AS whole (READ_ONLY)")
    tables = con.execute(
        "SELECT table_name FROM duckdb_tables() "
        "WHERE database_name = 'whole' AND starts_with(table_name, 'core_')"
    ).fetchall()
    return [name for (name,) in tables]


def measure_known(source: Path, monday: date, earlier: list[Vintage], folder: Path) -> Vintage:
    """Measure a week with the openings known at its release; return its vintage, the triangle in its folder.

    Args:
        source: the warehouse; it is only read.
        monday: the week.
        earlier: the vintages before it.
        folder: where the vintage's Parquet and the triangle go.
    """
    with duckdb.connect() as con:
        create_macros(con)
        for table in attach_core(con, source):
            # A late opening is there from its week and delay on, with its own dates.
            known = (
                f"WHERE week_start IS NULL OR week_start + 7 * ({_LATE_BY}) <= ?"
                if table == "core_openings"
                else ""
            )
            con.execute(
                f"CREATE TABLE {table} AS FROM whole.{table} {known}",
                [monday] if known else [],
            )
        own = Vintage(name=week_name(monday), monday=monday, metrics=folder / f"{week_name(monday)}.parquet")
        measure_week(con, monday, stamp(monday))
        measure_revisions(con, stamp(monday), own, earlier)
        con.execute(f"COPY out_weekly_metrics_v1 TO {quote_text(str(own.metrics))} (FORMAT parquet)")
        con.execute(
            f"COPY out_revisions_v1 TO {quote_text(str(folder / 'triangle.parquet'))} (FORMAT parquet)"
        )
    return own


def main() -> None:
    """Print the mean absolute revision of the headline figures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--warehouse", type=Path, required=True)
    parser.add_argument("--weeks", type=int, default=12)
    arguments = parser.parse_args()
    with duckdb.connect(str(arguments.warehouse), read_only=True) as con:
        row = con.execute("SELECT max(week_start) FROM core_openings").fetchone()
    last: date = row[0] if row else date.min
    vintages: list[Vintage] = []
    with tempfile.TemporaryDirectory() as name:
        for back in range(arguments.weeks - 1, -1, -1):
            monday = last - timedelta(weeks=back)
            vintages.append(measure_known(arguments.warehouse, monday, vintages, Path(name)))
        with duckdb.connect() as con:
            triangle = quote_text(str(Path(name) / "triangle.parquet"))
            con.execute(f"CREATE TABLE out_revisions_v1 AS FROM {triangle}")
            found = mean_absolute_revisions(con)
    print("| metric | weight | series | weeks after | weeks behind it | mean absolute revision (pp) |")
    print("|--|--|--|--|--|--|")
    for figure in found:
        print(
            f"| {figure['metric_id']} | {figure['weight_scheme']} | {figure['series_kind']} "
            f"| {figure['lag_weeks']} | {figure['n_weeks']} "
            f"| {100 * float(str(figure['mean_absolute_revision'])):.2f} |"
        )
    print(f"\n{arguments.weeks} releases up to {week_name(last)}; lags {MEAN_REVISION_LAGS}")


if __name__ == "__main__":
    main()
