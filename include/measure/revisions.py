"""The revision triangle: what each release said about each week, and whether a frozen figure moved.

A week is provisional for eight weeks, then frozen. Only a new major methodology version may move a frozen
figure; a changed classifier is a change of method too and needs one. Two series may move without one: the
reconstructed series, since a board that joins adds ads of long ago, and the archived series if the release
before had other imports, since a dump adds ads to old weeks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Final

import duckdb

from include.measure.registry import load_registry
from include.measure.stamp import ReleaseStamp
from include.measure.suppression import PROVISIONAL_WEEKS
from include.measure.write import replace_by_select
from include.warehouse.cards import quote_text

REVISIONS_TABLE: Final = "out_revisions_v1"
FIGURE_KEYS: Final = "week_start, metric_id, weight_scheme, basis, series_kind"
"""The columns that name a figure of the whole market."""
LARGEST_FROZEN_MOVE: Final = 0.001
"""Fraction: 0.1 percentage points."""
TRIANGLE_METRICS: Final = ("M1", "M1b", "M1c", "M2", "M3", "M5", "M5s", "M5l", "M5g", "M6")
TRIANGLE_LAGS: Final = 12
"""The triangle follows each week for so many weeks; violations are listed at any age."""
TRIANGLE_VINTAGES: Final = 52
"""The triangle holds so many earlier releases at most, the newest."""

_ROWS: Final = "stratum_dim = 'all' AND weight_scheme IN ('posting', 'employer')"
_MAJOR: Final = "split_part(methodology_version, '.', 1)"


@dataclass(frozen=True, kw_only=True)
class Vintage:
    """One release of the series.

    Attributes:
        name: of the release, `2026-W47` or a revision of it, `2026-W47-r2`.
        monday: Monday of its week.
        metrics: its Parquet file of out_weekly_metrics_v1; None for the release in the making.
    """

    name: str
    monday: date
    metrics: Path | None = None

    @property
    def coverage(self) -> Path | None:
        """Its Parquet file of out_coverage_v1, beside that of the metrics."""
        return self.metrics.with_name("coverage_v1.parquet") if self.metrics else None


class MissingVintageError(FileNotFoundError):
    """An earlier release's series is not where it was published."""


def measure_revisions(
    con: duckdb.DuckDBPyConnection, release: ReleaseStamp, own: Vintage, earlier: Sequence[Vintage] = ()
) -> int:
    """Fill out_revisions_v1 from earlier releases and the series just measured.

    Args:
        con: the warehouse, with out_weekly_metrics_v1 of this release; inside the caller's transaction.
        release: stamped on every row.
        own: this release.
        earlier: the releases before it, in the order in which they became visible.

    Returns:
        The number of frozen figures that moved by more than 0.1 percentage points against the last release in
        which they were frozen, appeared or went, at the same major methodology version. Any at all must stop
        the release.

    Raises:
        MissingVintageError: a file is missing.
    """
    for vintage in earlier:
        if vintage.metrics is None or not vintage.metrics.is_file():
            raise MissingVintageError(
                f"{vintage.metrics}: the series of release {vintage.name} is missing. Restore the release "
                "as docs/operators.md says (Recovering)."
            )
    shown = [
        _of_vintage(number, vintage, f"read_parquet({quote_text(str(vintage.metrics))})", own.monday)
        for number, vintage in enumerate(earlier[-TRIANGLE_VINTAGES:])
    ]
    shown.append(_of_vintage(TRIANGLE_VINTAGES, own, "out_weekly_metrics_v1", own.monday))
    moved = [_NOTHING_MOVED]
    for guarded in _last_to_freeze(earlier, own):
        free = ["reconstructed"]
        if imports_before_and_now(con, guarded.base, own) is not None:
            free.append("archived")
        moved.append(_moved(guarded, free))
    values = {
        "own": own.name,
        "own_monday": own.monday,
        "shown": list(TRIANGLE_METRICS),
        **({"known": [metric.id for metric in load_registry().metrics]} if earlier else {}),
    }
    query = _triangle(" UNION ALL ".join(shown), " UNION ALL ".join(moved))
    replace_by_select(con, REVISIONS_TABLE, query, values, release)
    row = con.execute(f"SELECT count(*) FROM {REVISIONS_TABLE} WHERE is_violation").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def imports_before_and_now(
    con: duckdb.DuckDBPyConnection, base: Vintage, own: Vintage
) -> tuple[set[str], set[str]] | None:
    """Return the imported sources of a release before and of this one, where they differ; else None.

    Only imports with ads or reads in weeks that both releases speak of are compared.

    Args:
        con: with out_coverage_v1 of this release.
        base: the release before.
        own: this release.
    """
    if base.coverage is None or not base.coverage.is_file():
        return None
    last = min(base.monday, own.monday)
    before, now = (
        {
            str(source)
            for (source,) in con.execute(
                f"SELECT DISTINCT source FROM {rows} "  # noqa: S608 - both names are ours
                "WHERE week_start <= ? AND is_import(source)",
                [last],
            ).fetchall()
        }
        for rows in (f"read_parquet({quote_text(str(base.coverage))})", "out_coverage_v1")
    )
    return (before, now) if before != now else None


