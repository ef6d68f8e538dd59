"""The figures that a reader, an operator and the command line see first."""

from __future__ import annotations

from datetime import date

import duckdb
import msgspec

from include.warehouse.rows import read_rows

HEADLINE_METRICS = ("M1", "M1b", "M2", "M3", "M5", "M5s", "M5l", "M5g", "M6")
NAMES = {
    "M1": "certification required",
    "M1b": "required or listed",
    "M2": "certification preferred",
    "M3": "certification mentioned",
    "M5": "criteria explicit",
    "M5s": "criteria explicit, strict",
    "M5l": "criteria explicit or partial",
    "M5g": "KPI talk only",
    "M6": "gap: required minus explicit",
}


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One published figure. Shares are fractions; None means suppressed or unknown.

    Attributes:
        x: openings in the numerator, where the figure is a count of openings.
        window_weeks: weeks of flow behind it: 4 when the week alone was too thin.
        corrected: the estimate corrected by audit labels; None without labels.
        audit_n: labelled openings behind `corrected`.
        ci_low, ci_high: 95 percent interval of `shown`.
        inner_low, inner_high: interval of `corrected` for the ads collected alone; None without labels.
    """

    metric_id: str
    name: str
    weight_scheme: str
    estimate: float | None
    ci_low: float | None
    ci_high: float | None
    n_postings: int
    n_employers: int
    n_eff: float | None
    obs_status: str
    x: int | None = None
    window_weeks: int = 1
    corrected: float | None = None
    audit_n: int = 0
    inner_low: float | None = None
    inner_high: float | None = None

    @property
    def shown(self) -> float | None:
        """The estimate that the interval is of: the corrected one where audit labels give one."""
        return self.estimate if self.corrected is None else self.corrected


class Headline(msgspec.Struct, frozen=True, kw_only=True):
    """The headline of one week and series kind."""

    week_start: date
    series_kind: str
    data_origin: str
    figures: tuple[Figure, ...]


def read_headline(connection: duckdb.DuckDBPyConnection, monday: date) -> Headline | None:
    """Return the headline of a week: of the observed series, or of the first kind that has the week.

    Returns:
        None when no series has the week.
    """
    kinds = connection.execute(
        "SELECT series_kind, any_value(data_origin) FROM out_weekly_metrics_v1 "
        "WHERE week_start = ? AND basis = 'flow' AND stratum_dim = 'all' GROUP BY series_kind "
        # Observed first; among the others the one that rests on more openings.
        "ORDER BY series_kind <> 'observed', max(n_postings) DESC, series_kind",
        [monday],
    ).fetchall()
    if not kinds:
        return None
    kind, data_origin = kinds[0]
    rows = read_rows(
        connection,
        "SELECT metric_id, weight_scheme, est_raw AS estimate, ci_low, ci_high, n_postings, n_employers, "
        "n_eff, obs_status, x_raw AS x, window_weeks, est_ppi AS corrected, audit_n, inner_low, inner_high "
        "FROM out_weekly_metrics_v1 "
        "WHERE week_start = ? AND series_kind = ? AND basis = 'flow' "
        "AND stratum_dim = 'all' AND weight_scheme IN ('posting', 'employer') "
        "AND list_contains(?, metric_id) ORDER BY weight_scheme DESC, list_position(?, metric_id)",
        [monday, kind, list(HEADLINE_METRICS), list(HEADLINE_METRICS)],
    )
    return Headline(
        week_start=monday,
        series_kind=kind,
        data_origin=data_origin,
        figures=tuple(Figure(name=NAMES[row["metric_id"]], **row) for row in rows),
    )
