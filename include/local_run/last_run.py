"""What the last simulated run was made of and what it left, so that the same run is not made twice.

The simulated run has no input but the code: its boards and their history are generated. So when neither the
code nor the data folder has changed since it ended, another run would give the same release.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

import msgspec

from include.settings import PROJECT_ROOT
from include.storage import write_bytes

RECORD = "last_run.json"
_CODE = ("dags", "include", "plugins", "requirements.txt")
"""What decides the outcome of a run; the requirements name every package by version and hash."""


class LastRun(msgspec.Struct, frozen=True):
    """A simulated run that ended with a release.

    Attributes:
        code: digest of the code and of the list of packages.
        data: digest of the data folder's state when the run had ended.
        release: the release folder.
    """

    code: str
    data: str
    release: str


def remember(home: Path, data: Path, release: Path, code: str) -> None:
    """Put a run on record that has just ended.

    Args:
        home: folder of the record.
        data: the run's data folder; nothing writes to it any more.
        release: what the run ended with.
        code: digest of the code when the run began.

    Raises:
        StorageError: the record could not be written.
    """
    run = LastRun(code, state_digest(data), str(release))
    write_bytes(home / RECORD, msgspec.json.encode(run))


def release_of_same_run(home: Path, data: Path) -> Path | None:
    """Return the release that another run would give again; None when anything has changed."""
    try:
        last = msgspec.json.decode((home / RECORD).read_bytes(), type=LastRun)
    except (FileNotFoundError, msgspec.DecodeError):  # one that a full disk cut off proves nothing
        return None
    if last.code != code_digest() or last.data != state_digest(data):
        return None
    return Path(last.release)


def code_digest(root: Path = PROJECT_ROOT) -> str:
    """Return the sha256 of Python's version and of every file that a run executes or reads."""
    digest = hashlib.sha256(sys.version.encode())
    for name in _CODE:
        top = root / name
        for path in sorted(top.rglob("*")) if top.is_dir() else [top]:
            if path.is_file() and "__pycache__" not in path.parts:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(root)} {content}\n".encode())
    return digest.hexdigest()


def state_digest(folder: Path) -> str:
    """Return the sha256 of the names, sizes and times of all files below a folder, without reading them."""
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_symlink():
            digest.update(f"{path.relative_to(folder)} -> {path.readlink()}\n".encode())
        elif path.is_file():
            status = path.stat()
            digest.update(f"{path.relative_to(folder)} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()
