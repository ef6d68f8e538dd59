"""What the terminal shows: why rows were rejected, the headline table, where things are, what comes next."""

from __future__ import annotations

import shlex
from collections.abc import Sequence
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.table import Table

from include.pipeline.auditing import PAGE
from include.pipeline.importing import Refusal
from include.plurals import counted
from include.publish.headline import Figure
from include.publish.naming import DATABASE
from include.publish.summary import SUMMARY, Summary, read_summary
from include.publish.words import percent, points, signed
from include.settings import DataPaths

REASONS_SHOWN = 5
"""How many reasons for rejects are shown with an example; of the others only the number of rows."""

FIRST_QUERY = (
    "SELECT week_start, series_kind, weight_scheme, metric_id, pct, ci_low_pct, ci_high_pct FROM headline "
    "WHERE pct IS NOT NULL"
)
"""As wide as a terminal: DuckDB leaves out the columns in the middle of a wider one, here the figures."""


def print_refusals(console: Console, found: Sequence[Refusal]) -> None:
    """Print why records of a dump were not used, the most frequent reasons first."""
    for refusal in found[:REASONS_SHOWN]:
        rows = counted(refusal.n_records, "row")
        # The example quotes the dump: what looks like markup of ours in it is none.
        console.print(
            f"    {rows} rejected as {refusal.reason}, such as {refusal.example}",
            highlight=False,
            markup=False,
        )
    others = found[REASONS_SHOWN:]
    if others:
        rows = counted(sum(refusal.n_records for refusal in others), "row")
        reasons = ", ".join(refusal.reason for refusal in others)
        console.print(f"    {rows} rejected as {reasons}; all are in core_rejected_records", highlight=False)


def print_release(console: Console, release: Path) -> None:
    """Print the headline of a release, its paths and the next commands."""
    summary = read_summary(release)
    headline = summary.headline
    if headline is None:
        console.print(f"\nWeek {summary.release}: no opening was counted, so there is no figure to show.")
    else:
        marks = {"simulated": " · SIMULATED DATA", "archive": " · imported archive", "public_boards": ""}
        table = Table(
            title=f"Week {summary.release} (from {summary.week_start}) · {headline.series_kind} series"
            f"{marks[summary.data_origin]}",
            title_justify="left",
        )
        for column in ("", "by opening", "95% interval", "by employer", "95% interval"):
            table.add_column(column, justify="left" if not column else "right")
        figures = {(figure.metric_id, figure.weight_scheme): figure for figure in headline.figures}
        for figure in headline.figures:
            if figure.weight_scheme != "posting":
                continue
            other = figures.get((figure.metric_id, "employer"))
            table.add_row(f"{figure.metric_id:4}{figure.name}", *_cells(figure), *_cells(other))
        console.print()
        console.print(table)
        base = figures["M1", "posting"]
        n_eff = "" if base.n_eff is None else f", effective sample {base.n_eff:.0f}"
        console.print(
            f"{counted(base.n_postings, 'opening')} at {counted(base.n_employers, 'employer')}{n_eff}."
        )
    # To be copied: no line is broken, and nothing in a path is taken for markup of ours.
    say = partial(console.print, soft_wrap=True, markup=False)
    if summary.warnings:
        say(f"Published with {counted(len(summary.warnings), 'validation warning')}: {release / SUMMARY}")
    say(f"\nPage      {release / 'index.html'}")
    say(f"Exports   {release}")
    say(f"DuckDB    {release / DATABASE}")
    label_page = DataPaths(release.parent.parent).audit / summary.release / PAGE
    if label_page.is_file():
        say(f"To label  {label_page} (docs/operators.md, The weekly audit)")
    python = ".venv/bin/python"
    say("\nNext")
    say(f"  {_ui_command(release, summary)}  Airflow with the operator's page")
    database = str(release / DATABASE).replace("'", "\\'")
    say(
        f"  {python} -c \"import duckdb; duckdb.connect('{database}', read_only=True)"
        f".sql('{FIRST_QUERY}').show(max_width=110)\""
    )
    say("  make run ARCHIVE=FILE       import your own dump (JSONL, CSV, Parquet)")
    say("  make run SOURCE=live        read the public boards (set HIRING_SIGNALS_CONTACT)")


def _ui_command(release: Path, summary: Summary) -> str:
    if summary.data_origin == "simulated":
        return f"{'make ui':<26}"
    # The operator's page shows one data folder; unasked, the simulated one.
    root = shlex.quote(str(release.parent.parent))
    return f"HIRING_SIGNALS_DATA_DIR={root} HIRING_SIGNALS_DATA_ORIGIN={summary.data_origin} make ui"


def _cells(figure: Figure | None) -> tuple[str, str]:
    if figure is None or figure.shown is None:
        return ("suppressed" if figure else "–"), "–"
    is_gap = figure.metric_id == "M6"
    value = points(figure.shown) if is_gap else percent(figure.shown)
    if figure.ci_low is None or figure.ci_high is None:
        return value, "–"
    low, high = (
        signed(100 * end, 1) if is_gap else f"{100 * end:.1f}" for end in (figure.ci_low, figure.ci_high)
    )
    return value, f"{low} to {high}"
