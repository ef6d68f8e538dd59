"""Association of two yes/no labels in employer clusters: risk difference, odds ratio, phi, Mantel-Haenszel.

A table is four counts: a both labels, b the exposure only, c the outcome only, d neither. Every interval
takes employers as the sampled units: a smooth function g of the totals is linearised, each employer's part is
the gradient times its own counts, and the variance is G/(G-1) times the spread of the parts (Binder 1983,
Int. Stat. Review 51; the same as the cluster sandwich).
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy import special

from include.measure import comparisons, estimators
from include.measure.estimators import DETECTABLE, ClusterSums, Floats, t_quantile
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


def risk_difference(tables: Floats) -> tuple[Interval, float]:
    """Return a/(a+b) - c/(c+d) with its interval, and the smallest difference found with 80 percent power.

    Both shares have the published interval (Wilson on the effective size, rule of three at zero), so that a
    table without a single case of both labels still has a truthful interval.
    """
    a, b, c, d = tables.T
    if (a + b).sum() == 0 or (c + d).sum() == 0:
        return NO_INTERVAL, np.nan
    exposed, others = (ClusterSums.of_clusters((x + y)[None], x[None]) for x, y in ((a, b), (c, d)))
    one, two = estimators.posting_weighted(exposed), estimators.posting_weighted(others)
    correlation = comparisons.pair_correlation(
        exposed,
        others,
        xx=np.array([(a * c).sum()]),
        xd=np.array([(a * (c + d)).sum()]),
        dx=np.array([((a + b) * c).sum()]),
        dd=np.array([((a + b) * (c + d)).sum()]),
    )
    gap = comparisons.difference(one, two, correlation)
    pooled = (a + c).sum() / tables.sum()
    smallest = DETECTABLE * np.sqrt(pooled * (1 - pooled) * (1 / one.n_eff[0] + 1 / two.n_eff[0]))
    return Interval(float(gap.value[0]), float(gap.low[0]), float(gap.high[0])), float(smallest)


def odds_ratio(tables: Floats) -> Interval:
    """Return the odds ratio with 0.5 added to each cell; interval on the log scale, t with G - 1."""
    totals = tables.sum(axis=0) + HALF
    log_ratio = float(np.log(totals[0] * totals[3] / (totals[1] * totals[2])))
    gradient = np.array([1, -1, -1, 1]) / totals
    return _on_log_scale(log_ratio, cluster_error(tables @ gradient), len(tables))


def phi_coefficient(tables: Floats) -> Interval:
    """Return phi (Pearson correlation of two yes/no labels) with a linearised interval."""
    totals = tables.sum(axis=0)

    def phi(t: Floats) -> float:
        a, b, c, d = t
        product = (a + b) * (c + d) * (a + c) * (b + d)
        return float((a * d - b * c) / np.sqrt(product)) if product > 0 else np.nan

    value = phi(totals)
    if np.isnan(value):
        return NO_INTERVAL
    error = cluster_error(tables @ numerical_gradient(phi, totals))
    half = t_quantile(max(len(tables) - 1, 1)) * error
    return Interval(value, max(value - half, -1.0), min(value + half, 1.0))


def mantel_haenszel(
    exposed: NDArray[np.bool_],
    outcome: NDArray[np.bool_],
    stratum: NDArray[np.int64],
    employer: NDArray[np.int64],
) -> tuple[Interval, int]:
    """Return the odds ratio common to all strata, and the number of strata that inform it.

    Source: Mantel and Haenszel (1959), JNCI 22: sum(a d / n) / sum(b c / n). The variance is linearised over
    employers, which may lie in several strata (the Robins-Breslow-Greenland formula takes
    ads as independent).
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
    return _on_log_scale(float(np.log(top.sum() / bottom.sum())), cluster_error(parts), len(parts)), informing


def conditional_odds_ratio(tables: Floats) -> tuple[Interval, int]:
    """Return the odds ratio inside employers, and the number of employers that inform it.

    A logit with one effect per employer, conditional on each employer's number of outcomes, so that whatever
    an employer does in all its ads drops out (Breslow and Day 1980, Statistical Methods in Cancer Research
    I, ch. 7). With one yes/no exposure an employer's count a follows Fisher's noncentral hypergeometric
    distribution. The variance is the sandwich over employers.

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
    error = float(np.sqrt(groups / (groups - 1) * np.square(count - mean).sum())) / information
    return _on_log_scale(beta, error, groups), groups


def _log_binomial(n: Floats, k: Floats) -> Floats:
    return np.asarray(special.gammaln(n + 1) - special.gammaln(k + 1) - special.gammaln(n - k + 1))


def cluster_error(parts: Floats) -> float:
    """Return the standard error of a sum of independent parts, one per employer."""
    groups = len(parts)
    return (
        float(np.sqrt(groups / (groups - 1) * np.square(parts - parts.mean()).sum()))
        if groups > 1
        else np.nan
    )


def numerical_gradient(function: Callable[[Floats], float], at: Floats) -> Floats:
    """Return central differences of a function of counts."""
    gradient = np.zeros_like(at)
    for i in range(len(at)):
        step = np.zeros_like(at)
        step[i] = 1e-4 * max(at[i], 1.0)
        gradient[i] = (function(at + step) - function(at - step)) / (2 * step[i])
    return np.nan_to_num(gradient)


def _on_log_scale(log_value: float, error: float, groups: int) -> Interval:
    half = t_quantile(max(groups - 1, 1)) * error
    return Interval(
        float(np.exp(log_value)), float(np.exp(log_value - half)), float(np.exp(log_value + half))
    )
