"""Place texts → country, town, publication region and workplace, without a network.

Reads the forms that job boards use: "Austin, TX", "Toronto, Ontario, Canada", "Remote - US", "Berlin or
Munich", "US-CA-San Francisco". What it does not know stays unknown: a town is never guessed to lie somewhere
because the employer does. The tables are data: `places.yaml` by hand, `towns.tsv` from a gazetteer.
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from include.collect.protocol import Place, Workplace
from include.normalize.towns import place_key, read_towns
from include.yaml_files import load_yaml

UNKNOWN_REGION: Final = "unknown"
_TABLE_FILE = Path(__file__).with_name("places.yaml")
_MAX_PLACE_CHARACTERS = 200
_MAX_TOWN_WORDS = 5
_MAX_COUNTRIES_OF_A_PLACE = 2  # "Willemstad, Curaçao, Netherlands"; what names more is a list of places


class Location(NamedTuple):
    """Where a posting is: ISO 3166-1 alpha-2 code, publication region and town."""

    country_code: str | None
    region: str
    city: str | None


_NOWHERE = Location(None, UNKNOWN_REGION, None)


class _Gazetteer:
    """The tables of places.yaml and the towns of towns.tsv, by `place_key` of the name."""

    def __init__(self, path: Path) -> None:
        tables = load_yaml(path)
        self.region_of: dict[str, str] = {
            code: region for region, codes in tables["regions"].items() for code in codes
        }
        countries = {name: code for code, name in tables["countries"].items()} | _inverted(tables["aliases"])
        self.state_of_code: dict[str, str] = {
            state: code for code, states in tables["states"].items() for state in states
        }
        states = _inverted({code: states.values() for code, states in tables["states"].items()})
        states |= _inverted(tables["provinces"])
        cities = _inverted(tables["cities"])
        areas = _inverted(tables["areas"])
        self.names: frozenset[str] = frozenset(itertools.chain(countries, states, cities, areas))
        self.country_of_name = _by_key(countries)
        self.country_of_state = _by_key(states)
        self.country_of_city = _by_key(cities)
        self.region_of_area = _by_key(areas)
        self.country_of_division = _by_key(_inverted(tables["divisions"]))
        self.territories_of: dict[str, list[str]] = tables["territories"]
        self.country_of_department: dict[str, str] = _inverted(tables["departments"])
        self.country_of_long_code: dict[str, str] = _inverted(tables["codes"])
        self.states_alone: frozenset[str] = frozenset(tables["states_alone"])
        self.division_codes: frozenset[tuple[str, str]] = frozenset(
            (country, code) for country, codes in tables["division_codes"].items() for code in codes
        )
        self.towns = read_towns()
        # "Georgia" is a country or a state, "Kent" a county or a town: what stands beside it can tell.
        self.ambiguous: frozenset[str] = (
            frozenset(self.country_of_name) & frozenset(self.country_of_state)
            | self.towns.open_divisions
            | frozenset(tables["not_alone"])
        )

    def country_of_town(self, name: str) -> str | None:
        """Return the country of a town that the name alone tells."""
        return self.country_of_city.get(name) or self.towns.country_of.get(name)

    def country_of_code_behind(self, name: str, code: str) -> str | None:
        """Return the country that "NAME, CODE" names where CODE is that country's or one of its divisions'.

        None where the code is to be read as that of an American or Canadian state, if at all.
        """
        country = self.country_of_town(name)
        if country == code or name in self.towns.coded.get(code, ()):
            return code
        is_known = (
            name in self.country_of_city
            or name in self.towns.cities
            or code.lower() not in self.state_of_code
        )
        if is_known and (country, code.lower()) in self.division_codes:
            return None if name in self.towns.american.get(code, ()) else country
        return None


def _inverted(names_by_key: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {name: key for key, names in names_by_key.items() for name in names}


def _by_key(values: Mapping[str, str]) -> dict[str, str]:
    return {place_key(name): value for name, value in values.items()}


_GAZETTEER = _Gazetteer(_TABLE_FILE)
STATE_CODES: Final = frozenset(_GAZETTEER.state_of_code)
"""The lower-case postal codes of states and provinces."""

PLACE_NAMES: Final = _GAZETTEER.names
"""The lower-case names of countries, states, areas and of towns that ads name without their country."""

_ALTERNATIVES = re.compile(r"\s*[;|/\n•·、`]\s*|\s+(?:or|and|oder|und|ou|et)\s+|\s+&\s+")
_PARTS = re.compile(r"\s*[,()\[\]–—:]\s*|\s+-\s*|\s*-\s+")
_DEPARTMENT = re.compile(r"(\d{2}|2[AB]|97\d) - ([^\W\d_].*)")  # "92 - NANTERRE", of French public employment
_CODES_FIRST = re.compile(r"[A-Z]{2}-\w")  # "US-CA-San Francisco"
_NO_PLACE = re.compile(
    r"\b(?:(?:100 ?% |fully |full |partially )?remote(?:ly)?"
    r"(?: job| ok| first| friendly| work(?:ing)?| position|-first)?"
    r"|hybrid|on-?site|in[- ]office|home[- ]?office|homeoffice|remoto|télétravail|telecommute|work from home"
    r"|wfh|distributed|virtual|field|flexible|office|headquarters?|hq|only|based|(?<!bay )(?<!tri-state )area"
    r"|metro(?:politan area)?|greater|anywhere(?: in(?: the)?)?|nationwide|multiple locations?"
    r"|various locations?|select locations|in the|within)\b"
    r"|[^\w\s.,'’&/·()\[\]–—:-]",
    re.IGNORECASE,
)
_REMOTE = re.compile(
    r"\bremote\b|\bremoto\b|\bhome ?office\b|\bhomeoffice\b|\btelecommut\w+|\bwork from (?:home|anywhere)\b"
    r"|\bwfh\b|\banywhere\b|\bworldwide\b|\bdistributed\b|\btélétravail\b|\bvirtual\b|リモート|远程",
    re.IGNORECASE,
)
_HYBRID = re.compile(r"\bhybrid\w*|\bhíbrido\b|\bhybride\b|\bin[- ]office/remote\b", re.IGNORECASE)
_ON_SITE = re.compile(
    r"\bon-?site\b|\bin[- ]office\b|\bin[- ]person\b|\bpresencial\b|\bvor ort\b", re.IGNORECASE
)
_TOWN = re.compile(r"[^\W\d_](?:[^\W\d_]|[.'’ -])*")
_POSTAL_CODE = re.compile(r"(?<=[ ,])\d{4,6}(?:-\d{4})?\b")


def locate(places: Sequence[Place]) -> Location:
    """Return country, region and town of the first place that names a country.

    A code that the source itself gives beats the words. Where no place names a country, the first one that
    names a region counts.
    """
    best = _NOWHERE
    for place in places:
        found = _locate_text(place.text[:_MAX_PLACE_CHARACTERS])
        code = place.country_code.upper() if place.country_code else None
        if code in _GAZETTEER.region_of and code != found.country_code:
            found = Location(code, _GAZETTEER.region_of[code], found.city)
        if found.country_code:
            return found
        if best == _NOWHERE:
            best = found
    return best


def read_workplace(flag: Workplace, places: Sequence[Place], title: str) -> Workplace:
    """Return the source's flag, or what the place texts and then the title say; else `unknown`."""
    if flag != "unknown":
        return flag
    for text in [*(place.text for place in places), title]:
        if _HYBRID.search(text):
            return "hybrid"
        if _REMOTE.search(text):
            return "remote"
        if _ON_SITE.search(text):
            return "on_site"
    return "unknown"


