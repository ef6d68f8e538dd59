"""On a week of warehouse days: measure, validate, release."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import (
    Param,
    PartitionedAssetTimetable,
    RollupMapper,
    StartOfWeekMapper,
    WeekWindow,
    dag,
    get_current_context,
    task,
)

from include.assets import WAREHOUSE, WEEKLY_RELEASE, run_week
from include.partitions import DAY_FORMAT, week_name
from include.settings import Settings

DOCS = """
### Publish the week
#### Description
When all seven days of an ISO week have passed the gate: checks coverage, computes the out tables (the
whole series up to the week), validates them, and writes the release folder, immutable, with `latest`
moved last. What is loaded between `measure` and `release` makes `release` measure and validate once more.
#### Triage
`check_coverage` red: too few boards were read, a source vanished, or a day was never built; the message names
them. Build the day, repair the boards, and switch off in the boards file what is gone for good, so that later
weeks do not wait for it. Then clear the task: a week that was refused does not start again by itself. Or
publish what there is: trigger the week with `allow_partial`.
`validate` red: a day up to its Sunday or an import failed its gate and was not made again, or a published
figure is impossible or moved without a method change; nothing was released.
`release` red with "is not what was published": a released file was changed or lost; bring it back from the
backup. Otherwise its message says what to do (a full disk, another week measured meanwhile). Other figures
for a week that is out are no error: they become a revision beside it.
#### Owner
hiring-signals
"""


@dag(
    schedule=PartitionedAssetTimetable(
        assets=WAREHOUSE,
        default_partition_mapper=RollupMapper(
            upstream_mapper=StartOfWeekMapper(input_format=DAY_FORMAT), window=WeekWindow()
        ),
    ),
    catchup=False,
    max_active_runs=1,
    params={
        "week": Param(None, type=["null", "string"], description="ISO week 2026-W47, if not the key"),
        "allow_partial": Param(False, type="boolean", description="Publish below the coverage threshold"),
    },
    default_args={
        "owner": "hiring-signals",
        "retries": 1,
        "retry_delay": timedelta(minutes=2),
        "execution_timeout": timedelta(hours=3),
    },
    tags=["hiring-signals", "publish", "weekly"],
    doc_md=DOCS,
)
def publish_weekly():
    """Check coverage, measure, pass the gate, release."""

    # What these two find, a second attempt would find again: it is for a task whose process was killed.
    @task(pool="duckdb", multiple_outputs=False)
    def check_coverage() -> dict[str, object]:
        import msgspec
        from airflow.sdk.exceptions import AirflowFailException

        from include.pipeline.publishing import CoverageError
        from include.pipeline.publishing import check_coverage as check

        context = get_current_context()
        try:
            report = check(Settings(), run_week(context), allow_partial=context["params"]["allow_partial"])
        except CoverageError as error:
            raise AirflowFailException(str(error)) from error
        return msgspec.to_builtins(report)

    @task(pool="duckdb")
    def measure() -> None:
        from include.pipeline.publishing import measure as measure_week

        measure_week(Settings(), run_week(get_current_context()))

    @task(pool="duckdb", multiple_outputs=False)
    def validate() -> dict[str, object]:
        import msgspec
        from airflow.sdk.exceptions import AirflowFailException

        from include.pipeline.publishing import FailedPartitionError, validate_out
        from include.validate.report import ValidationFailedError

        try:
            return msgspec.to_builtins(validate_out(Settings(), run_week(get_current_context())))
        except (FailedPartitionError, ValidationFailedError) as error:
            raise AirflowFailException(str(error)) from error

    @task(pool="duckdb", outlets=[WEEKLY_RELEASE])
    def release(*, outlet_events=None) -> str:
        from include.pipeline.publishing import release as publish

        week = run_week(get_current_context())
        folder = publish(Settings(), week)
        outlet_events[WEEKLY_RELEASE].add_partitions(week_name(week))
        return str(folder)

    check_coverage() >> measure() >> validate() >> release()


publish_weekly()
