"""An installation without Airflow that reads a simulated market, and what tests do with its data."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import httpx

from include.normalize.stager import StageReport
from include.partitions import day_key, import_key, week_start
from include.pipeline.collecting import plan_day, sources_of_day
from include.pipeline.importing import archive_dump, stage_import
from include.pipeline.loading import load_partition
from include.pipeline.staging import classify_source, stage_source
from include.sample_market.market import Market
from include.settings import Settings
from include.sources.reading import collect_board
from include.warehouse.connection import open_warehouse

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


def changed(settings: Settings, **changes: Any) -> Settings:
    """Return settings with some fields changed (`model_copy` would keep the cached paths)."""
    return Settings(**(settings.model_dump() | changes))


def bring_in(settings: Settings, path: Path, day: date, column_map: Path | str | None = None) -> StageReport:
    """Import a dump as the DAG does."""
    name = archive_dump(settings, path, day, column_map=column_map).name
    report = stage_import(settings, name)
    classify_source(settings, import_key(name), import_key(name))
    load_partition(settings, import_key(name))
    return report


def rows(settings: Settings, sql: str) -> list[tuple[Any, ...]]:
    """Run SQL on the warehouse; return its rows."""
    with duckdb.connect(str(settings.paths.warehouse)) as con:
        return con.execute(sql).fetchall()


def core_rows(settings: Settings) -> dict[str, list[tuple[Any, ...]]]:
    """Return the rows of every core table, in a fixed order."""
    names = rows(
        settings,
        "SELECT table_name FROM duckdb_tables() WHERE table_name LIKE 'core_%' "
        "AND table_name <> 'core_validation_results' ORDER BY 1",
    )
    return {name: rows(settings, f"SELECT * FROM {name} ORDER BY ALL") for (name,) in names}


def writer_of_a_mark(settings: Settings) -> threading.Thread:
    """Return a thread, not yet started, that writes the mark `written meanwhile` into the warehouse."""

    def write() -> None:
        with open_warehouse(settings) as connection:
            connection.execute("INSERT INTO _meta VALUES ('mark', 'written meanwhile')")

    return threading.Thread(target=write)
