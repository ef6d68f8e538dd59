"""`make ui`: every part of Airflow comes up and the operators' page asks for a login."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from include.local_run.airflow import free_port
from include.settings import PROJECT_ROOT

pytestmark = [pytest.mark.slow, pytest.mark.scheduler]

PARTS = ("metadatabase", "scheduler", "triggerer", "dag_processor")
GIVE_UP_SECONDS = 420


def health(url: str) -> dict[str, str | None]:
    try:
        answer = httpx.get(f"{url}/api/v2/monitor/health", timeout=10)
    except httpx.TransportError:
        return {}
    if answer.is_error:
        return {}
    return {part: state["status"] for part, state in answer.json().items()}


def test_airflow_comes_up_whole_and_the_page_is_behind_its_login(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{(port := free_port())}"
    log = tmp_path / "ui.log"
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-m", "include.local_run", "ui", "--port", str(port)],
            cwd=PROJECT_ROOT,
            env={**os.environ, "HIRING_SIGNALS_DATA_DIR": str(tmp_path / "data")},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        give_up_at = time.monotonic() + GIVE_UP_SECONDS
        while set((state := health(url)).values()) != {"healthy"} or not state.keys() >= set(PARTS):
            assert process.poll() is None, log.read_text(encoding="utf-8")
            assert time.monotonic() < give_up_at, f"{state}: {log.read_text(encoding='utf-8')[-3000:]}"
            time.sleep(1)
        page = httpx.get(f"{url}/hiring-signals/", follow_redirects=False, timeout=30)
        assert page.status_code in (302, 303, 307, 401, 403)
        assert "Boards on" not in page.text
        assert f"http://127.0.0.1:{port}" in log.read_text(encoding="utf-8")
    finally:
        # A terminal ends it with SIGINT, a service manager with SIGTERM to the one process that it knows.
        process.terminate()
        process.wait(60)
    assert health(url) == {}
