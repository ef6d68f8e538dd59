"""Weekly: check what is kept, back it up, compact the warehouse, remove what has served its time."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronPartitionTimetable, Param, dag, get_current_context, task

from include.assets import run_day
from include.partitions import DAY_FORMAT
from include.settings import Settings

DOCS = """
### Maintain the warehouse
#### Description
Reads every archived answer, release and text against its checksum and adds up every partition; then copies
what is new to `HIRING_SIGNALS_BACKUP_DIR`, writes the warehouse file anew (replaced partitions leave holes)
and removes staged days and check pages older than `HIRING_SIGNALS_KEEP_DAYS`. Archive, releases, texts and
labels are never removed.
#### Triage
`check_integrity` red: the log lists what is damaged or does not add up, each with its mend; nothing was
touched. `back_up` skipped: no folder is named for backups. `back_up` or `compact` red with "could not write":
the disk is full; nothing half-written is visible. Any step can be cleared and run again.
#### Owner
hiring-signals
"""


@dag(
    schedule=CronPartitionTimetable(Settings().maintain_schedule, timezone="UTC", key_format=DAY_FORMAT),
    catchup=False,
    max_active_runs=1,
    params={"day": Param(None, type=["null", "string"], format="date", description="Day, if not the key")},
    default_args={"owner": "hiring-signals", "retries": 1, "retry_delay": timedelta(minutes=10)},
    tags=["hiring-signals", "maintain", "weekly"],
    doc_md=DOCS,
)
def maintain_warehouse():
    """Check, back up, compact, tidy up; each only if the one before it did not fail."""

    @task(pool="duckdb", retries=0, execution_timeout=timedelta(hours=3), multiple_outputs=False)
    def check_integrity() -> dict[str, object]:
        import msgspec

        from include.maintain.integrity import check_integrity as check

        report = check(Settings())
        report.raise_if_broken()
        return msgspec.to_builtins(report)

    @task(pool="duckdb", execution_timeout=timedelta(hours=3), multiple_outputs=False)
    def back_up() -> dict[str, object]:
        import msgspec
        from airflow.sdk.exceptions import AirflowSkipException

        from include.maintain.backup import NoBackupFolderError
        from include.maintain.backup import back_up as copy

        try:
            return msgspec.to_builtins(copy(Settings(), run_day(get_current_context())))
        except NoBackupFolderError as error:
            raise AirflowSkipException(str(error)) from error

    @task(
        pool="duckdb",
        trigger_rule="none_failed",
        execution_timeout=timedelta(hours=1),
        multiple_outputs=False,
    )
    def compact() -> dict[str, object]:
        import msgspec
        from airflow.sdk.exceptions import AirflowSkipException

        from include.maintain.compaction import NoWarehouseError
        from include.maintain.compaction import compact as write_anew

        try:
            return msgspec.to_builtins(write_anew(Settings()))
        except NoWarehouseError as error:  # a Sunday before the first day was built
            raise AirflowSkipException(str(error)) from error

    @task(
        pool="duckdb",
        trigger_rule="none_failed",
        execution_timeout=timedelta(hours=1),
        multiple_outputs=False,
    )
    def remove_outdated() -> dict[str, object]:
        import msgspec

        from include.maintain.retention import apply_retention

        return msgspec.to_builtins(apply_retention(Settings(), run_day(get_current_context())))

    check_integrity() >> back_up() >> compact() >> remove_outdated()


maintain_warehouse()
