"""Dates, pay, places, workplaces, markup and titles as sources write them."""

from __future__ import annotations

import html
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.collect.parsing.markup import (
    join_parts,
    section,
    undo_double_encoding,
    undo_escaping,
    unescape,
)
from include.collect.parsing.pay import pay_amount, pay_period, pay_range, span_by_currency
from include.collect.parsing.places import country_code, place, split_places, workplace
from include.collect.parsing.product_titles import may_be_product_role
from include.collect.parsing.records import RecordRefused
from include.collect.parsing.source_dates import (
    epoch_day,
    formatted_day,
    iso_day,
    iso_instant,
    mail_day,
    posted_ago,
)
from include.collect.protocol import Pay, Place

STOCKHOLM = ZoneInfo("Europe/Stockholm")


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2026-04-17T05:58:03-04:00", date(2026, 4, 17)),
        ("2026-04-17T22:58:03-04:00", date(2026, 4, 18)),
        ("2026-08-05 10:10:39 UTC", date(2026, 8, 5)),
        ("2026-08-05T10:10:39.371Z", date(2026, 8, 5)),
        ("2026-01-20T00:00:00.000+0000", date(2026, 1, 20)),
        ("2026-02-04T00:00:00+01:00", date(2026, 2, 4)),
        ("2026-02-04T00:26:20+01:00", date(2026, 2, 3)),
        ("2026-07-15T23:59:59.9970", date(2026, 7, 15)),
        ("2026-06-25", date(2026, 6, 25)),
        (" ", None),
        (None, None),
    ],
)
def test_iso_days(text: str | None, day: date | None) -> None:
    assert iso_day(text) == day


def test_times_without_a_zone_take_the_sources_zone_and_midnight_stays_its_day() -> None:
    assert iso_instant("2026-07-01T12:00:00", STOCKHOLM) == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert iso_day("2026-07-01T01:30:00", STOCKHOLM) == date(2026, 6, 30)
    assert iso_day("2026-07-01T00:00:00", STOCKHOLM) == date(2026, 7, 1)
    assert iso_day("2026-07-01", STOCKHOLM) == date(2026, 7, 1)


@pytest.mark.parametrize("text", ["last week", "2026-13-01", "01/02/2026", "20260101", "2026-01-01T25:00:00"])
def test_other_forms_refuse_the_record(text: str) -> None:
    with pytest.raises(RecordRefused, match="unreadable_date"):
        iso_day(text)


def test_unix_times_betray_the_wrong_unit() -> None:
    assert epoch_day(1793836800000, per_second=1000) == date(2026, 11, 5)
    assert epoch_day("1793836800") == date(2026, 11, 5)
    assert epoch_day(0) is None
    for wrong in (1793836800000, 1793, "soon", 1e300):
        with pytest.raises(RecordRefused, match="unreadable_date"):
            epoch_day(wrong)


def test_mail_and_fixed_formats() -> None:
    assert mail_day("Tue, 10 Nov 2026 23:30:00 -0200") == date(2026, 11, 11)
    assert formatted_day("03.11.2026", "%Y-%m-%d", "%d.%m.%Y") == date(2026, 11, 3)
    assert mail_day("") is None
    for wrong in ("yesterday", "99 Nov 2026"):
        with pytest.raises(RecordRefused):
            mail_day(wrong)
    with pytest.raises(RecordRefused, match="%d"):
        formatted_day("2026", "%d.%m.%Y")


@pytest.mark.parametrize(
    ("words", "day"),
    [
        ("Posted Today", date(2026, 11, 16)),
        ("Posted Yesterday", date(2026, 11, 15)),
        ("Posted 1 Day Ago", date(2026, 11, 15)),
        ("Posted 29 Days Ago", date(2026, 10, 18)),
        ("Posted 30+ Days Ago", None),
        ("Veröffentlicht vor 3 Tagen", None),
        ("Posted 99999999999 Days Ago", None),
        (None, None),
    ],
)
def test_relative_days_are_censored_not_guessed(words: str | None, day: date | None) -> None:
    assert posted_ago(words, date(2026, 11, 16)) == day


@pytest.mark.parametrize(
    ("word", "period"),
    [
        ("1 YEAR", "year"),
        ("per-year-salary", "year"),
        ("annual", "year"),
        ("PA", "year"),
        ("Per Year", "year"),
        ("1 HOUR", "hour"),
        ("per-hour-salary", "hour"),
        ("hourly", "hour"),
        ("PH", "hour"),
        ("month", "month"),
        ("Mensuel", "month"),
        ("weekly", "week"),
        ("DAY", "day"),
        ("daily", "day"),
        ("biweekly", "unknown"),
        ("semi-monthly", "unknown"),
        ("NONE", "unknown"),
        ("", "unknown"),
        (None, "unknown"),
        ("Pay Range", "unknown"),
        ("Company pay", "unknown"),
    ],
)
def test_pay_periods(word: str | None, period: str) -> None:
    assert pay_period(word) == period


