"""A simulated week, collected over loopback HTTP and built without Airflow, shared by the pipeline tests."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

import httpx
import pytest

from include.partitions import day_key, week_days, week_start
from include.pipeline.collecting import collect_board, finish_day, plan_day, sources_of_day
from include.pipeline.loading import load_partition
from include.pipeline.staging import classify_source, stage_source
from include.sample_market.config import MarketConfig
from include.sample_market.market import Market, generate
from include.sample_market.server import MarketServer
from include.settings import Settings

LAST_SUNDAY = date(2026, 11, 22)
MONDAY = week_start(LAST_SUNDAY)


@dataclass
class Installation:
    """One data folder and the boards that it reads."""

    settings: Settings
    market: Market
    url: str

    def set_day(self, day: date) -> None:
        httpx.put(f"{self.url}/_market/clock", json={"day": day_key(day)}).raise_for_status()

    def set_faults(self, faults: dict[str, object]) -> None:
        httpx.put(f"{self.url}/_market/faults", json=faults).raise_for_status()

    def collect(self, day: date) -> None:
        self.set_day(day)
        for board in plan_day(self.settings, day):
            collect_board(self.settings, day, board)

    def build(self, day: date) -> None:
        for source in sources_of_day(self.settings, day):
            stage_source(self.settings, day, source)
            classify_source(self.settings, day_key(day), source)
        load_partition(self.settings, day_key(day))


def installation(root: Path, market: Market, url: str) -> Installation:
    """Return an installation in `root` that reads the boards of `market` at `url`."""
    boards = root / "boards.csv"
    root.mkdir(parents=True, exist_ok=True)
    boards.write_bytes(httpx.get(f"{url}/_market/boards.csv").raise_for_status().content)
    settings = Settings(
        data_dir=root,
        data_origin="simulated",
        boards_file=boards,
        simulated_market_url=url,
        allow_loopback=True,
        requests_per_second_per_host=1000,
        concurrency_per_host=8,
    )
    return Installation(settings, market, url)


@pytest.fixture(scope="session")
def simulated_week(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """The demo's market, its last week collected day by day and built."""
    market = generate(MarketConfig())
    with MarketServer(market, day=MONDAY) as server:
        week = installation(tmp_path_factory.mktemp("week"), market, server.url)
        for day in week_days(MONDAY):
            week.collect(day)
            finish_day(week.settings, day)
            week.build(day)
        yield week


@pytest.fixture
def small_market(tmp_path: Path) -> Iterator[Installation]:
    """Six boards, nothing collected yet."""
    market = generate(
        MarketConfig(employers=6, weeks=4, product_openings_per_week=12, other_openings_per_week=6)
    )
    with MarketServer(market, day=MONDAY) as server:
        yield installation(tmp_path / "data", market, server.url)


def days_before(day: date, count: int) -> list[date]:
    """Return the `count` days before `day`, oldest first."""
    return [day - timedelta(days=offset) for offset in range(count, 0, -1)]
