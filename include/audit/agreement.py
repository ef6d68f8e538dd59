"""Agreement of annotators beyond chance."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence

import msgspec
import numpy as np

from include.audit.labels import ADJUDICATED, AuditLabel, settle


class Agreement(msgspec.Struct, frozen=True, kw_only=True):
    """How far annotators agree on one label.

    Attributes:
        n_ads: ads with the label from anybody.
        n_double: ads with the label from two annotators or more, the adjudicator left out.
        n_unsettled: ads whose annotators disagree and nobody settled it; they correct nothing.
        alpha: Krippendorff's; None where it is undefined.
    """

    label: str
    n_ads: int
    n_double: int
    n_unsettled: int
    alpha: float | None


def agreement_by_label(labels: Sequence[AuditLabel]) -> list[Agreement]:
    """Return the agreement on every label that was given, by name."""
    votes: dict[str, dict[tuple[str, str], list[str]]] = defaultdict(lambda: defaultdict(list))
    for label in labels:
        ad = votes[label.label][label.audit_week, label.content_hash]
        if label.annotator != ADJUDICATED:
            ad.append(label.value)
    unsettled = Counter(name for _, _, name in settle(labels).contradictions)
    found = []
    for name, ads in sorted(votes.items()):
        alpha = krippendorff_alpha(ads.values())
        found.append(
            Agreement(
                label=name,
                n_ads=len(ads),
                n_double=sum(len(values) > 1 for values in ads.values()),
                n_unsettled=unsettled[name],
                alpha=None if np.isnan(alpha) else alpha,
            )
        )
    return found


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
