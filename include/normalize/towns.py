"""What the name of a town alone says: its country, or only its region, from a gazetteer that ships as a file.

`make_towns.py` makes `towns.tsv` and decides which names say anything. Names are compared by `place_key`,
which drops case, accents, hyphens and the spelling of Saint.
"""

from __future__ import annotations

import functools
import unicodedata
from collections import defaultdict
from pathlib import Path
from typing import Final, Literal, NamedTuple

TOWNS_FILE: Final = Path(__file__).with_name("towns.tsv")

Kind = Literal["city", "town", "region", "coded", "american", "open"]
"""What the names of a line say.

- `city`, `town`: alone, they mean the country; a city has 100,000 inhabitants.
- `region`: alone, they mean only the region.
- `coded`: they mean the country before its code, though a state has the same code: "Cartagena, CO".
- `american`: they mean another country, but before the state's code the town there: "Verona, PA".
- `open`: divisions of the country that are towns elsewhere too: "Kent".
"""

_NOT_DECOMPOSED = str.maketrans(
    {"ß": "ss", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"}
    | dict.fromkeys("-‐–.'’‘`ʻ", " ")
)
_SAINTS = {"st": "saint", "ste": "sainte"}


@functools.lru_cache(maxsize=16_384)
def place_key(name: str) -> str:
    """Return the form by which names of places are compared: "Saint-Étienne", "ST ETIENNE" are the same."""
    folded = name.lower().translate(_NOT_DECOMPOSED)
    if not folded.isascii():
        decomposed = unicodedata.normalize("NFKD", folded)
        folded = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(_SAINTS.get(word, word) for word in folded.split())


class Towns(NamedTuple):
    """Names by `place_key`.

    Attributes:
        country_of: country of names that alone mean it.
        cities: those of them that have 100,000 inhabitants.
        region_of: region of names that alone mean only that.
        coded: names that mean the country before its code, by that code.
        american: names that mean the town of the state before the state's code, by that code.
        open_divisions: divisions that are towns elsewhere too.
    """

    country_of: dict[str, str]
    cities: frozenset[str]
    region_of: dict[str, str]
    coded: dict[str, frozenset[str]]
    american: dict[str, frozenset[str]]
    open_divisions: frozenset[str]


def read_towns(path: Path = TOWNS_FILE) -> Towns:
    """Return the content of the file that `make_towns.py` writes.

    Raises:
        OSError: it cannot be read.
        ValueError: a line has not three columns.
    """
    code_of: defaultdict[str, dict[str, str]] = defaultdict(dict)
    names_of: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        kind, code, joined = line.split("\t")
        if kind in ("coded", "american"):
            names_of[kind, code] += joined.split("|")
        else:
            code_of[kind].update(dict.fromkeys(joined.split("|"), code))

    def sets_of(kind: Kind) -> dict[str, frozenset[str]]:
        return {code: frozenset(names) for (its_kind, code), names in names_of.items() if its_kind == kind}

    return Towns(
        country_of=code_of["town"] | code_of["city"],
        cities=frozenset(code_of["city"]),
        region_of=code_of["region"],
        coded=sets_of("coded"),
        american=sets_of("american"),
        open_divisions=frozenset(code_of["open"]),
    )
