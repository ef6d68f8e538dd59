"""Association of two yes/no labels in employer clusters: risk difference, odds ratio, phi, Mantel-Haenszel.

A table is four counts: a both labels, b the exposure only, c the outcome only, d neither. Every interval
takes employers as the sampled units.

A linearised variance (Binder 1983, Int. Stat. Review 51: the spread of each employer's gradient times its
own counts) knows nothing of a cell in which nothing was seen: it is smallest where least is known, and found
an association that was none in up to six of ten tables with few exposed ads. So difference, odds ratio and
phi rest on the published intervals of the two shares, and the adjusted ratios do not go below what
independent ads would give. Coverage: benchmarks/coverage.py.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from include.measure import comparisons, estimators
from include.measure.estimators import DETECTABLE, ClusterSums, Estimate, Floats, t_quantile
from include.measure.grouping import renumber
from include.measure.interval import NO_INTERVAL, Interval

CELLS: Final = 4
HALF: Final = 0.5
"""Added to every count of the odds ratio (Haldane 1956, Anscombe 1956), so that an empty cell has one."""


def employer_tables(
    exposed: NDArray[np.bool_], outcome: NDArray[np.bool_], employer: NDArray[np.int64]
) -> Floats:
    """Return counts a, b, c, d per employer, shape (employers, 4); employers are numbered without gaps."""
    size = (int(employer.max(initial=-1)) + 1) * CELLS
    return (
        np.bincount(employer * CELLS + cell_of(exposed, outcome), minlength=size)
        .reshape(-1, CELLS)
        .astype(np.float64)
    )


def cell_of(exposed: NDArray[np.bool_], outcome: NDArray[np.bool_]) -> NDArray[np.int64]:
    """Return the cell of each opening: 0 to 3 for a, b, c, d."""
    return np.asarray(3 - 2 * exposed.astype(np.int64) - outcome)


@dataclass(frozen=True)
class TwoShares:
    """The outcome's share among the exposed and among the others, with the published intervals.

    Attributes:
        exposed, others: one cell each.
        correlation: sampling correlation of the two over employers; NaN where one does not vary.
    """

    exposed: Estimate
    others: Estimate
    correlation: Floats

    @classmethod
    def of(cls, tables: Floats) -> TwoShares | None:
        """Return the shares of a table by employer, or None where nobody is exposed, or everybody."""
        a, b, c, d = tables.T
        if (a + b).sum() == 0 or (c + d).sum() == 0:
            return None
        exposed, others = (ClusterSums.of_clusters((x + y)[None], x[None]) for x, y in ((a, b), (c, d)))
        correlation = comparisons.pair_correlation(
            exposed,
            others,
            xx=np.array([(a * c).sum()]),
            xd=np.array([(a * (c + d)).sum()]),
            dx=np.array([((a + b) * c).sum()]),
            dd=np.array([((a + b) * (c + d)).sum()]),
        )
        return cls(estimators.posting_weighted(exposed), estimators.posting_weighted(others), correlation)


def risk_difference(tables: Floats) -> tuple[Interval, float]:
    """Return a/(a+b) - c/(c+d) with its interval, and the smallest difference found with 80 percent power.

    Both shares have the published interval (Wilson on the effective size, rule of three at zero), so that a
    table without a single case of both labels still has a truthful interval.
    """
    shares = TwoShares.of(tables)
    if shares is None:
        return NO_INTERVAL, np.nan
    gap = comparisons.difference(shares.exposed, shares.others, shares.correlation)
    pooled = (tables[:, 0] + tables[:, 2]).sum() / tables.sum()
    smallest = DETECTABLE * np.sqrt(
        pooled * (1 - pooled) * (1 / shares.exposed.n_eff[0] + 1 / shares.others.n_eff[0])
    )
    return Interval(float(gap.value[0]), float(gap.low[0]), float(gap.high[0])), float(smallest)


def odds_ratio(tables: Floats) -> Interval:
    """Return the odds ratio with 0.5 added to each cell; none where a row or a column of the table is empty.

    The interval combines those of the two shares, as log odds, with their correlation (MOVER, Zou and Donner
    2008, Statistics in Medicine 27): about log odds Wilson's interval is symmetric. It begins at 0 where none
    of the exposed may have the outcome, and has no upper end where all may.
    """
    shares, totals = TwoShares.of(tables), tables.sum(axis=0)
    if shares is None or totals[0] + totals[2] == 0 or totals[1] + totals[3] == 0:
        return NO_INTERVAL
    gap = comparisons.difference_of_log_odds(
        shares.exposed, shares.others, (totals + HALF).reshape(2, CELLS // 2), shares.correlation
    )
    return Interval(float(np.exp(gap.value)), float(np.exp(gap.low)), float(np.exp(gap.high)))


def phi_coefficient(tables: Floats) -> Interval:
    """Return phi (Pearson correlation of two yes/no labels).

    Phi is the difference of the two shares times the square root of p (1 - p) / (q (1 - q)), p the share of
    the exposed and q that of the outcome. Its interval is that of the difference, both margins taken as
    given: it leaves zero exactly when the difference does.
    """
    a, b, c, d = tables.sum(axis=0)
    gap, _ = risk_difference(tables)
    if np.isnan(gap.value) or (a + c) * (b + d) == 0:
        return NO_INTERVAL
    scale = float(np.sqrt((a + b) * (c + d) / ((a + c) * (b + d))))
    return Interval(gap.value * scale, max(gap.low * scale, -1.0), min(gap.high * scale, 1.0))


def mantel_haenszel(
    exposed: NDArray[np.bool_],
    outcome: NDArray[np.bool_],
    stratum: NDArray[np.int64],
    employer: NDArray[np.int64],
) -> tuple[Interval, int]:
    """Return the odds ratio common to all strata, and the number of strata that inform it.

    Source: Mantel and Haenszel (1959), JNCI 22: sum(a d / n) / sum(b c / n). The variance is linearised over
    employers, which may lie in several strata. It is not allowed below that of Robins, Breslow and Greenland
    (1986, Biometrics 42), which takes ads as independent, times what the design effects of the two shares
    make of the crude log odds ratio's.
    """
    stratum = renumber(stratum)
    n_strata = int(stratum.max(initial=-1)) + 1
    index = stratum * CELLS + cell_of(exposed, outcome)
    counts = np.bincount(index, minlength=n_strata * CELLS).reshape(-1, CELLS).astype(np.float64)
    a, b, c, d = counts.T
    n = counts.sum(axis=1)
    top, bottom = (a * d / n), (b * c / n)
    informing = int(np.count_nonzero(((a + b) > 0) & ((c + d) > 0) & ((a + c) > 0) & ((b + d) > 0)))
    if top.sum() <= 0 or bottom.sum() <= 0:
        return NO_INTERVAL, informing
    # d log(sum top) - d log(sum bottom) by each count; n depends on all four.
    up = np.stack([d / n - top / n, -top / n, -top / n, a / n - top / n], axis=1)
    down = np.stack([-bottom / n, c / n - bottom / n, b / n - bottom / n, -bottom / n], axis=1)
    gradient = up / top.sum() - down / bottom.sum()
    number = renumber(employer)
    parts = np.bincount(number, weights=gradient.reshape(-1)[index]).astype(np.float64)
    error = cluster_error(parts)
    shares = TwoShares.of(employer_tables(exposed, outcome, number))
    if shares is not None:
        independent = _robins_breslow_greenland((a + d) / n, (b + c) / n, top, bottom)
        error = max(error, float(np.sqrt(independent * _design_effect(shares, counts.sum(axis=0)))))
    return _on_log_scale(float(np.log(top.sum() / bottom.sum())), error, len(parts)), informing


def _robins_breslow_greenland(agree: Floats, differ: Floats, top: Floats, bottom: Floats) -> float:
    """Return the variance of the log Mantel-Haenszel ratio of independent ads, from its terms by stratum."""
    r, s = top.sum(), bottom.sum()
    return float(
        (agree * top).sum() / (2 * r**2)
        + (agree * bottom + differ * top).sum() / (2 * r * s)
        + (differ * bottom).sum() / (2 * s**2)
    )


def _design_effect(shares: TwoShares, totals: Floats) -> float:
    """Return by what factor the two shares' design effects raise Woolf's variance of the log odds ratio."""
    a, b, c, d = 1 / (totals + HALF)
    grown = shares.exposed.deff[0] * (a + b) + shares.others.deff[0] * (c + d)
    return float(grown / (a + b + c + d))


def conditional_odds_ratio(tables: Floats) -> tuple[Interval, int]:
    """Return the odds ratio inside employers, and the number of employers that inform it.

    A logit with one effect per employer, conditional on each employer's number of outcomes, so that whatever
    an employer does in all its ads drops out (Breslow and Day 1980, Statistical Methods in Cancer Research
    I, ch. 7). With one yes/no exposure an employer's count a follows Fisher's noncentral hypergeometric
    distribution. The variance is the sandwich over employers, not below that of the likelihood.

    Args:
        tables: counts a, b, c, d by employer.
    """
    a, b, c, d = tables.T
    informs = (a + b > 0) & (c + d > 0) & (a + c > 0) & (b + d > 0)
    count, exposed, others, outcomes = (x[informs] for x in (a, a + b, c + d, a + c))
    groups = len(count)
    lowest, highest = np.maximum(outcomes - others, 0), np.minimum(exposed, outcomes)
    if groups < 2 or count.sum() <= lowest.sum() or count.sum() >= highest.sum():
        return NO_INTERVAL, groups  # the likelihood has its maximum at 0 or infinity
    # Every possible count of every employer, in one padded table.
    u = lowest[:, None] + np.arange(int((highest - lowest).max()) + 1)
    is_possible = u <= highest[:, None]
    u = np.where(is_possible, u, lowest[:, None])
    log_ways = np.where(
        is_possible,
        _log_binomial(exposed[:, None], u) + _log_binomial(others[:, None], outcomes[:, None] - u),
        -np.inf,
    )
    beta = 0.0
    for _ in range(100):
        log_weight = log_ways + beta * u
        weight = np.exp(log_weight - log_weight.max(axis=1, keepdims=True))
        weight /= weight.sum(axis=1, keepdims=True)
        mean = (weight * u).sum(axis=1)
        information = float(((weight * u**2).sum(axis=1) - mean**2).sum())
        step = float((count - mean).sum()) / information
        if abs(step) < 1e-10:
            break
        beta += float(np.clip(step, -2, 2))
    sandwich = float(groups / (groups - 1) * np.square(count - mean).sum()) / information**2
    error = float(np.sqrt(max(sandwich, 1 / information)))
    return _on_log_scale(beta, error, groups), groups


def _log_binomial(n: Floats, k: Floats) -> Floats:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def cluster_error(parts: Floats) -> float:
    """Return the standard error of a sum of independent parts, one per employer."""
    groups = len(parts)
    if groups < 2:
        return np.nan
    return float(np.sqrt(groups / (groups - 1) * np.square(parts - parts.mean()).sum()))


def _on_log_scale(log_value: float, error: float, groups: int) -> Interval:
    half = t_quantile(max(groups - 1, 1)) * error
    return Interval(
        float(np.exp(log_value)), float(np.exp(log_value - half)), float(np.exp(log_value + half))
    )
