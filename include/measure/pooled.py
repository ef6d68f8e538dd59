"""Every counted metric over the 26 weeks that end with the release's week, beside the weekly series.

The events are rare: a week holds a handful of them, half a year enough to say something. The rows carry
stratum_dim `pooled`; claims, the page's framework chart and the sentence under the headline read them.
"""

from __future__ import annotations

from typing import Any, Final

import numpy as np
import pyarrow as pa

from include.measure import comparisons, estimators
from include.measure.cells import Cells, sum_cells
from include.measure.corrected import Audit
from include.measure.registry import Registry, Weight
from include.measure.rows import Counted, correct_rows, estimate_rows, to_table, withheld_row
from include.measure.suppression import MINIMUM_N_EFF, meets_thresholds
from include.measure.units import Units, by_weight, spread_units
from include.measure.weeks import monday_of

WINDOW_WEEKS: Final = 26
DIMENSION: Final = "pooled"
VALUE: Final = "26 weeks"
RATIO: Final = "M12r"
"""The derived metric made here: M12 as a ratio instead of a difference."""
_RATIO_PARTS: Final = ("M12f", "M12o", "M12")


def measure_pooled(registry: Registry, units: Units, audit: Audit | None, last: int) -> list[pa.Table]:
    """Return the pooled rows of every series kind with a flow in the window.

    window_weeks is less than 26 where the series is younger, or imported and ended before the release's week.

    Args:
        registry: the metrics.
        units: the population.
        audit: corrects the shares; None without labels.
        last: week index of the release's week.
    """
    is_inside = (units.week >= 0) & (units.week <= last)
    spans = {}
    for code, kind in enumerate(units.kinds):
        weeks_of_kind = units.week[is_inside & (units.kind == code)]
        if len(weeks_of_kind):
            end = last if kind == "observed" else int(weeks_of_kind.max())
            spans[kind] = max(0, end - max(int(weeks_of_kind.min()), last - WINDOW_WEEKS + 1) + 1)
    keys = [(kind, last, "all") for kind in sorted(spans)]
    metrics = [metric for metric in registry.counted if "flow" in metric.bases]
    if not keys or not metrics:
        return []
    of_weight: dict[Weight, Cells] = {}
    for some, weights in by_weight(units):
        spread = spread_units(some, "flow", WINDOW_WEEKS, keys)
        cells = sum_cells(some, spread, metrics, dimension="all", only=keys).reindex(keys)
        of_weight |= dict.fromkeys(weights, cells)
    weeks = pa.array([spans[kind] for kind, _, _ in keys], pa.int32())
    blocks = []
    for metric in metrics:
        for weight in metric.weights:
            cells = of_weight[weight]
            own = Counted(cells)
            rows = estimate_rows(metric, weight, "all", [own], own, last)
            if audit:
                rows = correct_rows(rows, metric, weight, "all", cells, audit, WINDOW_WEEKS)
            block = to_table(metric, weight, "flow", "all", cells, rows)
            for name, values in (
                ("stratum_dim", pa.repeat(DIMENSION, len(keys))),
                ("stratum_value", pa.repeat(VALUE, len(keys))),
                ("window_weeks", weeks),
            ):
                block = block.set_column(block.schema.get_field_index(name), name, values)
            blocks.append(block)
    if all(metric in {m.id for m in registry.metrics} for metric in (RATIO, *_RATIO_PARTS)):
        blocks.append(_risk_ratio(registry, of_weight["posting"], weeks.to_pylist(), last))
    return blocks


def _risk_ratio(registry: Registry, cells: Cells, weeks: list[int], last: int) -> pa.Table:
    """Return M12r, the required rate of framework ads over that of the others."""
    users, others, pair = (registry[name] for name in _RATIO_PARTS)
    one, two = cells.metrics[users.id], cells.metrics[others.id]
    cross = cells.pairs[pair.id]
    correlation = comparisons.pair_correlation(one, two, xx=cross.xx, xd=cross.xd, dx=cross.dx, dd=cross.dd)
    estimate = comparisons.ratio(
        estimators.posting_weighted(one), estimators.posting_weighted(two), correlation
    )
    sums = [cells.denominators[part] for part in cells.parts[pair.id]]
    is_shown = np.logical_and.reduce([meets_thresholds(part) for part in sums]) & np.isfinite(estimate.low)
    metric, monday = registry[RATIO], monday_of(last)
    rows: list[dict[str, Any]] = []
    for place, (kind, _, _) in enumerate(cells.keys):
        row = withheld_row(metric, "posting", kind, monday, (DIMENSION, VALUE)) | {
            "window_weeks": weeks[place],
            "n_postings": int(min(part.n_units[place] for part in sums)),
            "n_employers": int(min(part.n_employers[place] for part in sums)),
        }
        figures = {"est_raw": estimate.value, "ci_low": estimate.low, "ci_high": estimate.high}
        if is_shown[place]:
            row |= {name: float(values[place]) for name, values in figures.items()}
            n_eff = float(estimate.n_eff[place])
            row |= {
                "n_eff": n_eff, "ci_method": "mover_ratio_cluster",
                "obs_status": "P" if n_eff >= MINIMUM_N_EFF else "U", "conf_status": "F",
            }  # fmt: skip
        rows.append({**dict.fromkeys([*figures, "n_eff", "ci_method"]), **row})
    return pa.Table.from_pylist(rows)
