"""Where optional real data for evaluation stands; tests that need it skip when it is absent."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from include.settings import PROJECT_ROOT

SHARED = Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))
CORPUS = SHARED / "corpus"
needs_corpus = pytest.mark.skipif(not CORPUS.is_dir(), reason=f"no evaluation data at {CORPUS}")
