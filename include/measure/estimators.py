"""Interval estimators for shares counted in employer clusters. Pure numpy, vectorised over cells.

Every function takes arrays with one element per cell (week and stratum) and returns arrays of the same
shape. Shares are fractions from 0 to 1. Nothing here knows about metrics, weeks or tables.

Notation: an employer e has m_e units in the cell, of which x_e carry the label; G employers; n = sum m_e.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

Floats = NDArray[np.float64]

CONFIDENCE: Final = 0.95
ASSUMED_RHO: Final = 0.1
"""Intra-employer correlation assumed where the sample cannot tell; published in docs/methodology.md."""
FEW_POSITIVE_EMPLOYERS: Final = 10
"""With fewer employers than this among the labelled (or among the others), the estimated design effect is
itself a guess; it is then not allowed below the one that `ASSUMED_RHO` implies."""
NORMAL_QUANTILE: Final = float(special.ndtri(0.5 + CONFIDENCE / 2))
"""1.96: the two-sided 95 percent quantile of the normal distribution."""
POWER_QUANTILE: Final = float(special.ndtri(0.8))
"""0.84: by how many standard errors a change must pass a test's limit to be found in 80 of 100 samples."""
DETECTABLE: Final = NORMAL_QUANTILE + POWER_QUANTILE
"""2.8: the smallest change, in standard errors, that such a test at 5 percent finds with 80 percent power."""


@dataclass(frozen=True)
class ClusterSums:
    """Sums over the employers of each cell: all that the estimators need.

    Attributes:
        n: sum of m_e (units in the denominator).
        n_employers: employers with m_e > 0; ads that name none are one among these clusters.
        n2: sum of m_e squared.
        inverse: sum of 1 / m_e.
        x: sum of x_e (units in the numerator).
        x2: sum of x_e squared.
        xm: sum of x_e m_e.
        r: sum of x_e / m_e.
        r2: sum of (x_e / m_e) squared.
        n_positive: employers with x_e > 0.
        n_negative: employers with x_e < m_e.
        n_multiple: employers with two units or more.
        r_multiple: sum of x_e / m_e over these.
        pairs: sum over these of x_e (x_e - 1) / (m_e (m_e - 1)): the share of their pairs with both labelled.
    """

    n: Floats
    n_employers: Floats
    n2: Floats
    inverse: Floats
    x: Floats
    x2: Floats
    xm: Floats
    r: Floats
    r2: Floats
    n_positive: Floats
    n_negative: Floats
    n_multiple: Floats
    r_multiple: Floats
    pairs: Floats

    @classmethod
    def of_clusters(cls, sizes: Floats, counts: Floats) -> ClusterSums:
        """Return the sums of one or many cells given per employer (last axis: employers, size 0 = absent)."""
        present = sizes > 0
        safe = np.where(present, sizes, 1.0)
        share = np.where(present, counts / safe, 0.0)
        multiple = sizes >= 2
        ordered = np.where(multiple, sizes * (sizes - 1), 1.0)
        return cls(
            n=sizes.sum(axis=-1),
            n_employers=present.sum(axis=-1).astype(float),
            n2=(sizes**2).sum(axis=-1),
            inverse=np.where(present, 1.0 / safe, 0.0).sum(axis=-1),
            x=counts.sum(axis=-1),
            x2=(counts**2).sum(axis=-1),
            xm=(counts * sizes).sum(axis=-1),
            r=share.sum(axis=-1),
            r2=(share**2).sum(axis=-1),
            n_positive=(counts > 0).sum(axis=-1).astype(float),
            n_negative=(present & (counts < sizes)).sum(axis=-1).astype(float),
            n_multiple=multiple.sum(axis=-1).astype(float),
            r_multiple=np.where(multiple, share, 0.0).sum(axis=-1),
            pairs=np.where(multiple, counts * (counts - 1) / ordered, 0.0).sum(axis=-1),
        )


