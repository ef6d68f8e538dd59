"""Brings the history of a source into one file to import, politely and resumably.

Answers go into an archive of their own (`history/` below the data root), so that no daily build takes them
for today's boards. What was read whole is never asked for again, on whatever day the command is repeated.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Sequence
from datetime import date
from pathlib import Path

import msgspec

from include.archive.store import Archive, is_answered
from include.collect.adapters import ADAPTERS
from include.collect.dumps.answer_bundle import write_bundle
from include.collect.network.client import PoliteClient
from include.collect.protocol import Board, BoardRead
from include.collect.reader import read_board
from include.settings import Settings
from include.sources.cards import load_cards
from include.sources.keys import FindSecret, card_credentials, no_secret

NO_DAY = date(1970, 1, 1)
"""Partition of history reads: the past is the same on whatever day it is asked for."""

_MONTHS = re.compile(r"(\d{4})-(\d{2})\.\.(\d{4})-(\d{2})")
_SECONDS = 3600.0  # a month of announcements takes longer than a board


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
        return [read for read in self.reads if not is_answered(read)]


def history_boards(source: str, tokens: Sequence[str]) -> list[Board]:
    """Return what to read: `2024-01..2024-12` becomes a board for each month; other tokens are boards.

    A token `name=value` is an option of the one board there then is (`months=36` for `hn_hiring`).
    """
    options = dict(token.split("=", 1) for token in tokens if "=" in token)
    named = [part for token in tokens if "=" not in token for part in _months(token)]
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
        StorageError: archive or bundle could not be written.
    """
    source = boards[0].source
    card, adapter = load_cards()[source], ADAPTERS[source]
    archive = Archive(settings.data_dir / "history")
    patient = Settings(**(settings.model_dump() | {"board_time_budget_seconds": _SECONDS}))
    with PoliteClient(
        patient,
        credentials=card_credentials(card, find_secret),
        requests_per_second=card.requests_per_second,
    ) as client:
        reads = tuple(
            read_board(adapter, board, NO_DAY, client, archive, base_url=base_url) for board in boards
        )
    found = History(reads=reads, n_answers=0)
    if found.unread:
        return found
    best = {archived.read.board.token: archived for archived in archive.effective_reads(NO_DAY, source)}
    bundled = ((board, archive.answers(best[board.token])) for board in boards)
    return msgspec.structs.replace(found, n_answers=write_bundle(out, source, bundled))


def _months(token: str) -> list[str]:
    match = _MONTHS.fullmatch(token)
    if match is None:
        return [token]
    first, last = (int(match[1]) * 12 + int(match[2]) - 1, int(match[3]) * 12 + int(match[4]) - 1)
    return [
        f"{year}-{month:02d}-01..{year}-{month:02d}-{monthrange(year, month)[1]:02d}"
        for year, month in ((number // 12, number % 12 + 1) for number in range(first, last + 1))
    ]
