"""What the revision triangle says to readers, and the last guard of frozen figures."""

from __future__ import annotations

from typing import Any, Final

import duckdb

from include.measure.revisions import FIGURE_KEYS, REVISIONS_TABLE
from include.warehouse.rows import read_rows

MEAN_REVISION_LAGS: Final = (1, 4, 8)


class FrozenFigureMovedError(ValueError):
    """A frozen figure differs from what was published; the message names it and the mend."""


def check_frozen(connection: duckdb.DuckDBPyConnection) -> None:
    """Stop when the measured triangle says that a frozen figure moved.

    The gate has the same expectation; this one holds for whoever publishes without the gate.

    Raises:
        FrozenFigureMovedError: it moved by more than 0.1 percentage points, appeared or went, at one major
            methodology version.
    """
    moved = connection.execute(
        f"""
        SELECT {FIGURE_KEYS}, first_estimate, estimate FROM {REVISIONS_TABLE} WHERE is_violation
        ORDER BY abs(revision) DESC NULLS FIRST, {FIGURE_KEYS}
        """  # noqa: S608 - constants of this module
    ).fetchall()
    if not moved:
        return
    week, metric, weight, basis, kind, before, now = moved[0]
    raise FrozenFigureMovedError(
        f"{len(moved)} frozen figures differ from what was published, for instance {metric} of the week of "
        f"{week} ({kind}, {basis}, by {weight}): {_number(before)} published first, {_number(now)} now. "
        "Nothing was released. Frozen figures change with the method only. If definitions, estimators, the "
        "classifier or the column map of a dump were changed on purpose, raise the major number of "
        "METHODOLOGY_VERSION in include/versions.py and say so in CHANGELOG.md; if not, find the partition "
        "that was built again with other content."
    )


def mean_absolute_revisions(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    """Return the mean absolute revision of the headline figures at lags of 1, 4 and 8 weeks.

    Weeks first published late (imported history, a skipped week) are left out: their first figure was
    not a first look. Of several revisions of a release the last one counts.

    Returns:
        metric_id, weight_scheme, series_kind, lag_weeks, n_weeks, mean_absolute_revision (in the metric's
        unit).
    """
    return read_rows(
        connection,
        f"""
        WITH fresh AS (
          SELECT DISTINCT {FIGURE_KEYS} FROM {REVISIONS_TABLE} WHERE lag_weeks = 0 AND revision = 0
        ), lasting AS (
          FROM {REVISIONS_TABLE} SEMI JOIN fresh USING ({FIGURE_KEYS})
          QUALIFY row_number() OVER (
            PARTITION BY {FIGURE_KEYS}, lag_weeks ORDER BY length(vintage) DESC, vintage DESC
          ) = 1
        )
        SELECT metric_id, weight_scheme, series_kind, lag_weeks, count(*) AS n_weeks,
          avg(abs(revision)) AS mean_absolute_revision
        FROM lasting
        WHERE metric_id IN ('M1', 'M5', 'M6') AND basis = 'flow' AND revision IS NOT NULL
          AND list_contains(?, lag_weeks)
        GROUP BY ALL ORDER BY ALL
        """,  # noqa: S608 - constants of this module
        [list(MEAN_REVISION_LAGS)],
    )


def _number(value: float | None) -> str:
    return "suppressed" if value is None else f"{value:.4f}"
