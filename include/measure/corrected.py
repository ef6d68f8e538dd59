"""The audit labels joined to the measured openings: corrections per week, metric and weight.

Labels of the thirteen weeks that end with a week correct that week, never later ones: a release uses only
what was known when it was made.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from include.audit.labels import AuditLabel, settle
from include.measure.association import cell_of
from include.measure.columns import take_rows
from include.measure.crosstab import EXPOSURES, OUTCOME, CrosstabUnits, FourCells
from include.measure.estimators import Floats
from include.measure.prediction_powered import (
    Rectifier,
    corrected_cells,
    rectifier,
    rogan_gladen,
    sensitivity_specificity,
)
from include.measure.registry import Dimension, Metric, Weight
from include.measure.units import DIMENSION_COLUMNS, NO_EMPLOYER
from include.measure.weeks import monday_of, week_index
from include.partitions import parse_week, week_name
from include.warehouse.rows import read_rows

AUDIT_WEEKS: Final = 13
MINIMUM_LABELS: Final = 100
"""With fewer labelled ads in the window nothing is corrected: the correction would add more noise than it
takes bias away. Thirty ads a week reach it in four weeks."""
_NEEDED: Final = ("cert_status", "criteria_status")
_ALWAYS_TOLD: Final = (*_NEEDED, "cert_timing")
_LABEL_COLUMNS: Final = {
    "cert_status": "VARCHAR",
    "cert_timing": "VARCHAR",
    "criteria_status": "VARCHAR",
    "degree_status": "VARCHAR",
    "framework_use": "VARCHAR",
    "requires_clearance": "BOOLEAN",
    "has_generic_kpi": "BOOLEAN",
}


@dataclass(frozen=True)
class Audit:
    """Labelled openings, one element each, with people's and the classifier's numerators.

    Attributes:
        week: week index of the audit.
        kind: series kind.
        employer: employer number.
        stratum: sampling stratum number.
        weight: inverse inclusion probability.
        share_of_employer: 1 / openings of the employer in the opening's week, for employer weighting.
        truth, predicted: by metric id, only metrics whose definition rests on audited labels.
        strata: value of each breakdown, by dimension; `staleness` is not among them.
        cells_truth, cells_predicted: 2x2 cell number by exposure.
        is_told: by metric id and exposure, whether people gave all labels that it rests on; where they did
            not, the truth is the classifier's.
    """

    week: NDArray[np.int64]
    kind: NDArray[np.object_]
    employer: NDArray[np.int64]
    stratum: NDArray[np.int64]
    weight: Floats
    share_of_employer: Floats
    truth: dict[str, Floats]
    predicted: dict[str, Floats]
    strata: dict[str, NDArray[np.object_]]
    cells_truth: dict[str, NDArray[np.int64]]
    cells_predicted: dict[str, NDArray[np.int64]]
    is_told: dict[str, NDArray[np.bool_]]

    def window(self, kind: str, week: int) -> NDArray[np.intp]:
        """Return the labelled openings of the thirteen weeks that end with `week`; empty if too few."""
        rows = np.flatnonzero((self.kind == kind) & (self.week <= week) & (self.week > week - AUDIT_WEEKS))
        return rows if len(rows) >= MINIMUM_LABELS else rows[:0]

    def of_stratum(self, dimension: Dimension, value: str) -> Audit | None:
        """Return the labels of one value of a breakdown; None when there are too few for any week."""
        if dimension == "all":
            return self
        if dimension not in self.strata:
            return None
        rows = np.flatnonzero(self.strata[dimension] == value)
        if len(rows) < MINIMUM_LABELS:
            return None
        return take_rows(self, rows)

    def correction(self, metric: Metric, weight: Weight, kind: str, week: int) -> Rectifier | None:
        """Return what to add to a metric's share in a week; None without enough labels.

        Every ad of the window must have the labels. Those of other weeks are not asked: a label that is left
        open in a new week would take the correction from frozen ones.
        """
        rows = self._rows(weight, kind, week)
        parts = _parts(metric)
        if len(rows) == 0 or not all(self._has_truth(part, self.window(kind, week)) for part in parts):
            return None
        truth, predicted = self.truth[parts[0]][rows], self.predicted[parts[0]][rows]
        if len(parts) == 2:
            truth = truth - self.truth[parts[1]][rows]
            predicted = predicted - self.predicted[parts[1]][rows]
        return rectifier(
            truth, predicted, self._weights(rows, weight), self.employer[rows], self.stratum[rows]
        )

    def errors(self, metric: Metric, weight: Weight, kind: str, week: int) -> tuple[float, ...]:
        """Return the weighted mean of truth less prediction of each share that a metric is made of.

        Call it where `correction` gives one.
        """
        rows = self._rows(weight, kind, week)
        weights = self._weights(rows, weight)
        return tuple(
            float((weights * (self.truth[part][rows] - self.predicted[part][rows])).sum() / weights.sum())
            for part in _parts(metric)
        )

    def represented(self, weight: Weight, kind: str, week: int, weeks: int = AUDIT_WEEKS) -> float:
        """Return how many ads the labels of a week's window stand for, or those of its last `weeks` alone."""
        rows = self._rows(weight, kind, week)
        return float(self.weight[rows[self.week[rows] > week - weeks]].sum())

    def _rows(self, weight: Weight, kind: str, week: int) -> NDArray[np.intp]:
        rows = self.window(kind, week)
        if weight == "employer":
            rows = rows[self.employer[rows] != NO_EMPLOYER]
        return rows if len(rows) >= MINIMUM_LABELS else rows[:0]

    def _weights(self, rows: NDArray[np.intp], weight: Weight) -> Floats:
        return self.weight[rows] * (self.share_of_employer[rows] if weight == "employer" else 1.0)

    def cross_check(self, metric: Metric, kind: str, week: int, apparent: float) -> float:
        """Return Rogan-Gladen's estimate of a posting-weighted share; NaN without enough labels.

        It takes sensitivity and specificity as the same in every week of the window, the correction takes the
        mean error as the same: where the two differ much, the classifier's errors are not stable.
        """
        rows = self.window(kind, week)
        if len(rows) == 0 or not self._has_truth(metric.id, rows):
            return float("nan")
        rates = sensitivity_specificity(
            self.truth[metric.id][rows], self.predicted[metric.id][rows], self.weight[rows]
        )
        return rogan_gladen(apparent, *rates)

    def cells(
        self, exposure: str, kind: str, week: int, window: CrosstabUnits
    ) -> tuple[FourCells, int] | None:
        """Return the corrected 2x2 shares of a pooled window and the labels behind them."""
        rows = self.window(kind, week)
        if len(rows) == 0:
            return None
        cell = cell_of(window.exposures[exposure], window.outcome)
        shares = np.bincount(cell, minlength=4) / max(len(cell), 1)
        truth, predicted = self.cells_truth[exposure][rows], self.cells_predicted[exposure][rows]
        if not self.is_told[exposure][rows].all():
            # The classifier's exposure in every ad, with people's outcome: cells 0 and 1 are the exposed.
            truth = predicted // 2 * 2 + truth % 2
        unit = np.eye(4)
        moved = corrected_cells(shares, unit[truth], unit[predicted], self.weight[rows])
        return (float(moved[0]), float(moved[1]), float(moved[2]), float(moved[3])), len(rows)

    def _has_truth(self, metric_id: str, rows: NDArray[np.intp]) -> bool:
        return metric_id in self.truth and bool(self.is_told[metric_id][rows].all())


