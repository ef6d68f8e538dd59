"""The assets that link the DAGs, how a run finds its partition, and keys. Imports Airflow, unlike the rest.

Daily keys have the format `DAY_FORMAT` everywhere: with any other, the weekly roll-up never fires.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from airflow.sdk import Asset, Connection
from airflow.sdk.exceptions import AirflowNotFoundException

from include.collect.network.credentials import Secret
from include.partitions import parse_day, parse_week

POSTINGS_RAW = Asset(name="postings_raw", uri="hiring-signals://archive/postings")
"""A day's answers are in the archive. Partitioned by day."""

WAREHOUSE = Asset(name="warehouse", uri="hiring-signals://warehouse/core")
"""A day is in the core tables and has passed the gate. Partitioned by day."""

WEEKLY_RELEASE = Asset(name="weekly_release", uri="hiring-signals://releases/weekly")
"""A week is published. Partitioned by ISO week."""

IMPORTED_HISTORY = Asset(name="imported_history", uri="hiring-signals://warehouse/imports")
"""A dump is in the core tables and has passed the gate. Not partitioned."""

AUDIT_LABELS = Asset(name="audit_labels", uri="hiring-signals://warehouse/audit-labels")
"""The labels that people gave are in the warehouse and correct the next release. Not partitioned."""


class MissingPartitionError(ValueError):
    """A run has neither a partition key nor a parameter that names its partition."""


def run_day(context: Mapping[str, Any]) -> date:
    """Return the day of a run: its `day` parameter, or else its partition key.

    `dag.test()` and the command line give no partition key, so the parameter comes first.

    Raises:
        MissingPartitionError: the run names no day.
        PartitionKeyError: it names something that is no day.
    """
    return parse_day(_partition(context, "day", "2026-11-16"))


def run_week(context: Mapping[str, Any]) -> date:
    """Return the Monday of a run's week: its `week` parameter, or else its partition key.

    Raises:
        MissingPartitionError: the run names no week.
        PartitionKeyError: it names something that is no week.
    """
    return parse_week(_partition(context, "week", "2026-W47"))


def connection_secret(connection: str) -> Secret | None:
    """Return login and password of an Airflow connection, None when there is no such connection.

    Inside a task Airflow's secrets backends, environment and database are asked in this order; a command on
    the shell sees the backends and the environment (`AIRFLOW_CONN_...`) only.
    """
    try:
        found = Connection.get(connection)
    except AirflowNotFoundException:
        return None
    return Secret(login=found.login or "", password=found.password or "")


def _partition(context: Mapping[str, Any], parameter: str, example: str) -> str:
    key = context["params"].get(parameter) or getattr(context["dag_run"], "partition_key", None)
    if not key:
        raise MissingPartitionError(
            f"this run has no partition: trigger it with a partition key or the parameter {parameter!r}, "
            f"such as {example}"
        )
    return str(key)
