"""Is a share rising? A logit slope per week, with a cluster jackknife over employers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from include.measure.estimators import DETECTABLE, Floats, t_quantile
from include.measure.flow import count_employers
from include.measure.grouping import renumber

MINIMUM_WEEKS: Final = 26
"""No trend is claimed on fewer weeks."""
MAXIMUM_WEEKS: Final = 52
MINIMUM_POSITIVE: Final = 10
"""With fewer labelled openings the slope is not estimated: the likelihood is flat."""
_RIDGE: Final = 1e-8
"""Keeps the step defined where one employer is all of a source."""


@dataclass(frozen=True)
class Trend:
    """Slope of the log odds per week, its standard error and 95 percent interval, and what it rests on.

    `jackknife` is the standard error that the employers alone give; `error` is it or that of independent ads.
    """

    slope: float
    error: float
    jackknife: float
    low: float
    high: float
    n_openings: int
    n_employers: int
    n_positive: int

    def detectable_change(self, weeks: int) -> float:
        """Return the change of the share over `weeks` that this test finds with 80 percent power."""
        share = self.n_positive / self.n_openings
        return DETECTABLE * self.error * (weeks - 1) * share * (1 - share)


class TrendNotEstimable(ValueError):
    """The data cannot carry a trend; the message says why."""


def logit_trend(
    week: NDArray[np.int64],
    label: NDArray[np.bool_],
    source: NDArray[np.int64],
    employer: NDArray[np.int64],
) -> Trend:
    """Return the slope of logit(share) on the week, with an effect per source.

    The variance is the linearised cluster jackknife (CV3L) of MacKinnon, Nielsen and Webb (2023), Journal of
    Econometrics 232: each employer is left out by one Newton step from the full estimate. Where few employers
    have the label it comes out too small too often, so it is not allowed below the variance of independent
    ads, the inverse information (benchmarks/rank_trend.py has the false alarms of both). A source in which no
    opening (or every opening) has the label says nothing on the slope and is left out.

    Args:
        week: week index of each opening.
        label: the outcome.
        source: source number.
        employer: employer number; ads that name none are one cluster.

    Raises:
        TrendNotEstimable: fewer than 26 weeks with openings, or fewer than ten openings with (or without) the
            label.
    """
    weeks = int(np.count_nonzero(np.bincount(week)))
    if weeks < MINIMUM_WEEKS:
        raise TrendNotEstimable(f"{weeks} weeks with openings; a trend needs {MINIMUM_WEEKS}")
    fewest = int(min(label.sum(), (~label).sum()))
    if fewest < MINIMUM_POSITIVE:
        raise TrendNotEstimable(f"only {fewest} openings on one side; a trend needs {MINIMUM_POSITIVE}")
    source = renumber(source)
    hits = np.bincount(source, weights=label)
    informs = ((hits > 0) & (hits < np.bincount(source)))[source]
    if not informs.all():
        week, label = week[informs], label[informs]
        source, employer = source[informs], employer[informs]
    n_employers = count_employers(employer)
    source, employer = renumber(source), renumber(employer)
    groups, sources = int(employer.max()) + 1, int(source.max()) + 1
    times = (np.flatnonzero(np.bincount(week)) - week.mean()) / MAXIMUM_WEEKS
    moment = renumber(week)
    cell = moment * sources + source
    beta = _fit(times, sources, cell, label)
    p = (1 / (1 + np.exp(-(beta[0] * times[:, None] + beta[1:])))).ravel()[cell]
    time, spread, gap = times[moment], p * (1 - p), label - p
    place = employer * sources + source

    def by_source(values: Floats) -> Floats:
        """Return the sums of a per-opening number by employer and source, shape (employers, sources)."""
        sums = np.bincount(place, weights=values, minlength=groups * sources)
        return np.asarray(sums, dtype=np.float64).reshape(groups, sources)

    # One source per opening makes the curvature an arrow (time, sources, their cross), so the first element
    # of each step has a closed form. What is left when an employer goes is the total less its own part.
    score = np.bincount(employer, weights=gap * time)
    scores = by_source(gap)
    tip = _rest(np.bincount(employer, weights=spread * time**2).astype(np.float64))
    cross = _rest(by_source(spread * time))
    diagonal = _rest(by_source(spread)) + _RIDGE
    top = score - (cross * scores / diagonal).sum(axis=1)
    steps = -top / (tip - (cross**2 / diagonal).sum(axis=1) + _RIDGE)
    jackknife = float(np.sqrt((groups - 1) / groups * np.square(steps).sum()))
    of_time, of_source = (np.bincount(source, weights=values) for values in (spread * time, spread))
    information = float((spread * time**2).sum() - (of_time**2 / of_source).sum())
    error = max(jackknife, float(1 / np.sqrt(information + _RIDGE)))
    half = t_quantile(groups - 1) * error
    slope = float(beta[0])
    return Trend(
        slope=slope / MAXIMUM_WEEKS,
        error=error / MAXIMUM_WEEKS,
        jackknife=jackknife / MAXIMUM_WEEKS,
        low=(slope - half) / MAXIMUM_WEEKS,
        high=(slope + half) / MAXIMUM_WEEKS,
        n_openings=len(label),
        n_employers=n_employers,
        n_positive=int(label.sum()),
    )


def _rest(parts: Floats) -> Floats:
    """Return the total less each employer's part."""
    return np.asarray(parts.sum(axis=0) - parts)


def _fit(times: Floats, sources: int, cell: NDArray[np.int64], label: NDArray[np.bool_]) -> Floats:
    """Return the maximum-likelihood coefficients, slope first, by Newton's method on sums by week, source."""
    n = np.bincount(cell, minlength=len(times) * sources).astype(np.float64)
    x = np.bincount(cell, weights=label, minlength=len(n))
    design = np.column_stack([np.repeat(times, sources), np.tile(np.eye(sources), (len(times), 1))])
    beta = np.zeros(sources + 1)
    for _ in range(50):
        p = 1 / (1 + np.exp(-(design @ beta)))
        hessian = (design * (n * p * (1 - p))[:, None]).T @ design
        step = np.linalg.solve(hessian, design.T @ (x - n * p))
        beta = beta + np.clip(step, -5, 5)
        if np.abs(step).max() < 1e-10:
            return np.asarray(beta)
    raise TrendNotEstimable("the likelihood has no maximum: week and label are all but the same")