def _parts(metric: Metric) -> tuple[str, ...]:
    return (metric.id,) if metric.kind == "share" else (str(metric.minuend), str(metric.subtrahend))


def audit_window_name(week_start_index: int) -> str:
    """Return the window of labels behind a week, `2026-W35/2026-W47`."""
    return (
        f"{week_name(monday_of(week_start_index - AUDIT_WEEKS + 1))}/{week_name(monday_of(week_start_index))}"
    )


def load_audit(con: duckdb.DuckDBPyConnection, metrics: Sequence[Metric], last: int) -> Audit | None:
    """Return the settled labels up to week index `last`, joined to measure_units; None without labels.

    An ad counts when people settled both its certification and its criteria status, and do not differ on
    when a required certification is due; other labels default to the classifier's, which leaves their
    metrics uncorrected in the windows that the ad is in.
    """
    settled = settle(AuditLabel(**row) for row in read_rows(con, "SELECT * FROM core_audit_labels"))
    complete = [
        (week_index(parse_week(week)), content_hash, *settled.design[week, content_hash], values)
        for (week, content_hash), values in settled.values.items()
        if all(name in values for name in _NEEDED)
    ]
    is_open = {(week, ad) for week, ad, name in settled.contradictions if name == "cert_timing"}
    complete = [
        row
        for row in complete
        if row[0] <= last
        and not (row[4]["cert_status"] == "required" and (week_name(monday_of(row[0])), row[1]) in is_open)
    ]
    if not complete:
        return None
    table = pa.table(
        {
            "audit_week": pa.array([row[0] for row in complete], pa.int64()),
            "content_hash": [row[1] for row in complete],
            "stratum_name": [row[2] for row in complete],
            "probability": pa.array([row[3] for row in complete], pa.float64()),
            **{
                f"h_{name}": pa.array([row[4].get(name) for row in complete], pa.string())
                for name in _LABEL_COLUMNS
            },
        }
    )
    con.register("_audit_labels", table)
    replaced = ", ".join(map(_replacement, _LABEL_COLUMNS))
    # One opening stands for all that share the ad's text: the first of the week that the ad was drawn from,
    # for the same text may have been another series' or another employer's before, or come in with a dump.
    con.execute(f"""
        CREATE OR REPLACE TEMP TABLE audit_machine AS
        SELECT a.*, u.* EXCLUDE (content_hash), 1.0 / m.n AS share_of_employer,
            dense_rank() OVER (ORDER BY a.stratum_name)::BIGINT AS stratum
        FROM _audit_labels AS a
        JOIN measure_units AS u USING (content_hash)
        JOIN (
            SELECT series_kind, week_index, employer_id, count(*) AS n FROM measure_units GROUP BY ALL
        ) AS m ON m.series_kind = u.series_kind AND m.employer_id = u.employer_id
            AND m.week_index IS NOT DISTINCT FROM u.week_index
        QUALIFY row_number() OVER (
            PARTITION BY a.audit_week, content_hash
            ORDER BY u.week_index IS DISTINCT FROM a.audit_week, u.series_kind <> 'observed', u.opening_key
        ) = 1
        ORDER BY a.audit_week, content_hash;
        CREATE OR REPLACE TEMP TABLE audit_people AS
        SELECT * REPLACE ({replaced}) FROM audit_machine ORDER BY audit_week, content_hash
        """)  # noqa: S608 (names are constants of this module)
    con.unregister("_audit_labels")
    shares = {
        m.id: str(m.numerator)
        for m in metrics
        if m.kind == "share" and m.denominator == "TRUE" and _binds(con, str(m.numerator), _LABEL_COLUMNS)
    }
    audit = _fetch(con, shares)
    con.execute("DROP TABLE audit_machine; DROP TABLE audit_people")
    return audit