def _of_vintage(ordinal: int, vintage: Vintage, rows: str, last: date) -> str:
    # A week may be published again after later ones: of those it speaks no more than its other tables do.
    return f"""
        SELECT {ordinal} AS ordinal, {quote_text(vintage.name)} AS vintage, {_date(vintage.monday)} AS monday,
            {FIGURE_KEYS}, est_raw AS estimate, est_ppi AS corrected_estimate,
            methodology_version AS vintage_methodology_version
        FROM {rows}
        WHERE {_ROWS} AND week_start >= {_date(vintage.monday)} - {7 * TRIANGLE_LAGS}
            AND week_start <= {_date(last)} AND list_contains($shown, metric_id)
    """  # noqa: S608 (names of our own releases and files, quoted)


@dataclass(frozen=True, kw_only=True)
class _Guarded:
    """Frozen weeks that must be as a release said.

    Attributes:
        base: the release, the last one in which they were frozen.
        after: the last Monday before them; None for all that are old enough.
        last: the last Monday of them.
    """

    base: Vintage
    after: date | None
    last: date


def _last_to_freeze(earlier: Sequence[Vintage], own: Vintage) -> list[_Guarded]:
    """Return by which of the releases before this one each frozen week is held.

    Mostly all by the one before. But where that is an old week's, published again, newer weeks were frozen
    before it, of which it says nothing. Weeks after this release's own are left out: a week may be published
    after later ones.

    Args:
        earlier: the releases before, in the order in which they became visible.
        own: this release.
    """
    guarded: list[_Guarded] = []
    after = None
    for base in reversed(earlier):
        last = min(base.monday - timedelta(weeks=PROVISIONAL_WEEKS), own.monday)
        if after is None or last > after:
            guarded.append(_Guarded(base=base, after=after, last=last))
            after = last
    return guarded


def _moved(guarded: _Guarded, free: Sequence[str]) -> str:
    """Return the query of frozen figures of a release that are others now, whatever their age.

    Kendall's tau may move: a share that moves by less than the limit can change places with another week's,
    which is a step of tau far over it. The shares behind it are held themselves.

    Args:
        guarded: the release, and which of its weeks.
        free: series kinds that may move.
    """
    kinds = ", ".join(quote_text(kind) for kind in free)
    after = f"AND week_start > {_date(guarded.after)}" if guarded.after else ""
    return f"""
        SELECT {FIGURE_KEYS},
            (SELECT any_value(methodology_version) FROM out_weekly_metrics_v1) AS vintage_methodology_version,
            now.est_raw AS estimate, now.est_ppi AS corrected_estimate, before.est_raw AS first_estimate
        FROM (
            SELECT *, {_MAJOR} AS major FROM read_parquet({quote_text(str(guarded.base.metrics))})
            WHERE {_ROWS} AND series_kind NOT IN ({kinds}) AND list_contains($known, metric_id)
                AND week_start <= {_date(guarded.last)} {after}
        ) AS before
        LEFT JOIN (SELECT * FROM out_weekly_metrics_v1 WHERE {_ROWS}) AS now USING ({FIGURE_KEYS})
        WHERE major = (SELECT any_value({_MAJOR}) FROM out_weekly_metrics_v1)
            AND (abs(now.est_raw - before.est_raw) > {LARGEST_FROZEN_MOVE} AND before.unit <> 'tau'
                OR abs(now.est_ppi - before.est_ppi) > {LARGEST_FROZEN_MOVE}
                OR (now.est_raw IS NULL) <> (before.est_raw IS NULL)
                OR (now.est_ppi IS NULL) <> (before.est_ppi IS NULL))
    """  # noqa: S608 (the file of our own release, quoted)


_NOTHING_MOVED: Final = f"""
    SELECT {FIGURE_KEYS}, methodology_version AS vintage_methodology_version, est_raw AS estimate,
        est_ppi AS corrected_estimate, est_raw AS first_estimate
    FROM out_weekly_metrics_v1 WHERE false
"""  # noqa: S608 (constants of this module)


def _triangle(shown: str, moved: str) -> str:
    return f"""
        WITH rows AS ({shown}),
        moved AS ({moved}),
        triangle AS (
            SELECT *, first_value(estimate IGNORE NULLS) OVER (
                PARTITION BY {FIGURE_KEYS} ORDER BY ordinal ROWS UNBOUNDED PRECEDING
            ) AS first_estimate
            FROM rows
        ),
        every_row AS (
            SELECT {FIGURE_KEYS}, vintage, monday, vintage_methodology_version, estimate, corrected_estimate,
                first_estimate, vintage = $own AND moved.metric_id IS NOT NULL AS is_violation
            FROM triangle LEFT JOIN (SELECT {FIGURE_KEYS} FROM moved) AS moved USING ({FIGURE_KEYS})
            UNION ALL BY NAME
            SELECT {FIGURE_KEYS}, $own AS vintage, $own_monday::DATE AS monday,
                vintage_methodology_version, estimate, corrected_estimate, first_estimate,
                true AS is_violation
            FROM moved ANTI JOIN (SELECT * FROM rows WHERE vintage = $own) USING ({FIGURE_KEYS})
        )
        SELECT {FIGURE_KEYS}, vintage, date_diff('day', week_start, monday) // 7 AS lag_weeks,
            vintage_methodology_version, estimate, corrected_estimate, first_estimate,
            estimate - first_estimate AS revision, lag_weeks >= {PROVISIONAL_WEEKS} AS is_frozen, is_violation
        FROM every_row
        """  # noqa: S608 (constants of this module and names of our own releases, quoted)


def _date(day: date) -> str:
    return f"DATE '{day.isoformat()}'"
