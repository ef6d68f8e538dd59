"""What opening the warehouse says when the file cannot be used."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from pathlib import Path

import duckdb
import pytest

from include.settings import Settings
from include.warehouse.connection import DamagedWarehouseError, WarehouseLockedError, open_warehouse


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A warehouse of some megabytes: its file has blocks that are read only when they are asked for."""
    found = Settings(data_dir=tmp_path)
    with open_warehouse(found) as connection:
        connection.execute("CREATE TABLE much AS SELECT hash(range)::VARCHAR AS word FROM range(300_000)")
    return found


def spoil(path: Path, at: int) -> None:
    with path.open("r+b") as file:
        file.seek(at)
        file.write(b"\xff" * 64)


@pytest.mark.parametrize(
    ("limit", "bytes_"), [("300MB", 300e6), ("1 GiB", 2**30), ("1.5gb", 1.5e9), ("0.5GB", 5e8), ("2g", 2e9)]
)
def test_the_warehouse_takes_no_more_than_the_settings_allow(
    tmp_path: Path, limit: str, bytes_: float
) -> None:
    limited = Settings(data_dir=tmp_path, duckdb_memory_limit=limit, duckdb_threads=1)
    with open_warehouse(limited) as connection:
        found = connection.execute(
            "SELECT parse_formatted_bytes(current_setting('memory_limit')), current_setting('threads')"
        ).fetchone()
    assert found is not None
    assert found == (pytest.approx(bytes_, rel=0.08), 1)  # DuckDB says it with one decimal


# The magic bytes, then the first of two headers, which DuckDB reads when it opens a file.
@pytest.mark.parametrize("at", [0, 4096])
def test_a_damaged_file_is_not_taken_for_a_locked_one(settings: Settings, at: int) -> None:
    spoil(settings.paths.warehouse, at)
    begun = time.monotonic()
    said = r"warehouse\.duckdb is damaged .* rebuild.* backup .* remove warehouse\.duckdb\.wal beside it"
    with pytest.raises(DamagedWarehouseError, match=said), open_warehouse(settings):
        pass
    assert time.monotonic() - begun < 10  # and nobody is waited for


def test_damage_that_is_met_by_a_query_is_named_too(settings: Settings) -> None:
    spoil(settings.paths.warehouse, settings.paths.warehouse.stat().st_size // 2)
    with pytest.raises(DamagedWarehouseError, match="is damaged"), open_warehouse(settings) as connection:
        connection.execute("SELECT max(word) FROM much").fetchall()


def test_other_errors_stay_what_they_are(settings: Settings, tmp_path: Path) -> None:
    torn = tmp_path / "torn.parquet"
    torn.write_bytes(b"PAR1" + b"x" * 100)
    with pytest.raises(duckdb.Error, match=r"torn\.parquet"), open_warehouse(settings) as connection:
        connection.execute("FROM read_parquet(?)", [str(torn)])
    with pytest.raises(duckdb.CatalogException), open_warehouse(settings) as connection:
        connection.execute("FROM nothing")


def test_a_held_file_is_waited_for_and_its_holder_named(settings: Settings) -> None:
    hold = f"import duckdb; c = duckdb.connect({str(settings.paths.warehouse)!r}); print(flush=True); input()"
    command = [sys.executable, "-c", hold]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        other.stdout.readline()
        said = str(other.pid)
        with pytest.raises(WarehouseLockedError, match=said), open_warehouse(settings, patience_seconds=0):
            pass
        letting_go = threading.Timer(0.5, other.communicate, [b"\n"])
        letting_go.start()
        with open_warehouse(settings, patience_seconds=60) as connection:
            assert connection.execute("SELECT count(*) FROM much").fetchone() == (300_000,)
        letting_go.join()
