"""Versions that every published row carries."""

from __future__ import annotations

import os
import tomllib

from include.settings import PROJECT_ROOT

METHODOLOGY_VERSION = "1.0"
"""Version of definitions and estimators. A major bump means a full back-cast; see CHANGELOG.md."""


def code_version() -> str:
    """Return the SemVer of the code, with the commit when the image or the operator names it.

    Raises:
        OSError: pyproject.toml is not beside the code.
    """
    project = tomllib.loads((PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    commit = os.environ.get("HIRING_SIGNALS_CODE_SHA", "")
    return f"{project['version']}+{commit[:12]}" if commit else str(project["version"])
