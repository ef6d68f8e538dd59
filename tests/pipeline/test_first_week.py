"""Reading that begins in the middle of a week: the week is whole for the roll-up and published."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from include.partitions import week_days
from include.pipeline.collecting import finish_day
from include.pipeline.publishing import check_coverage
from include.sample_market.config import MarketConfig
from include.sample_market.market import generate
from include.sample_market.server import MarketServer
from tests.pipeline.installation import MONDAY, Installation, installation

CONFIG = MarketConfig(employers=2, weeks=2, product_openings_per_week=4, other_openings_per_week=2)


@pytest.fixture
def begun_on_wednesday(tmp_path: Path) -> Iterator[Installation]:
    with MarketServer(generate(CONFIG), day=MONDAY) as server:
        yield installation(tmp_path, server.application.market, server.url)


def test_the_days_before_reading_began_are_handed_on_once_and_expect_no_board(
    begun_on_wednesday: Installation,
) -> None:
    monday, tuesday, wednesday, thursday, *_ = week_days(MONDAY)
    settings = begun_on_wednesday.settings
    begun_on_wednesday.collect(wednesday)
    assert finish_day(settings, wednesday).lost_days == (monday, tuesday)
    begun_on_wednesday.collect(thursday)
    assert finish_day(settings, thursday).lost_days == ()
    for day in (monday, tuesday, wednesday, thursday):
        begun_on_wednesday.build(day)
    coverage = check_coverage(settings, MONDAY)
    assert (coverage.days_observed, coverage.coverage) == (2, 1.0)
