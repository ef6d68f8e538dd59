"""M17's positive control: how often ads for network engineers require a CCNA."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

import duckdb
import numpy as np
from numpy.typing import NDArray

from include.measure.estimators import ClusterSums, Estimate, posting_weighted
from include.measure.flow import count_employers
from include.measure.grouping import renumber
from include.measure.units import KINDS

WINDOW_WEEKS: Final = 26
TITLE: Final = (
    r"\bnetwork(ing)? (support |operations |security |systems? |infrastructure )?"
    r"(engineer|administrator|architect|technician)"
)
"""Titles of the control's ads, in lower case."""


@dataclass(frozen=True)
class ControlUnits:
    """Openings for network engineers with a flow week, one element each."""

    kind: NDArray[np.int64]
    week: NDArray[np.int64]
    employer: NDArray[np.int64]
    label: NDArray[np.bool_]

    def window(self, kind: int, last: int) -> tuple[Estimate, int, int, int] | None:
        """Return estimate, openings, employers and largest employer of the 26 weeks; None without any."""
        rows = (self.kind == kind) & (self.week <= last) & (self.week > last - WINDOW_WEEKS)
        if not rows.any():
            return None
        employer = renumber(self.employer[rows])
        sizes = np.bincount(employer).astype(np.float64)
        hits = np.bincount(employer, weights=self.label[rows]).astype(np.float64)
        estimate = posting_weighted(ClusterSums.of_clusters(sizes[None], hits[None]))
        return estimate, int(sizes.sum()), count_employers(self.employer[rows]), int(sizes.max())


def load_control(con: duckdb.DuckDBPyConnection, last_monday: date) -> ControlUnits:
    """Return the control's openings up to the week of `last_monday`, labelled like all other ads."""
    columns = con.execute(
        """
        WITH ccna AS (
            SELECT DISTINCT content_hash FROM core_certification_mentions
            WHERE cert_key = 'cisco_ccna' AND status = 'required'
        )
        SELECT list_position($kinds, o.series_kind) - 1 AS kind,
            week_index(o.week_start) AS week,
            CASE WHEN o.employer_key = '' THEN 0 ELSE dense_rank() OVER (ORDER BY o.employer_key) END
                AS employer,
            c.content_hash IS NOT NULL AS label
        FROM core_openings AS o
        JOIN core_signals AS s USING (content_hash)
        LEFT JOIN ccna AS c USING (content_hash)
        WHERE o.role_family = 'not_product' AND o.language = 'en' AND o.is_text_complete
            AND s.cert_status <> 'unsupported_language' AND o.week_start <= $last
            AND regexp_matches(lower(o.title), $title)
        ORDER BY o.opening_key
        """,
        {"kinds": list(KINDS), "last": last_monday, "title": TITLE},
    ).fetchnumpy()
    return ControlUnits(
        kind=np.asarray(columns["kind"]).astype(np.int64),
        week=np.asarray(columns["week"]).astype(np.int64),
        employer=np.asarray(columns["employer"]).astype(np.int64),
        label=np.asarray(columns["label"]).astype(bool),
    )
