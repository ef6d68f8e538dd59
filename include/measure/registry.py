"""The metric registry: what is counted, out of what, read from metrics.yaml and checked at load."""

from __future__ import annotations

from collections import Counter
from functools import cache
from pathlib import Path
from typing import Literal, Self, get_args

import duckdb
import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from include.yaml_files import load_yaml

REGISTRY_FILE = Path(__file__).with_name("metrics.yaml")

Basis = Literal["flow", "stock"]
Weight = Literal["posting", "employer", "panel"]
"""posting: every opening counts one. employer: every employer does. panel: of employers in two windows."""
Kind = Literal["share", "difference", "rate", "derived"]
Unit = Literal["fraction", "per_1000_words", "logit_per_week", "change", "ratio", "tau"]
Dimension = Literal[
    "all",
    "region",
    "seniority",
    "role_family",
    "source",
    "source_family",
    "employer_type",
    "workplace",
    "framework_use",
    "employer_size",
    "staleness",
]
DIMENSIONS: tuple[Dimension, ...] = get_args(Dimension)


class RegistryError(ValueError):
    """The metric registry cannot be used; the message names the metric and the mend."""


class Metric(BaseModel):
    """One published metric.

    Attributes:
        id: short stable id, such as `M1`.
        name: snake_case name.
        version: version of the definition; a change of meaning bumps it.
        kind: share (numerator / denominator, both counted in units), rate (a ratio that is not a share),
            difference (of two share metrics, both listed in the registry), derived (made by an estimator of
            its own: trend.py, panel.py, uniformity.py, year_on_year.py).
        unit: unit of the published value.
        numerator: SQL over the columns of population.sql; BOOLEAN, or an integer count per unit.
        numerator_label: the numerator in words.
        denominator: SQL as above; default every unit of the population.
        denominator_label: the denominator in words.
        minuend, subtrahend: ids of the two shares of a difference.
        complement: id of the share over the rest of the openings, with the same numerator. Each is the whole
            less the other, so neither is published where the other is too thin.
        bases: flow, stock or both.
        weights: weighting schemes; employer weighting needs a yes/no numerator. A derived metric has those of
            its estimator; no other rests on the panel.
        dimensions: breakdowns that are published besides `all`.
        notes: how to read it.
        known_bias: what pulls it away from the truth.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^M\d{1,2}[a-z_0-9]*$")
    name: str = Field(pattern=r"^[a-z][a-z0-9_]*$")
    version: str = Field(pattern=r"^\d+\.\d+$")
    kind: Kind = "share"
    unit: Unit = "fraction"
    numerator: str | None = None
    numerator_label: str
    denominator: str = "TRUE"
    denominator_label: str = "product openings"
    minuend: str | None = None
    subtrahend: str | None = None
    complement: str | None = None
    bases: tuple[Basis, ...] = ("flow", "stock")
    weights: tuple[Weight, ...] = ("posting", "employer")
    dimensions: tuple[Dimension, ...] = ()
    notes: str
    known_bias: str

    @model_validator(mode="after")
    def _parts_fit_kind(self) -> Self:
        has_parts = bool(self.minuend and self.subtrahend)
        has_numerator = self.numerator is not None
        if has_parts != (self.kind == "difference") or has_numerator != (self.kind in ("share", "rate")):
            raise ValueError(
                f"{self.id}: a difference has minuend and subtrahend and no numerator, a derived metric has "
                "none of the three; every other kind has a numerator and neither of the two"
            )
        if self.kind != "derived" and "panel" in self.weights:
            raise ValueError(f"{self.id}: only a derived metric rests on a panel of employers")
        return self

    @property
    def published_unit(self) -> str:
        """The unit in which people are told the figure: a difference of fractions is a change in points."""
        return "change" if self.kind == "difference" else self.unit


class Registry(BaseModel):
    """All metrics in order of publication."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    metrics: tuple[Metric, ...]

    @property
    def counted(self) -> tuple[Metric, ...]:
        """The metrics that rest on predicates: all but the derived ones."""
        return tuple(metric for metric in self.metrics if metric.kind != "derived")

    @property
    def derived(self) -> tuple[Metric, ...]:
        """The metrics that an estimator of their own makes."""
        return tuple(metric for metric in self.metrics if metric.kind == "derived")

    @model_validator(mode="after")
    def _ids_fit(self) -> Self:
        ids = Counter(metric.id for metric in self.metrics)
        repeated = [metric_id for metric_id, count in ids.items() if count > 1]
        if repeated:
            raise ValueError(f"metric ids occur twice: {', '.join(repeated)}")
        shares = {metric.id: metric for metric in self.metrics if metric.kind == "share"}
        for metric in self.metrics:
            for part in (metric.minuend, metric.subtrahend, metric.complement):
                if part and part not in shares:
                    raise ValueError(f"{metric.id}: {part} is not a share metric of the registry")
                if part and not set(metric.dimensions) <= set(shares[part].dimensions):
                    raise ValueError(
                        f"{metric.id}: {part} is not published for every dimension of {metric.id}"
                    )
        return self

    def __getitem__(self, metric_id: str) -> Metric:
        """Return one metric; KeyError lists the known ids."""
        for metric in self.metrics:
            if metric.id == metric_id:
                return metric
        raise KeyError(f"no metric {metric_id!r}; there are: {', '.join(m.id for m in self.metrics)}")


@cache
def load_registry(path: Path = REGISTRY_FILE) -> Registry:
    """Read and check the registry's form. Predicates are checked against the data by `check_predicates`.

    Raises:
        RegistryError: the file cannot be read or a metric is not of the declared form.
    """
    try:
        return Registry.model_validate(load_yaml(path))
    except (yaml.YAMLError, ValidationError) as error:
        raise RegistryError(f"{path}: {error}") from error


def check_predicates(con: duckdb.DuckDBPyConnection, registry: Registry, table: str) -> None:
    """Make DuckDB bind every predicate to `table`, without reading a row.

    Raises:
        RegistryError: a predicate names an unknown column, does not parse or has the wrong type.
    """
    for metric in registry.metrics:
        for part, expression in (("numerator", metric.numerator), ("denominator", metric.denominator)):
            if expression is None:
                continue
            try:
                # The registry is a reviewed file of this repository, not input from outside.
                described = con.sql(f"SELECT ({expression}) AS value FROM {table} LIMIT 0")  # noqa: S608
            except duckdb.Error as error:
                reason = str(error).splitlines()[0]
                raise RegistryError(
                    f"metric {metric.id} ({metric.name}): its {part} {expression!r} cannot be evaluated: "
                    f"{reason}. Correct it in {REGISTRY_FILE.name}."
                ) from error
            kind = str(described.types[0])
            if kind != "BOOLEAN" and "INT" not in kind:
                raise RegistryError(
                    f"metric {metric.id} ({metric.name}): its {part} {expression!r} gives {kind}; "
                    "it must be BOOLEAN or a whole number."
                )