def _replacement(name: str) -> str:
    if name == "cert_timing":
        return "CASE WHEN h_cert_timing = 'post_hire' THEN 'post_hire' ELSE 'at_hire' END AS cert_timing"
    return f"coalesce(h_{name}::{_LABEL_COLUMNS[name]}, {name}) AS {name}"


def _binds(con: duckdb.DuckDBPyConnection, predicate: str, labels: Iterable[str]) -> bool:
    """Tell whether a predicate binds to these labels alone: only then do people's labels define it."""
    columns = ", ".join(f"NULL::{_LABEL_COLUMNS[name]} AS {name}" for name in labels)
    try:
        con.sql("SELECT 1").project(columns).project(predicate)
    except duckdb.BinderException:
        return False
    return True


def _told(con: duckdb.DuckDBPyConnection, predicate: str) -> str:
    """Return the condition that people gave every label that a predicate rests on."""
    asked = [name for name in _LABEL_COLUMNS if name not in _ALWAYS_TOLD]
    needed = [name for name in asked if not _binds(con, predicate, [n for n in _LABEL_COLUMNS if n != name])]
    return " AND ".join(["TRUE", *(f"h_{name} IS NOT NULL" for name in needed)])


def _fetch(con: duckdb.DuckDBPyConnection, shares: Mapping[str, str]) -> Audit:
    cells = {
        name: f"CASE WHEN ({predicate}) THEN (CASE WHEN {OUTCOME} THEN 0 ELSE 1 END) "
        f"ELSE (CASE WHEN {OUTCOME} THEN 2 ELSE 3 END) END AS cell_{name}"
        for name, predicate in EXPOSURES.items()
    }
    counts = [f"({numerator})::INTEGER AS x_{metric}" for metric, numerator in shares.items()]
    predicates = {**shares, **EXPOSURES}
    told = [f"({_told(con, predicate)}) AS told_{name}" for name, predicate in predicates.items()]
    wanted = ", ".join([*counts, *cells.values(), *told])
    design = (
        "audit_week, series_kind, employer_id::BIGINT AS employer, stratum, probability, share_of_employer, "
        + ", ".join(DIMENSION_COLUMNS)
    )
    machine, people = (
        con.execute(
            f"SELECT {design}, {wanted} FROM {table} ORDER BY audit_week, content_hash"  # noqa: S608 (registry)
        ).fetchnumpy()
        for table in ("audit_machine", "audit_people")
    )

    def numbers(columns: dict[str, NDArray[np.generic]], name: str) -> Floats:
        return np.asarray(columns[name]).astype(np.float64)

    return Audit(
        week=np.asarray(machine["audit_week"]).astype(np.int64),
        kind=np.asarray(machine["series_kind"]).astype(object),
        employer=np.asarray(machine["employer"]).astype(np.int64),
        stratum=np.asarray(machine["stratum"]).astype(np.int64),
        weight=1 / numbers(machine, "probability"),
        share_of_employer=numbers(machine, "share_of_employer"),
        truth={metric: numbers(people, f"x_{metric}") for metric in shares},
        predicted={metric: numbers(machine, f"x_{metric}") for metric in shares},
        strata={name: np.asarray(machine[name]).astype(object) for name in DIMENSION_COLUMNS},
        cells_truth={name: np.asarray(people[f"cell_{name}"]).astype(np.int64) for name in EXPOSURES},
        cells_predicted={name: np.asarray(machine[f"cell_{name}"]).astype(np.int64) for name in EXPOSURES},
        is_told={name: np.asarray(people[f"told_{name}"]).astype(bool) for name in (*shares, *EXPOSURES)},
    )
