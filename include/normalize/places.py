"""Place texts → country, town, publication region and workplace, without a network.

Reads the forms that job boards use: "Austin, TX", "Toronto, Ontario, Canada", "Remote - US", "Berlin or
Munich", "US-CA-San Francisco". What it does not know stays unknown: a town is never guessed to lie somewhere
because the employer does. The tables are data (`places.yaml`).
"""

from __future__ import annotations

import functools
import itertools
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from include.collect.protocol import Place, Workplace
from include.yaml_files import load_yaml

UNKNOWN_REGION: Final = "unknown"
_TABLE_FILE = Path(__file__).with_name("places.yaml")
_MAX_PLACE_CHARACTERS = 200
_MAX_TOWN_WORDS = 5


class Location(NamedTuple):
    """Where a posting is: ISO 3166-1 alpha-2 code, publication region and town."""

    country_code: str | None
    region: str
    city: str | None


_NOWHERE = Location(None, UNKNOWN_REGION, None)


class _Gazetteer:
    """The tables of places.yaml, by lower-case name."""

    def __init__(self, path: Path) -> None:
        tables = load_yaml(path)
        self.region_of: dict[str, str] = {
            code: region for region, codes in tables["regions"].items() for code in codes
        }
        self.country_of_name: dict[str, str] = {name: code for code, name in tables["countries"].items()}
        self.country_of_name |= _inverted(tables["aliases"])
        self.state_of_code: dict[str, str] = {
            state: code for code, states in tables["states"].items() for state in states
        }
        self.country_of_state: dict[str, str] = _inverted(
            {code: states.values() for code, states in tables["states"].items()}
        ) | _inverted(tables["provinces"])
        self.country_of_city: dict[str, str] = _inverted(tables["cities"])
        self.region_of_area: dict[str, str] = _inverted(tables["areas"])
        # "Georgia" alone is a country or a state: only what stands beside it can tell.
        self.ambiguous: frozenset[str] = frozenset(self.country_of_name) & frozenset(self.country_of_state)


def _inverted(names_by_key: Mapping[str, Iterable[str]]) -> dict[str, str]:
    return {name: key for key, names in names_by_key.items() for name in names}


_GAZETTEER = _Gazetteer(_TABLE_FILE)
STATE_CODES: Final = frozenset(_GAZETTEER.state_of_code)
"""The lower-case postal codes of states and provinces."""

PLACE_NAMES: Final = frozenset(
    itertools.chain(
        _GAZETTEER.country_of_name,
        _GAZETTEER.country_of_state,
        _GAZETTEER.country_of_city,
        _GAZETTEER.region_of_area,
    )
)
"""The lower-case names of countries, states, towns and areas that are known."""

