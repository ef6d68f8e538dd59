"""YAML files of the project, read with the C parser: the pure Python one is ten times slower."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml


def load_yaml(path: Path) -> Any:
    """Return the content of a YAML file.

    Raises:
        OSError: the file cannot be read.
        yaml.YAMLError: it is not YAML; the message gives line and column.
    """
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    return yaml.load(path.read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - both loaders are safe
