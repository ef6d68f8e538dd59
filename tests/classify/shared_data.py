"""Where optional evaluation data lies, how tests skip without it, and invented ads in its form."""

from __future__ import annotations

import gzip
import os
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.settings import PROJECT_ROOT

SHARED = Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))


def shared_file(*parts: str) -> Path:
    path = SHARED.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"evaluation data not here: {path}")
    return path


def write_corpus(folder: Path, ads: Sequence[tuple[str, str, str, str]]) -> None:
    """Write ads (id, title, employer, text) as the collections of the evaluation data are written."""
    names = ["id", "title", "company", "description"]
    columns = [list(column) for column in zip(*ads, strict=True)]
    pq.write_table(pa.table(dict(zip(names, columns, strict=True))), folder / "all_jobs.parquet")
    with gzip.open(folder / "postings.jsonl.gz", "wt"):
        pass
