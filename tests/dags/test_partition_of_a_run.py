from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from include.partitions import PartitionKeyError

pytestmark = pytest.mark.airflow


def context(key: str | None = None, **params: Any) -> dict[str, Any]:
    return {"params": params, "dag_run": SimpleNamespace(partition_key=key)}


def test_the_parameter_names_the_day_and_otherwise_the_key_does() -> None:
    from include.assets import run_day

    assert run_day(context("2026-11-16", day=None)) == date(2026, 11, 16)
    assert run_day(context("2026-11-16", day="2026-11-17")) == date(2026, 11, 17)


def test_the_weekly_roll_up_s_key_is_a_week() -> None:
    from include.assets import run_week

    assert run_week(context("2026-11-16 (W47)", week=None)) == date(2026, 11, 16)
    assert run_week(context(None, week="2026-W53")) == date(2026, 12, 28)


def test_a_run_without_a_partition_says_what_it_wants() -> None:
    from include.assets import MissingPartitionError, run_day

    with pytest.raises(MissingPartitionError, match="'day', such as 2026-11-16"):
        run_day(context(day=None))


def test_a_key_that_is_no_day_is_refused() -> None:
    from include.assets import run_day

    with pytest.raises(PartitionKeyError, match=r"16\.11\.2026"):
        run_day(context("16.11.2026"))
