"""Where optional evaluation data lies, and how tests skip without it."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from include.settings import PROJECT_ROOT

SHARED = Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))


def shared_file(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"evaluation data not here: {path}")
    return path