@functools.lru_cache(maxsize=65_536)
def _locate_text(text: str) -> Location:
    best = _NOWHERE
    for alternative in _ALTERNATIVES.split(text.replace("_", " ")):
        found = _locate_one(alternative)
        if found.country_code:
            return found
        if best == _NOWHERE:
            best = found
    return best


def _locate_one(text: str) -> Location:
    if department := _DEPARTMENT.fullmatch(text):
        return _locate_department(*department.groups())
    if _CODES_FIRST.match(text):
        text = text.replace("-", ", ")
    text = _POSTAL_CODE.sub(" ", _NO_PLACE.sub(" ", text))
    parts = [part.strip(" .-/") for part in _PARTS.split(text)]
    parts = [" ".join(part.split()) for part in parts if part.strip(" .-/")]
    if not parts:
        return _NOWHERE
    names = [place_key(part) for part in parts]
    country = _country_of(parts, names)
    if country is None:
        return Location(None, _region_of(parts, names) or UNKNOWN_REGION, None)
    return Location(country, _GAZETTEER.region_of[country], _town_of(parts, names, country))


def _locate_department(number: str, name: str) -> Location:
    country = _GAZETTEER.country_of_department.get(number, "FR")
    is_department = place_key(name) in _GAZETTEER.country_of_division or "(" in name  # "67 - Rhin (Bas)"
    town = None if is_department else name.strip(" 0123456789")  # "69 - LYON 03"
    return Location(country, _GAZETTEER.region_of[country], town)


