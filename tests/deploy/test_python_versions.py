"""The Pythons that the project says it runs on are those that its locks hold for and that make takes."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from include.settings import PROJECT_ROOT

OLDEST, FIRST_REFUSED = (3, 11, 5), (3, 14)


def test_the_locks_hold_for_every_python_that_the_project_allows() -> None:
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["requires-python"] == f">={_dotted(OLDEST)},<{_dotted(FIRST_REFUSED)}"
    for lock in ("requirements.txt", "requirements-dev.txt"):
        made_with = (PROJECT_ROOT / lock).read_text(encoding="utf-8").splitlines()[1]
        assert f"--universal --python-version {_dotted(OLDEST)}" in made_with


@pytest.mark.parametrize("version", [(3, 10, 13), (3, 11, 4), (3, 14, 0)])
def test_make_refuses_other_pythons_before_it_installs_anything(
    version: tuple[int, int, int], tmp_path: Path
) -> None:
    (tmp_path / "Makefile").write_bytes((PROJECT_ROOT / "Makefile").read_bytes())
    (tmp_path / "requirements-bootstrap.txt").touch()
    python = tmp_path / "python"
    pretends = f"import sys; sys.version, sys.version_info = '{_dotted(version)} (pretended)', {version}"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "{pretends}; exec(sys.argv[1])" "$2"\n')
    python.chmod(0o755)
    done = subprocess.run(
        ["make", f"PYTHON={python}", ".venv/bin/uv"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode != 0
    assert f"Python 3.11.5 to 3.13 is needed; this is {_dotted(version)}." in done.stderr
    assert not (tmp_path / ".venv").exists()


def _dotted(version: tuple[int, ...]) -> str:
    return ".".join(map(str, version))
