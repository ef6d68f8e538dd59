"""Publish: coverage, measure, gate, release of one week."""

from __future__ import annotations

import logging
from datetime import date
from pathlib import Path

import msgspec

from include.archive.plan import known_days
from include.measure.revisions import measure_revisions
from include.measure.stamp import ReleaseStamp
from include.measure.taxonomy import taxonomy_version
from include.measure.weekly import measure_week
from include.partitions import day_key, published_at, week_days, week_name
from include.pipeline.gate import GateReport, run_gate
from include.publish.basis import is_basis_unchanged, note_basis
from include.publish.exports import out_cards
from include.publish.identity import check_measured_week, measured_identity
from include.publish.release import publish_week
from include.settings import Settings
from include.versions import METHODOLOGY_VERSION, code_version
from include.warehouse.connection import open_warehouse, transaction
from include.warehouse.texts import TextStore

_log = logging.getLogger(__name__)

_BOARD_READS = """
SELECT
  count(*) FILTER (is_expected),
  count(*) FILTER (is_expected AND is_whole_read(status)),
  count(DISTINCT day) FILTER (is_whole_read(status))
FROM core_board_reads
WHERE day BETWEEN $monday::DATE AND $monday::DATE + 6 AND NOT is_import(source)
"""
_BUILT_DAYS = """
SELECT DISTINCT day FROM core_board_reads
WHERE day BETWEEN $monday::DATE AND $monday::DATE + 6 AND NOT is_import(source)
"""
_LOST_DAYS = """
SELECT day FROM core_board_reads
WHERE day BETWEEN $monday::DATE AND $monday::DATE + 6 AND NOT is_import(source)
GROUP BY day HAVING bool_or(is_expected) AND NOT bool_or(is_whole_read(status))
ORDER BY day
"""
_SHRUNK_SOURCES = """
WITH off AS (
  SELECT DISTINCT source, board FROM core_board_reads
  WHERE day BETWEEN $monday::DATE AND $monday::DATE + 13 AND status = 'switched_off'
), daily AS (
  SELECT source, day, sum(n_listed) AS n_listed
  FROM core_board_reads ANTI JOIN off USING (source, board)
  WHERE day BETWEEN $monday::DATE - 28 AND $monday::DATE + 6
    AND status <> 'switched_off' AND NOT is_import(source)
  GROUP BY source, day
), compared AS (
  SELECT
    source,
    -- The median day, as the expectation on the week that is published with the release: by the mean, one
    -- whole day would let a week pass in which the source was half gone on six.
    coalesce(median(n_listed) FILTER (day >= $monday::DATE), 0) AS now,
    median(n_listed) FILTER (day < $monday::DATE) AS before
  FROM daily
  GROUP BY source
)
SELECT source, now, before FROM compared WHERE now < before / 2 ORDER BY source
"""


class CoverageError(RuntimeError):
    """Too little of what was expected was read; the week is not published."""


class FailedPartitionError(RuntimeError):
    """A day or an import that a release rests on did not pass its gate; the message names it and the mend."""


class WeekCoverage(msgspec.Struct, frozen=True, kw_only=True):
    """What of a week's expected board reads there is.

    Attributes:
        days_observed: days with a whole read.
        coverage: share of the expected reads that are whole; None of a week of imported series only.
        problems: what stands against publishing the week, in words.
    """

    days_observed: int
    board_days_expected: int
    board_days_complete: int
    coverage: float | None
    problems: tuple[str, ...]


def check_coverage(settings: Settings, monday: date, *, allow_partial: bool = False) -> WeekCoverage:
    """Compare the week's board reads with what was expected, whole and by source.

    A board that the operator switched off is not expected from that day on. In the week of that day, in the
    week before (a source that dies is switched off once its week was refused) and while it is off, it is left
    out of the comparison with the weeks before, too; its failed reads stay in the week's coverage.

    Args:
        settings: `minimum_board_coverage` is the threshold.
        monday: the week.
        allow_partial: publish all the same; coverage is printed on the release either way.

    Raises:
        CoverageError: coverage is under the threshold, a source fell to zero or under half its median, or a
            day of the week is archived and was never built.
    """
    with open_warehouse(settings) as connection:
        [(expected, complete, days)] = connection.execute(_BOARD_READS, {"monday": monday}).fetchall()
        shrunk = connection.execute(_SHRUNK_SOURCES, {"monday": monday}).fetchall()
        built = {day for (day,) in connection.execute(_BUILT_DAYS, {"monday": monday}).fetchall()}
        lost = [day for (day,) in connection.execute(_LOST_DAYS, {"monday": monday}).fetchall()]
    coverage = complete / expected if expected else None
    # A day that was never built expects nothing, as if nobody had wanted to read it.
    archived = known_days(settings.paths.archive)
    problems = [
        f"{day_key(day)} was collected and is not built (run build_warehouse for it)"
        for day in week_days(monday)
        if day in archived and day not in built
    ]
    if coverage is not None and coverage < settings.minimum_board_coverage:
        problems.append(
            f"{complete} of {expected} board reads were complete ({coverage:.0%}, at least "
            f"{settings.minimum_board_coverage:.0%} is needed)"
        )
    problems += [
        f"{source} listed {now:.0f} postings on its median day, {median:.0f} before"
        for source, now, median in shrunk
    ]
    if problems and not allow_partial:
        # Otherwise the boards would be looked at for days on which nobody asked them.
        unread = f" Nothing was read on {', '.join(map(day_key, lost))}; such days stay lost." if lost else ""
        raise CoverageError(
            f"{week_name(monday)} is not published: {'; '.join(problems)}.{unread} Repair the boards, or "
            "switch off in the boards file what is gone for good, and then clear this task: the week does "
            "not start again by itself. Or publish what there is: trigger publish_weekly with "
            f'{{"week": "{week_name(monday)}", "allow_partial": true}}.'
        )
    return WeekCoverage(
        days_observed=days,
        board_days_expected=expected,
        board_days_complete=complete,
        coverage=coverage,
        problems=tuple(problems),
    )


