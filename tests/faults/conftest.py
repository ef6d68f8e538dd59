"""A small market's first days, collected and built once; each test spoils a copy of its own."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path

import pytest

from include.partitions import day_key
from include.pipeline.collecting import sources_of_day
from include.pipeline.staging import classify_source, stage_source
from include.sample_market.config import MarketConfig
from include.sample_market.market import generate
from include.sample_market.server import MarketServer
from tests.pipeline.installation import MONDAY, Installation, changed, installation, rows

TUESDAY = MONDAY + timedelta(days=1)
WEDNESDAY = MONDAY + timedelta(days=2)


@pytest.fixture(scope="session")
def two_days(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Monday is built, Tuesday is collected only. Not to be changed: see `copy`."""
    market = generate(
        MarketConfig(employers=6, weeks=4, product_openings_per_week=12, other_openings_per_week=6)
    )
    with MarketServer(market, day=MONDAY) as server:
        made = installation(tmp_path_factory.mktemp("two_days"), market, server.url)
        # A board that only fails is given up after seconds, not minutes.
        made.settings = changed(made.settings, board_time_budget_seconds=3.0)
        made.collect(MONDAY)
        made.build(MONDAY)
        made.collect(TUESDAY)
        yield made


@pytest.fixture
def copied(two_days: Installation, tmp_path: Path) -> Iterator[Callable[[str], Installation]]:
    """Return a function that gives an installation of its own, with the same two days."""

    def copy(name: str) -> Installation:
        return copy_of(two_days, tmp_path / name)

    yield copy
    two_days.set_faults({})
    two_days.set_day(TUESDAY)


def copy_of(made: Installation, root: Path) -> Installation:
    """Return an installation in `root` with the data of another, in front of the same boards."""
    shutil.copytree(made.settings.data_dir, root, symlinks=True)
    return Installation(changed(made.settings, data_dir=root), made.market, made.url)


def put_a_week_back(made: Installation) -> None:
    """Make Monday, as it was built, a day of the week before; of this week nothing was collected yet."""
    rows(made.settings, "UPDATE core_board_reads SET day = day - 7")
    archive = made.settings.paths.archive
    for plan in archive.glob("plans/*.json"):
        plan.unlink()
    for reads in archive.glob("reads/*/*"):
        shutil.rmtree(reads)


def stage(made: Installation, day: date, *sources: str) -> None:
    """Normalize and classify sources of a day; all of them when none is named."""
    for source in sources or sources_of_day(made.settings, day):
        stage_source(made.settings, day, source)
        classify_source(made.settings, day_key(day), source)
