"""The 2x2 tables of out_cert_by_criteria_v1: an exposure against explicit success criteria, pooled."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

import duckdb
import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from include.measure import association
from include.measure.columns import take_rows
from include.measure.grouping import renumber
from include.measure.interval import NO_INTERVAL, Interval
from include.measure.suppression import MINIMUM_EMPLOYERS, PROVISIONAL_WEEKS, Flags, is_publishable
from include.measure.units import KINDS, NO_EMPLOYER
from include.measure.weeks import monday_of

WINDOWS: Final = (13, 26)
SERIES_WEEKS: Final = 104
"""The table shows the last two years; a pooled figure changes little from week to week."""
ADJUSTED_FROM_WEEKS: Final = 26
EXPOSURES: Final = {
    "cert_required": "cert_status = 'required' AND cert_timing = 'at_hire'",
    "cert_asked": "cert_status IN ('required', 'listed', 'preferred')",
    "degree_required": "degree_status = 'required'",
    "clearance_required": "requires_clearance",
}
OUTCOME: Final = "criteria_status = 'explicit'"
_FRAMEWORKS: Final = "['safe', 'scrum', 'other', 'agile_generic', 'none']"
_SENIORITY_GROUP: Final = """
    CASE WHEN seniority IN ('intern', 'junior') THEN 0 WHEN seniority IN ('mid', 'unknown') THEN 1
        WHEN seniority IN ('senior', 'lead', 'principal') THEN 2 ELSE 3 END
