"""The rows of out_weekly_metrics_v1 that do not come from cell sums, for every week of every series.

Trend, panel change, role uniformity, criteria at a fixed mix of lengths, the positive control. Where a week
has no figure, its row says so with status Q and no value.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from include.measure import length, positive_control, uniformity
from include.measure.estimators import POWER_QUANTILE, t_quantile
from include.measure.flow import Flow, count_employers, flows_by_kind, published_counts
from include.measure.grouping import Ints
from include.measure.interval import Interval
from include.measure.kinds import SURVIVORS
from include.measure.mann_kendall import mann_kendall
from include.measure.panel import PANEL_WEEKS, Panel, compare_windows
from include.measure.positive_control import ControlUnits
from include.measure.registry import Metric, Registry
from include.measure.rows import withheld_row
from include.measure.suppression import (
    MINIMUM_EMPLOYERS,
    MINIMUM_N_EFF,
    MINIMUM_POSTINGS,
    PROVISIONAL_WEEKS,
    is_publishable,
)
from include.measure.trend import MAXIMUM_WEEKS, MINIMUM_WEEKS, TrendNotEstimable, logit_trend
from include.measure.units import Units
from include.measure.weeks import monday_of
from include.measure.year_on_year import CHANGE_OF

PANEL_METRICS: Final = ("M1", "M1b", "M5")
SHARE: Final = "M1"
CRITERIA: Final = "M5"
Panels = Mapping[tuple[str, str, int], Panel]
"""(metric id, series kind, week index) to the comparison of its two windows."""
Figures = dict[str, dict[str, Any]]
"""Columns by metric id."""
TEXT_METRICS: Final = ("M14t", "M14tb", "M14tr")
"""They need the texts: include/measure/dissimilarity.py."""
ELSEWHERE: Final = (*TEXT_METRICS, "M12r", *CHANGE_OF)
"""Not for every week: some for the release's only (M12r by include/measure/pooled.py), changes on a year from
the 56th week of a series on (include/measure/year_on_year.py)."""
_WINDOWS: Final = {
    "M5z": length.WINDOW_WEEKS, "M10": MAXIMUM_WEEKS, "M10k": MAXIMUM_WEEKS, "M14": uniformity.WINDOW_WEEKS,
    "M14r": uniformity.WINDOW_WEEKS, "M14t": uniformity.WINDOW_WEEKS, "M14tb": uniformity.WINDOW_WEEKS,
    "M14tr": uniformity.WINDOW_WEEKS, "M14n": uniformity.WINDOW_WEEKS, "M17n": positive_control.WINDOW_WEEKS,
}  # fmt: skip

_CHANGES: Final = ("M10", "M10k", "M10p", "M10w", "M10b", "M10x")
"""They compare weeks, so `SURVIVORS` have none."""
_EFFECTIVE_OPENINGS: Final = ("M5z", "M17n")
"""Their n_eff is in openings, as that of counted metrics; of the others it is the employers, or the weeks."""


def measure_panels(units: Units, last: int) -> dict[tuple[str, str, int], Panel]:
    """Return the panel of every week that has both windows whole, by metric, kind and week.

    After the end of an import the current window would be cut short. For as long as it reaches into the
    import, both windows end with the import instead.
    """
    panels = {}
    for kind, flow in flows_by_kind(units.of_named_employers(), PANEL_METRICS, last).items():
        if kind == SURVIVORS:
            continue
        end = _end(kind, flow, last)
        for index in range(int(flow.week[0]) + 2 * PANEL_WEEKS - 1, end + 1):
            base, now = flow.window(index - PANEL_WEEKS, PANEL_WEEKS), flow.window(index, PANEL_WEEKS)
            for metric, label in now.labels.items():
                panel = compare_windows(base.employer, base.labels[metric], now.employer, label)
                if panel and panel.n_employers >= MINIMUM_EMPLOYERS and panel.n_openings >= MINIMUM_POSTINGS:
                    panels[metric, kind, index] = panel
        for metric in PANEL_METRICS:
            if (metric, kind, end) in panels:
                for index in range(end + 1, min(end + PANEL_WEEKS - 1, last) + 1):
                    panels[metric, kind, index] = panels[metric, kind, end]
    return panels


def _end(kind: str, flow: Flow, last: int) -> int:
    """Return the last week of a series: boards are read on and on, an import ends with its last ad."""
    return last if kind == "observed" else int(flow.week[-1])


def measure_derived(
    registry: Registry,
    units: Units,
    panels: Panels,
    control: ControlUnits,
    last: int,
    texts: Callable[[str], Figures],
) -> pa.Table:
    """Return the rows of every derived metric, for every week of each series up to week index `last`.

    Args:
        registry: the metrics.
        units: the population.
        panels: from `measure_panels`.
        control: from `load_control`.
        last: week index of the release's week.
        texts: figures from the texts of a series kind, for the release's week only: reading texts is slow.
    """
    derived = {metric.id: metric for metric in registry.derived}
    lengths = sorted({*_WINDOWS.values(), PANEL_WEEKS})
    rows: list[dict[str, Any]] = []
    for kind, flow in flows_by_kind(units, (SHARE, CRITERIA), last).items():
        end = _end(kind, flow, last)
        left_out = (*ELSEWHERE, *(_CHANGES if kind == SURVIVORS else ()))
        for index in range(int(flow.week[0]), last + 1):
            windows = {weeks: flow.window(index, weeks) for weeks in lengths}
            sizes = {
                weeks: {**_size(window), "window_weeks": _weeks_of_series(flow, index, weeks, end)}
                for weeks, window in windows.items()
            }
            figures = {
                **_length(windows[length.WINDOW_WEEKS]),
                **({} if kind == SURVIVORS else _trend(windows[MAXIMUM_WEEKS])),
                **_changes(panels.get((SHARE, kind, index))),
                **_uniformity(
                    windows[uniformity.WINDOW_WEEKS].of_named_employers(), _code_of_none(units), index
                ),
                **_control(control, units.kinds.index(kind), index),
            }
            rows += [
                _row(metric, kind, index, last, figures.get(metric_id), sizes)
                for metric_id, metric in derived.items()
                if metric_id not in left_out
            ]
        figures = texts(kind)
        rows += [
            _row(derived[name], kind, last, last, figures.get(name), sizes)
            for name in TEXT_METRICS
            if name in derived
        ]
    if not rows:
        return pa.table({})
    names = list(dict.fromkeys(name for row in rows for name in row))
    return pa.table({name: [row.get(name) for row in rows] for name in names})


def _weeks_of_series(flow: Flow, index: int, weeks: int, end: int) -> int:
    """Return how many weeks of a window the series has: fewer while it is young, and after its end."""
    return max(min(index, end) - max(int(flow.week[0]), index - weeks + 1) + 1, 0)


def _size(flow: Flow) -> dict[str, int]:
    return {"n_postings": len(flow.week), "n_employers": count_employers(flow.employer)}


def _row(
    metric: Metric,
    kind: str,
    index: int,
    last: int,
    figure: Mapping[str, Any] | None,
    sizes: Mapping[int, Mapping[str, int]],
) -> dict[str, Any]:
    """Return a row; a withheld one has the openings and employers of its window.

    Args:
        metric: the metric.
        kind: series kind.
        index: week index of the row.
        last: week index of the release.
        figure: the columns of its estimator, or None.
        sizes: openings, employers and weeks of the series by length of window; of product openings, so not of
            the control's.
    """
    [weight] = metric.weights
    row = withheld_row(metric, weight, kind, monday_of(index))
    row |= sizes[_WINDOWS.get(metric.id, PANEL_WEEKS)]
    if metric.id == "M17n":
        row |= {"n_postings": 0, "n_employers": 0, "window_weeks": positive_control.WINDOW_WEEKS}
    if weight == "panel":
        row["window_weeks"] = PANEL_WEEKS  # its windows are whole or not compared
    if figure:
        status = "P" if last - index < PROVISIONAL_WEEKS else "A"
        if metric.id in _EFFECTIVE_OPENINGS and figure["n_eff"] < MINIMUM_N_EFF:
            status = "U"
        row |= {**figure, "obs_status": status, "conf_status": "F"}
    # Columns without any value would otherwise have no type.
    return {"est_raw": None, "ci_low": None, "ci_high": None, "n_eff": None, "mde_change": None} | row


def _length(flow: Flow) -> Figures:
    counts = published_counts(flow) if CRITERIA in flow.labels else None
    if counts is None:
        return {}
    found = length.standardised_share(flow.labels[CRITERIA] > 0, flow.n_words, flow.employer)
    if found is None:
        return {}
    value, low, high, n_eff = found
    method = "rule_of_three" if value == 0 else "wilson_standardised_t"
    return {
        "M5z": {
            "est_raw": value, "ci_low": low, "ci_high": high, "ci_method": method, "n_eff": n_eff, **counts,
        }
    }  # fmt: skip


def _trend(flow: Flow) -> Figures:
    # Up to the last week with an opening: an import may have ended before this one.
    weeks = int(flow.week[-1] - flow.week[0] + 1) if len(flow.week) else 0
    counts = published_counts(flow) if weeks >= MINIMUM_WEEKS else None
    if counts is None:
        return {}
    label = flow.labels[SHARE] > 0
    try:
        trend = logit_trend(flow.week, label, flow.codes["source"], flow.employer)
    except TrendNotEstimable:
        return {}
    figures = _ranks(flow.week, label, weeks, counts)
    if trend.n_employers < MINIMUM_EMPLOYERS or trend.n_openings < MINIMUM_POSTINGS:
        return figures  # the sources with the label are too small
    return figures | {
        "M10": {
            "est_raw": trend.slope, "ci_low": trend.low, "ci_high": trend.high,
            "ci_method": "cluster_jackknife",
            "n_postings": trend.n_openings, "n_employers": trend.n_employers, "window_weeks": weeks,
            "n_eff": float(trend.n_employers),
            "mde_change": trend.detectable_change(weeks),
        }
    }  # fmt: skip


def _ranks(week: Ints, label: NDArray[np.bool_], weeks: int, counts: Mapping[str, int]) -> Figures:
    n = np.bincount(week - week[0])  # weeks ascend
    present = np.flatnonzero(n)
    share = np.bincount(week - week[0], weights=label)[present] / n[present]
    found = mann_kendall(present, share)
    if found is None:
        return {}
    return {
        "M10k": {
            "est_raw": found.tau, "ci_low": found.low, "ci_high": found.high,
            "ci_method": "mann_kendall_ar1_t", "deff": found.factor,
            "n_eff": found.n_weeks / found.factor, "window_weeks": weeks, **counts,
        }
    }  # fmt: skip


def _changes(panel: Panel | None) -> Figures:
    if panel is None:
        return {}
    counts = {
        "n_postings": panel.n_openings, "n_employers": panel.n_employers, "n_eff": float(panel.n_employers),
    }  # fmt: skip
    primary = Interval(panel.change, panel.change_low, panel.change_high).columns("matched_t")
    # The half-width holds the t quantile; 80 percent power takes the normal one of 0.8 besides.
    half = (panel.change_high - panel.change_low) / 2
    primary["mde_change"] = half * (1 + POWER_QUANTILE / t_quantile(panel.n_employers - 1))
    change = {"M10p": primary | counts}
    if panel.n_positive == 0:  # nothing to split; intervals of width zero would claim to know that
        return change
    parts = zip(
        ("M10w", "M10b", "M10x"), (panel.within, panel.between, panel.turnover), panel.halves, strict=True
    )
    return change | {
        metric_id: Interval(value, value - half, value + half).columns("employer_jackknife") | counts
        for metric_id, value, half in parts
    }


def _uniformity(flow: Flow, code_of_none: int, index: int) -> Figures:
    known = flow.codes["archetype"] != code_of_none
    found = uniformity.measure_uniformity(
        flow.employer[known], flow.codes["archetype"][known], flow.codes["seniority"][known], seed=index
    )
    if found is None or found.n_employers < MINIMUM_EMPLOYERS or found.n_openings < MINIMUM_POSTINGS:
        return {}
    counts = {
        "n_postings": found.n_openings, "n_employers": found.n_employers, "n_eff": float(found.n_employers),
    }  # fmt: skip
    return {
        "M14": found.within.columns("employer_t") | counts,
        "M14r": found.ratio.columns("employer_t") | counts,
        "M14n": found.chance.columns("permutation_range") | counts,
    }


def _code_of_none(units: Units) -> int:
    values = units.values["archetype"]
    return values.index("") if "" in values else -1


def _control(control: ControlUnits, kind: int, index: int) -> Figures:
    found = control.window(kind, index)
    if found is None:
        return {}
    estimate, n, employers, largest = found
    if not is_publishable(n, employers, largest):
        return {}
    return {
        "M17n": {
            "est_raw": float(estimate.value[0]), "ci_low": float(estimate.low[0]),
            "ci_high": float(estimate.high[0]), "ci_method": str(estimate.method[0]),
            "n_eff": float(estimate.n_eff[0]), "deff": float(estimate.deff[0]),
            "n_postings": n, "n_employers": employers,
        }
    }  # fmt: skip
