"""The revision triangle: what earlier releases said about each week, and whether a frozen value moved."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

import duckdb

from include.measure.registry import load_registry
from include.measure.stamp import ReleaseStamp
from include.measure.suppression import PROVISIONAL_WEEKS
from include.measure.write import replace_by_select

REVISIONS_TABLE: Final = "out_revisions_v1"
LARGEST_FROZEN_MOVE: Final = 0.001
"""Fraction: 0.1 percentage points."""
TRIANGLE_METRICS: Final = ("M1", "M1b", "M2", "M5", "M6")
TRIANGLE_LAGS: Final = 12
"""Lags shown in the triangle; weeks are frozen at eight. Violations are listed at any lag."""

_VINTAGES: Final = """
    SELECT week_start, metric_id, weight_scheme, basis, series_kind, release_id AS vintage,
        methodology_version AS vintage_methodology_version, unit,
        CASE WHEN obs_status <> 'Q' THEN coalesce(est_ppi, est_raw) END AS estimate
    FROM {source}
    WHERE stratum_dim = 'all' AND weight_scheme IN ('posting', 'employer')
        AND list_contains($counted, metric_id)
"""


class MissingVintageError(FileNotFoundError):
    """An earlier release's series is not where it was published."""


def measure_revisions(
    con: duckdb.DuckDBPyConnection, release: ReleaseStamp, earlier: Mapping[str, Path]
) -> int:
    """Fill out_revisions_v1 from earlier releases and the series just measured.

    Args:
        con: the warehouse, with out_weekly_metrics_v1 of this release; inside the caller's transaction.
        release: this release.
        earlier: Parquet file of out_weekly_metrics_v1 by release id. This release's own id is left out, so
            that publishing the same week again compares with the releases before it.

    Returns:
        The number of frozen values that moved by more than 0.1 percentage points against the release before
        without a new methodology version. Any at all must stop the release.

    Raises:
        MissingVintageError: a file is missing.
    """
    files = {name: path for name, path in sorted(earlier.items()) if name < release.release_id}
    for name, path in files.items():
        if not path.is_file():
            raise MissingVintageError(
                f"{path}: the series of release {name} is missing. Restore the release."
            )
    sources = [_VINTAGES.format(source="out_weekly_metrics_v1")]
    sources += [
        _VINTAGES.format(source="read_parquet('" + str(p).replace("'", "''") + "')") for p in files.values()
    ]
    query = f"""
        WITH vintages AS ({" UNION ALL BY NAME ".join(sources)}),
        aged AS (
            SELECT *, date_diff('week', week_start, strptime(vintage || '-1', '%G-W%V-%u')::DATE) AS lag_weeks
            FROM vintages
        ),
        compared AS (
            SELECT *,
                first_value(estimate IGNORE NULLS) OVER (series ROWS UNBOUNDED PRECEDING) AS first_estimate,
                lag(estimate) OVER series AS last_estimate,
                lag(vintage_methodology_version) OVER series AS last_version,
                lag(lag_weeks) OVER series AS last_lag
            FROM aged WHERE lag_weeks >= 0
            WINDOW series AS (
                PARTITION BY week_start, metric_id, weight_scheme, basis, series_kind ORDER BY vintage
            )
        )
        SELECT week_start, metric_id, weight_scheme, basis, series_kind, vintage,
            lag_weeks::INTEGER AS lag_weeks,
            vintage_methodology_version, estimate, first_estimate, estimate - first_estimate AS revision,
            lag_weeks >= $frozen AS is_frozen,
            coalesce(vintage = $this_release AND last_lag >= $frozen AND unit = 'fraction'
                AND last_version = vintage_methodology_version
                AND abs(estimate - last_estimate) > $largest, false) AS is_violation
        FROM compared
        WHERE is_violation OR (lag_weeks <= $lags AND list_contains($shown, metric_id))
        """  # noqa: S608 (paths of our own releases, quoted)
    values = {
        "counted": [metric.id for metric in load_registry().counted],
        "frozen": PROVISIONAL_WEEKS,
        "this_release": release.release_id,
        "largest": LARGEST_FROZEN_MOVE,
        "lags": TRIANGLE_LAGS,
        "shown": list(TRIANGLE_METRICS),
    }
    replace_by_select(con, REVISIONS_TABLE, query, values, release)
    row = con.execute(f"SELECT count(*) FROM {REVISIONS_TABLE} WHERE is_violation").fetchone()  # noqa: S608
    return int(row[0]) if row else 0


def mean_absolute_revision(con: duckdb.DuckDBPyConnection, metric_id: str = "M1") -> dict[int, float]:
    """Return the mean absolute revision by lag in weeks, as fractions (posting-weighted flow)."""
    rows = con.execute(
        f"""
        SELECT lag_weeks, avg(abs(revision)) FROM {REVISIONS_TABLE}
        WHERE metric_id = $metric AND weight_scheme = 'posting' AND basis = 'flow' AND revision IS NOT NULL
        GROUP BY lag_weeks ORDER BY lag_weeks
        """,  # noqa: S608 (constant)
        {"metric": metric_id},
    ).fetchall()
    return {int(lag): float(value) for lag, value in rows}
