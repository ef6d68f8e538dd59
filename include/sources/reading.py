"""Reads one board of a day as its source's card allows: with its key, within its limits."""

from __future__ import annotations

from datetime import date

from include.archive.reads import Board, BoardRead
from include.archive.store import Archive
from include.collect.adapters import ADAPTERS
from include.collect.network.client import PoliteClient
from include.collect.network.credentials import FindSecret
from include.collect.reader import read_board, record_unread
from include.collect.today import require_today, simulated_url
from include.settings import Settings
from include.sources.cards import load_source_cards
from include.sources.keys import MissingKey, card_credentials, no_secret


def collect_board(
    settings: Settings, day: date, board: Board, find_secret: FindSecret = no_secret
) -> BoardRead:
    """Read one board and archive its answers. A board read whole on that day is not asked again.

    A board whose source needs a key that is not there is not asked; its read is `missing` and names the
    Airflow connection to add.

    Args:
        settings: of the installation.
        day: today's, as boards show it.
        board: what to read.
        find_secret: looks up an Airflow connection by its id.

    Raises:
        NotCollectableError: boards no longer show that day.
        StorageError: the archive cannot be written.
    """
    archive = Archive(settings.paths.archive)
    if archive.whole_read(board.source, board.token, day) is None:
        require_today(settings, day)
    if base_url := simulated_url(settings, board.source):  # one loopback host is all boards and asks no key
        with PoliteClient(settings) as client:
            return read_board(ADAPTERS[board.source], board, day, client, archive, base_url=base_url)
    card = load_source_cards()[board.source]
    try:
        credentials = card_credentials(card, find_secret)
    except MissingKey as error:
        return record_unread(archive, board, day, "missing", str(error))
    with PoliteClient(settings, credentials=credentials, limits=card.host_limits) as client:
        return read_board(ADAPTERS[board.source], board, day, client, archive)
