"""Every command of the project explains itself, and does nothing when it is asked to."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from include.settings import PROJECT_ROOT

NOT_FOR_PEOPLE = {
    "benchmarks.splink_pairs",  # started by bench_dedupe, in an environment of its own
    "include.local_run.sessions",  # started by make run, to end what it leaves
}


def _commands() -> list[str]:
    files = (path for folder in ("benchmarks", "include") for path in (PROJECT_ROOT / folder).rglob("*.py"))
    runnable = [path for path in files if 'if __name__ == "__main__"' in path.read_text(encoding="utf-8")]
    return sorted({_module(path) for path in runnable} - NOT_FOR_PEOPLE)


def _module(path: Path) -> str:
    return ".".join(path.relative_to(PROJECT_ROOT).with_suffix("").parts).removesuffix(".__main__")


@pytest.mark.slow
@pytest.mark.parametrize("module", _commands())
def test_a_command_asked_for_help_gives_help_alone(module: str) -> None:
    command = [sys.executable, "-m", module, "--help"]
    done = subprocess.run(command, capture_output=True, text=True, cwd=PROJECT_ROOT, timeout=240, check=True)
    assert done.stdout.startswith("usage: ")
    assert done.stdout.count("usage: ") == 1
