"""A data folder and an Airflow metadata database as an operator meets them, and a real API server on both.

The server runs in a process of its own, with its own Airflow home; nothing of it touches the test's process.
"""

from __future__ import annotations

import json
import os
import secrets
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date
from pathlib import Path

import httpx
import msgspec

from include.local_run.airflow import free_port
from include.pipeline.status import BoardTrouble, BuildStatus, CheckTrouble
from include.publish.headline import NAMES, Figure, Headline
from include.publish.summary import FailedCheck, Summary
from include.settings import PROJECT_ROOT

PASSWORDS = {"anna": "first", "vera": "second"}

_DATABASE = """
from datetime import datetime, timedelta, timezone
from airflow.models.dag import DagModel
from airflow.models.dagbundle import DagBundleModel
from airflow.models.dagrun import DagRun
from airflow.utils.db import initdb
from airflow.utils.session import create_session
from airflow.utils.types import DagRunTriggeredByType, DagRunType

initdb()
now = datetime.now(timezone.utc)
runs = [  # DAG, state, partition, hours ago, seconds
    ("collect_postings", "success", "2026-11-14", 28, 300),
    ("collect_postings", "success", "2026-11-15", 4, 341),
    ("build_warehouse", "failed", "2026-11-13", 51, 80),
    ("build_warehouse", "success", "2026-11-14", 27, 95),
    ("build_warehouse", "failed", "2026-11-15", 3, 72),
    ("publish_weekly", "running", "2026-11-09 (W46)", 0.05, None),
]
paused = {
    "collect_postings": False, "build_warehouse": False, "publish_weekly": True, "import_archive": True
}
with create_session() as session:
    session.merge(DagBundleModel(name="dags-folder"))
    session.flush()
    for dag_id, is_paused in paused.items():
        session.add(DagModel(
            dag_id=dag_id, is_paused=is_paused, is_stale=False, bundle_name="dags-folder", fileloc="x.py"
        ))
    session.flush()
    for number, (dag_id, state, partition, hours, seconds) in enumerate(runs):
        start = now - timedelta(hours=hours)
        run = DagRun(
            dag_id=dag_id, run_id=f"{dag_id}_{number}", run_type=DagRunType.MANUAL, run_after=start,
            start_date=start, state=state, partition_key=partition, triggered_by=DagRunTriggeredByType.TEST,
        )
        run.end_date = start + timedelta(seconds=seconds) if seconds else None
        session.add(run)
"""


def fill_data(root: Path) -> None:
    """Write a build status and a release, as the pipeline does."""
    status = BuildStatus(
        day=date(2026, 11, 15),
        data_origin="simulated",
        boards_expected=12,
        boards_read=10,
        postings_listed=1843,
        postings_new=31,
        postings_gone=22,
        records_rejected=3,
        troubles=(
            BoardTrouble(
                source="greenhouse",
                board="harbour",
                employer="Harbour & Sons <Ltd>",
                status="failed",
                error="no answer after 3 attempts: connection reset by peer",
            ),
            BoardTrouble(source="lever", board="kestrel", employer="Kestrel", status="gone", error=None),
        ),
        switched_off=(
            BoardTrouble(
                source="lever", board="osprey", employer="Osprey", status="switched_off", error="moved away"
            ),
        ),
        failed_checks=(
            CheckTrouble(
                table_name="core_signals",
                expectation_id="mention_counts_agree",
                severity="critical",
                description="The counts of mentions are the numbers of rows in the mention tables.",
                observed_value="2 rows",
            ),
        ),
    )
    _write(root / "status" / "build.json", msgspec.json.encode(status))
    figures = tuple(
        Figure(
            metric_id=metric, name=NAMES[metric], weight_scheme=weight, estimate=estimate, ci_low=low,
            ci_high=high, n_postings=412, n_employers=96, n_eff=240.0, obs_status=obs,
        )
        for weight in ("posting", "employer")
        for metric, estimate, low, high, obs in (
            ("M1", 0.061, 0.038, 0.096, "P"),
            ("M5", 0.197, 0.152, 0.251, "P"),
            ("M6", -0.136, -0.19, -0.08, "P"),
            ("M2", None, None, None, "Q"),
        )
    )  # fmt: skip
    summary = Summary(
        release="2026-W45",
        week_start=date(2026, 11, 2),
        data_origin="simulated",
        headline=Headline(
            week_start=date(2026, 11, 2), series_kind="observed", data_origin="simulated", figures=figures
        ),
        warnings=(
            FailedCheck(
                table_name="out_coverage_v1",
                expectation_id="most_boards_were_read",
                description="Of all board reads expected in the week, at least 80 percent were complete.",
                observed_value="value=0.78",
            ),
        ),
    )
    folder = root / "releases" / "2026-W45"
    _write(folder / "release.json", msgspec.json.encode(summary))
    _write(folder / "index.html", b"<!doctype html><title>Week 45</title><p>The page readers see")
    _write(folder / "weekly_metrics.csv", b"week_start,metric_id\n2026-11-02,M1\n")
    (root / "releases" / "latest").symlink_to("2026-W45")
    _write(root / "data_docs" / ".2026-11-15.abc" / "index.html", b"<!doctype html><title>Checks</title>")
    (root / "data_docs" / "2026-11-15").symlink_to(".2026-11-15.abc")


