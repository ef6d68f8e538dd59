"""Staged files: where they stand, what types they have, and that a part of one is none."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from include.warehouse.cards import load_card
from include.warehouse.staging import STAGED_TABLES, Staging, staged_schema

DAY = "2026-11-16"
FILLERS: dict[str, Any] = {
    "VARCHAR": "", "VARCHAR[]": [], "DATE": date(2026, 11, 16), "BOOLEAN": False, "INTEGER": 0, "DOUBLE": 0.0,
    "BIGINT": 2**40,
}  # fmt: skip


def row(table: str) -> dict[str, Any]:
    return {column.name: FILLERS[column.type] for column in load_card(table).columns}


def stage(root: Path, source: str, *tables: str, partition: str = DAY) -> Staging:
    staging = Staging(root, partition)
    for table in tables:
        with staging.writer(source, table) as writer:
            writer.write([row(table)])
    return staging


@pytest.mark.parametrize("table", STAGED_TABLES)
def test_what_is_staged_has_the_types_and_the_gaps_of_its_card(tmp_path: Path, table: str) -> None:
    staging = stage(tmp_path, "lever", table)
    schema = staged_schema(table)
    columns = {column.name: column for column in load_card(table).columns}
    assert {field.name: field.nullable for field in schema} == {
        name: columns[name].nullable for name in schema.names
    }
    (staged,) = pq.read_table(staging.path("lever", table)).to_pylist()
    assert staged == {name: row(table)[name] for name in schema.names}


@pytest.mark.parametrize("table", STAGED_TABLES)
def test_a_column_that_is_never_empty_cannot_be_left_empty(tmp_path: Path, table: str) -> None:
    required = next(field.name for field in staged_schema(table) if not field.nullable)
    staging = Staging(tmp_path, DAY)
    with pytest.raises(pa.ArrowInvalid), staging.writer("lever", table) as writer:
        writer.write([row(table) | {required: None}])
    with pytest.raises(KeyError), staging.writer("lever", table) as writer:
        writer.write([{}])
    assert staging.files(table) == []


def test_rows_are_counted_over_all_that_is_written(tmp_path: Path) -> None:
    table = "core_rejected_records"
    staging = Staging(tmp_path, DAY)
    with staging.writer("lever", table) as writer:
        for n in (2, 0, 3):
            writer.write([row(table)] * n)
        assert writer.count == 5
    assert pq.read_table(staging.path("lever", table)).num_rows == 5


def test_a_file_appears_when_it_is_whole_and_the_former_one_stands_until_then(tmp_path: Path) -> None:
    table = "core_rejected_records"
    staging = stage(tmp_path, "lever", table)
    former = staging.path("lever", table).read_bytes()

    def be_killed() -> None:
        with staging.writer("lever", table) as writer:
            writer.write([row(table)] * 3)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        be_killed()
    assert staging.path("lever", table).read_bytes() == former
    assert [path.name for path in staging.source_folder("lever").iterdir()] == [f"{table}.parquet"]


@pytest.mark.parametrize(
    ("tables", "is_whole"),
    [
        (("core_board_reads", "core_signals"), True),
        (("core_board_reads", "core_postings"), False),
        (("core_signals", "core_postings"), False),
        ((), False),
    ],
)
def test_a_source_is_whole_when_its_reads_and_its_labels_are_there(
    tmp_path: Path, tables: tuple[str, ...], is_whole: bool
) -> None:
    assert stage(tmp_path, "lever", *tables).is_whole("lever") is is_whole


def test_files_are_those_of_a_partition_and_elsewhere_those_of_the_others(tmp_path: Path) -> None:
    table = "core_board_reads"
    sources = [f"source{number:02d}" for number in range(12)]
    for source in [*sources[::-2], *sources[::2]]:  # neither their order nor its reverse
        stage(tmp_path, source, table, "core_signals")
    own = Staging(tmp_path, DAY)
    others = [
        stage(tmp_path, name, table, partition=partition).path(name, table)
        for name, partition in (
            ("import/ads", "import/ads"),
            ("lever", "2026-11-17"),
            ("lever", "2026-11-15"),
        )
    ]
    assert own.files(table) == [own.path(source, table) for source in sources]
    assert own.elsewhere(table) == sorted(others)
    assert Staging(tmp_path, "import/ads").files(table) == others[:1]
