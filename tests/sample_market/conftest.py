from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest

from include.sample_market.config import MarketConfig
from include.sample_market.market import Market, generate
from include.sample_market.server import MarketServer

MONDAY = date(2026, 11, 16)


@pytest.fixture(scope="session")
def demo_market() -> Market:
    return generate()


@pytest.fixture(scope="session")
def small_config() -> MarketConfig:
    return MarketConfig(employers=6, weeks=4, product_openings_per_week=20, other_openings_per_week=20)


@pytest.fixture(scope="session")
def small_market(small_config: MarketConfig) -> Market:
    return generate(small_config)


@pytest.fixture
def server(small_market: Market) -> Iterator[MarketServer]:
    with MarketServer(small_market, MONDAY) as running:
        yield running
