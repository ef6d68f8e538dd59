"""The market's true weekly figures, counted from labels: what the pipeline's figures are compared with."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from datetime import date

import msgspec

from include.classify.labels import CertStatus, CertTiming, CriteriaStatus, CriteriaTier
from include.partitions import week_name, week_start
from include.role_families import PRODUCT_FAMILIES, RoleFamily
from include.sample_market.ad import Evidence
from include.sample_market.labels import TrueLabels
from include.sample_market.openings import Opening

Indicator = Callable[[TrueLabels], float]


def _is_required_at_hire(labels: TrueLabels) -> bool:
    return labels.cert_status == "required" and labels.cert_timing == "at_hire"


def _is_explicit(labels: TrueLabels) -> bool:
    return labels.criteria_status == "explicit"


INDICATORS: dict[str, Indicator] = {
    "M1": _is_required_at_hire,
    "M1b": lambda labels: labels.cert_status in ("required", "listed"),
    "M2": lambda labels: labels.cert_status == "preferred",
    "M3": lambda labels: labels.cert_status != "none" and not labels.is_only_negated,
    "M5": _is_explicit,
    "M5s": lambda labels: bool({"E1", "E2t"} & set(labels.criteria_tiers)),
    "M5l": lambda labels: labels.criteria_status in ("explicit", "partial"),
    "M5g": lambda labels: labels.has_generic_kpi and labels.criteria_status == "none",
    "M6": lambda labels: _is_required_at_hire(labels) - _is_explicit(labels),
}
"""Each metric as the value of one opening, whose mean is the metric."""


class Share(msgspec.Struct, frozen=True):
    """One metric of one week under both weights; M6 is a difference of shares."""

    posting: float
    employer: float


class TrueWeek(msgspec.Struct, frozen=True, kw_only=True):
    """True figures of the flow of one week: openings first advertised in it, English, product families.

    Attributes:
        week: such as `2026-W47`.
        shares: by metric id.
    """

    week: str
    week_start: date
    n_openings: int
    n_employers: int
    largest_employer_share: float
    shares: dict[str, Share]


class TruthRow(msgspec.Struct, frozen=True, kw_only=True):
    """One opening's truth: labels, dates, postings and the sentences behind the labels."""

    opening_id: str
    employer: str
    source: str
    board: str
    posting_ids: tuple[str, ...]
    title: str
    role_family: RoleFamily
    seniority: str
    language: str
    opened: date
    week: str
    cert_status: CertStatus
    cert_timing: CertTiming | None
    criteria_status: CriteriaStatus
    criteria_tiers: tuple[CriteriaTier, ...]
    labels: TrueLabels
    evidence: tuple[Evidence, ...]


def is_measured(opening: Opening) -> bool:
    """Whether an opening belongs to the population of the metrics."""
    return opening.role_family in PRODUCT_FAMILIES and opening.language == "en"


def true_week(monday: date, openings: Iterable[Opening]) -> TrueWeek:
    """Return the true figures of the week of `monday` from the openings first advertised in it.

    Openings of other weeks and outside the population are passed over, so any superset will do.

    Args:
        monday: first day of the week.
        openings: openings with their labels; no text is needed.
    """
    by_employer: dict[int, list[TrueLabels]] = defaultdict(list)
    for opening in openings:
        if is_measured(opening) and week_start(opening.opened) == monday:
            by_employer[opening.employer].append(opening.labels)
    return summarise(monday, by_employer)


def summarise(monday: date, by_employer: dict[int, list[TrueLabels]]) -> TrueWeek:
    """Return figures from the labels of a week's openings, grouped by employer.

    A week without openings has counts of zero and no shares.
    """
    n_openings = sum(map(len, by_employer.values()))
    shares = {}
    if n_openings:
        for metric, indicator in INDICATORS.items():
            sums = [sum(map(indicator, labels)) for labels in by_employer.values()]
            means = [total / len(labels) for total, labels in zip(sums, by_employer.values(), strict=True)]
            shares[metric] = Share(posting=sum(sums) / n_openings, employer=sum(means) / len(means))
    largest = max(map(len, by_employer.values()), default=0)
    return TrueWeek(
        week=week_name(monday),
        week_start=monday,
        n_openings=n_openings,
        n_employers=len(by_employer),
        largest_employer_share=largest / n_openings if n_openings else 0.0,
        shares=shares,
    )
