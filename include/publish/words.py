"""The headline in words: true in every week, also in one without a single required certification."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from include.measure.suppression import MAXIMUM_DOMINANCE, MINIMUM_EMPLOYERS, MINIMUM_POSTINGS
from include.plurals import counted
from include.publish.headline import Figure, Headline

KINDS = {
    "observed": "seen opening by us",
    "archived": "with the source's own dates",
    "reconstructed": "dated back from ads still open",
}
"""What each series of dates is, in the order in which they are shown."""


def percent(value: float | None) -> str:
    """Return a fraction as a percentage with one decimal, a dash when it is unknown."""
    return "–" if value is None else f"{100 * value:.1f}%"


def signed(value: float, decimals: int) -> str:
    """Return a number with its sign; what rounds to zero has none, for it would claim a direction."""
    text = f"{value:+z.{decimals}f}"
    return text.removeprefix("+") if float(text) == 0 else text.replace("-", "−")


def points(value: float | None) -> str:
    """Return a difference of fractions in percentage points, signed."""
    return "–" if value is None else f"{signed(100 * value, 1)} pp"


def figure_in(value: float | None, unit: str) -> str:
    """Return a figure in the words of its unit: a share in percent, a difference of shares in points."""
    if unit == "fraction":
        return percent(value)
    if unit == "change":
        return points(value)
    return "–" if value is None else f"{value:z.3f}".replace("-", "−")


def figures_by_weight(headline: Headline | None) -> dict[str, dict[str, Figure]]:
    """Return the headline's figures by metric and weight."""
    table: dict[str, dict[str, Figure]] = {}
    for figure in headline.figures if headline else ():
        table.setdefault(figure.metric_id, {})[figure.weight_scheme] = figure
    return table


def title_sentence(headline: Headline | None) -> str:
    """Return the sentence that a reader takes away."""
    figures = _posting(headline)
    cert, criteria = figures.get("M1"), figures.get("M5")
    if cert is None or criteria is None or cert.n_postings == 0:
        return "No new product-manager opening was counted this week, so there is no figure to show."
    if cert.estimate is None or criteria.estimate is None:
        openings = counted(cert.n_postings, "new product-manager opening")
        were = "was" if cert.n_postings == 1 else "were"
        if cert.n_postings < MINIMUM_POSTINGS:
            return f"Only {openings} {were} counted this week: too few to publish a share."
        return f"{openings} {were} counted this week, at too few employers, or too many at one, for a share."
    when = "this week" if cert.window_weeks == 1 else f"in the last {cert.window_weeks} weeks"
    return (
        f"Of {counted(cert.n_postings, 'product-manager opening')} new {when}, {_count(cert)} required a "
        f"certification and {_count(criteria)} said how success would be judged."
    )


def uncertainty_sentence(headline: Headline | None) -> str:
    """Return what can be said about the share behind the count."""
    figures = _posting(headline)
    cert, criteria, gap = figures.get("M1"), figures.get("M5"), figures.get("M6")
    if cert is None or criteria is None or cert.n_postings == 0:
        return "Other weeks stand in the chart below."
    if cert.estimate is None or criteria.estimate is None:
        return (
            f"A share is published from {MINIMUM_POSTINGS} openings at {MINIMUM_EMPLOYERS} employers on, if "
            f"no employer has more than {MAXIMUM_DOMINANCE:.0%} of them; this week had "
            f"{counted(cert.n_employers, 'employer')}."
        )
    sentences = [
        _shares(cert, criteria)
        if all(share.x and _has_interval(share) for share in (cert, criteria))
        else f"{_share('that requires a certification', cert)} {_share(_CRITERIA, criteria)}",
        _gap(gap),
    ]
    return " ".join(sentence for sentence in sentences if sentence)


def pooled_sentence(
    pooled: Mapping[str, Mapping[str, Any]], kind: str | None, headline: Headline | None
) -> str:
    """Return what half a year says that a week cannot; empty where it would only repeat the week.

    Args:
        pooled: estimate, ci_low, ci_high, x, n_postings and window_weeks of M1 and M5 by metric.
        kind: series kind they come from.
        headline: of the week.
    """
    cert, criteria = pooled.get("M1"), pooled.get("M5")
    if cert is None or criteria is None or cert["window_weeks"] < 2 or kind is None:
        return ""
    of_series = "" if headline and headline.series_kind == kind else f" ({kind} series)"
    if cert["x"] == 0:
        required = f"none required a certification, so the share is likely under {percent(cert['ci_high'])}"
    else:
        required = f"{cert['x']:,} required a certification ({_pooled_share(cert)})"
    openings = counted(cert["n_postings"], "opening")
    return (
        f"Over {cert['window_weeks']} weeks together{of_series}, of {openings}, {required}, "
        f"and {criteria['x']:,} said how success would be judged ({_pooled_share(criteria)})."
    )


def _pooled_share(row: Mapping[str, Any]) -> str:
    span = f"95% interval {percent(row['ci_low'])} to {percent(row['ci_high'])}"
    return f"{percent(row['estimate'])}, {span}"


_CRITERIA = "that says how success is judged"


def _shares(cert: Figure, criteria: Figure) -> str:
    return (
        "Behind such counts, in ads like these, the share that requires a certification is likely between "
        f"{percent(cert.ci_low)} and {percent(cert.ci_high)}, and the share {_CRITERIA} between "
        f"{percent(criteria.ci_low)} and {percent(criteria.ci_high)}."
    )


def _has_interval(figure: Figure) -> bool:
    return figure.ci_low is not None and figure.ci_high is not None


def _share(which: str, figure: Figure) -> str:
    if not _has_interval(figure):
        return f"The share {which} is {percent(figure.shown)}."
    if figure.x == 0 and not figure.ci_low:  # corrected by labels, some may be there for sure
        return (
            f"None found does not mean none: in ads like these the share {which} may be anything up to "
            f"{percent(figure.ci_high)}."
        )
    return (
        f"In ads like these, the share {which} is likely between {percent(figure.ci_low)} and "
        f"{percent(figure.ci_high)}."
    )


def _gap(gap: Figure | None) -> str:
    if gap is None or gap.estimate is None or gap.ci_low is None or gap.ci_high is None:
        return ""
    span = f"{points(gap.shown)}, 95% interval {points(gap.ci_low)} to {points(gap.ci_high)}"
    if gap.ci_low > 0:
        return f"More ads require a certification than say what success is ({span})."
    if gap.ci_high < 0:
        return f"More ads say what success is than require a certification ({span})."
    return f"Which of the two is more common, these ads cannot tell ({span})."


def _count(figure: Figure) -> str:
    # Without a count (a corrected or older figure) the share stands in its place.
    if figure.x is None:
        return percent(figure.estimate)
    return "none" if figure.x == 0 else f"{figure.x:,}"


def _posting(headline: Headline | None) -> Mapping[str, Figure]:
    return {
        metric: weights["posting"]
        for metric, weights in figures_by_weight(headline).items()
        if "posting" in weights
    }
