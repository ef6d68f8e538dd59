"""From a real Airflow connection to the host that wants the key, and the words when there is none."""

from __future__ import annotations

import json
from collections.abc import Generator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from include.archive.reads import Answer, Board, Request
from include.collect.adapters import ADAPTERS
from include.sources.cards import load_source_cards
from include.sources.reading import collect_board
from tests.collect.fakes import settings_for
from tests.collect.servers import CountingServer, Reply

pytestmark = pytest.mark.airflow

BOARD = Board(source="usajobs", token="product manager", employer="U.S. government")
KEY = "hunter2-hunter2"
PAGE = {"SearchResult": {"SearchResultItems": [], "SearchResultCountAll": 0}}


class Loopback:
    """The source's adapter, in front of a test server."""

    def __init__(self, url: str) -> None:
        self._url = url

    def __getattr__(self, name: str) -> Any:
        return getattr(ADAPTERS["usajobs"], name)

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        return ADAPTERS["usajobs"].requests(board, self._url)


def test_a_connection_of_the_environment_reaches_the_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    from include.assets import connection_secret

    today = datetime.now(UTC).date()
    settings = settings_for(tmp_path)
    connection = {"conn_type": "http", "login": "someone@example.org", "password": KEY}
    monkeypatch.setenv("AIRFLOW_CONN_HIRING_SIGNALS_USAJOBS", json.dumps(connection))
    card = load_source_cards()["usajobs"]
    assert card.key is not None
    here = card.model_copy(update={"key": card.key.model_copy(update={"host": "127.0.0.1"})})
    monkeypatch.setattr("include.sources.reading.load_source_cards", lambda: {"usajobs": here})
    with CountingServer(lambda _: Reply(body=json.dumps(PAGE).encode())) as server:
        monkeypatch.setattr("include.sources.reading.ADAPTERS", {"usajobs": Loopback(server.url)})
        read = collect_board(settings, today, BOARD, connection_secret)
        (request,) = server.boards_asked()
    assert (read.status, read.error) == ("complete", None)
    assert (request.headers["authorization-key"], request.headers["user-agent"]) == (
        KEY,
        "someone@example.org",
    )
    assert all(KEY.encode() not in path.read_bytes() for path in tmp_path.rglob("*") if path.is_file())
    output = capfd.readouterr()
    assert KEY not in output.out + output.err


def test_without_the_connection_the_board_is_not_asked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from include.assets import connection_secret

    monkeypatch.delenv("AIRFLOW_CONN_HIRING_SIGNALS_USAJOBS", raising=False)
    today = datetime.now(UTC).date()
    read = collect_board(settings_for(tmp_path), today, BOARD, connection_secret)
    assert (read.status, read.n_requests) == ("missing", 0)
    assert "Airflow connection 'hiring_signals_usajobs'" in (read.error or "")
