"""What disclosure control costs on the simulated market: figures withheld though they reach the thresholds.

Usage: python -m benchmarks.suppression --warehouse data/simulated/warehouse/warehouse.duckdb

The warehouse's last week is measured three times: with the thresholds alone, with the rule for weeks
(include/measure/differencing.py), and as published, with the cover that hides a cell from subtraction within
and between breakdowns. Printed is the share of the rows shown by the thresholds alone that each rule takes,
by breakdown (flow), and the same of the trailing figures of the whole market.
"""

from __future__ import annotations

import argparse
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Final
from unittest.mock import patch

import duckdb
import numpy as np

from benchmarks.revisions import attach_core, stamp
from include.measure.cells import DenominatorSums
from include.measure.suppression import Flags
from include.measure.weekly import measure_week
from include.warehouse.macros import create_macros

TRAILING: Final = "trailing four weeks"
Shown = dict[str, int]
"""Figures shown, by breakdown."""


def _all_windows(
    keys: Sequence[tuple[str, int, str]], single: DenominatorSums, is_four: Flags, is_wanted: Flags
) -> Flags:
    return is_wanted


def _no_cover(group: object, is_suppressed: Flags, *others: object) -> Flags:
    return np.zeros_like(is_suppressed)


def shown(source: Path, *, has_week_rule: bool, has_cover: bool) -> Shown:
    """Measure the last week of a warehouse and count the figures that are shown.

    Args:
        source: the warehouse; it is only read.
        has_week_rule: with the rule for weeks.
        has_cover: with complementary suppression within and between breakdowns.
    """
    with contextlib.ExitStack() as stack:
        con = stack.enter_context(duckdb.connect())
        if not has_week_rule:
            stack.enter_context(patch("include.measure.series.safe_windows", _all_windows))
        if not has_cover:
            stack.enter_context(patch("include.measure.rows.complementary", _no_cover))
            stack.enter_context(patch("include.measure.weekly.suppress_nested", lambda con: 0))
        create_macros(con)
        for table in attach_core(con, source):
            con.execute(f"CREATE TABLE {table} AS FROM whole.{table}")
        row = con.execute("SELECT max(week_start) FROM core_openings").fetchone()
        if not row or row[0] is None:
            raise SystemExit(f"{source} has no opening: run `make run` first.")
        measure_week(con, row[0], stamp(row[0]))
        return dict(
            con.execute(
                "SELECT stratum_dim, count(*) FROM out_weekly_metrics_v1 "
                "WHERE basis = 'flow' AND obs_status <> 'Q' AND stratum_dim <> 'pooled' GROUP BY ALL "
                "UNION ALL SELECT ?, count(est_trailing4) FROM out_weekly_metrics_v1 ORDER BY ALL",
                [TRAILING],
            ).fetchall()
        )


def main() -> None:
    """Print the table that docs/figures.md shows."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--warehouse", type=Path, required=True)
    source = parser.parse_args().warehouse
    thresholds = shown(source, has_week_rule=False, has_cover=False)
    weeks = shown(source, has_week_rule=True, has_cover=False)
    published = shown(source, has_week_rule=True, has_cover=True)
    print("| breakdown | shown by the thresholds alone | taken by the rule for weeks | taken by all rules |")
    print("|--|--|--|--|")
    for name, n in thresholds.items():
        lost = [f"{1 - run.get(name, 0) / n:.1%}" if n else "–" for run in (weeks, published)]
        print(f"| {name} | {n:,} | {lost[0]} | {lost[1]} |")


if __name__ == "__main__":
    main()
