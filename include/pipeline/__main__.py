"""Operator's commands without Airflow: `python -m include.pipeline {rebuild,reclassify,verify}`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from include.errors import ExplainedError
from include.maintain.integrity import check_integrity
from include.pipeline.rebuilding import rebuild
from include.pipeline.reclassifying import reclassify
from include.plurals import counted
from include.settings import Settings

_EXIT_INTERRUPTED = 130
_AFTER_INTERRUPT = {
    "rebuild": "The warehouse is built in part: run rebuild again before anything else.",
    "reclassify": "Labels are as they were, or all new: run reclassify again.",
    "verify": "Nothing was changed.",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command on the installation that the environment describes; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m include.pipeline", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("rebuild", help="drop the warehouse and build it again from the archive")
    commands.add_parser("reclassify", help="read every title and label every stored text again")
    commands.add_parser("verify", help="check all that is kept against its checksums and sums")
    command = parser.parse_args(arguments).command
    try:
        settings = Settings()
        settings.require_data_dir()
        return _run(command, settings)
    except ExplainedError as error:
        print(f"Stopped: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print(f"Stopped: interrupted. {_AFTER_INTERRUPT[command]}", file=sys.stderr)
        return _EXIT_INTERRUPTED


def _run(command: str, settings: Settings) -> int:
    if command == "rebuild":
        print(f"{counted(len(rebuild(settings, print)), 'partition')} built in {settings.paths.warehouse}")
        return 0
    if command == "reclassify":
        print(f"{counted(reclassify(settings), 'content')} labelled again")
        return 0
    report = check_integrity(settings)
    numbers = (
        (report.n_objects, "object"),
        (report.n_manifests, "manifest"),
        (report.n_releases, "release"),
        (report.n_text_files, "text file"),
        (report.n_partitions, "partition"),
        (len(report.problems), "problem"),
    )
    print(f"{settings.data_dir}: {', '.join(counted(number, noun) for number, noun in numbers)}")
    for problem in report.problems:
        print(f"  {problem}")
    return 1 if report.problems else 0


if __name__ == "__main__":
    sys.exit(main())