@dataclass(frozen=True)
class Estimate:
    """Point estimates with intervals.

    Attributes:
        value: point estimate, NaN where the denominator is empty.
        low, high: ends of the 95 percent interval; NaN where it cannot be given.
        n_eff: effective sample size.
        deff: n / n_eff.
        variance: estimated sampling variance of `value`.
        df: degrees of freedom of the t quantile.
        method: name of the interval's estimator, per cell.
    """

    value: Floats
    low: Floats
    high: Floats
    n_eff: Floats
    deff: Floats
    variance: Floats
    df: Floats
    method: NDArray[np.str_]


def wilson(share: Floats, n: Floats, quantile: Floats | float) -> tuple[Floats, Floats]:
    """Return the Wilson score interval.

    Source: Wilson (1927), JASA 22; recommended for small n by Brown, Cai, DasGupta (2001), Stat. Sci. 16.

    Args:
        share: observed share.
        n: sample size, need not be whole.
        quantile: 1.96 for 95 percent, or a t quantile.
    """
    z2 = np.square(quantile)
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = quantile / (1 + z2 / n) * np.sqrt(share * (1 - share) / n + z2 / (4 * n * n))
    # At 0 and 1 the ends are exact; rounding would leave a trace of 1e-18.
    low = np.where(share <= 0, 0.0, np.clip(centre - half, 0.0, 1.0))
    return low, np.where(share >= 1, 1.0, np.clip(centre + half, 0.0, 1.0))


def kish_df(n: Floats, n2: Floats) -> Floats:
    """Return degrees of freedom: Kish's effective number of clusters less one, at least one.

    Source: Kish (1965), Survey Sampling, ch. 8: (sum m)^2 / sum m^2.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        return np.fmax(np.square(n) / n2 - 1.0, 1.0)


def t_quantile(df: float) -> float:
    """Return the two-sided 95 percent t quantile for degrees of freedom, which need not be whole."""
    return float(special.stdtrit(df, 0.5 + CONFIDENCE / 2))


def t_quantiles(df: Floats) -> Floats:
    """Return the two-sided 95 percent t quantile of every cell, degrees of freedom rounded to thousandths."""
    # Repeated values are the rule in a series; the inverse is the slow part.
    distinct, inverse = np.unique(np.round(df, 3), return_inverse=True)
    return np.asarray(special.stdtrit(distinct, 0.5 + CONFIDENCE / 2)[inverse], dtype=float)


def posting_weighted(sums: ClusterSums) -> Estimate:
    """Estimate the share of units that carry the label: x / n, with an employer-cluster interval.

    The variance is that of a ratio estimator over employer clusters (linearised, Cochran 1977, 6.3 and 11.8):
    G/(G-1) * sum (x_e - p m_e)^2 / n^2. Design effect and effective size follow; the interval is Wilson's on
    the effective size with a t quantile (Korn and Graubard 1998, Survey Methodology 24, for the idea).
    A design effect under 1 is chance and is set to 1.

    Where labels are rare and employers correlate, the linearised variance is too small just when the estimate
    is too low (the large employers happen to have none), and the interval misses. So the design effect is not
    allowed below the one that the intra-employer correlation of `correlation_within` implies; simulated
    coverage: benchmarks/coverage.py.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = sums.x / sums.n
        groups = sums.n_employers
        squares = np.maximum(sums.x2 - 2 * share * sums.xm + share**2 * sums.n2, 0.0)
        variance = _of_several(groups / (groups - 1) * squares / sums.n**2, groups)
        simple = share * (1 - share) / sums.n
        spread = np.maximum(sums.n2 / sums.n - 1, 0.0)
        estimated = np.maximum(variance / simple, 1 + correlation_within(sums) * spread)
        assumed = 1 + ASSUMED_RHO * spread
    return _finish(sums, share, estimated, assumed, kish_df(sums.n, sums.n2))


