"""The claims ledger: each claim, the figure that bears on it, the verdict of a rule fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Self

import duckdb
import numpy as np
import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from include.measure.cells import Units, sum_cells
from include.measure.registry import Registry, RegistryError
from include.measure.series import estimate_metric
from include.measure.suppression import meets_thresholds
from include.measure.weeks import monday_of

CLAIMS_FILE: Final = Path(__file__).with_name("claims.yaml")
POOLED_WEEKS: Final = 26
KIND_ORDER: Final = ("observed", "archived", "reconstructed")
"""The figure comes from the first of these that has one: what we saw ourselves before what others kept."""

Verdict = Literal["supported", "contradicted", "undecided", "not_testable"]


class Condition(BaseModel):
    """A condition on the 95 percent interval of a figure; exactly one of the two is set."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    low_above: float | None = None
    high_below: float | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.low_above is None) == (self.high_below is None):
            raise ValueError("a condition has either low_above or high_below")
        return self

    def holds(self, low: float, high: float) -> bool:
        """Tell whether the interval meets the condition."""
        return low > self.low_above if self.low_above is not None else high < (self.high_below or 0.0)

    def words(self) -> str:
        """Return the condition in words."""
        if self.low_above is not None:
            return f"the lower end of the interval is above {self.low_above:g}"
        return f"the upper end of the interval is below {self.high_below:g}"


class Figure(BaseModel):
    """Where a claim's figure comes from: a metric, or the risk difference of an exposure of the 2x2."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    metric: str | None = None
    weight: Literal["posting", "employer", "panel"] = "posting"
    exposure: str | None = None
    control: str | None = None


class Claim(BaseModel):
    """One claim: testable with figure and two conditions, or not, with the reason."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z_]+$")
    essay: Literal[1, 2]
    claim: str
    metrics: tuple[str, ...] = ()
    figure: Figure | None = None
    supported_if: Condition | None = None
    contradicted_if: Condition | None = None
    not_testable: str | None = None
    reading: str = ""
    what_would_change_it: str

    @model_validator(mode="after")
    def _whole(self) -> Self:
        is_testable = bool(self.metrics and self.figure and self.supported_if and self.contradicted_if)
        if is_testable == bool(self.not_testable):
            raise ValueError(f"{self.id}: a claim has metrics, figure and both conditions, or not_testable")
        return self


@cache
def load_claims(path: Path = CLAIMS_FILE) -> tuple[Claim, ...]:
    """Read the ledger.

    Raises:
        RegistryError: the file cannot be read or a claim is incomplete.
    """
    try:
        return tuple(Claim.model_validate(row) for row in yaml.safe_load(path.read_text("utf-8"))["claims"])
    except (yaml.YAMLError, ValidationError, KeyError, TypeError) as error:
        raise RegistryError(f"{path}: {error}") from error


def measure_claims(con: duckdb.DuckDBPyConnection, registry: Registry, units: Units, last: int) -> pa.Table:
    """Return the rows of out_claims_v1 for the release's week.

    Reads out_weekly_metrics_v1 and out_cert_by_criteria_v1, which must be filled before.
    """
    monday = monday_of(last)
    rows = []
    for claim in load_claims():
        found = _find(con, registry, units, claim.figure, last) if claim.figure else None
        rows.append(
            {
                "week_start": monday,
                "claim_id": claim.id,
                "essay": claim.essay,
                "claim": claim.claim,
                "metric_ids": list(claim.metrics),
                "series_kind": None,
                "figure_label": claim.figure.label if claim.figure else None,
                "figure": None,
                "figure_low": None,
                "figure_high": None,
                "unit": None,
                "n_postings": None,
                "n_employers": None,
                **(
                    {name: value for name, value in found.items() if name != "is_control_alike"}
                    if found
                    else {}
                ),
                "verdict": decide(claim, found),
                "verdict_rule": _rule(claim),
                "reading": claim.not_testable or claim.reading,
                "what_would_change_it": claim.what_would_change_it,
            }
        )
    whole = {name: pa.int64() for name in ("essay", "n_postings", "n_employers")}
    numbers = {name: pa.float64() for name in ("figure", "figure_low", "figure_high")}
    types = {**whole, **numbers, "week_start": pa.date32(), "metric_ids": pa.list_(pa.string())}
    return pa.Table.from_pylist(
        rows, schema=pa.schema([(name, types.get(name, pa.string())) for name in rows[0]])
    )


