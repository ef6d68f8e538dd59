"""By hand: a dump (JSON Lines, JSON, CSV, Parquet, ...) into the archive and the warehouse."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, dag, get_current_context, task

from include.assets import IMPORTED_HISTORY, run_day
from include.partitions import import_key
from include.settings import Settings

DOCS = """
### Import an archive
#### Description
Keeps the dump verbatim, reads it through a column map (guessed when none is given), normalizes,
classifies and loads it as a partition of its own, in its own series kind: it never mixes with what we
observe. Importing the same file again changes nothing; with another column map it replaces itself.
#### Triage
`archive_dump` red: the message lists the columns found and shows a column map to write. "holds another
file": choose another `name`; a file that was imported before keeps the `name` it had. Rows that could not be
used are in `core_rejected_records` with their record number.
#### Owner
hiring-signals
"""


@dag(
    schedule=None,
    catchup=False,
    max_active_runs=1,
    params={
        # These two have no default: a run without them is refused when it is triggered.
        "path": Param(type="string", minLength=1, description="File to import, as the workers see it"),
        "day": Param(
            type="string", format="date", description="Day of the import; ads dated later are refused"
        ),
        "name": Param(None, type=["null", "string"], description="Name of the import; the file's if empty"),
        "column_map": Param(None, type=["null", "string"], description="YAML column map; guessed if empty"),
    },
    default_args={"owner": "hiring-signals", "retries": 0},
    tags=["hiring-signals", "import", "manual"],
    doc_md=DOCS,
)
def import_archive():
    """Archive the dump, stage it, load it, pass the gate."""

    @task
    def archive_dump() -> str:
        from pathlib import Path

        from include.pipeline.importing import archive_dump as archive

        context = get_current_context()
        params = context["params"]
        column_map = Path(params["column_map"]) if params["column_map"] else None
        return archive(Settings(), Path(params["path"]), run_day(context), params["name"], column_map).name

    @task(execution_timeout=timedelta(hours=6), multiple_outputs=False)
    def stage(name: str) -> dict[str, object]:
        import msgspec

        from include.pipeline.importing import stage_import
        from include.pipeline.staging import classify_source

        report = stage_import(Settings(), name)
        key = import_key(name)
        n_classified = classify_source(Settings(), key, key)
        return msgspec.to_builtins(report) | {"n_classified": n_classified}

    @task(pool="duckdb", execution_timeout=timedelta(hours=2), multiple_outputs=False)
    def load(name: str) -> dict[str, object]:
        import msgspec

        from include.pipeline.loading import load_partition

        return msgspec.to_builtins(load_partition(Settings(), import_key(name)))

    @task(
        pool="duckdb",
        outlets=[IMPORTED_HISTORY],
        execution_timeout=timedelta(hours=1),
        multiple_outputs=False,
    )
    def validate(name: str) -> dict[str, object]:
        import msgspec

        from include.pipeline.gate import validate_core

        return msgspec.to_builtins(validate_core(Settings(), import_key(name)))

    name = archive_dump()
    stage(name) >> load(name) >> validate(name)


import_archive()
