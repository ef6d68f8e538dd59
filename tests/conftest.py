"""For every test: log messages can be seen, whatever an earlier test of this process has set up.

Airflow, once imported, configures logging for the whole process: it raises levels and disables loggers that
exist already.
"""

from __future__ import annotations

import logging

import pytest


@pytest.fixture(autouse=True)
def _logging_is_as_python_starts_it() -> None:
    logging.disable(logging.NOTSET)
    logging.getLogger().setLevel(logging.WARNING)
    for name, logger in logging.root.manager.loggerDict.items():
        if isinstance(logger, logging.Logger) and name.split(".")[0] in {"include", "httpx", "httpcore"}:
            logger.disabled = False
            logger.setLevel(logging.NOTSET)
            logger.propagate = True
