"""The claims ledger: each claim, the figure that bears on it, the verdict of a rule fixed beforehand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any, Final, Literal, Self

import duckdb
import pyarrow as pa
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from scipy import stats

from include.measure.estimators import NORMAL_QUANTILE
from include.measure.kinds import kinds_by_size
from include.measure.pooled import DIMENSION, WINDOW_WEEKS
from include.measure.registry import Metric, Registry, RegistryError
from include.measure.weeks import monday_of
from include.warehouse.rows import read_single
from include.yaml_files import load_yaml

CLAIMS_FILE: Final = Path(__file__).with_name("claims.yaml")
FIGURE_COLUMNS: Final = (
    "series_kind", "figure", "figure_low", "figure_high", "unit", "n_postings", "n_employers", "window_weeks",
)  # fmt: skip
"""Where a claim's figure comes from, and what it rests on."""

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
        return low > self.threshold if self.low_above is not None else high < self.threshold

    @property
    def threshold(self) -> float:
        """The number that an end of the interval is compared with."""
        return self.low_above if self.low_above is not None else self.high_below or 0.0

    def words(self, unit: str) -> str:
        """Return the condition in words.

        Args:
            unit: of the figure: fraction is told in percent, change in percentage points.
        """
        number = f"{self.threshold:g}"
        if unit == "fraction":
            number = f"{100 * self.threshold:g}%"
        elif unit == "change" and self.threshold:
            number = f"{100 * self.threshold:g} points"
        if self.low_above is not None:
            return f"the lower end of the interval is above {number}"
        return f"the upper end of the interval is below {number}"


class Figure(BaseModel):
    """Where a claim's figure comes from: a metric, or the risk difference of an exposure of the 2x2."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    label: str
    metric: str | None = None
    weight: Literal["posting", "employer", "panel"] = "posting"
    exposure: str | None = None
    control: str | None = None


class Claim(BaseModel):
    """One claim: testable with figure and two conditions, or not, with the reason.

    The primary one was chosen beforehand as the one test of the project; all others are exploratory.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z_]+$")
    essay: Literal[1, 2]
    claim: str
    metrics: tuple[str, ...] = ()
    is_primary: bool = False
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
        return tuple(Claim.model_validate(row) for row in load_yaml(path)["claims"])
    except (yaml.YAMLError, ValidationError, KeyError, TypeError) as error:
        raise RegistryError(f"{path}: {error}") from error


def measure_claims(con: duckdb.DuckDBPyConnection, registry: Registry, last: int) -> pa.Table:
    """Return the rows of out_claims_v1 for the release's week.

    Reads out_weekly_metrics_v1 and out_cert_by_criteria_v1, which must be filled before.
    """
    monday = monday_of(last)
    kinds = kinds_by_size(con, monday)
    claims = load_claims()
    found = {claim.id: _find(con, registry, claim.figure, kinds, monday) for claim in claims if claim.figure}
    adjusted = holm(
        {
            claim.id: distance_p_value(claim, figure)
            for claim in claims
            if not claim.is_primary and (figure := found.get(claim.id))
        }
    )
    rows = []
    for claim in claims:
        figure = found.get(claim.id) or {}
        rows.append(
            {
                "week_start": monday,
                "claim_id": claim.id,
                "essay": claim.essay,
                "claim": claim.claim,
                "metric_ids": list(claim.metrics),
                "figure_label": claim.figure.label if claim.figure else None,
                **{name: figure.get(name) for name in FIGURE_COLUMNS},
                "p_holm": adjusted.get(claim.id),
                "verdict": decide(claim, figure or None),
                "verdict_rule": _rule(claim, registry),
                "reading": claim.not_testable or claim.reading,
                "what_would_change_it": claim.what_would_change_it,
            }
        )
    whole = {name: pa.int64() for name in ("essay", "n_postings", "n_employers", "window_weeks")}
    numbers = {name: pa.float64() for name in ("figure", "figure_low", "figure_high", "p_holm")}
    types = {**whole, **numbers, "week_start": pa.date32(), "metric_ids": pa.list_(pa.string())}
    return pa.Table.from_pylist(
        rows, schema=pa.schema([(name, types.get(name, pa.string())) for name in rows[0]])
    )


