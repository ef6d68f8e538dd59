"""Runs pipeline steps in processes that are killed, or whose disk is full, at a given moment.

As a program it reads a list of `Doom` from its input and writes a list of `End` to its output. Imports are
paid once: each step runs in a fork, made before any library has started a thread.
"""

from __future__ import annotations

import importlib
import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from include.settings import PROJECT_ROOT, Settings

LONGEST_SECONDS = 120
MODULES = {
    "collect": "include.sources.reading",
    "stage": "include.pipeline.staging",
    "stage_import": "include.pipeline.importing",
    "load": "include.pipeline.loading",
    "build": "include.pipeline.loading",
    "release": "include.pipeline.publishing",
    "compact": "include.maintain.compaction",
    "tidy": "include.maintain.retention",
}
"""Where each step is."""


class Doom(msgspec.Struct, frozen=True, kw_only=True):
    """A step and what befalls it.

    Attributes:
        settings: of the installation, as JSON.
        step: a key of `MODULES`.
        day: partition of the step (for a release, the week's Monday; for upkeep, the day of its run).
        source: of a staging step; the name of an import.
        kill_at: function, as `module:name`, in whose call the process is killed.
        kill_call: which call of it, counted from 1.
        file_limit: largest file in bytes that can be written, as on a full disk.
    """

    settings: str
    step: str
    day: date
    source: str = ""
    kill_at: str = ""
    kill_call: int = 1
    file_limit: int | None = None


class End(msgspec.Struct, frozen=True, kw_only=True):
    """How the process ended: the signal that killed it, or the error it raised, or neither."""

    killed_by: int
    error: str


def run_doomed(dooms: Sequence[Doom]) -> list[End]:
    """Run each step in a process of its own, one after the other."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.faults.doomed"],
        input=msgspec.json.encode(dooms),
        stdout=subprocess.PIPE,
        cwd=PROJECT_ROOT,
        check=True,
        timeout=LONGEST_SECONDS,
    )
    return msgspec.json.decode(done.stdout, type=list[End])


def main() -> None:
    """Read dooms, run them, write ends."""
    dooms = msgspec.json.decode(sys.stdin.buffer.read(), type=list[Doom])
    for doom in dooms:  # only what they need: all of it takes six seconds
        importlib.import_module(MODULES[doom.step])
    sys.stdout.buffer.write(msgspec.json.encode([_run_forked(doom) for doom in dooms]))


def _run_forked(doom: Doom) -> End:
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        os.write(writer, _run(doom).encode()[:60_000])
        os._exit(0)
    os.close(writer)
    with os.fdopen(reader, "rb") as pipe:
        error = pipe.read().decode()
    _, status = os.waitpid(child, 0)
    return End(killed_by=status & 0x7F, error=error)


def _run(doom: Doom) -> str:
    if doom.kill_at:
        _arm(doom.kill_at, doom.kill_call)
    if doom.file_limit is not None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (doom.file_limit, doom.file_limit))
    try:
        _step(doom)
    except BaseException as error:
        return f"{type(error).__name__}: {error}"
    return ""


def _step(doom: Doom) -> None:
    steps: Any = importlib.import_module(MODULES[doom.step])
    settings = Settings(**msgspec.json.decode(doom.settings))
    match doom.step:
        case "stage":
            steps.stage_source(settings, doom.day, doom.source)
            steps.classify_source(settings, doom.day.isoformat(), doom.source)
        case "collect":
            from include.pipeline.collecting import plan_day

            for board in plan_day(settings, doom.day):
                steps.collect_board(settings, doom.day, board)
        case "stage_import":
            steps.stage_import(settings, doom.source)
        case "load":
            steps.load_partition(settings, doom.day.isoformat())
        case "build":
            from include.pipeline.collecting import sources_of_day
            from include.pipeline.staging import classify_source, stage_source

            key = doom.day.isoformat()
            for source in sources_of_day(settings, doom.day):
                stage_source(settings, doom.day, source)
                classify_source(settings, key, source)
            steps.load_partition(settings, key)
        case "release":
            steps.release(settings, doom.day)
        case "compact":
            steps.compact(settings)
        case "tidy":
            steps.apply_retention(settings, doom.day)


def _arm(where: str, call: int) -> None:
    module_name, name = where.split(":")
    module = importlib.import_module(module_name)
    original: Callable[..., Any] = getattr(module, name)
    calls = 0

    def armed(*args: Any, **kwargs: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == call:
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*args, **kwargs)

    setattr(module, name, armed)


def settings_json(settings: Settings) -> str:
    """Return settings in the form that `Doom` takes."""
    return settings.model_dump_json()


def files_below(folder: Path) -> list[Path]:
    """Return the visible files below a folder: those that no leading dot marks as in the making."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts)
    )


if __name__ == "__main__":
    main()
