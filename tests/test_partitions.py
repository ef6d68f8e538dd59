from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from include.partitions import (
    PartitionKeyError,
    folder_name,
    import_key,
    key_of_folder,
    name_of_import,
    parse_day,
    parse_week,
    published_at,
    week_days,
    week_name,
)


def test_weeks_follow_the_iso_year() -> None:
    assert week_name(date(2027, 1, 3)) == "2026-W53"
    assert parse_week("2026-W53") == date(2026, 12, 28)
    assert week_days(date(2026, 12, 28))[-1] == date(2027, 1, 3)


@pytest.mark.parametrize("key", ["2025-W53", "2026-W00", "2026-13-01", "20261116", "2026-11-16T00:00:00", ""])
def test_other_keys_are_refused(key: str) -> None:
    with pytest.raises(PartitionKeyError):
        parse_week(key)


@pytest.mark.parametrize("key", ["2026-1-6", "16.11.2026", "2026-11-31", "2026-W47"])
def test_a_day_has_one_form(key: str) -> None:
    with pytest.raises(PartitionKeyError):
        parse_day(key)


def test_releases_carry_the_scheduled_time_not_the_clock_s() -> None:
    assert published_at(date(2026, 11, 16)) == datetime(2026, 11, 23, 12, tzinfo=UTC)


def test_an_import_is_told_from_a_day_and_a_week_by_its_key() -> None:
    assert import_key("ads") == "import/ads"
    assert name_of_import("import/ads") == "ads"
    assert [name_of_import(key) for key in ("2026-11-16", "2026-W47", "import/", "imported")] == [None] * 4


@pytest.mark.parametrize("key", ["2026-11-16", "2026-W47", "import/ads"])
def test_a_key_is_one_folder_and_back(key: str) -> None:
    assert "/" not in folder_name(key)
    assert key_of_folder(folder_name(key)) == key
