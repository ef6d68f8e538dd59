"""One key per employer, however a board spells its name."""

from __future__ import annotations

import pytest

from include.normalize.employers import employer_key


@pytest.mark.parametrize(
    "spellings",
    [
        ["Amplitude ", "Amplitude, Inc.", "AMPLITUDE INC", "Amplitude (US)"],
        ["Acme GmbH", "Acme SE & Co. KG", "Acme GmbH & Co. KGaA", "ACME AG"],
        ["Acme Sp. z o.o.", "Acme S.A. de C.V.", "Acme S. de R.L. de C.V.", "Acme Pty Ltd", "Acme B.V."],
        ["Acme A/S", "ACME", "Acme S.à r.l.", "Acme OÜ", "Acme ULC", "Acme UAB"],
        ["Société Acmé S.A.", "Societe Acme"],
        ["株式会社ドレミ", "ドレミ株式会社", "ドレミ", "㈱ドレミ"],
        ["네이버 주식회사", "주식회사 네이버", "네이버", "㈜네이버"],
        ["某某科技有限公司", "某某科技股份有限公司", "某某科技"],
        ["ООО Ромашка", "Ромашка"],
        ["Fish and Chips Ltd", "Fish & Chips"],
        ["The Acme Company", "Acme Co."],
        ["acme.com", "Acme"],
        ["root-access", "Root Access"],
    ],
)
def test_one_employer_has_one_key(spellings: list[str]) -> None:
    assert len({employer_key(name) for name in spellings}) == 1


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Acme", "Acme Labs"),
        ("Bosch", "Bosch Rexroth"),
        ("Sanders", "Sand"),
        ("東京", "京都株式会社"),
        ("X.com", "X"),
    ],
)
def test_employers_are_not_confused(one: str, other: str) -> None:
    assert employer_key(one) != employer_key(other)


@pytest.mark.parametrize(
    "name", ["Ltd", "株式会社", "The", "&", "SE & Co. KG", "有限公司", "S.A. de C.V.", "SA", "A/S", "(Acme)"]
)
def test_a_name_of_legal_forms_alone_is_not_empty(name: str) -> None:
    assert employer_key(name)