def measure(settings: Settings, monday: date) -> None:
    """Compute the out tables: the whole series up to and including the week, in one transaction.

    Raises:
        MeasureError: the core tables cannot be measured.
        MixedTaxonomyError: they were read by more than one version of titles or classifier.
        MissingVintageError: an earlier release lost its series, so that revisions cannot be told.
        LedgerError: the ledger of releases cannot be read.
    """
    with open_warehouse(settings) as connection, transaction(connection):
        stamp = ReleaseStamp(
            release_id=week_name(monday),
            published_at=published_at(monday),
            data_origin=settings.data_origin,
            methodology_version=METHODOLOGY_VERSION,
            taxonomy_version=taxonomy_version(connection),
            code_version=code_version(),
        )
        measure_week(connection, monday, stamp, read_texts=TextStore(settings.paths.texts).get)
        identity = measured_identity(connection, settings.paths.releases, monday)
        own, earlier = identity.vintages(settings.paths.releases)
        measure_revisions(connection, stamp, own, earlier)
        note_basis(connection)


def validate_out(settings: Settings, monday: date) -> GateReport:
    """Run the expectations of every out table, and those of a week of board reads.

    Raises:
        FailedPartitionError: a day up to the week's last or an import did not pass its gate.
        ValidationFailedError: a published figure is impossible; nothing may be released.
    """
    _refuse_failed_partitions(settings, monday)
    return run_gate(settings, [*(card.name for card in out_cards()), "core_board_reads"], week_name(monday))


def _refuse_failed_partitions(settings: Settings, monday: date) -> None:
    # What fails its gate triggers nothing, but a week can be published by hand, and the weeks after it are
    # triggered by their own days: their releases have the series with that day in it.
    with open_warehouse(settings) as connection:
        failed = connection.execute(
            "SELECT partition_key, "
            "string_agg(table_name || '.' || expectation_id, ', ' ORDER BY table_name, expectation_id) "
            "FROM core_validation_results WHERE severity = 'critical' AND NOT is_success "
            "AND (TRY_CAST(partition_key AS DATE) <= $monday::DATE + 6 OR is_import(partition_key)) "
            "GROUP BY partition_key ORDER BY partition_key",
            {"monday": monday},
        ).fetchall()
    if failed:
        named = "; ".join(f"{key} ({checks})" for key, checks in failed)
        raise FailedPartitionError(
            f"{week_name(monday)} is not published: critical checks failed on {named}. The log of that build "
            "or import says what was found and the mend. Then build the day or import the dump again; if no "
            "run of the week starts by itself, trigger publish_weekly with "
            f'{{"week": "{week_name(monday)}"}}.'
        )


def release(settings: Settings, monday: date) -> Path:
    """Write the release folder and move `latest`.

    Where something was loaded since the week was measured, it is measured and checked again, for the release
    would show evidence that its figures do not count.

    Raises:
        StorageError: the release could not be written; nothing of it is visible.
        OtherWeekMeasuredError: the out tables are another week's: this step was run again without `measure`.
        FailedPartitionError: as of `validate_out`, when the week was measured again.
        ValidationFailedError: as of `validate_out`, when the week was measured again.
    """
    while True:
        with open_warehouse(settings) as connection:
            check_measured_week(connection, monday)
            if is_basis_unchanged(connection):
                return publish_week(connection, settings.paths.releases, monday, settings.data_origin)
        _log.info("the warehouse was loaded since %s was measured: measuring it again", week_name(monday))
        measure(settings, monday)
        validate_out(settings, monday)
