from __future__ import annotations

from pathlib import Path
from typing import Any, NoReturn

import pytest

from include.archive.reads import Board
from include.collect.protocol import HostLimits
from include.collect.today import today
from include.settings import Settings
from include.sources import reading
from include.sources.cards import load_source_cards


class _AskedError(Exception):
    """Ends the read where requests would begin."""


@pytest.mark.parametrize("source", ["hn_hiring", "greenhouse"])
def test_a_public_source_is_asked_within_the_limits_of_its_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, source: str
) -> None:
    # A stand-in for the client: what is asked here are public hosts, which no test may reach.
    given: dict[str, Any] = {}

    def client(settings: Settings, **options: Any) -> NoReturn:
        given.update(options)
        raise _AskedError

    monkeypatch.setattr(reading, "PoliteClient", client)
    settings = Settings(data_dir=tmp_path)
    with pytest.raises(_AskedError):
        reading.collect_board(settings, today(settings), Board(source=source, token="acme", employer="Acme"))
    card = load_source_cards()[source]
    assert given["limits"] == HostLimits(card.requests_per_second, card.concurrency)
