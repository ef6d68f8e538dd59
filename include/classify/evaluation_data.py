"""Where the evaluation data lies: labelled ads and collections that are not part of the project."""

from __future__ import annotations

import argparse
import os
from pathlib import Path

from include.settings import PROJECT_ROOT


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
