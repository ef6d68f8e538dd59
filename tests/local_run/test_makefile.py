"""`make run` starts what was asked for."""

from __future__ import annotations

import os
import subprocess

import pytest

from include.settings import PROJECT_ROOT


def _recipe(*variables: str) -> str:
    """Return the last line that `make run` would execute, in a shell that exports what shells export."""
    command = ["make", "--dry-run", "--always-make", "--no-print-directory", "run", *variables]
    outside = {name: value for name, value in os.environ.items() if name not in ("MAKEFLAGS", "MAKELEVEL")}
    environment = outside | {"COLUMNS": "80", "NAME": "laptop"}
    done = subprocess.run(
        command, cwd=PROJECT_ROOT, env=environment, capture_output=True, text=True, check=True
    )
    return " ".join(done.stdout.splitlines()[-1].split())


@pytest.mark.parametrize(
    ("variables", "started"),
    [
        ((), "include.local_run demo"),
        (("AGAIN=1",), "include.local_run demo --again"),
        (("SOURCE=live",), "include.local_run live"),
        (("ARCHIVE=a.csv",), 'include.local_run archive "a.csv"'),
        (("ARCHIVE=a.csv", "COLUMNS=m.yaml"), 'include.local_run archive "a.csv" --columns "m.yaml"'),
        (("ARCHIVE=a.csv", "NAME=ads"), 'include.local_run archive "a.csv" --name "ads"'),
    ],
)
def test_each_way_to_run(variables: tuple[str, ...], started: str) -> None:
    assert _recipe(*variables).endswith(started)


def test_a_source_that_is_none_starts_nothing() -> None:
    last = _recipe("SOURCE=Live")
    assert "SOURCE=Live is not known" in last
    assert last.endswith("exit 2")
