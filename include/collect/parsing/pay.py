"""Pay ranges as sources give them: zero is unknown, a period is never assumed."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

from include.collect.protocol import Pay, PayPeriod

# In this order: "biweekly" must not be read as weekly, nor "semi-monthly" as monthly.
_PERIODS: tuple[tuple[re.Pattern[str], PayPeriod], ...] = (
    (
        re.compile(r"bi-?\s?week|semi-?\s?month|bi-?\s?month|fortnight|quarter|one[- ]?time|project"),
        "unknown",
    ),
    (re.compile(r"hour|\bph\b|^hr|/\s?h|stunde|heure|timme"), "hour"),
    (re.compile(r"year|annu|\bpa\b|p\.a\.|jahr|\ban\b|^yr|\bår"), "year"),
    (re.compile(r"month|monat|mois|månad|mensu"), "month"),
    (re.compile(r"week|woche|semaine|vecka"), "week"),
    (re.compile(r"da(y|ily)|per diem|\btag|jour"), "day"),
)
_GROUPED = re.compile(r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?")
_CURRENCY = re.compile(r"[A-Za-z]{3}")


def pay_period(text: str | None) -> PayPeriod:
    """Return the period named by a source's word such as `1 YEAR`, `per-hour-salary` or `monthly`."""
    lowered = (text or "").strip().lower()
    for pattern, period in _PERIODS:
        if lowered and pattern.search(lowered):
            return period
    return "unknown"


def pay_amount(value: float | str | None) -> float | None:
    """Return a positive, finite amount; zero, blank, negative and unreadable values are unknown (None).

    A comma is read between groups of digits only (`1,234.50`, `12,34,000`): `55,5` is no 555.
    """
    if value is None:
        return None
    if isinstance(value, str) and "," in value:
        value = value.replace(",", "") if _GROUPED.fullmatch(value.strip()) else None
    try:
        amount = float(value or 0)
    except ValueError:
        return None
    return amount if math.isfinite(amount) and amount > 0 else None


def pay_range(
    minimum: float | str | None, maximum: float | str | None, currency: str | None, period: str | None
) -> tuple[Pay, ...]:
    """Return the range as a tuple of one `Pay`, or an empty tuple when neither end is known.

    Args:
        minimum: lower end, in units of the currency per period.
        maximum: upper end.
        currency: ISO 4217 code in any case; anything else is unknown.
        period: the source's word for the period.
    """
    low, high = pay_amount(minimum), pay_amount(maximum)
    if low is None and high is None:
        return ()
    code = (currency or "").strip()
    return (
        Pay(
            minimum=low,
            maximum=high,
            currency=code.upper() if _CURRENCY.fullmatch(code) else None,
            period=pay_period(period),
        ),
    )


def span_by_currency(ranges: Iterable[Pay]) -> tuple[Pay, ...]:
    """Return one range per currency and period that spans all given ranges of it, in order of appearance."""
    spans: dict[tuple[str | None, PayPeriod], Pay] = {}
    for pay in ranges:
        key = (pay.currency, pay.period)
        known = spans.get(key, pay)
        spans[key] = Pay(
            minimum=min(filter(None, (known.minimum, pay.minimum)), default=None),
            maximum=max(filter(None, (known.maximum, pay.maximum)), default=None),
            currency=pay.currency,
            period=pay.period,
        )
    return tuple(spans.values())
