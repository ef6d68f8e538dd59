"""What later releases changed: the revision triangle, and the guard of frozen figures.

A week is provisional for eight weeks, then frozen. The reconstructed series may move even then: a board that
joins adds ads of long ago to it. The triangle replaces the one of `include.measure.revisions`, which knows
no revisions of a week (`2026-W47-r2`).
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from pathlib import Path
from typing import Final

import duckdb

from include.measure.suppression import PROVISIONAL_WEEKS
from include.publish.naming import ReleaseName
from include.warehouse.cards import create_table_sql, load_card, quote_text

TABLE: Final = "out_revisions_v1"
METRICS_FILE: Final = "weekly_metrics_v1.parquet"
LAGS: Final = 12
"""The triangle follows each week for so many weeks after its first release."""
VINTAGES: Final = 52
"""The triangle holds so many releases at most, the newest."""
TOLERANCE: Final = 0.001
"""A frozen figure may move by 0.1 percentage points (rounding upstream, not a decision of ours)."""
MEAN_REVISION_LAGS: Final = (1, 4, 8)

_KEYS = "week_start, metric_id, weight_scheme, basis, series_kind"
_COLUMNS = f"{_KEYS}, est_raw AS estimate, methodology_version, taxonomy_version"
_ROWS = "stratum_dim = 'all' AND weight_scheme IN ('posting', 'employer')"


class FrozenFigureMovedError(ValueError):
    """A frozen figure differs from what was published; the message names it and the mend."""


def write_revisions(
    connection: duckdb.DuckDBPyConnection, releases: Path, release: ReleaseName, earlier: Sequence[str]
) -> None:
    """Fill out_revisions_v1 with the triangle as it stands at `release`.

    Args:
        connection: with the measured out_weekly_metrics_v1 of the release.
        releases: the folder of all releases.
        release: the release in the making.
        earlier: names of the releases before it, in the order in which they became visible.
    """
    card = load_card(TABLE)
    selects = [
        _select(ordinal, _parse(name), f"read_parquet({quote_text(str(releases / name / METRICS_FILE))})")
        for ordinal, name in enumerate(earlier[-VINTAGES:])
    ]
    selects.append(_select(VINTAGES, release, "out_weekly_metrics_v1"))
    connection.execute(create_table_sql(card))
    connection.begin()
    try:
        connection.execute(f"DELETE FROM {TABLE}")  # noqa: S608 - a constant
        connection.execute(_TRIANGLE.replace("$rows", " UNION ALL ".join(selects)))
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


_TRIANGLE = f"""
INSERT INTO {TABLE} BY NAME
WITH rows AS ($rows),
stamp AS (
  SELECT DISTINCT data_origin, release_id, published_at, methodology_version, taxonomy_version, code_version
  FROM out_weekly_metrics_v1
),
triangle AS (
  SELECT
    *,
    first_value(estimate IGNORE NULLS) OVER series AS first_estimate,
    lag(estimate) OVER vintages AS before,
    lag(ordinal) OVER vintages IS NOT NULL AS has_before,
    lag(methodology_version) OVER vintages = methodology_version
      AND lag(taxonomy_version) OVER vintages = taxonomy_version AS is_same_method,
    date_diff('day', week_start, strptime(vintage_week || '-1', '%G-W%V-%u')::DATE) // 7 AS lag_weeks,
    date_diff(
      'day', week_start, strptime(lag(vintage_week) OVER vintages || '-1', '%G-W%V-%u')::DATE
    ) // 7 AS lag_before
  FROM rows
  WINDOW
    vintages AS (PARTITION BY {_KEYS} ORDER BY ordinal),
    series AS (PARTITION BY {_KEYS} ORDER BY ordinal ROWS UNBOUNDED PRECEDING)
)
SELECT
  {_KEYS}, vintage, lag_weeks, triangle.methodology_version AS vintage_methodology_version, estimate,
  first_estimate, estimate - first_estimate AS revision,
  lag_weeks >= {PROVISIONAL_WEEKS} AS is_frozen,
  coalesce(
    has_before AND is_same_method AND lag_before >= {PROVISIONAL_WEEKS} AND series_kind <> 'reconstructed'
    AND (abs(estimate - before) > {TOLERANCE} OR (estimate IS NULL) <> (before IS NULL)),
    false
  ) AS is_violation,
  stamp.*
