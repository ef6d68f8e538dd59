from __future__ import annotations

from datetime import date

import pytest

from include.partitions import PartitionKeyError
from include.validate.scope import parse_scope, rows_condition
from include.validate.sql import compile_sql
from include.warehouse.cards import load_card


def test_a_day_a_week_and_an_import_cover_their_days() -> None:
    assert parse_scope("2026-11-15").first_day == parse_scope("2026-11-15").last_day == date(2026, 11, 15)
    for key in ("2026-W46", "2026-11-09 (W46)"):
        week = parse_scope(key)
        assert (week.kind, week.first_day, week.last_day) == ("week", date(2026, 11, 9), date(2026, 11, 15))
    dump = parse_scope("import/jobtech_2025")
    assert (dump.kind, dump.first_day) == ("import", None)


@pytest.mark.parametrize("key", ["", "yesterday", "2026-11-31", "2026-W60", "import/", "2026-1-5"])
def test_an_unknown_key_is_refused(key: str) -> None:
    with pytest.raises(PartitionKeyError):
        parse_scope(key)


def test_each_table_is_cut_by_its_own_partition() -> None:
    day, week, dump = map(parse_scope, ("2026-11-15", "2026-W46", "import/o'hara"))
    reads, postings, metrics = map(load_card, ("core_board_reads", "core_postings", "out_weekly_metrics_v1"))
    assert "BETWEEN DATE '2026-11-15' AND DATE '2026-11-15'" in rows_condition(day, reads)
    assert "NOT is_import(source)" in rows_condition(week, reads)
    assert rows_condition(day, postings) == "true"
    assert rows_condition(day, metrics) == rows_condition(week, metrics) == "true"
    assert rows_condition(dump, postings) == "source = 'import/o''hara'"
    assert rows_condition(dump, load_card("core_signals")) == "true"
    assert rows_condition(dump, load_card("core_validation_results")) == "partition_key = 'import/o''hara'"


def test_a_partition_column_without_a_rule_is_refused() -> None:
    card = load_card("core_sightings").model_copy(update={"partition": "month"})
    with pytest.raises(ValueError, match="no rule for the partition column 'month'"):
        rows_condition(parse_scope("2026-11-15"), card)


def test_sql_reaches_the_database_as_it_was_written() -> None:
    # Great Expectations reads braces as placeholders, SQLAlchemy reads colons before a word as parameters.
    compiled = compile_sql(
        "SELECT '- :b', x::DATE, ':' FROM $rows WHERE regexp_matches(y, '^[a-z]{2}$') AND z > $first_day",
        parse_scope("2026-11-15"),
        load_card("core_sightings"),
    )
    assert r"'- \:b', x::DATE, ':'" in compiled
    assert "'^[a-z]{{2}}$'" in compiled
    assert "z > DATE '2026-11-15'" in compiled
    assert compiled.count("{batch}") == 1
