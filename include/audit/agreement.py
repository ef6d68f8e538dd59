"""Agreement of annotators beyond chance."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Sequence

import numpy as np


def krippendorff_alpha(units: Iterable[Sequence[Hashable]]) -> float:
    """Return Krippendorff's alpha for nominal values: 1 is full agreement, 0 is chance.

    Source: Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, nominal data with missing values.

    Args:
        units: the values each ad got, one per annotator who labelled it; ads with one are left out.

    Returns:
        Alpha; NaN when no ad has two values, or when only one value was ever used (agreement by chance is
        then certain and alpha undefined).
    """
    coincidences: Counter[tuple[Hashable, Hashable]] = Counter()
    for values in units:
        if len(values) < 2:
            continue
        for i, first in enumerate(values):
            for j, second in enumerate(values):
                if i != j:
                    coincidences[first, second] += 1 / (len(values) - 1)  # type: ignore[assignment]  # weights
    totals: Counter[Hashable] = Counter()
    for (first, _), weight in coincidences.items():
        totals[first] += weight
    n = sum(totals.values())
    expected = n * n - sum(weight**2 for weight in totals.values())
    if expected <= 0:
        return np.nan
    observed = sum(weight for (first, second), weight in coincidences.items() if first != second)
    return float(1 - (n - 1) * observed / expected)
