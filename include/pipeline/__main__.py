"""Operator's commands without Airflow: `python -m include.pipeline {rebuild,reclassify,verify}`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from include.archive.store import Archive
from include.pipeline.rebuilding import rebuild
from include.pipeline.reclassifying import reclassify
from include.publish.release import verify_release
from include.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command on the installation that the environment describes; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m include.pipeline", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    commands.add_parser("rebuild", help="drop the warehouse and build it again from the archive")
    commands.add_parser("reclassify", help="label every stored text again with the current classifier")
    commands.add_parser("verify", help="check every archived object and every release against its checksum")
    command = parser.parse_args(arguments).command
    settings = Settings()
    if command == "rebuild":
        print(f"{len(rebuild(settings, print))} partitions built in {settings.paths.warehouse}")
        return 0
    if command == "reclassify":
        print(f"{reclassify(settings)} contents labelled again")
        return 0
    report = Archive(settings.paths.archive).verify()
    problems = [f"archive: {problem}" for problem in report.problems]
    for folder in sorted(settings.paths.releases.glob("20*")):
        problems += [f"release {folder.name}: {problem}" for problem in verify_release(folder)]
    print(f"{report.n_objects} objects, {report.n_manifests} manifests, {len(problems)} problems")
    for problem in problems:
        print(f"  {problem}")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
