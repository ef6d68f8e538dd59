"""M5 at a fixed mix of ad lengths: explicit criteria are likelier in longer ads, and lengths change."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from include.measure.estimators import (
    ASSUMED_RHO,
    FEW_POSITIVE_EMPLOYERS,
    kish_df,
    rule_of_three,
    t_quantile,
    wilson,
)
from include.measure.grouping import renumber

WINDOW_WEEKS: Final = 13
BAND_EDGES: Final = (600, 850)
"""Words at which the second and the third band begin: about the tertiles of English product ads."""
MINIMUM_IN_BAND: Final = 30


def standardised_share(
    label: NDArray[np.bool_], n_words: NDArray[np.int32], employer: NDArray[np.int64]
) -> tuple[float, float, float, float] | None:
    """Return the share at one third of ads per length band, its 95 percent interval and the effective size.

    Source: direct standardisation (Fleiss, Levin and Paik 2003, ch. 19) with equal weights; the variance is
    linearised over employers, who may have ads in several bands. As for other shares, the design effect is
    not allowed below the one of the assumed intra-employer correlation where fewer than ten employers carry
    the label.

    Args:
        label: explicit criteria, per opening.
        n_words: words of the ad.
        employer: employer number.

    Returns:
        None when a band has fewer than 30 openings.
    """
    band = np.searchsorted(BAND_EDGES, n_words, side="right")
    bands = len(BAND_EDGES) + 1
    n = np.bincount(band, minlength=bands).astype(np.float64)
    if n.min() < MINIMUM_IN_BAND:
        return None
    p = np.bincount(band, weights=label, minlength=bands) / n
    share = float(p.mean())
    weight = 1 / (bands * n)
    employer = renumber(employer)
    parts = np.bincount(employer, weights=(label - p[band]) * weight[band])
    sizes = np.bincount(employer).astype(np.float64)
    groups, positive = len(sizes), len(np.unique(employer[label]))
    # Unequal weights alone cost some of the openings' worth (Kish).
    kish = 1 / float((n * weight**2).sum())
    deff = 1.0
    if 0 < share < 1:
        variance = groups / max(groups - 1, 1) * float(np.square(parts).sum())
        deff = max(variance * kish / (share * (1 - share)), 1.0)
    if positive < FEW_POSITIVE_EMPLOYERS:
        deff = max(deff, 1 + ASSUMED_RHO * max(float(np.square(sizes).sum() / sizes.sum()) - 1, 0.0))
    n_eff = kish / deff
    if share == 0:
        return 0.0, 0.0, float(rule_of_three(np.array([n_eff]))[0]), n_eff
    df = kish_df(np.array([sizes.sum()]), np.array([np.square(sizes).sum()]))
    low, high = wilson(np.array([share]), np.array([n_eff]), t_quantile(df[0]))
    return share, float(low[0]), float(high[0]), n_eff