def employer_weighted(sums: ClusterSums) -> Estimate:
    """Estimate the mean over employers of each employer's share.

    One firm with 80 ads counts as much as one with a single ad. The shares of employers are independent, so
    the variance of their mean is the sample variance over G; the effective size is the number of independent
    units that would give the same variance. Interval as in `posting_weighted`, with G - 1 degrees of freedom.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        groups = sums.n_employers
        share = sums.r / groups
        variance = _of_several(np.maximum(sums.r2 - groups * share**2, 0.0) / (groups - 1) / groups, groups)
        simple = share * (1 - share) / sums.n
        estimated = np.maximum(variance / simple, 1.0)
        # Variance of an employer's share under the assumed correlation: p(1-p) (1/m + (1 - 1/m) rho).
        assumed = sums.n * (sums.inverse * (1 - ASSUMED_RHO) + groups * ASSUMED_RHO) / groups**2
        assumed = np.maximum(assumed, 1.0)
    return _finish(sums, share, estimated, assumed, np.maximum(groups - 1, 1.0))


def correlation_within(sums: ClusterSums) -> Floats:
    """Return the intra-employer correlation by the moment estimator over pairs of units, from 0 to 1.

    Every employer with two units or more counts the same, so that it does not hang on the few largest:
    (mean pair agreement - p^2) / (p (1 - p)). Source: Kish (1965), 5.4; Ridout, Demetrio and Firth (1999),
    Biometrics 55, on weighting the pairs. 0 where no employer has two units.
    """
    with np.errstate(divide="ignore", invalid="ignore"):
        share = sums.r_multiple / sums.n_multiple
        rho = (sums.pairs / sums.n_multiple - share**2) / (share * (1 - share))
    return np.clip(np.nan_to_num(rho, posinf=0.0, neginf=0.0), 0.0, 1.0)


def _of_several(variance: Floats, groups: Floats) -> Floats:
    """Return the variance, NaN of a single employer: 0 / 0, which rounding would make infinite."""
    return np.where(groups > 1, variance, np.nan)


def _finish(sums: ClusterSums, share: Floats, estimated: Floats, assumed: Floats, df: Floats) -> Estimate:
    """Choose the design effect, apply the zero-count rule and give the interval."""
    is_empty = sums.n == 0
    is_zero = (sums.n_positive == 0) & ~is_empty
    is_full = (sums.n_negative == 0) & ~is_empty
    is_thin = np.minimum(sums.n_positive, sums.n_negative) < FEW_POSITIVE_EMPLOYERS
    with np.errstate(divide="ignore", invalid="ignore"):
        deff = np.where(is_thin | ~np.isfinite(estimated), np.fmax(estimated, assumed), estimated)
        deff = np.where(is_zero | is_full, assumed, deff)
        n_eff = sums.n / deff
        low, high = wilson(share, n_eff, t_quantiles(df))
        bound = rule_of_three(n_eff)
        variance = share * (1 - share) / n_eff
    low = np.where(is_zero, 0.0, np.where(is_full, 1 - bound, low))
    high = np.where(is_zero, bound, np.where(is_full, 1.0, high))
    method = np.where(
        is_zero | is_full, "rule_of_three", np.where(is_thin, "wilson_n_eff_assumed_rho", "wilson_n_eff_t")
    )
    blank = np.where(is_empty, np.nan, 1.0)
    return Estimate(
        value=share * blank,
        low=low * blank,
        high=high * blank,
        n_eff=np.where(is_empty, 0.0, n_eff),
        deff=deff * blank,
        variance=variance * blank,
        df=df,
        method=np.where(is_empty, "none", method),
    )


def rule_of_three(n_eff: Floats) -> Floats:
    """Return the 95 percent upper bound of a share of which nothing was seen: 3 / n_eff, at most 1.

    Source: Hanley and Lippman-Hand (1983), JAMA 249; here on the effective size, because n ads of one
    employer are not n independent looks.
    """
    with np.errstate(divide="ignore"):
        return np.minimum(3.0 / n_eff, 1.0)


def per_unit_rate(sums: ClusterSums, exposure: Floats) -> Estimate:
    """Estimate labelled units per exposure (such as words of ads): x / exposure.

    The interval is that of the share of units with the label, per the exposure that a unit has: the lengths
    of the ads are taken as given. A t interval on the linearised variance of the ratio (Cochran 1977, 6.3)
    misses rare labels: simulated, it held 67 to 95 percent, and said of none seen that there are none.

    Args:
        sums: units with the label among all units.
        exposure: sum over the cell's units.
    """
    share = posting_weighted(sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        factor = sums.n / exposure
    return replace(
        share,
        value=share.value * factor,
        low=share.low * factor,
        high=share.high * factor,
        variance=share.variance * factor**2,
    )
