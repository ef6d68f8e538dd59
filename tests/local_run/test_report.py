"""What is said of a release, and of the rows that an import did not use."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from datetime import date
from pathlib import Path

import duckdb
import msgspec
import pytest
from rich.console import Console

from include.local_run.report import REASONS_SHOWN, print_refusals, print_release
from include.pipeline.importing import Refusal
from include.publish.headline import Figure, Headline
from include.publish.naming import DATABASE
from include.publish.summary import Summary
from include.storage import write_text


def figure(metric_id: str, weight: str, estimate: float | None) -> Figure:
    return Figure(
        metric_id=metric_id,
        name="certification required",
        weight_scheme=weight,
        estimate=estimate,
        ci_low=None if estimate is None else estimate / 2,
        ci_high=None if estimate is None else estimate * 2,
        n_postings=76,
        n_employers=26,
        n_eff=60.0,
        obs_status="P" if estimate is not None else "Q",
    )


def test_the_headline_table_says_what_is_simulated_and_what_is_suppressed(tmp_path: Path) -> None:
    headline = Headline(
        week_start=date(2026, 11, 16),
        series_kind="observed",
        data_origin="simulated",
        figures=(
            figure("M1", "posting", 0.066),
            figure("M1", "employer", None),
            figure("M6", "posting", 0.136),
            msgspec.structs.replace(figure("M5", "posting", 0.25), ci_low=None, ci_high=None, n_eff=None),
        ),
    )
    warning = {"table_name": "t", "expectation_id": "e", "description": "d", "observed_value": None}
    summary = {
        "release": "2026-W47",
        "week_start": "2026-11-16",
        "data_origin": "simulated",
        "headline": msgspec.to_builtins(headline),
        "warnings": [warning],
    }
    (tmp_path / "release.json").write_bytes(msgspec.json.encode(summary))
    console = Console(record=True, width=140)
    print_release(console, tmp_path)
    said = console.export_text()
    assert "SIMULATED DATA" in said
    assert "6.6%" in said
    assert "3.3 to 13.2" in said
    assert "+13.6 pp" in said
    assert "+6.8 to +27.2" in said
    assert "Published with 1 validation warning: " in said
    assert "suppressed" in said
    assert "76 openings at 26 employers, effective sample 60" in said
    rows = [[cell.strip() for cell in line.split("│")[1:-1]] for line in said.splitlines() if "│" in line]
    assert [(row[0][:2], *row[1:]) for row in rows] == [  # a row each, with both weights
        ("M1", "6.6%", "3.3 to 13.2", "suppressed", "–"),
        ("M6", "+13.6 pp", "+6.8 to +27.2", "–", "–"),
        ("M5", "25.0%", "–", "–", "–"),
    ]
    assert re.search(r"^  make ui  +Airflow", said, re.MULTILINE)  # which shows simulated data unasked


def test_a_gap_that_rounds_to_zero_has_no_sign(tmp_path: Path) -> None:
    gap = msgspec.structs.replace(
        figure("M6", "posting", -0.0004), ci_low=-0.02, ci_high=0.0004, metric_id="M6"
    )
    headline = Headline(
        week_start=date(2026, 11, 16),
        series_kind="observed",
        data_origin="public_boards",
        figures=(figure("M1", "posting", 0.066), gap),
    )
    summary = Summary(
        release="2026-W47",
        week_start=headline.week_start,
        data_origin="public_boards",
        headline=headline,
        warnings=(),
    )
    (tmp_path / "release.json").write_bytes(msgspec.json.encode(summary))
    console = Console(record=True, width=140)
    print_release(console, tmp_path)
    [line] = [line for line in console.export_text().splitlines() if "M6" in line]
    assert [cell.strip() for cell in line.split("│")[2:4]] == ["0.0 pp", "−2.0 to 0.0"]


def test_the_next_command_opens_the_data_that_the_run_made(tmp_path: Path) -> None:
    root = tmp_path / "it's my [bold] archive" / ("long" * 40)
    release = root / "releases" / "2025-W40"
    release.mkdir(parents=True)
    summary = {
        "release": "2025-W40",
        "week_start": "2025-09-29",
        "data_origin": "archive",
        "headline": None,
        "warnings": [],
    }
    (release / "release.json").write_bytes(msgspec.json.encode(summary))
    console = Console(record=True, width=140)
    print_release(console, release)
    said = console.export_text().splitlines()
    assert f"Page      {release}/index.html" in said
    assert f"DuckDB    {release}/hiring_signals.duckdb" in said
    assert "Week 2025-W40: no opening was counted, so there is no figure to show." in said
    assert not any("Published with" in line for line in said)
    [command] = [line.split(" make ui ")[0] for line in said if " make ui " in line]
    told = 'echo "$HIRING_SIGNALS_DATA_DIR"; echo "$HIRING_SIGNALS_DATA_ORIGIN"'
    command += f" sh -c {shlex.quote(told)}"
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines() == [str(root), "archive"]
    assert not any("To label" in line for line in said)
    page = root / "audit" / "2025-W40" / "label.html"
    write_text(page, "ads")
    print_release(console, release)
    assert any(line.startswith(f"To label  {page}") for line in console.export_text().splitlines())


def test_the_query_that_is_printed_shows_the_figures(tmp_path: Path) -> None:
    """DuckDB leaves out the columns in the middle where a table is wider than the terminal."""
    release = tmp_path / "it's mine" / "releases" / "2026-W47"
    release.mkdir(parents=True)
    with duckdb.connect(str(release / DATABASE)) as database:
        database.execute(
            "CREATE TABLE headline AS SELECT DATE '2026-11-16' AS week_start, 'archived' AS series_kind, "
            "'employer' AS weight_scheme, 'M1' AS metric_id, 12.34 AS pct, 1.44 AS ci_low_pct, "
            "25.93 AS ci_high_pct, 80 AS n_postings, 22 AS n_employers, 53.1 AS n_eff, 'P' AS obs_status, "
            "1 AS window_weeks, 0 AS audit_n, 'simulated' AS data_origin"
        )
    summary = Summary(
        release="2026-W47", week_start=date(2026, 11, 16), data_origin="simulated", headline=None, warnings=()
    )
    (release / "release.json").write_bytes(msgspec.json.encode(summary))
    console = Console(record=True, width=80)
    print_release(console, release)
    [command] = [line.strip() for line in console.export_text().splitlines() if "duckdb.connect" in line]
    command = command.replace(".venv/bin/python", sys.executable)
    done = subprocess.run(
        ["/bin/sh", "-c", command], capture_output=True, text=True, timeout=60, check=True,
        env=os.environ | {"COLUMNS": "80"},
    )  # fmt: skip
    [row] = [line for line in done.stdout.splitlines() if "2026-11-16" in line]
    assert [cell.strip() for cell in row.split("│")][3:8] == ["employer", "M1", "12.34", "1.44", "25.93"]


def _refusals(n_reasons: int) -> list[Refusal]:
    return [
        Refusal(reason=f"reason_{number}", n_records=20 - number, example=f"record {number}: [b] quoted")
        for number in range(n_reasons)
    ]


@pytest.mark.parametrize("n_reasons", [0, 1, REASONS_SHOWN, REASONS_SHOWN + 2])
def test_every_rejected_row_is_accounted_for(n_reasons: int, capsys: pytest.CaptureFixture[str]) -> None:
    found = _refusals(n_reasons)
    print_refusals(Console(width=200), found)
    lines = capsys.readouterr().out.splitlines()
    assert sum(int(line.split()[0]) for line in lines) == sum(refusal.n_records for refusal in found)
    assert all(any(refusal.reason in line for line in lines) for refusal in found)
    assert all("[b] quoted" in line for line in lines[:REASONS_SHOWN])
