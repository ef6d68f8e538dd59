"""Pay from fields and from text; the texts are invented, their forms are those that ads use."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from include.collect.protocol import Pay
from include.normalize.pay import NO_PAY, choose_pay, read_pay

_CASES = Path(__file__).with_name("pay_texts.csv")


def _cases() -> list[dict[str, str]]:
    with _CASES.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


@pytest.mark.parametrize("case", _cases(), ids=lambda case: case["text"][:50])
def test_text_says_its_pay(case: dict[str, str]) -> None:
    pay = read_pay(case["text"])
    expected = Pay(
        minimum=float(case["minimum"]) if case["minimum"] else None,
        maximum=float(case["maximum"]) if case["maximum"] else None,
        currency=case["currency"] or None,
        period=case["period"] or "unknown",  # type: ignore[arg-type]  # the file holds periods
    )
    assert pay == expected


def test_fields_beat_the_text() -> None:
    listed = Pay(minimum=100_000, maximum=120_000, currency="eur ", period="year")
    assert choose_pay([listed], "Salary $1,000 - $2,000 per month") == Pay(
        minimum=100_000, maximum=120_000, currency="EUR", period="year"
    )


def test_ranges_of_one_currency_and_period_are_spanned() -> None:
    listed = [
        Pay(minimum=100_000, maximum=120_000, currency="USD", period="year"),
        Pay(minimum=90_000, maximum=110_000, currency="USD", period="year"),
        Pay(minimum=60_000, maximum=70_000, currency="GBP", period="year"),
        Pay(minimum=50, maximum=60, currency="USD", period="hour"),
    ]
    assert choose_pay(listed, "") == Pay(minimum=90_000, maximum=120_000, currency="USD", period="year")


@pytest.mark.parametrize(
    "pay",
    [
        Pay(minimum=0, maximum=0, currency="USD", period="year"),
        Pay(minimum=None, maximum=None, currency="USD"),
        Pay(minimum=45, maximum=60, currency="USD", period="year"),
        Pay(minimum=120_000, maximum=160_000, currency="USD", period="hour"),
        Pay(minimum=160_000, maximum=120_000, currency="USD", period="year"),
        Pay(minimum=10_000, maximum=900_000, currency="USD", period="year"),
    ],
)
def test_unbelievable_fields_are_unknown(pay: Pay) -> None:
    assert choose_pay([pay], "") == NO_PAY


def test_one_unknown_end_stays_unknown() -> None:
    assert choose_pay([Pay(minimum=0, maximum=90_000, currency="USD", period="year")], "").minimum is None


def test_yen_are_not_dollars() -> None:
    pay = Pay(minimum=6_000_000, maximum=9_000_000, currency="JPY", period="year")
    assert choose_pay([pay], "") == pay


@pytest.mark.parametrize(("minimum", "maximum"), [(90_000, None), (None, 90_000)])
def test_a_range_may_have_one_end(minimum: float | None, maximum: float | None) -> None:
    listed = Pay(minimum=minimum, maximum=maximum, currency="USD", period="year")
    assert choose_pay([listed], "") == listed
