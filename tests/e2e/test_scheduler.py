"""A real scheduler: collection by its schedule, then every DAG triggered by the one before it."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from include.audit.labels import read_design
from include.local_run.airflow import environment, free_port, prepare, running_airflow
from include.local_run.market import LocalMarket, running_market
from include.local_run.rest_client import LocalAirflow
from include.local_run.runs import DAG_IDS
from include.local_run.sessions import kept_sessions
from include.partitions import day_key, parse_day, week_days, week_name, week_start
from include.publish.release import verify_release

pytestmark = [pytest.mark.slow, pytest.mark.scheduler]

PATIENCE_SECONDS = 420


def daily_since_just_now() -> str:
    """Return the cron expression of a daily collection whose time has just come: it runs at once."""
    return datetime.now(UTC).strftime("%-M %-H * * *")


def first_scheduled_day(airflow: LocalAirflow, market: LocalMarket) -> date:
    """Let the market follow the clock until a scheduled run has read it; return that run's day."""
    give_up_at = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < give_up_at:
        market.set_day(datetime.now(UTC).date())
        for run in airflow.runs("collect_postings"):
            if (run["run_type"], run["state"]) == ("scheduled", "success"):
                return parse_day(run["partition_key"])
        time.sleep(1)
    pytest.fail(f"no scheduled run succeeded in {PATIENCE_SECONDS} s")


def test_the_dags_run_by_schedule_and_trigger_each_other_up_to_a_release(tmp_path: Path) -> None:
    next_sunday = week_start(datetime.now(UTC).date()) + timedelta(days=13)
    options = ("--employers", "6", "--weeks", "5", "--end-day", day_key(next_sunday))
    with kept_sessions(tmp_path) as sessions, running_market(sessions, *options) as market:
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
                "HIRING_SIGNALS_COLLECT_SCHEDULE": daily_since_just_now(),
            },
        )
        prepare(env)
        with running_airflow(env, sessions) as airflow:
            airflow.wait_until_ready(DAG_IDS)
            patience = {"appear_seconds": PATIENCE_SECONDS, "end_seconds": PATIENCE_SECONDS}
            today = first_scheduled_day(airflow, market)
            monday = week_start(today)
            airflow.wait_for_partition(
                "build_warehouse", day_key(today), set(), appear_seconds=PATIENCE_SECONDS
            )

            # Reading that begins on a Sunday hands on the whole week, which is published as it is: whoever
            # read the other days beside it would publish a part of them.
            others = [] if today == week_days(monday)[-1] else [d for d in week_days(monday) if d != today]
            for day in others:
                market.set_day(day)  # a board cannot be read on another day than the market's
                run = airflow.trigger("collect_postings", day_key(day))
                airflow.wait("collect_postings", run)
            for day in week_days(monday):
                airflow.wait_for_partition("build_warehouse", day_key(day), set(), **patience)
            run = airflow.wait_for_partition("publish_weekly", day_key(monday), set(), **patience)

            release = Path(airflow.result("publish_weekly", run, "release"))
            assert release.name == week_name(monday)
            assert verify_release(release) == []
            assert json.loads((release / "release.json").read_text())["data_origin"] == "simulated"

            audit = airflow.wait_for_partition("audit_classifier", week_name(monday), set(), **patience)
            drawn = airflow.result("audit_classifier", audit, "draw_sample")
            assert len(read_design(Path(drawn["folder"]) / "design.csv")) == drawn["n_tasks"] > 0
            airflow.wait_until_idle(DAG_IDS, PATIENCE_SECONDS)
