"""Every declared expectation holds on a sound warehouse and fails on a poisoned one."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from include.validate.registry import ExpectationsError, checks_for, table_checks
from include.validate.scope import parse_scope
from include.warehouse.cards import TABLES_DIR, load_table_cards
from tests.validate import edges_core, edges_out
from tests.validate.edges import Edge
from tests.validate.poisons import MARKETS, POISONS
from tests.validate.small_warehouse import DAY, WEEK, build, holds

TABLES = tuple(load_table_cards())


_GENERATED = {"columns_as_card", "key_is_unique", "required_columns_are_filled", "codes_are_in_their_lists"}


@pytest.fixture(scope="module")
def sound() -> Iterator[duckdb.DuckDBPyConnection]:
    with build(":memory:") as connection:
        yield connection


@pytest.mark.parametrize("key", [DAY, WEEK, "import/a_dump"])
@pytest.mark.parametrize("table", TABLES)
def test_a_sound_warehouse_passes(sound: duckdb.DuckDBPyConnection, table: str, key: str) -> None:
    scope = parse_scope(key)
    failed = [check.id for check in checks_for(table, scope.kind) if not holds(sound, table, check, scope)]
    assert failed == []


@pytest.mark.parametrize(
    ("table", "check_id", "key", "poison"), POISONS, ids=[f"{p[0]}-{p[1]}-{n}" for n, p in enumerate(POISONS)]
)
def test_a_poisoned_warehouse_is_found_out(
    sound: duckdb.DuckDBPyConnection, table: str, check_id: str, key: str, poison: str
) -> None:
    scope = parse_scope(key)
    check = next(check for check in checks_for(table, scope.kind) if check.id == check_id)
    assert holds(sound, table, check, scope)
    sound.begin()
    try:
        sound.execute(MARKETS[check_id] if poison.startswith("CALL_") else poison)
        assert not holds(sound, table, check, scope)
    finally:
        sound.rollback()


def _names(edges: list[Edge]) -> list[str]:
    return [f"{table}-{check}-{number}" for number, (table, check, _, _) in enumerate(edges)]


def _holds_after(connection: duckdb.DuckDBPyConnection, edge: Edge) -> bool:
    table, check_id, key, change = edge
    scope = parse_scope(key)
    check = next(check for check in checks_for(table, scope.kind) if check.id == check_id)
    connection.begin()
    try:
        connection.execute(change)
        return holds(connection, table, check, scope)
    finally:
        connection.rollback()


_BREAKS = edges_core.BREAKS + edges_out.BREAKS
_HOLDS = edges_core.HOLDS + edges_out.HOLDS


@pytest.mark.parametrize("edge", _BREAKS, ids=_names(_BREAKS))
def test_every_arm_of_a_rule_is_found_by_itself(sound: duckdb.DuckDBPyConnection, edge: Edge) -> None:
    assert not _holds_after(sound, edge), edge


@pytest.mark.parametrize("edge", _HOLDS, ids=_names(_HOLDS))
def test_what_a_rule_allows_is_let_pass(sound: duckdb.DuckDBPyConnection, edge: Edge) -> None:
    assert _holds_after(sound, edge), edge


@pytest.mark.parametrize(
    ("table", "severity"),
    [
        ("out_weekly_metrics_v1", "critical"),
        ("out_coverage_v1", "critical"),
        ("out_claims_v1", "warning"),  # a release without its ledger is poorer, not wrong
        ("out_cert_by_criteria_v1", None),  # a short series has no window yet
        ("out_certifications_v1", None),  # a week may name no certification
        ("out_revisions_v1", None),  # a first release revises nothing
    ],
)
def test_which_published_table_may_be_empty(
    sound: duckdb.DuckDBPyConnection, table: str, severity: str | None
) -> None:
    scope = parse_scope(WEEK)
    sound.begin()
    try:
        sound.execute(f"DELETE FROM {table}")
        failed = {
            check.id: check.severity
            for check in checks_for(table, scope.kind)
            if not holds(sound, table, check, scope)
        }
    finally:
        sound.rollback()
    assert failed == ({} if severity is None else {"week_has_rows": severity})


@pytest.mark.parametrize("key", [DAY, WEEK])
@pytest.mark.parametrize(
    "check_id",
    ["listed_against_last_weeks_days", "week_against_the_weeks_before", "no_source_fell_silent"],
)
def test_a_source_that_is_switched_off_is_not_missed(
    sound: duckdb.DuckDBPyConnection, check_id: str, key: str
) -> None:
    scope = parse_scope(key)
    for check in checks_for("core_board_reads", scope.kind):
        if check.id != check_id:
            continue
        sound.begin()
        try:
            sound.execute(
                "UPDATE core_board_reads SET status = 'switched_off', is_expected = false, n_listed = 0 "
                f"WHERE source = 'lever' AND day >= DATE '{scope.first_day}'"
            )
            assert holds(sound, "core_board_reads", check, scope)
            sound.execute("UPDATE core_board_reads SET status = 'missing' WHERE status = 'switched_off'")
            assert not holds(sound, "core_board_reads", check, scope)
        finally:
            sound.rollback()


def test_every_expectation_has_a_poison_that_it_finds() -> None:
    poisoned = {(table, check) for table, check, _, _ in POISONS}
    untested = [
        f"{table}.{check.id}"
        for table in TABLES
        for check in table_checks(table)
        if check.id not in _GENERATED and (table, check.id) not in poisoned
    ]
    assert untested == []
    assert {check for _, check in poisoned} >= _GENERATED


@pytest.mark.parametrize("table", TABLES)
def test_expectations_are_worth_reading(table: str) -> None:
    for check in table_checks(table):
        assert check.id == check.id.lower()
        assert " " not in check.id
        for sentence in (check.expect, check.reason, check.mend):
            assert sentence.endswith(".")
            assert len(sentence) > 15
    assert len(table_checks(table)) > len(_GENERATED & {check.id for check in table_checks(table)})


def test_every_table_folder_has_expectations() -> None:
    folders = {path.name for path in TABLES_DIR.iterdir() if (path / "table.yaml").exists()}
    assert folders == {table for table in folders if table_checks(table)}


@pytest.mark.parametrize("is_empty", [True, False])
def test_a_table_without_expectations_is_refused(monkeypatch: pytest.MonkeyPatch, is_empty: bool) -> None:
    from include.tables.core_sightings import expectations

    declared = () if is_empty else (*expectations.EXPECTATIONS, "posting_exists")
    monkeypatch.setattr(expectations, "EXPECTATIONS", declared)
    with pytest.raises(ExpectationsError, match=r"core_sightings/expectations\.py"):
        table_checks("core_sightings")


def test_two_expectations_with_one_id_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from include.tables.core_sightings import expectations

    monkeypatch.setattr(expectations, "EXPECTATIONS", expectations.EXPECTATIONS * 2)
    with pytest.raises(ExpectationsError, match="posting_exists"):
        table_checks("core_sightings")
