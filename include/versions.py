"""Versions of code and method: every published row carries them, every request the code's."""

from __future__ import annotations

import functools
import os
import tomllib

from include.settings import PROJECT_ROOT

METHODOLOGY_VERSION = "1.0"
"""Version of definitions and estimators. A major bump means a full back-cast; see CHANGELOG.md."""


@functools.cache
def project_version() -> str:
    """Return the SemVer of the code.

    Raises:
        OSError: pyproject.toml is not beside the code.
    """
    text = (PROJECT_ROOT / "pyproject.toml").read_text(encoding="utf-8")
    return str(tomllib.loads(text)["project"]["version"])


def code_version() -> str:
    """Return the SemVer of the code, with the commit when the image or the operator names it.

    Raises:
        OSError: as `project_version`.
    """
    commit = os.environ.get("HIRING_SIGNALS_CODE_SHA", "")
    return f"{project_version()}+{commit[:12]}" if commit else project_version()
