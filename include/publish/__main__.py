"""Readers' commands on the releases: `python -m include.publish {as-of,list,verify}`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from include.errors import ExplainedError
from include.partitions import PartitionKeyError, parse_day
from include.plurals import counted
from include.publish.naming import list_releases
from include.publish.release import verify_releases
from include.publish.vintages import LedgerError, as_of, read_ledger
from include.settings import Settings


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command on the releases of this installation; return the exit code."""
    parser = argparse.ArgumentParser(prog="python -m include.publish", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    day = commands.add_parser("as-of", help="print the folder of the release that readers saw on a day")
    day.add_argument("day", help="YYYY-MM-DD")
    commands.add_parser("list", help="print every release and when it became visible")
    commands.add_parser("verify", help="check every release against its checksums and the ledger")
    options = parser.parse_args(arguments)
    try:
        return _run(options)
    except (ExplainedError, LedgerError, PartitionKeyError) as error:
        print(f"Stopped: {error}", file=sys.stderr)
        return 1


def _run(options: argparse.Namespace) -> int:
    settings = Settings()
    settings.require_data_dir()
    releases = settings.paths.releases
    if options.command == "as-of":
        folder = as_of(releases, parse_day(options.day))
        print(folder or f"nothing had been published by {options.day}")
        return 0 if folder else 1
    if options.command == "list":
        for vintage in read_ledger(releases):
            print(f"{vintage.release}  {vintage.recorded_at.isoformat(timespec='seconds')}")
        return 0
    problems = verify_releases(releases)
    print("\n".join(problems) or f"{counted(len(list_releases(releases)), 'release')}, no problem")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
