"""The commands of the simulated market."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import httpx
import pytest

from include.sample_market.__main__ import main
from tests.sample_market.conftest import MONDAY


def test_command_line_serves_until_ended(tmp_path: Path) -> None:
    faults = tmp_path / "faults.json"
    faults.write_text('{"robots.txt": {"kind": "gone"}}')
    command = [sys.executable, "-m", "include.sample_market", "serve", "--print-url", "--employers", "3"]
    options = ["--weeks", "2", "--day", "2026-11-17", "--faults", str(faults)]
    with subprocess.Popen(
        [*command, *options], stdout=subprocess.PIPE, text=True, cwd=Path(__file__).parents[2]
    ) as process:
        try:
            url = process.stdout.readline().strip()
            assert httpx.get(f"{url}/_market/clock").json() == {"day": "2026-11-17"}
            assert httpx.get(f"{url}/robots.txt").status_code == 404
        finally:
            process.terminate()


def test_command_line_writes_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    market = ["--employers", "3", "--weeks", "1"]
    assert main(["boards", *market, "--out", str(tmp_path / "boards.csv")]) == 0
    assert len((tmp_path / "boards.csv").read_text().splitlines()) == 4
    past = ["--end-day", "2026-11-15", "--out", str(tmp_path / "history.jsonl.gz")]
    assert main(["history", *market, *past]) == 0
    assert (tmp_path / "history.jsonl.gz").stat().st_size > 1000
    capsys.readouterr()
    assert main(["truth", *market, "--week", "2026-W47"]) == 0
    assert json.loads(capsys.readouterr().out)["week"] == "2026-W47"
    assert main(["truth", *market, "--week", "2026-W47", "--openings"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert {row["week"] for row in rows} == {"2026-W47"}


def test_history_ends_before_the_observed_week_by_default(tmp_path: Path) -> None:
    target = tmp_path / "history.jsonl.gz"
    assert main(["history", "--employers", "3", "--weeks", "2", "--out", str(target)]) == 0
    opened = {json.loads(line)["posted_at"] for line in gzip.decompress(target.read_bytes()).splitlines()}
    assert (MONDAY - timedelta(weeks=2)).isoformat() <= min(opened)
    assert max(opened) < MONDAY.isoformat()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["truth", "--week", "2026-W99"], "no week 99"),
        (["truth", "--week", "2026-W47", "--employers", "0"], "employers=0"),
        (["serve", "--employers", "2", "--weeks", "1", "--day", "2020-01-01"], "outside the market's window"),
    ],
)
def test_command_line_names_the_fault(
    arguments: list[str], message: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    assert message in capsys.readouterr().err