def environment(home: Path, data: Path, port: int) -> dict[str, str]:
    """Return the environment of an Airflow of its own below `home`."""
    home.mkdir(parents=True, exist_ok=True)
    passwords = home / "passwords.json"
    passwords.write_text(json.dumps(PASSWORDS))
    own = {
        "AIRFLOW_HOME": str(home),
        "AIRFLOW__CORE__DAGS_FOLDER": str(home / "no_dags"),
        "AIRFLOW__CORE__PLUGINS_FOLDER": str(PROJECT_ROOT / "plugins"),
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": "anna:admin,vera:viewer",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(passwords),
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": f"sqlite:///{home / 'airflow.db'}",
        "AIRFLOW__LOGGING__BASE_LOG_FOLDER": str(home / "logs"),
        "AIRFLOW__API__BASE_URL": f"http://127.0.0.1:{port}",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__API_AUTH__JWT_SECRET": secrets.token_urlsafe(64),
        "HIRING_SIGNALS_DATA_DIR": str(data),
        "PYTHONPATH": str(PROJECT_ROOT),
    }
    inherited = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("AIRFLOW", "HIRING_SIGNALS_")) and name != "PYTHONDONTWRITEBYTECODE"
    }
    return inherited | own


def prepare(env: Mapping[str, str]) -> None:
    """Create the metadata database with a few runs in it."""
    done = subprocess.run(
        [sys.executable, "-c", _DATABASE], env=env, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]


@contextmanager
def api_server(home: Path, data: Path) -> Iterator[str]:
    """Yield the address of a running API server; stop it and its workers after."""
    port = free_port()
    env = environment(home, data, port)
    prepare(env)
    log = (home / "server.log").open("w")
    command = [
        str(Path(sys.executable).parent / "airflow"),
        "api-server",
        "--host",
        "127.0.0.1",
        "--port",
        str(port),
    ]
    process = subprocess.Popen(command, env=env, stdout=log, stderr=log, start_new_session=True)
    url = f"http://127.0.0.1:{port}"
    try:
        give_up_at = time.monotonic() + 90
        while not _is_up(url):
            assert process.poll() is None, (home / "server.log").read_text()[-3000:]
            assert time.monotonic() < give_up_at, (home / "server.log").read_text()[-3000:]
            time.sleep(0.3)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)
        log.close()


def token(url: str, user: str) -> str:
    """Log a user in and return the token."""
    answer = httpx.post(f"{url}/auth/token", json={"username": user, "password": PASSWORDS[user]}, timeout=30)
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def _is_up(url: str) -> bool:
    try:
        return httpx.get(f"{url}/api/v2/version", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