def decide(claim: Claim, found: Mapping[str, Any] | None) -> Verdict:
    """Return the verdict of a claim on its figure; no figure leaves a testable claim undecided."""
    if claim.supported_if is None or claim.contradicted_if is None:
        return "not_testable"
    if found is None:
        return "undecided"
    low, high = found["figure_low"], found["figure_high"]
    if claim.supported_if.holds(low, high):
        return "undecided" if found.get("is_control_alike") else "supported"
    return "contradicted" if claim.contradicted_if.holds(low, high) else "undecided"


def _rule(claim: Claim) -> str:
    if claim.supported_if is None or claim.contradicted_if is None or claim.figure is None:
        return "None: ads cannot show it."
    control = (
        f", and the control {claim.figure.control} does not show the same" if claim.figure.control else ""
    )
    return (
        f"Supported when {claim.supported_if.words()}{control}; "
        f"contradicted when {claim.contradicted_if.words()}; else undecided."
    )


def _find(
    con: duckdb.DuckDBPyConnection, registry: Registry, units: Units, figure: Figure, last: int
) -> dict[str, Any] | None:
    for kind in KIND_ORDER:
        if figure.exposure:
            found = _risk_difference(con, figure, kind, monday_of(last))
        elif registry[str(figure.metric)].kind == "derived":
            found = _derived(con, figure, kind, monday_of(last))
        else:
            found = _pooled(registry, units, figure, kind, last)
        if found:
            return found
    return None


def _pooled(registry: Registry, units: Units, figure: Figure, kind: str, last: int) -> dict[str, Any] | None:
    """Return a counted metric over the 26 weeks that end with the release's week."""
    metric = registry[str(figure.metric)]
    parts = [registry[part] for part in (metric.minuend, metric.subtrahend) if part]
    cells = sum_cells(
        units,
        [*parts, metric],
        basis="flow",
        dimension="all",
        window_weeks=POOLED_WEEKS,
        only=[(kind, last, "all")],
    )
    sums = [cells.denominators[part] for part in cells.parts[metric.id]]
    if len(cells.kind) == 0 or not all(meets_thresholds(part)[0] for part in sums):
        return None
    estimate = estimate_metric(metric, "employer" if figure.weight == "employer" else "posting", cells)
    low, high = float(estimate.low[0]), float(estimate.high[0])
    if not (np.isfinite(low) and np.isfinite(high)):
        return None
    return {
        "series_kind": kind,
        "figure": float(estimate.value[0]),
        "figure_low": low,
        "figure_high": high,
        "unit": "change" if metric.kind == "difference" else metric.unit,
        "n_postings": int(min(part.n_units[0] for part in sums)),
        "n_employers": int(min(part.n_employers[0] for part in sums)),
    }


def _derived(
    con: duckdb.DuckDBPyConnection, figure: Figure, kind: str, monday: date
) -> dict[str, Any] | None:
    return _first(
        con,
        """
        SELECT series_kind, est_raw AS figure, ci_low AS figure_low, ci_high AS figure_high, unit, n_postings,
            n_employers
        FROM out_weekly_metrics_v1
        WHERE metric_id = $metric AND weight_scheme = $weight AND series_kind = $kind AND week_start = $monday
            AND obs_status <> 'Q' AND est_raw IS NOT NULL AND ci_low IS NOT NULL
        """,
        {"metric": figure.metric, "weight": figure.weight, "kind": kind, "monday": monday},
    )


def _risk_difference(
    con: duckdb.DuckDBPyConnection, figure: Figure, kind: str, monday: date
) -> dict[str, Any] | None:
    return _first(
        con,
        """
        SELECT t.series_kind, t.rd AS figure, t.rd_low AS figure_low, t.rd_high AS figure_high,
            'change' AS unit, t.n_postings, t.n_employers,
            coalesce(sign(c.rd) = sign(t.rd) AND (c.rd_high < 0 OR c.rd_low > 0), false) AS is_control_alike
        FROM out_cert_by_criteria_v1 AS t
        LEFT JOIN out_cert_by_criteria_v1 AS c
            ON c.week_start = t.week_start AND c.window_weeks = t.window_weeks
            AND c.series_kind = t.series_kind AND c.exposure = $control
        WHERE t.exposure = $exposure AND t.window_weeks = $weeks AND t.series_kind = $kind
            AND t.week_start = $monday AND t.rd IS NOT NULL
        """,
        {
            "exposure": figure.exposure,
            "control": figure.control,
            "weeks": POOLED_WEEKS,
            "kind": kind,
            "monday": monday,
        },
    )


def _first(con: duckdb.DuckDBPyConnection, query: str, values: Mapping[str, Any]) -> dict[str, Any] | None:
    result = con.execute(query, values)
    names = [column[0] for column in result.description]
    row = result.fetchone()
    return dict(zip(names, row, strict=True)) if row else None
