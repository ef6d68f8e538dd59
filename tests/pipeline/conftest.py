"""A simulated week, collected over loopback HTTP and built without Airflow, shared by the pipeline tests."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from include.partitions import week_days
from include.pipeline.collecting import finish_day
from include.sample_market.config import MarketConfig
from include.sample_market.market import generate
from include.sample_market.server import MarketServer
from tests.pipeline.installation import MONDAY, Installation, installation


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
