"""Small adapters, and a client with the patience of a test."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import msgspec

from include.archive.reads import Answer, Board, Request
from include.archive.store import Archive
from include.collect.network.client import PoliteClient
from include.collect.network.visit import RetryPolicy
from include.collect.protocol import BoardListing, MalformedAnswer, SeriesKind
from include.settings import Settings

DAY = date(2026, 11, 16)
ACME = Board(source="fake", token="acme", employer="Acme")
IMPATIENT = RetryPolicy(attempts=3, first_wait_seconds=0.01, longest_wait_seconds=0.02, jitter_seconds=0.01)


class ListAdapter:
    """One list request per board."""

    name = "fake"
    series_kind: SeriesKind = "observed"
    is_census = True

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        yield Request(url=f"{base_url}/{board.token}")

    def parse(self, board: Board, answers: Sequence[Answer]) -> BoardListing:
        return BoardListing(listings=())


class DetailAdapter(ListAdapter):
    """A list of ids, then one request for each."""

    def requests(self, board: Board, base_url: str | None = None) -> Generator[Request, Answer, None]:
        listed = yield Request(url=f"{base_url}/{board.token}")
        try:
            ids = msgspec.json.decode(listed.body, type=list[str])
        except msgspec.DecodeError as error:
            raise MalformedAnswer(f"{listed.url}: not a list of ids ({error})") from error
        for number in ids:
            yield Request(url=f"{base_url}/{board.token}/{number}", purpose="detail")


def settings_for(folder: Path, **changes: Any) -> Settings:
    values: dict[str, Any] = {
        "data_dir": folder,
        "allow_loopback": True,
        "requests_per_second_per_host": 1000.0,
        "concurrency_per_host": 8,
        "board_time_budget_seconds": 20.0,
    }
    return Settings(**values | changes)


def client_for(folder: Path, retry: RetryPolicy = IMPATIENT, **changes: Any) -> PoliteClient:
    return PoliteClient(settings_for(folder, **changes), retry=retry)


def archive_for(folder: Path) -> Archive:
    return Archive(settings_for(folder).paths.archive)


def fetch(client: PoliteClient, url: str) -> tuple[Answer, list[Answer]]:
    """Return the final answer and those that were repeated or followed."""
    others: list[Answer] = []
    with client:
        return client.fetch(Request(url=url), client.visit(others.append)), others
