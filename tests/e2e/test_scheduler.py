"""A real scheduler: collection by its schedule, then every DAG triggered by the one before it."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from include.local_run.airflow import LocalAirflow, environment, free_port, prepare, running_airflow
from include.local_run.market import running_market
from include.partitions import day_key, week_days, week_name, week_start
from include.publish.release import verify_release

pytestmark = [pytest.mark.slow, pytest.mark.scheduler]

EVERY_MINUTE = "* * * * *"
PATIENCE_SECONDS = 420


def wait_for_scheduled_run(airflow: LocalAirflow, key: str) -> None:
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        for run in airflow.runs("collect_postings"):
            if (run["run_type"], run["partition_key"]) == ("scheduled", key):
                airflow.wait("collect_postings", run["dag_run_id"])
                return
        time.sleep(1)
    pytest.fail(f"no scheduled run of {key} in {PATIENCE_SECONDS} s")


def test_the_dags_run_by_schedule_and_trigger_each_other_up_to_a_release(tmp_path: Path) -> None:
    today = datetime.now(UTC).date()
    if datetime.now(UTC).time() > datetime(2026, 1, 1, 23, 45, tzinfo=UTC).time():
        today += timedelta(days=1)  # the key of a scheduled run is the day it fires on
        time.sleep(16 * 60)
    monday = week_start(today)
    sunday = day_key(monday + timedelta(days=6))
    options = ("--employers", "6", "--weeks", "4", "--end-day", sunday)
    with running_market(*options) as market:
        market.set_day(today)
        market.write_boards(tmp_path / "boards.csv")
        env = environment(
            tmp_path / "airflow",
            free_port(),
            {
                "HIRING_SIGNALS_DATA_DIR": str(tmp_path / "data"),
                "HIRING_SIGNALS_DATA_ORIGIN": "simulated",
                "HIRING_SIGNALS_BOARDS_FILE": str(tmp_path / "boards.csv"),
                "HIRING_SIGNALS_SIMULATED_MARKET_URL": market.url,
                "HIRING_SIGNALS_ALLOW_LOOPBACK": "true",
                "HIRING_SIGNALS_REQUESTS_PER_SECOND_PER_HOST": "1000",
                "HIRING_SIGNALS_COLLECT_SCHEDULE": EVERY_MINUTE,
            },
            needs_login=False,
        )
        prepare(env)
        with running_airflow(env) as airflow:
            airflow.wait_until_ready(("collect_postings", "build_warehouse", "publish_weekly"))
            wait_for_scheduled_run(airflow, day_key(today))
            airflow.wait_for_partition("build_warehouse", day_key(today), set(), PATIENCE_SECONDS)

            # A board cannot be read on another day than the market's; earlier runs of today change nothing.
            for day in week_days(monday):
                if day != today:
                    market.set_day(day)
                    run = airflow.trigger("collect_postings", day_key(day))
                    airflow.wait("collect_postings", run)
            for day in week_days(monday):
                airflow.wait_for_partition("build_warehouse", day_key(day), set(), PATIENCE_SECONDS)
            run = airflow.wait_for_partition("publish_weekly", day_key(monday), set(), PATIENCE_SECONDS)

            release = Path(airflow.result("publish_weekly", run, "release"))
            assert release.name == week_name(monday)
            assert verify_release(release) == []
            assert json.loads((release / "release.json").read_text())["data_origin"] == "simulated"