def _region_of(parts: list[str], names: list[str]) -> str | None:
    for name in names:
        if region := _GAZETTEER.region_of_area.get(name) or _GAZETTEER.towns.region_of.get(name):
            return region
    ends = (phrase for part in parts for phrase in _ends_and_starts(_words(part)))
    return next((_GAZETTEER.region_of_area[end] for end in ends if end in _GAZETTEER.region_of_area), None)


def _country_of(parts: list[str], names: list[str]) -> str | None:
    named = [
        _GAZETTEER.country_of_name[name]
        for name in names
        if name in _GAZETTEER.country_of_name and name not in _GAZETTEER.ambiguous
    ]
    if named and (len(named) == len(names) or len(set(named)) > _MAX_COUNTRIES_OF_A_PLACE):
        return _first_of_several(named)
    if len(names) > 1 and (country := _country_of_first(names) or _country_of_last(parts, names)):
        return country
    if named:
        return named[-1]
    for table in (_GAZETTEER.country_of_city, _GAZETTEER.country_of_state):
        for name in names:
            if name in table and name not in _GAZETTEER.ambiguous:
                return table[name]
    return (
        _country_of_inner_code(parts, names)
        or _country_of_code_alone(parts[-1])
        or _country_in_words(parts)
        or _country_in_hyphens(parts)
        or _country_of_towns(names)
        or _country_of_city_behind(parts)
    )


def _first_of_several(countries: list[str]) -> str:
    """Return the first country of a list: "Argentina, Brazil"; the narrower one of "Hong Kong, China"."""
    first, last = countries[0], countries[-1]
    return last if last in _GAZETTEER.territories_of.get(first, ()) else first


def _country_of_first(names: list[str]) -> str | None:
    """Read a first place of several, whole in itself: "Boston, Massachusetts, Leuven, Belgium"."""
    country = _GAZETTEER.country_of_town(names[0])
    larger = _GAZETTEER.country_of_name.get(names[1]) or _GAZETTEER.country_of_state.get(names[1])
    return country if country == larger else None


def _country_of_last(parts: list[str], names: list[str]) -> str | None:
    """Read the last of several parts, which names the country or the state of the parts before it."""
    name, code = names[-1], parts[-1].upper()
    if name in _GAZETTEER.country_of_name and name not in _GAZETTEER.ambiguous:
        return _GAZETTEER.country_of_name[name]
    if len(code) == 2:
        for town in names[:-1]:  # "Berlin, DE", "Perth, WA"
            if country := _GAZETTEER.country_of_code_behind(town, code):
                return country
    if name in _GAZETTEER.state_of_code:  # "Paris, TX"
        return _GAZETTEER.state_of_code[name]
    if name in _GAZETTEER.country_of_state:  # "London, Ontario"; "Tbilisi, Georgia"
        nation = _GAZETTEER.country_of_name.get(name)
        is_in_nation = nation and nation in map(_GAZETTEER.country_of_town, names[:-1])
        return nation if is_in_nation else _GAZETTEER.country_of_state[name]
    if name in _GAZETTEER.country_of_division:  # "Ashford, Kent"
        return _GAZETTEER.country_of_division[name]
    return parts[-1] if parts[-1] in _GAZETTEER.region_of else None


def _country_of_inner_code(parts: list[str], names: list[str]) -> str | None:
    """Read a state's code behind its town though a remark follows, or before it: "Edina, MN (Southdale)"."""
    for position, part in enumerate(parts):
        state_of = _GAZETTEER.state_of_code.get(part.lower()) if part.isupper() else None
        if state_of is None or len(parts) == 1:
            continue
        if position > 0:
            return _GAZETTEER.country_of_code_behind(names[position - 1], part) or state_of
        is_state = part not in _GAZETTEER.region_of or part.lower() in _GAZETTEER.states_alone
        if (
            is_state or _GAZETTEER.country_of_town(names[1]) == state_of
        ):  # "AZ - Chandler"; not "DE - Karlsruhe"
            return state_of
    return None


def _country_of_code_alone(code: str) -> str | None:
    """Read what is left when words like "Remote" are gone: "DE", "TX"; "CA" may be California or Canada."""
    if not code.isupper():
        return None
    of_state = _GAZETTEER.state_of_code.get(code.lower())
    if of_state and (code not in _GAZETTEER.region_of or code.lower() in _GAZETTEER.states_alone):
        return of_state
    if code in _GAZETTEER.region_of and not of_state:
        return code
    return _GAZETTEER.country_of_long_code.get(code)


