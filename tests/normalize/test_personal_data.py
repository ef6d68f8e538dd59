"""What is taken out of a text, and what must stay. All names and numbers are invented."""

from __future__ import annotations

import time
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from include.normalize.personal_data import REMOVED, remove_personal_data


@pytest.mark.parametrize(
    ("text", "secrets"),
    [
        ("Write to jane.doe@example.com today.", ["jane", "example.com"]),
        ("Mail: mailto:jobs+pm@acme.example.co.uk", ["jobs", "acme"]),
        ("careers (at) acme [dot] example", ["careers", "acme"]),
        ("Mail jobs at acme dot example, or jane AT acme DOT example", ["jobs", "acme", "jane"]),
        ("jane [at] acme dot example; jane<at>acme<dot>example", ["jane", "acme"]),
        ("jane (AT) acme [.] example, jane - at - acme - dot - example", ["jane", "acme"]),
        ('jane ~at~ acme.example or jane "at" acme.example or jane [@] acme.example', ["jane", "acme"]),
        ("reach me at jane dot doe at acme dot example", ["jane", "doe", "acme"]),
        ("Email me: jane.doe at acme.example", ["jane", "doe", "acme"]),
        ("Email jane at acme.example, send your resume to jobs at acme.example", ["jane", "jobs", "acme"]),
        ("Call +49 30 1234567-89 now", ["30 1234567"]),
        ("Phone: (555) 010-0199 or 555-010-0100.", ["555", "0199", "0100"]),
        ("Tel. 030 / 901 820", ["901"]),
        ("Appelez le 01 99 00 12 34", ["99 00"]),
        ("WhatsApp: +44 7700 900123", ["7700"]),
        ("Contact: Jane Doe", ["Jane", "Doe"]),
        ("Your contact person is Dr. Anna-Lena van der Berg", ["Anna", "Berg"]),
        ("Ihr Ansprechpartner: Frau Erika Muster", ["Erika", "Muster"]),
        ("Ihre Ansprechpartnerin: Erika Muster, Recruiting", ["Erika", "Muster"]),
        ("Kontaktperson: Åsa Öberg", ["Åsa", "Öberg"]),
        ("Please reach out to Jane Q. Doe at the office", ["Jane", "Doe"]),
        ("Questions? Contact Jane Doe (jane@example.com).", ["Jane", "Doe", "jane@"]),
        ("Bitte wenden Sie sich an Frau Erika Muster unter der Nummer", ["Erika", "Muster"]),
        ("Recruiter: Jane O'Neil", ["Jane", "Neil"]),
        ("Jane Doe leads the team. Mail jane.doe@example.com", ["Jane Doe", "jane.doe"]),
    ],
)
def test_personal_data_goes(text: str, secrets: list[str]) -> None:
    cleaned = remove_personal_data(text)
    assert REMOVED in cleaned
    for secret in secrets:
        assert secret not in cleaned
    assert remove_personal_data(cleaned) == cleaned


@pytest.mark.parametrize(
    "text",
    [
        "The range is $120,000 - $160,000 per year, 100.000 € to 130.000 €.",
        "The range is $125 000 - 145 000 or 60 000 - 070 000 EUR.",
        "It is something we call Acme Magic. Contact List Building is part of it.",
        "2019-2024, 01/02/2026, 2026-03-02, 10.000.000 users",
        "Job 4012345678, requisition R-2024-000123, ISO 27001:2022",
        "Contact: Human Resources. Reach out to Talent Acquisition at once.",
        "Contact Customer Support (tier 2) via chat.",
        "Work with Jane Doe, our founder.",
        "Apply at acme.example or email us at acme.example; see the product at acme.example.",
        "Grow the team at This Dot Labs, work at scale. Look at dot plots at a dot com firm.",
        "Reach customers at scale - at best - and write to them at any time.",
        "You reach out to Product Marketing at launch.",
        "Call Center Product Manager; email marketing; message queues",
        "Contact: see below",
        "24/7 on-call, 99.99 % uptime, 1 000 000 customers",
    ],
)
def test_other_figures_and_names_stay(text: str) -> None:
    assert remove_personal_data(text) == text


@given(st.text(max_size=300))
def test_removing_twice_changes_nothing(text: str) -> None:
    once = remove_personal_data(text)
    assert remove_personal_data(once) == once


@pytest.mark.parametrize(
    ("number", "is_removed"),
    [("+49 1234", False), ("+49 12345", True), ("+490301234567890", True), ("+4903012345678901", False)],
)
def test_a_phone_number_has_seven_to_fifteen_digits(number: str, is_removed: bool) -> None:
    assert (remove_personal_data(f"Tel. {number} now") == f"{REMOVED} now") is is_removed


@pytest.mark.parametrize(
    "text",
    [
        "a@b.example " * 80_000,
        "".join(f"jane.{''.join(name)}@d.example Jane Doe " for name in product("abcdefghij", repeat=4)),
        "Contact: Jane Doe " * 50_000,
    ],
    ids=["addresses", "names", "contacts"],
)
def test_a_million_characters_of_personal_data_go_in_bounded_time(text: str) -> None:
    started = time.process_time()
    assert "@" not in remove_personal_data(text)
    assert time.process_time() - started < 2.0
