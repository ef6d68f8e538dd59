"""Daily: read every board of the list once and archive its answers."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import CronPartitionTimetable, Param, dag, get_current_context, task

from include.assets import POSTINGS_RAW, connection_secret, run_day
from include.partitions import DAY_FORMAT, day_key
from include.settings import Settings

DOCS = """
### Collect postings
#### Description
Fixes which boards are expected today, reads each once (politely; one mapped task per board), and archives
every answer verbatim. Hands the day on to `build_warehouse` when at least one board was read. Days that
nobody collected since the last run are handed on as days on which every board is missing.
#### Triage
A red board task is one employer's board: its log names the cause (gone, refused, failed, out of budget).
The run is green all the same and coverage counts the board. If the same board is red for a week, check
its address (`python -m include.sources check`). `plan_boards` red: a line of the boards file cannot be used
and no board is read; mend it and clear all tasks of the run. If `finish_day` alone is red, no board at all
was read: network, contact setting, or hosts that asked for a pause (its log names the time). Clear it today:
a past day cannot be collected, only built again from the archive by `build_warehouse`.
#### Owner
hiring-signals
"""


@dag(
    schedule=CronPartitionTimetable(Settings().collect_schedule, timezone="UTC", key_format=DAY_FORMAT),
    catchup=False,
    max_active_runs=1,
    params={"day": Param(None, type=["null", "string"], format="date", description="Day, if not the key")},
    default_args={"owner": "hiring-signals", "retries": 1, "retry_delay": timedelta(minutes=2)},
    tags=["hiring-signals", "collect", "daily"],
    doc_md=DOCS,
)
def collect_postings():
    """Plan the day, read each board, close the day."""

    @task
    def plan_boards() -> list[dict[str, object]]:
        import msgspec

        from include.pipeline.collecting import plan_day

        return [msgspec.to_builtins(board) for board in plan_day(Settings(), run_day(get_current_context()))]

    # The client retries by itself, so no failure is tried again: that would ask the board again on the same
    # day. The second attempt is for a task whose process was killed.
    @task(
        map_index_template="{{ board_name }}",
        execution_timeout=timedelta(minutes=10),
        multiple_outputs=False,
    )
    def collect_board(board: dict[str, object]) -> dict[str, object]:
        import msgspec
        from airflow.sdk.exceptions import AirflowFailException, AirflowSkipException

        from include.archive.reads import Board
        from include.sources.reading import collect_board as collect

        context = get_current_context()
        context["board_name"] = f"{board['employer']} ({board['source']})"
        try:
            read = collect(Settings(), run_day(context), msgspec.convert(board, Board), connection_secret)
        except Exception as error:  # whatever it is, the board was asked today and is not asked again
            raise AirflowFailException(f"{board['source']}/{board['token']}: {error}") from error
        if read.status == "missing":
            raise AirflowSkipException(f"{board['source']}/{board['token']}: {read.error}")
        if not read.is_whole:
            raise AirflowFailException(f"{board['source']}/{board['token']}: {read.status}: {read.error}")
        return {"status": read.status, "requests": read.n_requests, "bytes": read.body_bytes}

    @task(trigger_rule="all_done", outlets=[POSTINGS_RAW], multiple_outputs=False)
    def finish_day(*, outlet_events=None) -> dict[str, object]:
        import msgspec

        from include.pipeline.collecting import finish_day as finish

        report = finish(Settings(), run_day(get_current_context()))
        outlet_events[POSTINGS_RAW].add_partitions([day_key(day) for day in (*report.lost_days, report.day)])
        return msgspec.to_builtins(report)

    collect_board.expand(board=plan_boards()) >> finish_day()


collect_postings()