def _country_of_towns(names: list[str]) -> str | None:
    """Read names that stand without a country; where they disagree, nothing is known."""
    countries = [country for name in names if (country := _country_of_name_alone(name))]
    return countries[0] if len({_GAZETTEER.region_of[country] for country in countries}) == 1 else None


def _country_of_name_alone(name: str) -> str | None:
    if name in _GAZETTEER.states_alone and name in _GAZETTEER.country_of_state:  # "Georgia"
        return _GAZETTEER.country_of_state[name]
    if name in _GAZETTEER.ambiguous or name in _GAZETTEER.region_of_area:
        return None
    return _GAZETTEER.country_of_division.get(name) or _GAZETTEER.towns.country_of.get(name)


def _country_in_words(parts: list[str]) -> str | None:
    """Find a name that ends or starts a part without a comma: "Toronto Canada", "Mountain View CA USA"."""
    for part in parts:
        words = _words(part)
        whole = " ".join(words)
        if len(words) < 2 or len(words) > 8 or whole in _GAZETTEER.towns.country_of:
            continue
        if whole in _GAZETTEER.region_of_area:  # "Latin America" is not America
            continue
        for phrase in _ends_and_starts(words):
            code = _GAZETTEER.country_of_name.get(phrase) or _GAZETTEER.country_of_city.get(phrase)
            if code and len(phrase) > 1 and phrase not in _GAZETTEER.ambiguous:
                return code
        for phrase in _ends(words):  # "Livonia Michigan"
            if phrase in _GAZETTEER.country_of_state and phrase not in _GAZETTEER.ambiguous:
                return _GAZETTEER.country_of_state[phrase]
        has_code = len(words[-1]) == 2 and part.split()[-1].isupper()  # "in" is a word
        state_of = _GAZETTEER.state_of_code.get(words[-1]) if has_code else None
        if state_of and (
            len(words) <= 4 or state_of in map(_GAZETTEER.country_of_town, _ends_and_starts(words[:-1]))
        ):
            return state_of
    return None


def _country_in_hyphens(parts: list[str]) -> str | None:
    """Find a country that hyphens join to something: "London-UK", "US-TX", "United-States"; not "non-US"."""
    for part in parts:
        pieces = part.lower().split("-")
        for word in map(place_key, (" ".join(pieces), pieces[0], pieces[-1])):
            if word in _GAZETTEER.country_of_name and word not in _GAZETTEER.ambiguous:
                return None if "non" in pieces[0].split() else _GAZETTEER.country_of_name[word]
    return None


def _country_of_city_behind(parts: list[str]) -> str | None:
    """Find a city that ends a part: "WBIR-TV Knoxville"."""
    ends = (phrase for part in parts for phrase in _ends(_words(part)))
    cities = (end for end in ends if end in _GAZETTEER.towns.cities and end not in _GAZETTEER.ambiguous)
    return next((_GAZETTEER.towns.country_of[city] for city in cities), None)


def _words(part: str) -> list[str]:
    """Return the keys of the words between blanks: "Utica-Rome" is one."""
    return [place_key(word) for word in part.split()]


def _ends(words: list[str]) -> Iterator[str]:
    for length in range(min(3, len(words) - 1), 0, -1):
        yield " ".join(words[-length:])


def _ends_and_starts(words: list[str]) -> Iterator[str]:
    for length in range(min(3, len(words) - 1), 0, -1):
        yield " ".join(words[-length:])
        yield " ".join(words[:length])


def _town_of(parts: list[str], names: list[str], country: str) -> str | None:
    for part, name in zip(parts, names, strict=True):
        if _GAZETTEER.country_of_city.get(name) == country:
            return part
    may_be_towns = [(part, name) for part, name in zip(parts, names, strict=True) if not _is_larger(name)]
    for part, name in may_be_towns:
        if _GAZETTEER.towns.country_of.get(name) == country:
            return part
    first = parts[0]
    if (
        len(parts) > 1
        and may_be_towns[:1] == [(first, names[0])]
        and len(first) > 2
        and len(first.split()) <= _MAX_TOWN_WORDS
        and _TOWN.fullmatch(first)
    ):
        return first
    return None


def _is_larger(name: str) -> bool:
    """Tell whether a name is that of a country, state or area, which may be a town's as well."""
    return (
        name in _GAZETTEER.country_of_name
        or name in _GAZETTEER.country_of_state
        or name in _GAZETTEER.region_of_area
    )
