from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import httpx
import pytest

from include.sample_market.config import MarketConfig
from include.sample_market.employers import Employer
from include.sample_market.market import Market, generate
from include.sample_market.server import MarketServer

MONDAY = date(2026, 11, 16)
PATHS = {
    "greenhouse": "/greenhouse/v1/boards/{}/jobs?content=true&pay_transparency=true",
    "lever": "/lever/v0/postings/{}?mode=json",
    "ashby": "/ashby/posting-api/job-board/{}?includeCompensation=true",
}


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


@pytest.fixture
def client(server: MarketServer) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=server.url, timeout=10) as opened:
        yield opened


@pytest.fixture
def employer(small_market: Market) -> Employer:
    return small_market.employers[0]


def path_of(employer: Employer) -> str:
    return PATHS[employer.source].format(employer.token)


def set_fault(client: httpx.Client, employer: Employer, kind: str, **settings: float) -> None:
    answer = client.put("/_market/faults", json={employer.board_key: {"kind": kind, **settings}})
    assert answer.status_code == 200