"""

_METHODS: Final = "mover_cluster (rd, odds_ratio, phi), linearised_cluster_t (others)"

FourCells = tuple[float, float, float, float]


class CellCorrection(Protocol):
    """What corrects the cells of a table: the audit labels."""

    def cells(
        self, exposure: str, kind: str, week: int, window: CrosstabUnits
    ) -> tuple[FourCells, int] | None:
        """Return the four corrected shares and the number of labels behind them, or None."""


@dataclass(frozen=True)
class CrosstabUnits:
    """The flow of one series kind, one element per opening, sorted by week."""

    week: NDArray[np.int64]
    employer: NDArray[np.int64]
    n_words: NDArray[np.int64]
    background: NDArray[np.int64]
    outcome: Flags
    exposures: Mapping[str, Flags]

    def window(self, last: int, weeks: int) -> CrosstabUnits:
        """Return the openings of the window that ends with week index `last`."""
        start, end = np.searchsorted(self.week, [last - weeks + 1, last + 1])
        return take_rows(self, slice(start, end))


def load_crosstab_units(con: duckdb.DuckDBPyConnection) -> dict[str, CrosstabUnits]:
    """Return the flow of measure_units by series kind."""
    flags = ", ".join(f"({predicate}) AS {name}" for name, predicate in EXPOSURES.items())
    columns = con.execute(
        f"""
        SELECT list_position($kinds, series_kind) - 1 AS kind, week_index::BIGINT AS week,
            employer_id::BIGINT AS employer, n_words::BIGINT AS n_words,
            (list_position({_FRAMEWORKS}, framework_use) * 4 + ({_SENIORITY_GROUP})) * 2
                + (employer_type = 'staffing_agency')::INTEGER AS background,
            ({OUTCOME}) AS outcome, {flags}
        FROM measure_units WHERE week_index IS NOT NULL  -- stored in the order of employers
        """,  # noqa: S608 (constants of this module)
        {"kinds": list(KINDS)},
    ).fetchnumpy()
    every = CrosstabUnits(
        week=np.asarray(columns["week"]),
        employer=np.asarray(columns["employer"]),
        n_words=np.asarray(columns["n_words"]),
        background=np.asarray(columns["background"]).astype(np.int64),
        outcome=np.asarray(columns["outcome"]).astype(bool),
        exposures={name: np.asarray(columns[name]).astype(bool) for name in EXPOSURES},
    )
    units = {}
    for code, kind in enumerate(KINDS):
        rows = np.flatnonzero(np.asarray(columns["kind"]) == code)
        if len(rows):
            by_week = np.argsort(every.week[rows].astype(np.uint16), kind="stable")
            units[kind] = take_rows(every, rows[by_week])
    return units


def measure_crosstab(
    con: duckdb.DuckDBPyConnection, last: int, audit: CellCorrection | None = None
) -> pa.Table:
    """Return the rows of out_cert_by_criteria_v1 for the last two years up to week index `last`.

    Args:
        con: connection with measure_units.
        last: week index of the release's week.
        audit: corrects the cells; None without labels.
    """
    rows = []
    for kind, units in load_crosstab_units(con).items():
        for week in range(max(int(units.week[0]), last - SERIES_WEEKS + 1), last + 1):
            for weeks in WINDOWS:
                window = units.window(week, weeks)
                prepared = _Prepared.of(window, weeks)
                for exposure in EXPOSURES:
                    row = _row(prepared, exposure, last - week)
                    row |= {"week_start": monday_of(week), "window_weeks": weeks, "series_kind": kind}
                    cells = audit.cells(exposure, kind, week, window) if audit else None
                    rows.append(row | _corrected_columns(cells if row["obs_status"] != "Q" else None))
    return pa.Table.from_pylist(rows, schema=_schema(rows)) if rows else pa.table({})


@dataclass(frozen=True)
class _Prepared:
    """What the tables of one window have in common, whatever the exposure.

    Attributes:
        window: its openings.
        weeks: its length.
        observed: weeks with an opening.
        employer: number of each opening's employer among those of the window.
        is_nameless: whether number 0 is the ads that name no employer: a cluster, but no employer.
        n_employers: employers of the window.
        stratum: stratum of each opening for the adjusted ratio; None where the window is too short for one.
        is_published: whether it meets the thresholds of publication.
    """

    window: CrosstabUnits
    weeks: int
    observed: int
    employer: NDArray[np.int64]
    is_nameless: bool
    n_employers: int
    stratum: NDArray[np.int64] | None
    is_published: bool

    @classmethod
    def of(cls, window: CrosstabUnits, weeks: int) -> _Prepared:
        employer, stratum = renumber(window.employer), None
        is_nameless = bool((window.employer == NO_EMPLOYER).any())
        if weeks >= ADJUSTED_FROM_WEEKS and len(employer):
            tertiles = np.quantile(window.n_words, [1 / 3, 2 / 3])
            stratum = window.background * 3 + np.searchsorted(tertiles, window.n_words)
        sizes = np.bincount(employer)
        n_employers = len(sizes) - is_nameless
        return cls(
            window=window,
            weeks=weeks,
            observed=int(np.count_nonzero(np.bincount(window.week))),
            employer=employer,
            is_nameless=is_nameless,
            n_employers=n_employers,
            stratum=stratum,
            is_published=is_publishable(len(employer), n_employers, sizes.max(initial=0)),
        )


def _row(prepared: _Prepared, exposure: str, age: int) -> dict[str, Any]:
    window, observed = prepared.window, prepared.observed
    exposed = window.exposures[exposure]
    row: dict[str, Any] = {
        "exposure": exposure, "weeks_observed": observed, "n_postings": len(window.week),
        "n_employers": prepared.n_employers,
    }  # fmt: skip
    if not prepared.is_published:
        return row | {"mh_strata": 0, "obs_status": "Q", "conf_status": "C"}
    tables = association.employer_tables(exposed, window.outcome, prepared.employer)
    of_employers = tables[1:] if prepared.is_nameless else tables
    a, b, c, d = (int(x) for x in tables.sum(axis=0))
    rd, smallest = association.risk_difference(tables)
    ratio = association.odds_ratio(tables)
    adjusted, strata, inside, informing = NO_INTERVAL, 0, NO_INTERVAL, 0
    if prepared.stratum is not None:
        adjusted, strata = association.mantel_haenszel(
            exposed, window.outcome, prepared.stratum, prepared.employer
        )
        if age == 0:
            inside, informing = association.conditional_odds_ratio(of_employers)
    exposed_employers = int(np.count_nonzero(of_employers[:, 0] + of_employers[:, 1]))
    is_thin = observed < prepared.weeks or exposed_employers < MINIMUM_EMPLOYERS
    return row | {
        "n_both": a, "n_exposure_only": b, "n_criteria_only": c, "n_neither": d,
        "instead_share": b / (a + b) if a + b else None,
        "otherwise_share": d / (c + d) if c + d else None,
        **_interval("rd", rd), "rd_mde": _number(smallest), **_interval("odds_ratio", ratio),
        **_interval("phi", association.phi_coefficient(tables)), **_interval("mh_odds_ratio", adjusted),
        **_interval("within_odds_ratio", inside), "within_employers": informing or None,
        "mh_strata": strata, "ci_method": _METHODS,
        "obs_status": "U" if is_thin else "P" if age < PROVISIONAL_WEEKS else "A", "conf_status": "F",
    }  # fmt: skip


def _corrected_columns(cells: tuple[FourCells, int] | None) -> dict[str, Any]:
    if cells is None:
        return {"audit_n": 0}
    (both, exposure, criteria, neither), audit_n = cells
    has_both = both + exposure > 0 and criteria + neither > 0
    return {
        "p_both_ppi": both, "p_exposure_only_ppi": exposure, "p_criteria_only_ppi": criteria,
        "p_neither_ppi": neither, "audit_n": audit_n,
        "rd_ppi": both / (both + exposure) - criteria / (criteria + neither) if has_both else None,
    }  # fmt: skip


def _interval(name: str, interval: Interval) -> dict[str, float | None]:
    return {
        name: _number(interval.value),
        f"{name}_low": _number(interval.low),
        f"{name}_high": _number(interval.high),
    }


def _number(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _schema(rows: list[dict[str, Any]]) -> pa.Schema:
    whole = {"window_weeks", "weeks_observed", "n_postings", "n_employers", "n_both", "n_exposure_only",
             "n_criteria_only", "n_neither", "audit_n", "mh_strata", "within_employers"}  # fmt: skip
    text = {"series_kind", "exposure", "ci_method", "obs_status", "conf_status"}
    fields = {name: None for row in rows for name in row}
    types = {
        **dict.fromkeys(whole, pa.int64()),
        **dict.fromkeys(text, pa.string()),
        "week_start": pa.date32(),
    }
    return pa.schema([(name, types.get(name, pa.float64())) for name in fields])
