"""After a release: a sample of its week for people to label, and the labels they gave so far."""

from __future__ import annotations

from datetime import timedelta

from airflow.sdk import Param, PartitionedAssetTimetable, dag, get_current_context, task

from include.assets import AUDIT_LABELS, WEEKLY_RELEASE, run_week
from include.settings import Settings

DOCS = """
### Audit the classifier
#### Description
When a week is released: draws a stratified sample of its product openings (blind tasks as JSONL, CSV, Label
Studio's format and a page that is worked by keyboard), and imports every label file found in
`audit/<week>/labels`. The labels correct the next release (`est_ppi`); agreement is in
`audit/agreement.json`.
#### Triage
`import_labels` red: the message names file, record and mend; nothing was imported. Its result lists
`frozen_weeks`, whose labels came too late to be used, and `n_unsettled`: labels on which two people
disagree (`to_settle.csv`; a third reading goes in under the pseudonym `adjudicated`). `draw_sample` skipped:
the week has no product opening.
#### Owner
hiring-signals
"""


@dag(
    schedule=PartitionedAssetTimetable(assets=WEEKLY_RELEASE),
    catchup=False,
    max_active_runs=1,
    params={
        "week": Param(None, type=["null", "string"], description="ISO week 2026-W47, if not the key"),
        "size": Param(30, type="integer", minimum=1, description="Ads to draw"),
    },
    default_args={
        "owner": "hiring-signals",
        "retries": 1,
        "retry_delay": timedelta(minutes=2),
        "execution_timeout": timedelta(hours=1),
    },
    tags=["hiring-signals", "audit", "weekly"],
    doc_md=DOCS,
)
def audit_classifier():
    """Draw the sample, import labels."""

    @task(pool="duckdb", multiple_outputs=False)
    def draw_sample() -> dict[str, object]:
        import msgspec
        from airflow.sdk.exceptions import AirflowSkipException

        from include.audit.sample import EmptyFrameError
        from include.pipeline.auditing import draw

        context = get_current_context()
        try:
            return msgspec.to_builtins(draw(Settings(), run_week(context), context["params"]["size"]))
        except EmptyFrameError as error:
            raise AirflowSkipException(str(error)) from error

    @task(
        pool="duckdb", retries=0, trigger_rule="none_failed", outlets=[AUDIT_LABELS], multiple_outputs=False
    )
    def import_labels() -> dict[str, object]:
        import msgspec

        from include.pipeline.auditing import import_labels as take_in

        return msgspec.to_builtins(take_in(Settings()))

    draw_sample() >> import_labels()


audit_classifier()
