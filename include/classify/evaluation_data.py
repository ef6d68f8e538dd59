"""Where the evaluation data lies: labelled ads and collections that are not part of the project."""

from __future__ import annotations

import argparse
import json
import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from include.settings import PROJECT_ROOT
from include.storage import write_text


def shared_folder() -> Path:
    """Return the folder named by `HIRING_SIGNALS_SHARED`, or else `shared` beside the project."""
    return Path(os.environ.get("HIRING_SIGNALS_SHARED", PROJECT_ROOT.parent / "shared"))


def add_shared_option(parser: argparse.ArgumentParser, holds: str) -> None:
    """Let the user name the folder.

    Args:
        parser: of the command.
        holds: what the command reads below it, for `--help`.
    """
    parser.add_argument("--shared", type=Path, default=shared_folder(), help=f"folder with {holds}")


def refusal(path: Path | None) -> str | None:
    """Return why what is said of real ads may not be written to `path`, or None where it may, or need not."""
    if path is None or not path.resolve().is_relative_to(PROJECT_ROOT):
        return None
    return f"{path} lies in the project: what is said of real ads must not"


def write_rows(path: Path, rows: Iterable[Mapping[str, Any]]) -> None:
    """Write rows as JSON lines.

    Raises:
        StorageError: the file could not be written.
    """
    write_text(path, "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows))
