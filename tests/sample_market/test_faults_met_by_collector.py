"""Each fault, met by the real collector over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from include.archive.reads import Board, BoardRead
from include.archive.store import Archive
from include.collect.adapters import ADAPTERS
from include.collect.network.client import PoliteClient
from include.collect.network.visit import RetryPolicy
from include.collect.reader import read_board
from include.sample_market.boards import BoardWriter
from include.sample_market.employers import Employer
from include.sample_market.faults import Fault, FaultKind
from include.sample_market.market import Market
from include.sample_market.server import MarketServer
from include.settings import Settings
from tests.sample_market.conftest import MONDAY


class Collector:
    """The real client, archive and reader in front of the simulated boards."""

    def __init__(self, root: Path, server: MarketServer) -> None:
        self.server = server
        self.archive = Archive(root / "archive")
        settings = Settings(
            data_dir=root,
            allow_loopback=True,
            requests_per_second_per_host=1000,
            board_time_budget_seconds=2,
            board_byte_budget=5_000_000,
        )
        self.client = PoliteClient(settings, retry=RetryPolicy(first_wait_seconds=0.01, jitter_seconds=0.01))

    def read(self, employer: Employer, day: date = MONDAY) -> BoardRead:
        self.server.application.set_day(day)
        base_url = f"{self.server.url}/{employer.source}"
        adapter = ADAPTERS[employer.source]
        return read_board(adapter, board_of(employer), day, self.client, self.archive, base_url)


def board_of(employer: Employer) -> Board:
    return Board(source=employer.source, token=employer.token, employer=employer.name)


@pytest.fixture
def collector(tmp_path: Path, server: MarketServer) -> Iterator[Collector]:
    made = Collector(tmp_path, server)
    yield made
    made.client.close()


def test_every_board_is_read_whole(collector: Collector, small_market: Market) -> None:
    for employer in small_market.employers:
        assert collector.read(employer).status == "complete"
        archived = collector.archive.board_reads(employer.source, employer.token, MONDAY)[-1]
        answers = collector.archive.answers(archived)
        listing = ADAPTERS[employer.source].parse(board_of(employer), answers)
        assert len(listing.listings) == len(small_market.listed_on(employer, MONDAY))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="server_error", times=1),
        Fault(kind="too_many_requests", times=1, seconds=0),
        Fault(kind="too_many_requests_date", times=1, seconds=0),
        Fault(kind="truncated", times=1),
        Fault(kind="disconnect", times=1),
        Fault(kind="slow", times=1, seconds=0.2),
    ],
    ids=lambda fault: fault.kind,
)
def test_faults_that_pass_are_outlived(collector: Collector, small_market: Market, fault: Fault) -> None:
    employer = small_market.employers[0]
    collector.server.application.faults.replace({employer.board_key: fault})
    assert collector.read(employer).status == "complete"
    assert collector.server.application.faults.in_force() == {}


@pytest.mark.parametrize(
    ("fault", "status"),
    [
        (Fault(kind="server_error"), "failed"),
        (Fault(kind="truncated"), "failed"),
        (Fault(kind="redirect_loop"), "failed"),
        (Fault(kind="gone"), "gone"),
        (Fault(kind="login_page"), "refused"),
        (Fault(kind="malformed_json"), "malformed"),
        (Fault(kind="missing_id"), "partial"),
        (Fault(kind="endless"), "out_of_budget"),
        (Fault(kind="gzip_bomb"), "out_of_budget"),
        (Fault(kind="drip", seconds=0.05), "out_of_budget"),
    ],
    ids=lambda value: value.kind if isinstance(value, Fault) else value,
)
def test_faults_that_stay_are_recorded_as_what_they_are(
    collector: Collector, small_market: Market, fault: Fault, status: str
) -> None:
    employer, neighbour = small_market.employers[0], small_market.employers[3]
    collector.server.application.faults.replace({employer.board_key: fault})
    read = collector.read(employer)
    assert read.status == status, read.error
    assert read.elapsed_seconds < 20
    assert collector.read(neighbour).status == "complete"


@pytest.mark.parametrize(
    ("kind", "status"),
    [
        ("malformed_json", "malformed"),
        ("missing_id", "partial"),
        ("truncated", "failed"),
        ("endless", "out_of_budget"),
        ("empty", "complete"),
        ("wrong_charset", "complete"),
    ],
)
@pytest.mark.parametrize("source", ["greenhouse", "lever", "ashby"])
def test_a_fault_shows_also_where_a_304_would_have_been_sent(
    collector: Collector, small_market: Market, kind: FaultKind, status: str, source: str
) -> None:
    employer = next(e for e in small_market.employers if e.source == source)
    collector.server.application.set_day(MONDAY)
    body = BoardWriter(small_market).board(employer, MONDAY)
    assert collector.read(employer).status == "complete"
    collector.server.application.faults.replace({employer.board_key: Fault(kind=kind)})
    read = read_board(
        ADAPTERS[source],
        board_of(employer),
        MONDAY,
        collector.client,
        collector.archive,
        f"{collector.server.url}/{source}",
        force=True,
    )
    assert read.status == status, read.error
    last = collector.archive.reads(MONDAY, source)[-1].entries
    assert all(entry.status == 200 and not entry.is_revalidated for entry in last)
    if kind == "missing_id":
        (answer,) = collector.archive.answers(collector.archive.reads(MONDAY, source)[-1])
        assert len(answer.body) < len(body)


def test_a_fault_of_records_leaves_a_text_alone(collector: Collector, small_market: Market) -> None:
    """The robots.txt has no records to spoil: it is answered all the same."""
    application = collector.server.application
    employer = small_market.employers[0]
    application.faults.replace({"robots.txt": Fault(kind="missing_id")})
    assert collector.read(employer).status in ("complete", "partial")


def test_collector_asks_each_board_once_a_day(collector: Collector, small_market: Market) -> None:
    employer = small_market.employers[0]
    for _ in range(3):
        collector.read(employer)
    statistics = collector.server.application.statistics[MONDAY.isoformat()]
    assert statistics[employer.board_key].requests == 1
    assert statistics["robots.txt"].requests == 1
    (agent,) = statistics[employer.board_key].user_agents
    assert agent.lower().startswith("hiring")


def test_unchanged_lever_board_is_confirmed_next_day(collector: Collector, small_market: Market) -> None:
    employer = next(e for e in small_market.employers if e.source == "lever")
    writer = BoardWriter(small_market)
    days = [MONDAY + timedelta(days=offset) for offset in range(7)]
    same = [pair for pair in pairwise(days) if len({writer.board(employer, day) for day in pair}) == 1]
    assert same, "no quiet day in this market: choose another seed"
    statuses = [collector.read(employer, day).status for day in same[0]]
    assert statuses == ["complete", "unchanged"]


def test_a_long_pause_holds_for_the_whole_host(collector: Collector, small_market: Market) -> None:
    # All boards of a system live at one host, so what one board's answer asks for is owed by all.
    employer, neighbour = small_market.employers[0], small_market.employers[3]
    collector.server.application.faults.replace(
        {employer.board_key: Fault(kind="too_many_requests", seconds=3600)}
    )
    assert collector.read(employer).status == "out_of_budget"
    assert collector.read(neighbour).status == "out_of_budget"
    assert neighbour.board_key not in collector.server.application.statistics[MONDAY.isoformat()]