def test_zero_and_nonsense_pay_is_unknown() -> None:
    assert pay_range(0, 0, "USD", "year") == ()
    assert pay_range(None, "", "USD", "year") == ()
    assert pay_range(0, 90_000, "usd", None) == (
        Pay(minimum=None, maximum=90_000, currency="USD", period="unknown"),
    )
    assert pay_range(1, 2, "$", "year")[0].currency is None
    assert [pay_amount(value) for value in ("60,000", "12,34,000", "-5", "1e999", "nan", "k")] == [
        60_000,
        1_234_000,
        None,
        None,
        None,
        None,
    ]
    # A comma before decimals: unknown rather than ten or a thousand times too much or too little.
    assert [pay_amount(value) for value in ("55,5", "55.000,50", "1,2,3", ",")] == [None] * 4


def test_ranges_span_per_currency_and_period() -> None:
    first = Pay(minimum=None, maximum=100, currency="EUR", period="year")
    second = Pay(minimum=80, maximum=None, currency="EUR", period="year")
    other = Pay(minimum=5, maximum=6, currency="EUR", period="hour")
    assert span_by_currency([first, other, second]) == (
        Pay(minimum=80, maximum=100, currency="EUR", period="year"),
        other,
    )


def test_places() -> None:
    assert split_places("New York, NY; London | New York, NY • Graz") == (
        Place(text="New York, NY"),
        Place(text="London"),
        Place(text="Graz"),
    )
    assert split_places("Berlin; ; N/A") == (Place(text="Berlin"),)
    assert split_places(None) == ()
    assert place("Berlin", "Berlin", country="Germany") == Place(text="Berlin, Germany")
    assert place("Berlin", country="de") == Place(text="Berlin", country_code="DE")
    assert place("London, UK", country="UK") == Place(text="London, UK", country_code="GB")
    # A state's code is not said by a town whose name happens to hold its letters.
    assert place("Carlsbad", "CA") == Place(text="Carlsbad, CA")
    assert place("Portland, OR", "OR", country="US") == Place(text="Portland, OR", country_code="US")
    assert place("Indianapolis", "IN", country="India") == Place(text="Indianapolis, IN, India")
    assert place("3 Locations") is None
    assert place("N/A", " ", None) is None
    assert country_code("United States") is None


@pytest.mark.parametrize(
    ("flag", "expected"),
    [
        ("On-site", "on_site"),
        ("ONSITE", "on_site"),
        ("in_office", "on_site"),
        ("Hybrid", "hybrid"),
        ("FullyRemote", "remote"),
        ("fully", "remote"),
        ("Remote", "remote"),
        ("unspecified", "unknown"),
        ("none", "unknown"),
        (None, "unknown"),
    ],
)
def test_workplaces(flag: str | None, expected: str) -> None:
    assert workplace(flag) == expected


REFERENCES = ("&lt;", "&gt;", "&quot;", "&amp;", "&amp", "&lt", "&gt", "&quot", "&not", "&#62;", "&#x3c")


@given(st.lists(st.sampled_from([*REFERENCES, *'&;#lt<>" ', "amp", "it"])).map("".join))
def test_references_are_decoded_as_the_library_does(text: str) -> None:
    assert unescape(text) == html.unescape(text)


def test_markup() -> None:
    assert undo_escaping("&lt;p&gt;a &amp;lt; b&lt;/p&gt;") == "<p>a &lt; b</p>"
    assert undo_escaping("<p>a &lt; b</p>") == "<p>a &lt; b</p>"
    assert section("R&amp;D <now>", "<p>x</p>") == "<h3>R&amp;D &lt;now&gt;</h3>\n<p>x</p>"
    for meant in ("don’t", "Zoë – 1 €", "naïve", "Ökonomie: Ÿ, Âge, plain"):
        assert undo_double_encoding(meant) == meant
        assert undo_double_encoding(meant.encode().decode("latin-1")) == meant
    assert undo_double_encoding("Data Scientist â€“ you donâ€™t") == "Data Scientist – you don’t"
    for meant in (
        "QUALITÉ\xa0:",
        "«\xa0compliqué\xa0»",
        "Maß\xadnahme",
        "expérimenté·e",
        "2\xa0600 €\xa0à\xa03\xa0000 €",
    ):
        assert undo_double_encoding(meant) == meant
    assert section("Empty", "  ") == ""
    assert join_parts(["<p>a</p>", None, " ", "<p>b</p>"]) == "<p>a</p>\n<p>b</p>"
    assert join_parts([None, ""]) is None


@pytest.mark.parametrize(
    "title",
    [
        "Senior Product Manager",
        "Product Owner (m/f/d)",
        "Produktägare",
        "Produktmanager",
        "Chef de produit",
        "Gerente de Producto",
        "Gerente de Produto",
        "プロダクトマネージャー",
        "Head of Products",
        "PM, Growth",
        "Technical Program Manager",
        "产品经理",
    ],
)
def test_the_net_over_titles_is_wide(title: str) -> None:
    assert may_be_product_role(title)


@pytest.mark.parametrize("title", ["Nurse", "Backend Engineer", "Koch", "RPM Technician", "Spotter"])
def test_the_net_leaves_others_out(title: str) -> None:
    assert not may_be_product_role(title)
