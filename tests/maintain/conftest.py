"""A data folder on which a small market was collected, built and imported."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from include.sample_market.config import MarketConfig
from include.sample_market.history import write_history
from include.sample_market.market import generate
from include.sample_market.server import MarketServer
from include.settings import Settings
from tests.maintain.kept_folder import TUESDAY
from tests.pipeline.installation import MONDAY, bring_in, changed, installation

CONFIG = MarketConfig(employers=4, weeks=3, product_openings_per_week=8, other_openings_per_week=4)


@pytest.fixture(scope="session")
def kept(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Two built days and an import."""
    with MarketServer(generate(CONFIG), day=MONDAY) as server:
        house = installation(tmp_path_factory.mktemp("kept"), server.application.market, server.url)
        for day in (MONDAY, TUESDAY):
            house.collect(day)
            house.build(day)
    dump = house.settings.data_dir / "history.jsonl.gz"
    write_history(CONFIG, dump)
    bring_in(house.settings, dump, MONDAY)
    return house.settings


@pytest.fixture
def settings(kept: Settings, tmp_path: Path) -> Iterator[Settings]:
    """A copy to damage, with a folder for backups."""
    shutil.copytree(kept.data_dir, tmp_path / "data", symlinks=True)
    return changed(kept, data_dir=tmp_path / "data", backup_dir=tmp_path / "backup")
