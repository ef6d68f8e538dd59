"""One measured market and its release, shared by the tests that only read them."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from include.publish.release import publish_week
from tests.measure.warehouse import Warehouse
from tests.publish.measured import MONDAY, measured_market


@pytest.fixture(scope="session")
def market() -> Warehouse:
    """Two weeks of 40 openings; tests that change it make their own."""
    return measured_market()


@pytest.fixture(scope="session")
def market_file(market: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The measured market as a DuckDB file, for tests that change a copy of it."""
    return market.save(tmp_path_factory.mktemp("market") / "warehouse.duckdb")


@pytest.fixture(scope="session")
def published(market: Warehouse, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The release of the market's last week, in a folder of its own."""
    releases = tmp_path_factory.mktemp("published") / "releases"
    now = datetime(2026, 11, 23, 12, 5, tzinfo=UTC)
    return publish_week(market.con, releases, MONDAY, "simulated", now=now)


@pytest.fixture
def releases(published: Path, tmp_path: Path) -> Path:
    """A folder of releases of the test's own, with the market's release in it."""
    shutil.copytree(published.parent, tmp_path / "releases", symlinks=True)
    return tmp_path / "releases"