_ALTERNATIVES = re.compile(r"\s*[;|/\n•·]\s*|\s+(?:or|and|oder|und|ou|et)\s+|\s+&\s+")
_PARTS = re.compile(r"\s*[,()\[\]–—:]\s*|\s+-\s*|\s*-\s+")
_CODES_FIRST = re.compile(r"[A-Z]{2}-\w")  # "US-CA-San Francisco"
_NO_PLACE = re.compile(
    r"\b(?:(?:100 ?% |fully |full |partially )?remote(?:ly)?"
    r"(?: job| ok| first| friendly| work(?:ing)?| position|-first)?"
    r"|hybrid|on-?site|in[- ]office|home[- ]?office|homeoffice|remoto|télétravail|telecommute|work from home"
    r"|wfh|distributed|virtual|field|flexible|office|headquarters?|hq|only|based|area"
    r"|metro(?:politan area)?|greater|anywhere(?: in(?: the)?)?|nationwide|multiple locations?"
    r"|various locations?|select locations|in the|within)\b"
    r"|[^\w\s.,'’&/·-]",
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
    for alternative in _ALTERNATIVES.split(text):
        found = _locate_one(alternative)
        if found.country_code:
            return found
        if best == _NOWHERE:
            best = found
    return best


def _locate_one(text: str) -> Location:
    if _CODES_FIRST.match(text):
        text = text.replace("-", ", ")
    text = _POSTAL_CODE.sub(" ", _NO_PLACE.sub(" ", text))
    parts = [part.strip(" .-/") for part in _PARTS.split(text)]
    parts = [" ".join(part.split()) for part in parts if part.strip(" .-/")]
    if not parts:
        return _NOWHERE
    names = [part.lower() for part in parts]
    country = _country_of(parts, names)
    if country is None:
        region = next(
            (_GAZETTEER.region_of_area[name] for name in names if name in _GAZETTEER.region_of_area), None
        )
        return Location(None, region or UNKNOWN_REGION, None)
    return Location(country, _GAZETTEER.region_of[country], _town_of(parts, names, country))


def _country_of(parts: list[str], names: list[str]) -> str | None:
    if len(names) > 1 and (country := _country_of_last(parts[-1], names)):
        return country
    for name in reversed(names):
        if name in _GAZETTEER.country_of_name and name not in _GAZETTEER.ambiguous:
            return _GAZETTEER.country_of_name[name]
    for table in (_GAZETTEER.country_of_city, _GAZETTEER.country_of_state):
        for name in names:
            if name in table and name not in _GAZETTEER.ambiguous:
                return table[name]
    code = parts[-1]  # "Remote, DE", "Remote, TX"; "CA" alone may be California or Canada
    nation, of_state = code in _GAZETTEER.region_of, _GAZETTEER.state_of_code.get(code.lower())
    if nation != (of_state is not None) and code.isupper():
        return of_state or code
    return _country_in_words(names) or _country_in_hyphens(names)


def _country_of_last(last: str, names: list[str]) -> str | None:
    """Read the last of several parts, which names the country or the state of the parts before it."""
    name = names[-1]
    towns = {_GAZETTEER.country_of_city[town] for town in names[:-1] if town in _GAZETTEER.country_of_city}
    if name in _GAZETTEER.country_of_name and name not in _GAZETTEER.ambiguous:
        return _GAZETTEER.country_of_name[name]
    if name in _GAZETTEER.state_of_code:  # "Paris, TX", but "Berlin, DE"
        return last.upper() if last.upper() in towns else _GAZETTEER.state_of_code[name]
    if name in _GAZETTEER.country_of_state:  # "London, Ontario"; "Tbilisi, Georgia"
        nation = _GAZETTEER.country_of_name.get(name)
        return nation if nation in towns else _GAZETTEER.country_of_state[name]
    return last if last in _GAZETTEER.region_of else None


def _country_in_words(names: list[str]) -> str | None:
    """Find a name that ends or starts a part without a comma: "Toronto Canada", "Mountain View CA USA"."""
    for name in names:
        words = name.split()
        if len(words) < 2 or len(words) > 8:
            continue
        for phrase in _ends_and_starts(words):
            code = _GAZETTEER.country_of_name.get(phrase) or _GAZETTEER.country_of_city.get(phrase)
            if code and len(phrase) > 1 and phrase not in _GAZETTEER.ambiguous:
                return code
        if words[-1] in _GAZETTEER.state_of_code and len(words[-1]) == 2 and len(words) <= 4:
            return _GAZETTEER.state_of_code[words[-1]]
    return None


def _country_in_hyphens(names: list[str]) -> str | None:
    """Find a country that hyphens join to something: "London-UK", "US-TX", "United-States"; not "non-US"."""
    for name in names:
        pieces = name.split("-")
        for word in (" ".join(pieces), pieces[0], pieces[-1]):
            if word in _GAZETTEER.country_of_name and word not in _GAZETTEER.ambiguous:
                return None if "non" in pieces[0].split() else _GAZETTEER.country_of_name[word]
    return None


def _ends_and_starts(words: list[str]) -> Iterator[str]:
    for length in range(min(3, len(words) - 1), 0, -1):
        yield " ".join(words[-length:])
        yield " ".join(words[:length])


def _town_of(parts: list[str], names: list[str], country: str) -> str | None:
    for part, name in zip(parts, names, strict=True):
        if _GAZETTEER.country_of_city.get(name) == country:
            return part
    first, name = parts[0], names[0]
    if (
        len(parts) > 1
        and name not in _GAZETTEER.country_of_name
        and name not in _GAZETTEER.country_of_state
        and name not in _GAZETTEER.region_of_area
        and len(first) > 2
        and len(first.split()) <= _MAX_TOWN_WORDS
        and _TOWN.fullmatch(first)
    ):
        return first
    return None
