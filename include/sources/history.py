"""Brings the history of a source into one file to import, politely and resumably.

Answers go into an archive of their own (`history/` below the data root), so that no daily build takes them
for today's boards. Months that were read whole are never asked for again, on whatever day the command is
repeated. What has no fixed end (the newest threads) is asked for again on another day, or with other options.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import UTC, date, datetime
from pathlib import Path

import msgspec

from include.archive.reads import Board, BoardRead
from include.archive.store import Archive
from include.collect.adapters import ADAPTERS
from include.collect.board_options import option_problem
from include.collect.dumps.answer_bundle import write_bundle
from include.collect.network.client import PoliteClient
from include.collect.network.credentials import FindSecret
from include.collect.reader import read_board
from include.errors import ExplainedError
from include.settings import Settings
from include.sources.cards import load_source_cards
from include.sources.keys import card_credentials, no_secret

NO_DAY = date(1970, 1, 1)
"""Partition of history reads: the past is the same on whatever day it is asked for."""

_MONTHS = re.compile(r"(\d{4})-(\d{2})\.\.(\d{4})-(\d{2})")
_SECONDS = 3600.0  # a month of announcements takes longer than a board


class HistoryError(ExplainedError, ValueError):
    """What is asked for is no history that can be read; the message says what to ask instead."""


class History(msgspec.Struct, frozen=True, kw_only=True):
    """What one run of `collect_history` did.

    Attributes:
        reads: one per board, in the order given.
        n_answers: answers in the bundle; 0 when it was not written.
    """

    reads: tuple[BoardRead, ...]
    n_answers: int

    @property
    def unread(self) -> list[BoardRead]:
        """The reads that gave nothing: the bundle waits for them."""
        return [read for read in self.reads if not read.is_answered]


def history_boards(source: str, tokens: Sequence[str], today: date) -> list[Board]:
    """Return what to read: `2024-01..2024-12` becomes a board for each month; other tokens are boards.

    A token `name=value` is an option of the one board there then is (`months=36` for `hn_hiring`).

    Args:
        source: adapter name.
        tokens: see above.
        today: a month that is not over by then is refused: read now, it would count as read for ever.

    Raises:
        HistoryError: an option that is none, or a span of months that is none or is not over.
    """
    options = dict(token.split("=", 1) for token in tokens if "=" in token)
    for name, value in options.items():
        if problem := option_problem(source, name, value):
            raise HistoryError(problem)
    named = [part for token in tokens if "=" not in token for part in _months(token, today)]
    return [
        Board(source=source, token=token, employer=source, options=options) for token in named or ["history"]
    ]


def collect_history(
    settings: Settings,
    boards: Sequence[Board],
    out: Path,
    find_secret: FindSecret = no_secret,
    base_url: str | None = None,
) -> History:
    """Read what is not read yet, and write the bundle when everything is.

    Raises:
        MissingKey: the source needs a key that is not there.
        MissingContact: public hosts need a contact in the settings.
        CorruptObjectError: an archived answer is damaged; moved away, it is asked for again.
        StorageError: archive or bundle could not be written.
    """
    source = boards[0].source
    card, adapter = load_source_cards()[source], ADAPTERS[source]
    archive = Archive(settings.paths.history)
    patient = settings.model_copy(update={"board_time_budget_seconds": _SECONDS})
    with PoliteClient(
        patient,
        credentials=card_credentials(card, find_secret),
        limits=card.host_limits,
    ) as client:
        reads = tuple(
            read_board(
                adapter,
                board,
                NO_DAY,
                client,
                archive,
                base_url=base_url,
                force=_is_outdated(archive, board, datetime.now(UTC).date()),
            )
            for board in boards
        )
    found = History(reads=reads, n_answers=0)
    if found.unread:
        return found
    best = {archived.read.board.token: archived for archived in archive.effective_reads(NO_DAY, source)}
    bundled = ((board, archive.answers(best[board.token])) for board in boards)
    return msgspec.structs.replace(found, n_answers=write_bundle(out, source, bundled))


def _is_outdated(archive: Archive, board: Board, today: date) -> bool:
    """Return whether what was read of a board may differ from what would be read now.

    A board named by a span of days is the past. Others are the newest of something.
    """
    if ".." in board.token:
        return False
    reads = archive.board_reads(board.source, board.token, NO_DAY)
    if not reads:
        return False
    last = reads[-1].read
    return last.board.options != board.options or last.started_at.date() != today


def _months(token: str, today: date) -> list[str]:
    match = _MONTHS.fullmatch(token)
    if match is None:
        return [token]
    first, last = (int(match[1]) * 12 + int(match[2]) - 1, int(match[3]) * 12 + int(match[4]) - 1)
    if not all(1 <= int(match[group]) <= 12 for group in (2, 4)) or last < first:
        raise HistoryError(f"{token} is no span of months: write it like 2024-01..2024-12")
    if last >= today.year * 12 + today.month - 1:
        raise HistoryError(f"{token}: {today:%Y-%m} is not over, and a month is read once; end before it")
    return [
        f"{year}-{month:02d}-01..{year}-{month:02d}-{monthrange(year, month)[1]:02d}"
        for year, month in ((number // 12, number % 12 + 1) for number in range(first, last + 1))
    ]
