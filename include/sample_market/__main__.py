"""Command line of the simulated market: serve its boards, dump its history, list its boards, tell its truth.

python -m include.sample_market serve --port 0 --print-url
python -m include.sample_market history --weeks 26 --end-day 2026-11-15 --out history.jsonl.gz
python -m include.sample_market boards --out boards.csv
python -m include.sample_market truth --week 2026-W47
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import date, timedelta
from pathlib import Path

import msgspec

from include.json_text import readable_json
from include.partitions import PartitionKeyError, parse_day, parse_week
from include.sample_market.application import boards_csv
from include.sample_market.config import MarketConfig, MarketConfigError
from include.sample_market.employers import make_employers
from include.sample_market.faults import Fault
from include.sample_market.history import write_history
from include.sample_market.market import generate
from include.sample_market.server import MarketServer
from include.storage import StorageError, write_text

_DEMO = MarketConfig()  # its last week is observed day by day; the history ends on the Sunday before
_EXIT_USAGE = 2
_EXIT_FAILED = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.run(options)
    except (MarketConfigError, PartitionKeyError, msgspec.MsgspecError, ValueError) as error:
        print(f"sample_market: {error}", file=sys.stderr)
        return _EXIT_USAGE
    except (StorageError, OSError) as error:
        print(f"sample_market: {error}", file=sys.stderr)
        return _EXIT_FAILED
    return code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m include.sample_market",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,  # a command a line
    )
    commands = parser.add_subparsers(required=True)

    serve = commands.add_parser("serve", help="serve the boards over HTTP until interrupted")
    _add_market_options(serve)
    serve.add_argument("--host", default="127.0.0.1")
    serve.add_argument("--port", type=int, default=0, help="0 takes any free port")
    serve.add_argument("--day", help="simulated day at the start (default: the window's last day)")
    serve.add_argument("--faults", type=Path, help="JSON file: board key to fault")
    serve.add_argument("--print-url", action="store_true", help="print the address alone, for scripts")
    serve.set_defaults(run=_serve)

    history = commands.add_parser("history", help="write past postings as .jsonl.gz")
    _add_market_options(history, weeks=26, end_day=_DEMO.end_day - timedelta(weeks=1))
    history.add_argument("--out", type=Path, required=True)
    history.set_defaults(run=_history)

    boards = commands.add_parser("boards", help="write boards.csv")
    _add_market_options(boards)
    boards.add_argument("--out", type=Path, required=True)
    boards.set_defaults(run=_boards)

    truth = commands.add_parser("truth", help="print the true figures of a week as JSON")
    _add_market_options(truth)
    truth.add_argument("--week", required=True, help="such as 2026-W47")
    truth.add_argument("--observed-since", help="first day of observation; see Market.true_weekly")
    truth.add_argument(
        "--openings", action="store_true", help="print each opening's labels and evidence as JSON lines"
    )
    truth.set_defaults(run=_truth)
    return parser


def _add_market_options(
    parser: argparse.ArgumentParser, *, weeks: int = _DEMO.weeks, end_day: date = _DEMO.end_day
) -> None:
    parser.add_argument("--seed", type=int, default=_DEMO.seed)
    parser.add_argument("--employers", type=int, default=_DEMO.employers)
    parser.add_argument("--weeks", type=int, default=weeks, help="ISO weeks in the window")
    parser.add_argument("--end-day", default=end_day.isoformat(), help="last day of the window")


def _config(options: argparse.Namespace) -> MarketConfig:
    return MarketConfig(
        seed=options.seed,
        employers=options.employers,
        weeks=options.weeks,
        end_day=parse_day(options.end_day),
    )


def _serve(options: argparse.Namespace) -> int:
    config = _config(options)
    day: date = parse_day(options.day) if options.day else config.end_day
    faults = {}
    if options.faults is not None:
        faults = msgspec.json.decode(options.faults.read_bytes(), type=dict[str, Fault])
    with MarketServer(generate(config), day, host=options.host, port=options.port, faults=faults) as server:
        if options.print_url:
            print(server.url, flush=True)
        else:
            print(f"{config.employers} simulated boards at {server.url}, day {day}; Ctrl-C ends", flush=True)
        try:
            server.wait()
        except KeyboardInterrupt:
            return 0
    return 0


def _history(options: argparse.Namespace) -> int:
    rows = write_history(_config(options), options.out)
    print(f"{rows} postings in {options.out}")
    return 0


def _boards(options: argparse.Namespace) -> int:
    employers = make_employers(_config(options))
    write_text(options.out, boards_csv(employers))
    print(f"{len(employers)} boards in {options.out}")
    return 0


def _truth(options: argparse.Namespace) -> int:
    market, monday = generate(_config(options)), parse_week(options.week)
    if options.openings:
        for row in market.truth_in(monday):
            print(msgspec.json.encode(row).decode())
        return 0
    since = parse_day(options.observed_since) if options.observed_since else None
    week = market.true_weekly(monday, since)
    print(readable_json(week).decode(), end="")
    return 0


if __name__ == "__main__":
    sys.exit(main())
