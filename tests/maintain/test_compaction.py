"""Compaction gives space back and loses no row."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from include import storage
from include.maintain.compaction import NoWarehouseError, compact
from include.settings import Settings
from include.warehouse.connection import WarehouseLockedError, open_warehouse, replaced_warehouse
from tests.maintain.kept_folder import tables
from tests.pipeline.installation import rows, writer_of_a_mark


def test_compaction_gives_space_back_and_changes_no_row_and_no_comment(settings: Settings) -> None:
    with open_warehouse(settings) as connection:
        connection.execute(
            "CREATE TABLE ballast AS SELECT range AS a, md5(range::VARCHAR) AS b FROM range(200000)"
        )
    with open_warehouse(settings) as connection:
        connection.execute("DROP TABLE ballast")
    before = tables(settings)
    report = compact(settings)
    assert report.bytes_after < report.bytes_before
    assert report.bytes_after == settings.paths.warehouse.stat().st_size
    assert report.n_rows == sum(map(len, before.values()))
    assert tables(settings) == before
    uncommented = rows(
        settings,
        "SELECT table_name, column_name FROM duckdb_columns() WHERE comment IS NULL "
        "AND table_name <> '_meta' AND NOT internal",
    )
    assert uncommented == []
    assert [path.name for path in settings.paths.warehouse.parent.iterdir()] == ["warehouse.duckdb"]


def test_columns_that_were_added_later_keep_their_values(settings: Settings) -> None:
    """An update adds them behind the others, wherever the card has them."""
    by_name = "SELECT source, board, employer, status, error FROM core_board_reads ORDER BY ALL"
    before = rows(settings, by_name)
    definition = rows(settings, "SELECT sql FROM duckdb_tables() WHERE table_name = 'core_board_reads'")[0][0]
    moved = re.sub(r"(status VARCHAR NOT NULL), (.*)\);", r"\2, \1);", definition)
    assert moved != definition
    rows(
        settings,
        "ALTER TABLE core_board_reads RENAME TO former; "
        f"{moved} INSERT INTO core_board_reads BY NAME FROM former; DROP TABLE former",
    )
    compact(settings)
    assert rows(settings, by_name) == before


def test_what_is_written_while_the_file_is_swapped_is_not_lost(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The new file is whole and closed, and not yet in its place: a writer comes in just then."""

    writer = writer_of_a_mark(settings)
    sync = storage._sync

    def sync_slowly(path: Path) -> None:
        if writer.ident is None:
            writer.start()
            writer.join(1.0)
        sync(path)

    monkeypatch.setattr(storage, "_sync", sync_slowly)
    compact(settings)
    writer.join(30.0)
    with open_warehouse(settings) as connection:
        marks = connection.execute("SELECT value FROM _meta WHERE key = 'mark'").fetchall()
    assert marks == [("written meanwhile",)]


def test_there_is_nothing_to_compact_before_a_day_is_built(tmp_path: Path) -> None:
    with pytest.raises(NoWarehouseError, match="build a day first"):
        compact(Settings(data_dir=tmp_path))
    assert list(tmp_path.iterdir()) == []


def test_compaction_waits_for_nobody_who_keeps_the_file(settings: Settings) -> None:
    with (
        open_warehouse(settings),
        pytest.raises(WarehouseLockedError, match="is being replaced, or held"),
        replaced_warehouse(settings, patience_seconds=0),
    ):
        pass
    with replaced_warehouse(settings) as (_, successor):
        shutil.copy(settings.paths.warehouse, successor)
        with (
            pytest.raises(WarehouseLockedError, match="is being replaced, or held"),
            open_warehouse(settings, patience_seconds=0),
        ):
            pass
