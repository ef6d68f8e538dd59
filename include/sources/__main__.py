"""Commands for the list of boards: `python -m include.sources --help`."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from include.archive.reads import Request
from include.archive.store import Archive
from include.collect.adapters import ADAPTERS
from include.collect.boards import BoardRow, format_boards, load_boards
from include.collect.dumps.answer_bundle import SUFFIX, is_bundle
from include.collect.network.client import PoliteClient
from include.collect.network.credentials import Secret
from include.collect.today import simulated_url, today
from include.errors import ExplainedError
from include.partitions import PartitionKeyError, parse_day
from include.settings import PROJECT_ROOT, Settings
from include.sources.cards import left_out, load_source_cards
from include.sources.health import format_health, newest_day, source_health
from include.sources.history import collect_history, history_boards
from include.sources.page import sources_page
from include.sources.reading import collect_board
from include.sources.recognise import Recognised, recognise_page, recognise_url
from include.storage import write_text

_EXIT_INTERRUPTED = 130


class CommandError(ExplainedError, RuntimeError):
    """A command cannot do what was asked; the message says what to do instead."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code: 0 done, 1 not done, 2 wrong call, 130 interrupted."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options, Settings()))
    except (ExplainedError, OSError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("error: interrupted; what was read is kept, and the same command goes on", file=sys.stderr)
        return _EXIT_INTERRUPTED


def _day(key: str) -> date:
    try:
        return parse_day(key)
    except PartitionKeyError as error:  # argparse keeps the words of its own error only
        raise argparse.ArgumentTypeError(str(error)) from error


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m include.sources", description=__doc__)
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    listing = commands.add_parser("list", help="show every source, whether it is read, and why not")
    listing.set_defaults(run=_list)

    add = commands.add_parser("add", help="add a board from the address of a careers page")
    add.add_argument("url")
    add.add_argument("--employer", help="name to show; default: the board's token")
    add.add_argument("--page", type=Path, help="saved HTML of the page, when its address alone does not tell")
    add.add_argument("--fetch", action="store_true", help="ask for the page, when its address does not tell")
    add.set_defaults(run=_add)

    check = commands.add_parser("check", help="read all boards once (today's read, if not done) and report")
    check.add_argument("--source", action="append", help="only boards of this source; can be repeated")
    check.set_defaults(run=_check)

    report = commands.add_parser("report", help="report on a day that was read already; asks nobody")
    report.add_argument("day", type=_day, nargs="?", help="such as 2026-11-16; the newest when left out")
    report.set_defaults(run=_report)

    history = commands.add_parser("history", help="bring a source's history into a file to import")
    history.add_argument("source", help="usajobs_history or hn_hiring; others have files to download")
    history.add_argument("what", nargs="+", help="2024-01..2024-12 (usajobs_history), months=36 (hn_hiring)")
    history.add_argument("--out", type=Path, required=True, help="a name ending in .answers.jsonl.gz")
    history.set_defaults(run=_history)

    page = commands.add_parser("page", help="write the sources page of the documentation from the cards")
    page.add_argument("--out", type=Path, default=PROJECT_ROOT / "docs" / "sources.md")
    page.set_defaults(run=_page)

    dead = commands.add_parser("mark-dead", help="stop reading a board, keeping its row and the reason")
    dead.add_argument("source")
    dead.add_argument("token")
    dead.add_argument("--note", required=True, help="why, and since when")
    dead.set_defaults(run=_mark_dead)
    return parser


def _list(options: argparse.Namespace, settings: Settings) -> int:
    boards = load_boards(settings.boards_file)
    for name, card in load_source_cards().items():
        rows = [row for row in boards if row.board.source == name]
        enabled = sum(row.is_enabled for row in rows)
        state = "on " if card.enabled else "off"
        reason = f"  ({card.reason_off})" if card.reason_off else ""
        print(f"{state}  {name:16} {enabled:4} of {len(rows):4} boards  {card.title}{reason}")
    print("\nLeft out on purpose:")
    for item in left_out():
        print(f"     {item.name}: {item.reason}")
    return 0


def _add(options: argparse.Namespace, settings: Settings) -> int:
    try:
        found = recognise_url(options.url)
    except ValueError as error:
        raise CommandError(f"{options.url} is no address: {error}") from error
    if found is None and options.page:
        found = recognise_page(options.url, options.page.read_text(encoding="utf-8", errors="replace"))
    if found is None and options.fetch:
        found = recognise_page(options.url, _fetched(options.url, settings))
    if found is None:
        raise CommandError(
            f"{options.url} is on no system told by its address. Give the page (--page FILE, or --fetch); if "
            "it marks up its postings (schema.org JobPosting) it can be read as a career page."
        )
    return _append(found, options.employer or found.token, settings)


def _fetched(url: str, settings: Settings) -> str:
    with PoliteClient(settings) as client:
        answer = client.fetch(Request(url=url), client.visit())
    if answer.status != 200:
        raise CommandError(f"{url} answered {answer.status}")
    return answer.body.decode("utf-8", "replace")


def _append(found: Recognised, employer: str, settings: Settings) -> int:
    rows = load_boards(settings.boards_file)
    if (found.source, found.token) in {row.board.key for row in rows}:
        print(f"{found.source}/{found.token} is in the list already")
        return 0
    card = load_source_cards()[found.source]
    added = BoardRow(
        board=found.board(employer),
        is_enabled=card.enabled,
        note="" if card.enabled else "source is off",
    )
    rows = sorted([*rows, added], key=lambda row: (row.board.source, row.board.token.lower()))
    write_text(settings.boards_file, format_boards(rows))
    print(f"added {found.source}/{found.token}, shown as {employer!r}, to {settings.boards_file}")
    return 0


def _check(options: argparse.Namespace, settings: Settings) -> int:
    day = today(settings)
    rows = [row for row in load_boards(settings.boards_file) if row.is_enabled]
    wanted = [row.board for row in rows if not options.source or row.board.source in options.source]
    if not wanted:
        raise CommandError(f"no enabled board of {', '.join(options.source or ['any source'])} in the list")
    dead = []
    for number, board in enumerate(wanted, 1):
        read = collect_board(settings, day, board, _connection_secret)
        print(f"[{number}/{len(wanted)}] {board.source}/{board.token}: {read.status}", file=sys.stderr)
        if read.status == "gone":
            dead.append(board)
    _print_health(settings, day)
    for board in dead:
        print(
            f"gone: python -m include.sources mark-dead {board.source} '{board.token}' --note 'gone on {day}'"
        )
    return 0


def _connection_secret(connection: str) -> Secret | None:
    from include.assets import connection_secret  # imports Airflow: seconds that only boards with keys cost

    return connection_secret(connection)


def _report(options: argparse.Namespace, settings: Settings) -> int:
    day = options.day or newest_day(Archive(settings.paths.archive))
    if day is None:
        raise CommandError(f"nothing was collected in {settings.data_dir} yet: `make run` collects")
    print(f"{settings.data_origin} boards in {settings.data_dir}, read on {day}")
    _print_health(settings, day)
    return 0


def _history(options: argparse.Namespace, settings: Settings) -> int:
    if options.source not in ADAPTERS:
        raise CommandError(f"no adapter reads {options.source!r}")
    if not is_bundle(options.out):
        raise CommandError(
            f"{options.out}: choose a name that ends in {SUFFIX}.gz, so that it can be imported"
        )
    boards = history_boards(options.source, options.what, datetime.now(UTC).date())
    base_url = simulated_url(settings, options.source)
    done = collect_history(settings, boards, options.out, _connection_secret, base_url)
    for read in done.reads:
        print(f"{read.board.token}: {read.status}{f': {read.error}' if read.error else ''}", file=sys.stderr)
    if done.unread:
        raise CommandError(
            f"{len(done.unread)} of {len(done.reads)} could not be read; run it again: what was read is kept"
        )
    print(f"{done.n_answers} answers in {options.out}; import it: make run ARCHIVE={options.out}")
    return 0


def _page(options: argparse.Namespace, settings: Settings) -> int:
    write_text(options.out, sources_page(load_source_cards(), left_out()))
    print(f"wrote {options.out}")
    return 0


def _print_health(settings: Settings, day: date) -> None:
    found = source_health(Archive(settings.paths.archive), day)
    print(format_health(found) if found else f"no board was read on {day}")


def _mark_dead(options: argparse.Namespace, settings: Settings) -> int:
    rows = load_boards(settings.boards_file)
    key = (options.source, options.token)
    if key not in {row.board.key for row in rows}:
        raise CommandError(f"{options.source}/{options.token} is not in {settings.boards_file}; case counts")
    marked = [
        msgspec.structs.replace(row, is_enabled=False, note=options.note) if row.board.key == key else row
        for row in rows
    ]
    write_text(settings.boards_file, format_boards(marked))
    print(f"{options.source}/{options.token} is not read any more: {options.note}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
