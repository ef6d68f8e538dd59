"""On a day of raw answers: normalize, classify, load, group, validate."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, PartitionedAssetTimetable, dag, get_current_context, task

from include.assets import POSTINGS_RAW, WAREHOUSE, run_day
from include.partitions import day_key
from include.settings import Settings

DOCS = """
### Build the warehouse
#### Description
Replaces one day in the warehouse from the archive: postings and rejects (one mapped task per source),
labels, load in one transaction, openings, then the Great Expectations gate. The asset event sits on the
gate, so a day that fails it triggers nothing. `reclassify` reads all stored titles and texts again with the
current titles and classifier.
#### Triage
`stage_source` red: a source's format changed or an archived answer is damaged; the other sources go on.
`load` red with "held by another process": close that process and clear the task; with "nothing is staged any
more": of an old day clear all of `stage_source`, not one source alone. `validate` red: its log
names table, expectation, what was found and the mend. Any day can be built again, in any order, with the
same result.
#### Owner
hiring-signals
"""


@dag(
    schedule=PartitionedAssetTimetable(assets=POSTINGS_RAW),
    catchup=False,
    max_active_runs=2,
    params={
        "day": Param(None, type=["null", "string"], format="date", description="Day, if not the key"),
        "reclassify": Param(False, type="boolean", description="Read all titles and texts again"),
    },
    default_args={"owner": "hiring-signals", "retries": 1, "retry_delay": timedelta(minutes=2)},
    tags=["hiring-signals", "build", "daily"],
    doc_md=DOCS,
)
def build_warehouse():
    """Stage each source, load the day, pass the gate."""

    @task
    def list_sources() -> list[str]:
        from include.pipeline.collecting import sources_of_day

        return sources_of_day(Settings(), run_day(get_current_context()))

    @task(map_index_template="{{ source }}", execution_timeout=timedelta(hours=1), multiple_outputs=False)
    def stage_source(source: str) -> dict[str, object]:
        import msgspec

        from include.pipeline.staging import classify_source
        from include.pipeline.staging import stage_source as stage

        context = get_current_context()
        context["source"] = source
        day = run_day(context)
        report = stage(Settings(), day, source)
        return msgspec.to_builtins(report) | {
            "n_classified": classify_source(Settings(), day_key(day), source)
        }

    @task(
        pool="duckdb", trigger_rule="all_done", execution_timeout=timedelta(hours=1), multiple_outputs=False
    )
    def load(sources: list[str] | None) -> dict[str, object]:
        import msgspec
        from airflow.sdk.exceptions import AirflowFailException

        from include.pipeline.loading import NotStagedError, load_partition

        context = get_current_context()
        day = run_day(context)
        if sources is None:  # it runs whatever became of the tasks before; without the list all were missing
            raise AirflowFailException(f"the sources of {day} were not listed: clear list_sources")
        try:
            loaded = load_partition(Settings(), day_key(day))
        except NotStagedError as error:  # a second attempt would find the same
            raise AirflowFailException(str(error)) from error
        report = msgspec.to_builtins(loaded) | {"sources": list(sources)}
        if context["params"]["reclassify"]:
            from include.pipeline.reclassifying import reclassify

            report["n_reclassified"] = reclassify(Settings())
        return report

    @task(pool="duckdb", outlets=[WAREHOUSE], execution_timeout=timedelta(hours=1), multiple_outputs=False)
    def validate(*, outlet_events=None) -> dict[str, object]:
        import msgspec
        from airflow.sdk.exceptions import AirflowFailException

        from include.pipeline.gate import validate_core
        from include.validate.report import ValidationFailedError

        key = day_key(run_day(get_current_context()))
        try:
            report = validate_core(Settings(), key)
        except ValidationFailedError as error:  # a second attempt would find the same
            raise AirflowFailException(str(error)) from error
        outlet_events[WAREHOUSE].add_partitions(key)
        return msgspec.to_builtins(report)

    # `load` runs when a source's staging failed: the others go on, and the boards of that one are named.
    sources = list_sources()
    stage_source.expand(source=sources) >> load(sources) >> validate()


build_warehouse()
