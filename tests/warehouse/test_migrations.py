from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from include.settings import Settings
from include.warehouse.cards import CardError, load_card, load_table_cards
from include.warehouse.connection import (
    WarehouseLockedError,
    WrongOriginError,
    open_warehouse,
    transaction,
)
from include.warehouse.migrations import MIGRATIONS_DIR, MigrationError, migrate


def columns(con: duckdb.DuckDBPyConnection, table: str) -> list[tuple[str, str, bool]]:
    return con.execute(
        "SELECT column_name, data_type, is_nullable FROM duckdb_columns() WHERE table_name = ?", [table]
    ).fetchall()


def test_a_new_warehouse_is_exactly_what_the_cards_say(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        migrate(con)
        for card in load_table_cards().values():
            assert columns(con, card.name) == [(c.name, c.type, c.nullable) for c in card.columns]
        undocumented = con.execute(
            "SELECT table_name, column_name FROM duckdb_columns() "
            "WHERE (table_name LIKE 'core%' OR table_name LIKE 'out%') AND comment IS NULL"
        ).fetchall()
        assert undocumented == []
        assert migrate(con) == []


def test_a_new_nullable_column_is_added_and_a_changed_type_is_refused(tmp_path: Path) -> None:
    with duckdb.connect() as con:
        migrate(con)
        con.execute("ALTER TABLE core_postings DROP COLUMN url")
        assert migrate(con) == ["added core_postings.url"]
        con.execute("ALTER TABLE core_postings ALTER COLUMN n_words TYPE VARCHAR")
        with pytest.raises(MigrationError, match=r"core_postings\.n_words .*rebuild"):
            migrate(con)


def test_tables_of_figures_of_another_version_are_made_anew() -> None:
    with duckdb.connect() as con:
        migrate(con)
        con.execute("ALTER TABLE out_coverage_v1 DROP COLUMN n_rejected")  # which may not be null
        con.execute("ALTER TABLE out_revisions_v1 ALTER COLUMN lag_weeks TYPE VARCHAR")
        con.execute("ALTER TABLE out_claims_v1 ADD COLUMN of_a_later_version INTEGER")
        con.execute("ALTER TABLE out_weekly_metrics_v1 DROP COLUMN est_ppi")  # which may be
        assert migrate(con) == [
            "made out_claims_v1 anew",
            "made out_coverage_v1 anew",
            "made out_revisions_v1 anew",
            "added out_weekly_metrics_v1.est_ppi",
        ]
        for card in (load_card("out_coverage_v1"), load_card("out_revisions_v1")):
            assert columns(con, card.name) == [(c.name, c.type, c.nullable) for c in card.columns]
        assert migrate(con) == []


def test_a_file_of_another_version_is_named_with_the_mend(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with open_warehouse(settings) as con:
        con.execute("ALTER TABLE core_postings DROP COLUMN employer")
    with (
        pytest.raises(
            MigrationError,
            match=rf"{settings.paths.warehouse} was made by another version of the code: "
            r"core_postings\.employer is not in it.*python -m include\.pipeline rebuild\): nothing is lost",
        ),
        open_warehouse(settings),
    ):
        pass


def test_a_file_that_cannot_be_brought_up_to_date_stays_as_it_is(tmp_path: Path) -> None:
    """Half of it of this version and half of another, it would be of use to neither."""
    settings = Settings(data_dir=tmp_path)
    first = min(load_table_cards())
    assert first < "core_sightings"  # and made before the other is found
    with open_warehouse(settings) as con:
        con.execute(f"DROP TABLE {first}")
        con.execute("ALTER TABLE core_sightings ALTER COLUMN day TYPE VARCHAR")
    with pytest.raises(MigrationError), open_warehouse(settings):
        pass
    with duckdb.connect(str(settings.paths.warehouse), read_only=True) as con:
        assert columns(con, first) == []


def test_macros_follow_the_code_and_a_current_file_is_left_alone() -> None:
    with duckdb.connect() as con:
        migrate(con)
        con.execute("INSERT INTO _meta VALUES ('data_origin', 'simulated')")
        con.execute("CREATE OR REPLACE MACRO is_product_role(role_family) AS true")
        con.execute("UPDATE _meta SET value = 'of an older release' WHERE key = 'macros'")
        assert migrate(con) == ["defined the macros"]
        assert con.execute("SELECT is_product_role('pmm')").fetchone() == (False,)
        origin = con.execute("SELECT value FROM _meta WHERE key = 'data_origin'").fetchall()
        assert origin == [("simulated",)]
        assert migrate(con) == []


def test_numbered_migrations_run_once_on_an_old_file_and_never_on_a_new_one(tmp_path: Path) -> None:
    folder = tmp_path / "migrations"
    folder.mkdir()
    with duckdb.connect() as con:
        migrate(con, folder)
        (folder / "0001_rename.sql").write_text("ALTER TABLE core_postings RENAME COLUMN link TO url")
        con.execute("ALTER TABLE core_postings RENAME COLUMN url TO link")
        assert migrate(con, folder) == ["applied 0001_rename.sql"]
        assert migrate(con, folder) == []
    with duckdb.connect() as con:
        assert "applied 0001_rename.sql" not in migrate(con, folder)


def test_a_column_that_may_not_be_null_is_added_as_the_page_on_migrations_says(tmp_path: Path) -> None:
    """DuckDB refuses it in other steps: one with the constraint at once, one with the values before it."""
    (steps,) = re.findall(
        r"^```sql\n(.*?)^```",
        (MIGRATIONS_DIR / "README.md").read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
    card = load_card("core_openings")
    one = {"VARCHAR": "x", "INTEGER": 3, "BOOLEAN": True, "DATE": "2026-11-16"}
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        migrate(con, tmp_path)
        con.execute("ALTER TABLE core_openings DROP COLUMN n_reposts")
        con.execute(
            f"INSERT INTO core_openings VALUES ({', '.join('?' for _ in card.columns[1:])})",
            [one[column.type] for column in card.columns if column.name != "n_reposts"],
        )
    (tmp_path / "0001_core_openings_n_reposts.sql").write_text(steps)
    with duckdb.connect(str(tmp_path / "warehouse.duckdb")) as con:
        with transaction(con):
            assert migrate(con, tmp_path) == ["applied 0001_core_openings_n_reposts.sql"]
        assert con.execute("SELECT n_reposts FROM core_openings").fetchall() == [(2,)]
        assert set(columns(con, card.name)) == {(c.name, c.type, c.nullable) for c in card.columns}
        assert con.execute(
            "SELECT column_default FROM duckdb_columns() WHERE column_name = 'n_reposts'"
        ).fetchall() == [(None,)]


def test_migrations_run_in_the_order_of_their_names(tmp_path: Path) -> None:
    """Each builds on the one before, and a folder lists its files in any order."""
    steps = [f"{number:04d}_step.sql" for number in range(1, 9)]
    with duckdb.connect() as con:
        migrate(con)
        for number, name in reversed(list(enumerate(steps))):
            rename = f"ALTER TABLE core_postings RENAME COLUMN link_{number} TO link_{number + 1}"
            (tmp_path / name).write_text(rename)
        (tmp_path / "0009_last.sql").write_text("ALTER TABLE core_postings RENAME COLUMN link_8 TO url")
        con.execute("ALTER TABLE core_postings RENAME COLUMN url TO link_0")
        assert migrate(con, tmp_path) == [f"applied {name}" for name in (*steps, "0009_last.sql")]


def test_an_unknown_table_is_named_with_what_there_is() -> None:
    with pytest.raises(CardError, match=r"no card for table 'core_nothing'.*core_postings"):
        load_card("core_nothing")


def test_origins_never_share_a_warehouse(tmp_path: Path) -> None:
    with open_warehouse(Settings(data_dir=tmp_path, data_origin="simulated")):
        pass
    with (
        pytest.raises(WrongOriginError, match="simulated data and cannot take public_boards"),
        open_warehouse(Settings(data_dir=tmp_path, data_origin="public_boards")),
    ):
        pass


def test_a_warehouse_held_by_another_process_is_a_clear_error_and_heals(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with open_warehouse(settings):
        pass
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import duckdb, sys\n"
            "connection = duckdb.connect(sys.argv[1])\n"
            "print('held', flush=True)\n"
            "sys.stdin.read()",
            str(settings.paths.warehouse),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env=os.environ.copy(),
    )
    assert holder.stdin is not None
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        with (
            pytest.raises(
                WarehouseLockedError, match=r"held by another process: .*, process \d+\. .*published copy"
            ),
            open_warehouse(settings, patience_seconds=0.5),
        ):
            pass
    finally:
        holder.stdin.close()
        holder.wait(timeout=20)
        holder.stdout.close()
    with open_warehouse(settings) as con:
        assert con.execute("SELECT count(*) FROM core_postings").fetchone() == (0,)