def distance_p_value(claim: Claim, found: Mapping[str, Any]) -> float:
    """Return the two-sided p-value of the figure against the nearer of its rule's two thresholds it is past.

    The distance is measured in the half of the interval that points at the threshold, which is two-sided 95
    percent, so that p is under 0.05 exactly when the interval meets the condition; 1 where the figure is past
    neither.
    """
    value = found["figure"]
    p_values = [1.0]
    for condition in (claim.supported_if, claim.contradicted_if):
        if condition is None:
            continue
        threshold = condition.threshold
        end = found["figure_low"] if condition.low_above is not None else found["figure_high"]
        is_past = value > threshold if condition.low_above is not None else value < threshold
        if is_past and value != end:
            distance = NORMAL_QUANTILE * abs(value - threshold) / abs(value - end)
            p_values.append(float(2 * stats.norm.sf(distance)))
    return min(p_values)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return p-values adjusted for their number; under 0.05 holds at 5 percent for all of them together.

    Source: Holm (1979), Scandinavian Journal of Statistics 6.
    """
    adjusted: dict[str, float] = {}
    largest = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: (item[1], item[0]))):
        largest = max(largest, min((len(p_values) - rank) * p, 1.0))
        adjusted[name] = largest
    return adjusted


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


def _rule(claim: Claim, registry: Registry) -> str:
    figure = claim.figure
    if claim.supported_if is None or claim.contradicted_if is None or figure is None:
        return "None: ads cannot show it."
    unit = registry[figure.metric].published_unit if figure.metric else "change"
    control = (
        f", and the control ({figure.control.replace('_', ' ')}) does not show the same"
        if figure.control
        else ""
    )
    return (
        f"Supported when {claim.supported_if.words(unit)}{control}; "
        f"contradicted when {claim.contradicted_if.words(unit)}; else undecided."
    )


def _find(
    con: duckdb.DuckDBPyConnection, registry: Registry, figure: Figure, kinds: Sequence[str], monday: date
) -> dict[str, Any] | None:
    for kind in kinds:
        if figure.exposure:
            found = _risk_difference(con, figure, kind, monday)
        else:
            found = _published(con, registry[str(figure.metric)], figure.weight, kind, monday)
        if found:
            return found
    return None


def _published(
    con: duckdb.DuckDBPyConnection, metric: Metric, weight: str, kind: str, monday: date
) -> dict[str, Any] | None:
    """Return the release's own row of a metric: pooled over 26 weeks, or as its estimator made it."""
    return read_single(
        con,
        """
        SELECT series_kind, coalesce(est_ppi, est_raw) AS figure, ci_low AS figure_low,
            ci_high AS figure_high, $unit AS unit, n_postings, n_employers, window_weeks
        FROM out_weekly_metrics_v1
        WHERE metric_id = $metric AND weight_scheme = $weight AND series_kind = $kind AND week_start = $monday
            AND basis = 'flow' AND stratum_dim = $dimension
            AND obs_status <> 'Q' AND est_raw IS NOT NULL AND ci_low IS NOT NULL
        """,
        {
            "metric": metric.id,
            "unit": metric.published_unit,
            "weight": weight,
            "kind": kind,
            "monday": monday,
            "dimension": "all" if metric.kind == "derived" else DIMENSION,
        },
    )


def _risk_difference(
    con: duckdb.DuckDBPyConnection, figure: Figure, kind: str, monday: date
) -> dict[str, Any] | None:
    return read_single(
        con,
        """
        SELECT t.series_kind, t.rd AS figure, t.rd_low AS figure_low, t.rd_high AS figure_high,
            'change' AS unit, t.n_postings, t.n_employers,
            -- As the pooled rows of the same openings: the length of the series, not the weeks that had ads.
            coalesce(
                (SELECT max(w.window_weeks) FROM out_weekly_metrics_v1 AS w WHERE w.stratum_dim = $dimension
                    AND w.series_kind = t.series_kind AND w.week_start = t.week_start),
                t.weeks_observed
            ) AS window_weeks,
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
            "weeks": WINDOW_WEEKS,
            "dimension": DIMENSION,
            "kind": kind,
            "monday": monday,
        },
    )
