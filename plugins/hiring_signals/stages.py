"""The stages an operator watches, the DAG behind each, and what to do when one is red."""

from __future__ import annotations

from typing import NamedTuple


class Stage(NamedTuple):
    """One stage.

    Attributes:
        never_ran: what to do when there is no run yet.
        when_red: where to look first when the last run failed; the DAG's own page says more.
        when_paused: what is lost while its DAG is paused; None for a stage that is started by hand.
        can_be_mended: a failed partition can be made later, and something waits for it.
    """

    name: str
    dag_id: str
    never_ran: str
    when_red: str
    when_paused: str | None
    can_be_mended: bool = False


STAGES = (
    Stage(
        "Collect",
        "collect_postings",
        "It runs once a day while it is not paused; trigger it with today as its day to read boards now.",
        "Open plan_boards: if it is red, its log names the line of the boards file that cannot be used. Then "
        "finish_day: it fails when no board answered (network, HIRING_SIGNALS_CONTACT is not set, or hosts "
        "asked for a pause: its log names the time). Red boards alone do not stop a day. Clear the failed "
        "tasks today: tomorrow this day can no longer be collected.",
        "Each day that passes is lost: a past day cannot be collected.",
    ),
    Stage(
        "Build",
        "build_warehouse",
        "It starts by itself when a day has been collected.",
        "Open the red task. stage_source: a source changed its format; mend the adapter, then clear the "
        "task. load: if another process holds the warehouse, close it and clear. validate: the log names the "
        "table, what was found and the mend. Any day can be built again.",
        "Collected days wait in the archive until it runs.",
        can_be_mended=True,
    ),
    Stage(
        "Publish",
        "publish_weekly",
        "It starts by itself when all seven days of a week are built.",
        "check_coverage names the boards or sources that are missing; after repair clear it, or run it with "
        "allow_partial. validate names a day or an import that failed its gate and is to be made again, or "
        "a figure that is impossible; nothing was released, and the last release stands.",
        "Weeks are not published until it runs.",
        can_be_mended=True,
    ),
    Stage(
        "Import",
        "import_archive",
        "Nothing to do; start it by hand when there is a dump to import.",
        "The log of the red task lists the columns it found or the record it could not read. Mend the column "
        "map and run it again; an import replaces itself.",
        None,
    ),
    Stage(
        "Audit",
        "audit_classifier",
        "It starts by itself when a week is released.",
        "The log of import_labels names the label file, the record and the mend; nothing of it was taken in.",
        "Published figures are not corrected for the classifier's errors until it runs.",
    ),
    Stage(
        "Maintain",
        "maintain_warehouse",
        "It runs once a week while it is not paused; trigger it with today as its day to run it now.",
        "check_integrity lists what is damaged, each with its mend; nothing was touched. Another task: free "
        "space on the disk it names, then clear it.",
        "Nothing is checked, backed up or compacted until it runs.",
    ),
)
