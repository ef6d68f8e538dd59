"""Pay: the source's own fields first, else a range that the text states as pay.

A range is believed only when its size fits its period and currency. Zero is unknown, not unpaid; a range without a
period keeps the period `unknown`: "60,000 – 80,000" a year is likely, but the ad does not say so.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from include.collect.protocol import Pay, PayPeriod

NO_PAY: Final = Pay(minimum=None, maximum=None, currency=None)

# Believable pay in US dollars, low enough for every country and high enough for a chief officer.
_BOUNDS_USD: dict[PayPeriod, tuple[float, float]] = {
    "hour": (1, 1_000),
    "day": (5, 8_000),
    "week": (25, 40_000),
    "month": (100, 200_000),
    "year": (1_000, 3_000_000),
    "unknown": (1, 3_000_000),
}
_WIDEST_RANGE = 10.0  # maximum / minimum: a wider "range" is two unlike figures
_UNITS_PER_USD = {
    "JPY": 150, "KRW": 1_350, "INR": 85, "IDR": 16_000, "VND": 25_000, "HUF": 360, "CLP": 950, "COP": 4_100,
    "PHP": 57, "THB": 35, "TWD": 32, "RUB": 90, "CZK": 23, "SEK": 10.5, "NOK": 10.8, "DKK": 6.9, "MXN": 18,
    "ZAR": 18, "TRY": 34, "PLN": 4, "BRL": 5.5, "ILS": 3.7, "HKD": 7.8, "CNY": 7.2, "AED": 3.7, "ARS": 1_000,
    "NGN": 1_500, "KES": 130, "EGP": 48, "PKR": 280, "UAH": 41, "RON": 4.6, "BGN": 1.8, "MYR": 4.5,
}  # fmt: skip

_CURRENCY_OF_SIGN = {
    "us$": "USD", "c$": "CAD", "ca$": "CAD", "cad$": "CAD", "a$": "AUD", "au$": "AUD", "aud$": "AUD", "nz$": "NZD",
    "s$": "SGD", "sg$": "SGD", "hk$": "HKD", "r$": "BRL", "mx$": "MXN", "nt$": "TWD", "$": "USD", "€": "EUR",
    "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN", "pln": "PLN", "₪": "ILS", "₩": "KRW", "rs.": "INR", "rs": "INR",
    "fr.": "CHF", "euro": "EUR", "euros": "EUR", "kč": "CZK",
}  # fmt: skip
_CODES = ["USD", "EUR", "GBP", "CAD", "AUD", "NZD", "CHF", "SEK", "NOK", "DKK", "PLN", "CZK", "HUF", "RON", "BGN", "INR", "SGD", "HKD", "JPY", "CNY", "KRW", "TWD", "BRL", "MXN", "ARS", "CLP", "COP", "ZAR", "ILS", "AED", "SAR", "TRY", "THB", "MYR", "PHP", "IDR", "VND"]
_PRE_CHECK = re.compile(r"[$€£¥₹₪₩]|\b(?:" + "|".join(_CODES) + r"|zł|[Ee]uros?)\b")

_SIGN = (
    r"(?:(?:us|ca?d?|aud?|nz|sg?|hk|r|mx|nt)\$|[$€£¥₹₪₩]|\brs\.?|zł|kč|fr\.|\beuros?\b|\b(?:"
    + "|".join(_CODES)
    + r")\b)"
)
_NUMBER = r"\d{1,3}(?:[.,’' ]\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,6}(?:[.,]\d{1,2})?(?!\d)"
_THOUSAND = r"(?:\s?(?:k|tsd\.?|mila)\b)?"
_AFTER = r"\s?(?:\(?(?:annually|base|gross|brutto|brut)\)?)?"
_RANGE = re.compile(
    rf"(?P<sign1>{_SIGN})?\s?(?P<sign1b>{_SIGN})?\s?(?P<low>{_NUMBER})(?P<low_k>{_THOUSAND})\s?(?P<sign2>{_SIGN})?"
    rf"(?:\s?/?\s?(?:yr|year|hr|hour|annum))?\s{{0,2}}(?:-|–|—|~|to|and|bis|à|a|até|till|und|tot)\s{{0,2}}"
    rf"(?P<sign3>{_SIGN})?\s?(?P<high>{_NUMBER})(?P<high_k>{_THOUSAND})\s?(?P<sign4>{_SIGN})?"
    r"(?!\s?(?:m\b|mm\b|mn\b|million|bn\b|b\b|billion|%|\+?\s?(?:years|employees|customers|users|people)))",
    re.IGNORECASE,
)
_PERIODS: tuple[tuple[PayPeriod, re.Pattern[str]], ...] = (
    ("hour", re.compile(r"\b(?:per|an|/|pro|à l'|de l') ?(?:hour|hr|h|stunde|heure)\b|\bhourly\b|/ ?(?:hour|hr|h)\b|\bp\.?/?h\b|\bpor hora\b|\bstundenlohn|\ban hour\b", re.I)),
    ("day", re.compile(r"\b(?:per|a|/|pro) ?(?:day|tag|jour)\b|/ ?day\b|\bdaily rate|\bday rate|\bpar jour\b|\btagessatz|\bp/d\b", re.I)),
    ("week", re.compile(r"\b(?:per|a|/|pro) ?(?:week|woche|semaine)\b|/ ?(?:week|wk)\b|\bweekly\b", re.I)),
    ("month", re.compile(r"\b(?:per|a|/|pro|par) ?(?:month|monat|mois|mes|mês|month)\b|/ ?(?:month|mo|mth)\b|\bmonthly\b|\bmonatlich|\bpor mes\b|\bmensu\w+|\bpr\.? måned|\bmånadslön|\bp\.?m\.?\b", re.I)),
    ("year", re.compile(r"\b(?:per|a|/|pro|par) ?(?:year|yr|annum|jahr|an|année|año|ano)\b|/ ?(?:year|yr|a|y)\b|\bannual\w*|\byearly\b|\bp\.?a\b\.?|\bjährlich|\bjahres\w+|\bannuel\w*|\bbrutto/jahr|\banuales?\b|\bpor año\b|\bbase salary\b.{0,20}\bannual|\bper-year\b|\bk€ ?/ ?an\b", re.I)),
)  # fmt: skip
_PAY_WORD = re.compile(
    r"\b(?:salar\w+|pay\b|pays\b|paid|compensation|comp\b|wage|remuneration|earn\w*|base\b|ote\b|target (?:earnings|cash)|"
    r"gehalt\w*|verg[üu]tung|lohn|rémunération|salaire|salario|sueldo|salário|remuneraci\w+|lön|loon|wynagrodzeni\w+|"
    r"stipendio|ral\b|hiring range|pay range|salary range|rate\b)",
    re.IGNORECASE,
)
_OTHER_MONEY = re.compile(
    r"\b(?:bonus|stipend|budget|equity|401|revenue|arr|funding|raised|allowance|referral|deal|gmv|valuation|sign[- ]on|"
    r"reimburse\w*|portfolio|worth|sales|turnover)\b",
    re.IGNORECASE,
)
_CONTEXT_BEFORE, _CONTEXT_AFTER = 160, 60


def choose_pay(listed: Sequence[Pay], text: str) -> Pay:
    """Return the pay range of a posting: the source's fields, else what the text states, else `NO_PAY`.

    Several ranges of one currency and period (places, levels) are spanned; the first usable currency decides.
    """
    return _span([pay for pay in map(_believed, listed) if pay is not None]) or read_pay(text)


def read_pay(text: str) -> Pay:
    """Return the pay range that the text states, or `NO_PAY`."""
    if _PRE_CHECK.search(text) is None:
        return NO_PAY
    found = []
    for match in _RANGE.finditer(text):
        pay = _read_match(text, match)
        if pay is not None:
            found.append(pay)
            if len(found) == 20:
                break
    return _span(found) or NO_PAY


def _read_match(text: str, match: re.Match[str]) -> Pay | None:
    signs = [
        match[name].strip().lower() for name in ("sign1", "sign1b", "sign2", "sign3", "sign4") if match[name]
    ]
    if not signs:
        return None
    currency = _currency(signs)
    if currency is None:
        return None
    before = text[max(0, match.start() - _CONTEXT_BEFORE) : match.start()]
    after = text[match.end() : match.end() + _CONTEXT_AFTER].split("\n")[0]
    if "$" in signs:
        currency = _dollar(currency, after, text)
    high_k = bool(match["high_k"].strip())
    low, high = _number(match["low"]), _number(match["high"])
    if high_k:
        high *= 1000
    if match["low_k"].strip() or (high_k and low < 1000):
        low *= 1000
    period = _period(before, after, match[0])
    near = before[-60:]
    is_pay = (
        _PAY_WORD.search(before)
        or _PAY_WORD.search(after)
        or (period != "unknown" and not _OTHER_MONEY.search(near))
    )
    if not is_pay or (_OTHER_MONEY.search(near.rsplit("\n", 1)[-1]) and not _PAY_WORD.search(near)):
        return None
    if period == "unknown" and low * 1.0 < 1000 * _UNITS_PER_USD.get(currency, 1) / 10:
        return None  # too small for a yearly or monthly sum, and nothing says hours
    return _believed(Pay(minimum=low, maximum=high, currency=currency, period=period))


def _currency(signs: list[str]) -> str | None:
    known = [_CURRENCY_OF_SIGN.get(sign, sign.upper()) for sign in signs]
    codes = [code for sign, code in zip(signs, known, strict=True) if sign != "$"]
    return (codes or known)[0]


def _dollar(currency: str, after: str, text: str) -> str:
    """Tell which dollar a bare `$` is from a code that follows it."""
    if currency != "USD":
        return currency
    match = re.match(r"\s?\(?(CAD|AUD|NZD|SGD|HKD|USD)\b", after)
    return match[1] if match else currency


def _period(before: str, after: str, inside: str) -> PayPeriod:
    for context in (inside + after[:40], before[-90:].rsplit("\n\n", 1)[-1]):
        best: tuple[int, PayPeriod] | None = None
        for period, pattern in _PERIODS:
            match = pattern.search(context)
            if match and (best is None or match.start() < best[0]):
                best = (match.start(), period)
        if best:
            return best[1]
    return "unknown"


def _number(written: str) -> float:
    digits = re.sub(r"[’' ]", "", written)
    # A separator before exactly three digits groups thousands, in English and in German writing alike.
    digits = re.sub(r"[.,](?=\d{3}(?:\D|$))", "", digits)
    return float(digits.replace(",", "."))


def _believed(pay: Pay) -> Pay | None:
    """Return the range without its unknown ends, or None when nothing believable is left."""
    minimum, maximum = pay.minimum or None, pay.maximum or None
    if minimum is None and maximum is None:
        return None
    currency = pay.currency.strip().upper() if pay.currency else None
    scale = _UNITS_PER_USD.get(currency or "", 1)
    floor, ceiling = _BOUNDS_USD[pay.period]
    for end in (minimum, maximum):
        if end is not None and not floor <= end / scale <= ceiling:
            return None
    if minimum is not None and maximum is not None and not minimum <= maximum <= minimum * _WIDEST_RANGE:
        return None
    return Pay(minimum=minimum, maximum=maximum, currency=currency, period=pay.period)


def _span(ranges: list[Pay]) -> Pay | None:
    if not ranges:
        return None
    first = ranges[0]
    alike = [pay for pay in ranges if (pay.currency, pay.period) == (first.currency, first.period)]
    minima = [pay.minimum for pay in alike if pay.minimum is not None]
    maxima = [pay.maximum for pay in alike if pay.maximum is not None]
    return Pay(
        minimum=min(minima, default=None),
        maximum=max(maxima, default=None),
        currency=first.currency,
        period=first.period,
    )
