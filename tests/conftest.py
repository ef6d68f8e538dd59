"""For every test: log messages can be seen whatever ran before, and one browser serves whoever asks.

Airflow, once imported, configures logging for the whole process: it raises levels and disables loggers that
exist already. Playwright's driver holds an event loop for as long as it runs, so a process can have only one.
"""

from __future__ import annotations

import logging
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# Generated examples must not fail because the machine is busy with something else.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

AIRFLOW_FOLDERS = ("tests/dags/", "tests/plugins/")

CHROMIUM = Path("/usr/bin/chromium")
CHROMIUM_FLAGS = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
VIOLATIONS = """
window.violations = () => axe.run({rules: {"target-size": {enabled: true}}})
  .then(result => result.violations.map(v => [v.id, v.nodes[0].html]));
"""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Refuse a test of Airflow where `make test` does not look for one."""
    for item in items:
        if item.get_closest_marker("airflow") and not item.nodeid.startswith(AIRFLOW_FOLDERS):
            raise pytest.UsageError(f"{item.nodeid} is marked airflow: put it into one of {AIRFLOW_FOLDERS}")


@pytest.fixture(autouse=True)
def _logging_is_as_python_starts_it() -> None:
    logging.disable(logging.NOTSET)
    logging.getLogger().setLevel(logging.WARNING)
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and name.split(".")[0] in {"include", "httpx", "httpcore"}:
            logger.disabled = False
            logger.setLevel(logging.NOTSET)
            logger.propagate = True


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Headless Chromium."""
    playwright = pytest.importorskip("playwright.sync_api", reason="playwright is not installed")
    if not CHROMIUM.exists():
        pytest.skip(f"{CHROMIUM} is not there: install Chromium to test pages")
    with playwright.sync_playwright() as driver:
        running = driver.chromium.launch(executable_path=str(CHROMIUM), args=CHROMIUM_FLAGS)
        yield running
        running.close()


@pytest.fixture(scope="session")
def axe(tmp_path_factory: pytest.TempPathFactory) -> str:
    """axe-core from npm, and `violations()`: what it finds, with the rules of WCAG 2.2 that it leaves off."""
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not there: axe-core cannot be fetched")
    folder = tmp_path_factory.mktemp("axe")
    command = [npm, "install", "--no-audit", "--no-fund", "--prefix", str(folder), "axe-core@4"]
    try:
        subprocess.run(
            command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=90, check=True
        )
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as error:
        pytest.skip(f"npm could not install axe-core: {error}")
    source = (folder / "node_modules" / "axe-core" / "axe.min.js").read_text(encoding="utf-8")
    return source + VIOLATIONS
