"""Pay: the source's own fields first, else a range that the text states as pay.

A range is believed only when its size fits its period and currency. Zero is unknown, not unpaid. A range
without a period keeps the period `unknown`: "60,000 – 80,000" is likely a year's, but the ad does not say so.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import Final

import re2

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
    "us$": "USD", "c$": "CAD", "ca$": "CAD", "cad$": "CAD", "a$": "AUD", "au$": "AUD", "aud$": "AUD",
    "nz$": "NZD", "s$": "SGD", "sg$": "SGD", "hk$": "HKD", "r$": "BRL", "mx$": "MXN", "nt$": "TWD",
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR", "zł": "PLN", "pln": "PLN", "₪": "ILS",
    "₩": "KRW", "rs.": "INR", "rs": "INR", "fr.": "CHF", "euro": "EUR", "euros": "EUR", "kč": "CZK",
}  # fmt: skip
_CODE = (
    "USD|EUR|GBP|CAD|AUD|NZD|CHF|SEK|NOK|DKK|PLN|CZK|HUF|RON|BGN|INR|SGD|HKD|JPY"
    "|CNY|KRW|TWD|BRL|MXN|ARS|CLP|COP|ZAR|ILS|AED|SAR|TRY|THB|MYR|PHP|IDR|VND"
)
_SIGN = (
    r"(?:\b(?:us|ca?d?|aud?|nz|sg?|hk|r|mx|nt)\$|[$€£¥₹₪₩]|\brs\.?|zł|kč|fr\.|\beuros?\b"
    rf"|\b(?:{_CODE})\b)"
)
# One sign groups all thousands of an amount: the 401 of "$70,000 401k" is none. In India 1,200,000 is
# 12,00,000.
_NUMBER = (
    r"(?:\d{1,2}(?:,\d{2}){1,2},\d{3}"
    r"|\d{1,3}(?:(?:\.\d{3})+|(?:,\d{3})+|(?:[’']\d{3})+|(?: \d{3})+)(?:[.,]\d{1,2})?"
    r"|\d{1,6}(?:[.,]\d{1,2})?)"
)
# A lakh is 100,000 rupees, LPA are lakhs per annum. A single letter stands at its figure: "10 - 15 l" are
# litres.
_MULTIPLE = r"(?:(?:\s?(?:k|tsd\.?|mila|lpa|lakhs?|lacs?)|l)\b)?"
_PER = r"(?:\s?(?:/|per|an?)?\s?(?:yr|year|hr|hour|annum|month))?"
_TO = r"\s{0,2}(?:-|–|—|~|to|and|bis|à|a|até|till|und|tot)\s{0,2}"
_RANGE_TEXT = (
    rf"(?P<sign1>{_SIGN})?\s?(?P<sign2>{_SIGN})?\s?(?P<low>{_NUMBER})(?P<low_multiple>{_MULTIPLE})\s?(?P<sign3>{_SIGN})?{_PER}{_TO}"
    rf"(?P<sign4>{_SIGN})?\s?(?P<sign5>{_SIGN})?\s?(?P<high>{_NUMBER})(?P<high_multiple>{_MULTIPLE})"
    rf"(?:\s?(?P<sign6>{_SIGN}))?"  # without a sign no space: the next line says nothing of this one's pay
)
_RANGE = re2.compile(f"(?i){_RANGE_TEXT}")
# Ranges without a currency ("5 - 7 years") stand in most ads: this tells whether a closer look is worth it.
_AMOUNT = rf"(?:{_SIGN}\s?{_NUMBER}|{_NUMBER}{_MULTIPLE}\s?{_SIGN})"
_ANY_RANGE = re2.compile(
    rf"(?i){_AMOUNT}{_MULTIPLE}{_PER}{_TO}(?:{_SIGN}){{0,2}}\s?\d|{_NUMBER}{_MULTIPLE}{_TO}{_AMOUNT}"
    rf"|{_NUMBER}\s?lpa\b"
)
_SIGNS = ("sign1", "sign2", "sign3", "sign4", "sign5", "sign6")
# "$10 - $20 million", "$500 - 1,000 customers", "$2 2.00 - $2 7.00": no pay.
_OTHER_UNIT = re.compile(
    r"\d| \d{1,2}\b|\s?(?:m\b|mm\b|mn\b|million|bn\b|b\b|billion|%"
    r"|\+?\s?(?:years|employees|customers|users|people|clients))",
    re.IGNORECASE,
)
_PERIOD_WORDS: dict[PayPeriod, str] = {
    "hour": r"\b(?:per|an|pro|por|par) ?(?:hour|hr|stunde|heure|hora)\b|/ ?(?:hour|hr|h)\b|\bhourly\b"
    r"|\bstundenlohn|\bp/h\b",
    "day": r"\b(?:per|a|pro|par) ?(?:day|tag|jour)\b|/ ?day\b|\bdaily rate|\bday rate|\btagessatz",
    "week": r"\b(?:per|a|pro|par) ?(?:week|woche|semaine)\b|/ ?(?:week|wk)\b|\bweekly\b",
    "month": r"\b(?:per|a|pro|par|por) ?(?:month|monat|mois|mes|mês)\b|/ ?(?:month|mo|mth)\b|\bmonthly\b"
    r"|\bmonatlich|\bmensu\w+|\bmånadslön|\bp\.m\.",
    "year": r"\b(?:per|a|pro|par|por) ?(?:year|yr|annum|jahr|an|année|año|ano)\b|/ ?(?:year|yr|y|an|annum)\b"
    r"|\bper-year\b|\bannual\w*|\byearly\b|\bp\.? ?a\b\.?|\bjährlich|\bjahres\w+|\bannuel\w*|\banual\w*",
}
_PERIODS = tuple((period, re.compile(words, re.IGNORECASE)) for period, words in _PERIOD_WORDS.items())
_PAY_WORD = re.compile(
    r"\b(?:salar\w+|ctc\b|pay\b|pays\b|paid|compensation|comp\b|wage|remuneration|earn\w*|base\b|ote\b"
    r"|target (?:earnings|cash)|hiring range|pay range|salary range|rate\b|range"
    r"|gehalt\w*|verg[üu]tung|lohn|rémunération|salaire|salario|sueldo|salário|remuneraci\w+|lön|loon"
    r"|wynagrodzeni\w+|stipendio|ral\b)",
    re.IGNORECASE,
)
_OTHER_MONEY = re.compile(
    r"\b(?:bonus|stipend|budget|equity|401|revenue|arr|funding|raised|allowance|referral|deal|gmv|valuation"
    r"|sign[- ]on|reimburse\w*|portfolio|worth|sales|turnover)\b",
    re.IGNORECASE,
)
_GROUPED_BY_LAKH = re.compile(r"\d{1,2}(?:,\d{2})+,\d{3}")
_DOLLAR_NAME = re.compile(r"\s?\(?(CAD|AUD|NZD|SGD|HKD|USD)\b")
_CONTEXT, _NEAR = 120, 60  # characters
_MAX_RANGES_READ = 40
_LEAST_YEARLY_USD = 10_000


def choose_pay(listed: Sequence[Pay], text: str) -> Pay:
    """Return the pay range of a posting: the source's fields, else what the text states, else `NO_PAY`.

    Several ranges of one currency and period (places, levels) are spanned; the first usable currency decides.
    """
    return _span([pay for pay in map(_believed, listed) if pay is not None]) or read_pay(text)


def read_pay(text: str) -> Pay:
    """Return the pay range that the text states, or `NO_PAY`.

    Read are ranges of two amounts with a currency, near a word for pay or with a period: "$120K – $160K",
    "£60,000-£70,000 per annum", "55.000 € - 65.000 €", "USD 45 to 60 an hour", "₹12-18 lakh", and "12-18 LPA"
    near a word for pay. Single amounts are left alone: most of them are budgets, bonuses and funding.
    """
    if _ANY_RANGE.search(text) is None:
        return NO_PAY
    found = []
    for match in itertools.islice(_RANGE.finditer(text), _MAX_RANGES_READ):
        pay = _read_match(text, match)
        if pay is not None:
            found.append(pay)
    return _span(found) or NO_PAY


def _read_match(text: str, match: re.Match[str]) -> Pay | None:
    signs = [match[name].strip().lower() for name in _SIGNS if match[name]]
    multiples = [match[name].strip().lower() for name in ("low_multiple", "high_multiple")]
    is_yearly_lakh = "lpa" in multiples
    if not (signs or is_yearly_lakh) or _OTHER_UNIT.match(text, match.end()):
        return None
    line_start = text.rfind("\n", 0, match.start()) + 1
    before = text[max(line_start, match.start() - _CONTEXT) : match.start()]
    after = text[match.end() : match.end() + _CONTEXT].split("\n")[0]
    heading = text[max(0, line_start - _CONTEXT) : line_start]
    currency = _currency(signs or ["₹"], after)
    if currency != "INR" and any(multiple.startswith("l") for multiple in multiples):
        return None
    low, high = _number(match["low"]), _number(match["high"])
    if multiples[1]:
        high *= _factor(multiples[1])
    if multiples[0] or (multiples[1] and low < 1000):
        low *= _factor(multiples[0] or multiples[1])
    period = "year" if is_yearly_lakh else _period(match[0] + after, before, heading)
    if not _is_about_pay(before, after, heading, period if signs else "unknown"):
        return None
    if period == "unknown" and low < _LEAST_YEARLY_USD * _UNITS_PER_USD.get(currency, 1):
        return None  # too small for a year's pay, and nothing says of what
    return _believed(Pay(minimum=low, maximum=high, currency=currency, period=period))


def _is_about_pay(before: str, after: str, heading: str, period: PayPeriod) -> bool:
    near = before[-_NEAR:]
    if _OTHER_MONEY.search(near) and not _PAY_WORD.search(near):
        return False
    return period != "unknown" or any(map(_PAY_WORD.search, (before, after, heading)))


def _currency(signs: list[str], after: str) -> str:
    """Return the ISO 4217 code; a bare `$` is the dollar that the words after it name, else the US dollar."""
    codes = [_CURRENCY_OF_SIGN.get(sign, sign.upper()) for sign in signs]
    certain = [code for sign, code in zip(signs, codes, strict=True) if sign != "$"]
    if certain:
        return certain[0]
    named = _DOLLAR_NAME.match(after) if signs[0] == "$" else None
    return named[1] if named else codes[0]


def _period(*contexts: str) -> PayPeriod:
    """Return the period named first in the nearest context that names one."""
    for context in contexts:
        hits = [(match.start(), period) for period, words in _PERIODS if (match := words.search(context))]
        if hits:
            return min(hits)[1]
    return "unknown"


def _factor(multiple: str) -> int:
    return 100_000 if multiple.startswith("l") else 1000


def _number(written: str) -> float:
    digits = re.sub(r"[’' ]", "", written)
    if _GROUPED_BY_LAKH.fullmatch(digits):
        return float(digits.replace(",", ""))
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