FROM triangle CROSS JOIN stamp
ORDER BY {_KEYS}, vintage
"""  # noqa: S608 - constants of this module


def check_frozen(connection: duckdb.DuckDBPyConnection, releases: Path, base: ReleaseName) -> None:
    """Stop when a figure that was frozen in `base` is another one now, at the same method.

    Args:
        connection: with the measured out_weekly_metrics_v1.
        releases: the folder of all releases.
        base: the release before.

    Raises:
        FrozenFigureMovedError: it moved by more than 0.1 percentage points, appeared or went.
    """
    moved = connection.execute(
        f"""
        WITH before AS (
          SELECT {_COLUMNS} FROM read_parquet(?) WHERE {_ROWS} AND series_kind <> 'reconstructed'
            AND week_start <= {_day(base.monday)} - {7 * PROVISIONAL_WEEKS}
        ), now AS (SELECT {_COLUMNS} FROM out_weekly_metrics_v1 WHERE {_ROWS})
        SELECT {_KEYS}, before.estimate, now.estimate
        FROM before JOIN now USING ({_KEYS}, methodology_version, taxonomy_version)
        WHERE abs(before.estimate - now.estimate) > {TOLERANCE}
          OR (before.estimate IS NULL) <> (now.estimate IS NULL)
        ORDER BY abs(before.estimate - now.estimate) DESC NULLS FIRST, {_KEYS}
        """,  # noqa: S608 - constants of this module
        [str(releases / str(base) / METRICS_FILE)],
    ).fetchall()
    if not moved:
        return
    week, metric, weight, basis, kind, before, now = moved[0]
    raise FrozenFigureMovedError(
        f"{len(moved)} frozen figures differ from release {base}, for instance {metric} of the week of "
        f"{week} ({kind}, {basis}, by {weight}): {_number(before)} there, {_number(now)} now. "
        "Nothing was released. "
        "Frozen figures change with the method only. If definitions, estimators or sources of the series "
        "were changed on purpose, raise METHODOLOGY_VERSION in include/versions.py and say so in "
        "CHANGELOG.md; if not, find the partition that was built again with other content."
    )


def mean_absolute_revisions(connection: duckdb.DuckDBPyConnection) -> list[dict[str, object]]:
    """Return the mean absolute revision of the headline figures at lags of 1, 4 and 8 weeks.

    Weeks first published late (imported history) are left out: their first figure was not a first look.

    Returns:
        metric_id, weight_scheme, series_kind, lag_weeks, n_weeks, mean_absolute_revision (in the metric's
        unit).
    """
    result = connection.execute(
        f"""
        WITH fresh AS (
          SELECT {_KEYS} FROM {TABLE} WHERE lag_weeks = 0 AND estimate IS NOT NULL GROUP BY ALL
        )
        SELECT metric_id, weight_scheme, series_kind, lag_weeks, count(*) AS n_weeks,
          avg(abs(revision)) AS mean_absolute_revision
        FROM {TABLE} SEMI JOIN fresh USING ({_KEYS})
        WHERE metric_id IN ('M1', 'M5', 'M6') AND basis = 'flow' AND revision IS NOT NULL
          AND list_contains(?, lag_weeks)
        GROUP BY ALL ORDER BY ALL
        """,  # noqa: S608 - constants of this module
        [list(MEAN_REVISION_LAGS)],
    )
    names = [column[0] for column in result.description]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _select(ordinal: int, release: ReleaseName, rows: str) -> str:
    return f"""
        SELECT {ordinal} AS ordinal, {quote_text(str(release))} AS vintage,
          {quote_text(release.week)} AS vintage_week, {_COLUMNS}
        FROM {rows}
        WHERE {_ROWS} AND week_start >= {_day(release.monday)} - {7 * LAGS}
    """  # noqa: S608 - names of releases and files, quoted


def _parse(name: str) -> ReleaseName:
    release = ReleaseName.parse(name)
    if release is None:
        raise ValueError(f"{name!r} is not the name of a release")
    return release


def _day(day: date) -> str:
    return f"DATE '{day.isoformat()}'"


def _number(value: float | None) -> str:
    return "suppressed" if value is None else f"{value:.4f}"
